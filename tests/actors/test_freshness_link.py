"""The pages of a mail's link: ``actors/views/checking.py``."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.audit import ANONYMOUS_LINK, subject_of
from accounts.models import AuditEntry
from actors.freshness.addressees import CHECK, addressees
from actors.freshness.mails import NEW_LINK, render_new_link
from actors.models import Actor, CheckRound, Confirmation, FoodService, Member, Proposal, Section
from actors.operations import freshness as operations
from outbox import links
from outbox.links import MailLinks
from outbox.models import Link, Mail
from outbox.purposes import NoLongerDue
from tests.factories import (
    ActorFactory,
    CheckRoundFactory,
    FoodServiceFactory,
    MemberFactory,
    SupplyLineFactory,
    UserFactory,
)
from tests.pages import texts

pytestmark = pytest.mark.django_db


@pytest.fixture
def entry() -> Actor:
    actor = ActorFactory(
        name="Épicerie d’Exemple",
        email="epicerie@exemple.test",
        phone="01 99 00 00 01",
        contact_name="Camille Exemple",
        contact_email="camille@exemple.test",
        created_at=timezone.now() - timedelta(days=500),
    )
    FoodServiceFactory(actor=actor, site=None, name="Colis du lundi", opening_hours="Mo 09:00-12:00")
    return actor


def token_for(actor: Actor, recipient: str, purpose: str = CHECK) -> str:
    return links.make(purpose=purpose, subject=subject_of(actor), recipient=recipient, days=30)


@pytest.fixture
def token(entry) -> str:
    return token_for(entry, entry.email)


@pytest.fixture
def keepers_token(entry) -> str:
    MemberFactory(actor=entry, email="tient@exemple.test", access="editor")
    return token_for(entry, "Tient@exemple.test")


def page(name: str, token: str, *args) -> str:
    return reverse(f"freshness:{name}", args=[token, *args])


def typed(form) -> dict:
    """What a browser sends of a form as it is."""
    return {
        field.html_name: field.value()
        for field in form
        if field.value() not in (None, "", False) and field.value() != []
    }


def test_opening_shows_and_changes_nothing(client, entry, token):
    before = [*AuditEntry.objects.values()]
    for name in ("check", "thanks", "closed", "someone_else"):
        response = client.get(page(name, token))
        assert response.status_code == 200
        assert response.headers["X-Robots-Tag"] == "noindex"
        assert "no-store" in response.headers["Cache-Control"]
    for code in ("identity", "contact"):
        assert client.get(page("check_part", token, code)).status_code == 200
    assert not Confirmation.objects.exists()
    assert not Proposal.objects.exists()
    assert [*AuditEntry.objects.values()] == before
    assert client.get(page("new_link", token)).status_code == 405


def test_all_is_right_in_one_press(client, entry, token):
    CheckRoundFactory(actor=entry)
    response = client.post(page("check", token))
    assert response.url == page("thanks", token)
    sections = {(one.section, one.role, one.by) for one in Confirmation.objects.all()}
    assert sections == {(section, "structure", None) for section in ("hours", "services", "contact")}
    assert CheckRound.objects.get().outcome == CheckRound.Outcome.ANSWERED
    noted = AuditEntry.objects.get(subject=subject_of(entry))
    assert (noted.action, noted.sign_in) == ("confirmation", ANONYMOUS_LINK)
    shown = texts(client.get(response.url))
    assert "est à jour" in shown
    assert "Il reste à confirmer" not in shown


def test_a_second_press_is_no_harm(client, entry, token):
    client.post(page("check", token))
    client.post(page("check", token))
    assert Confirmation.objects.filter(section="hours").count() == 2


def test_only_what_was_shown_is_confirmed(client, entry, token):
    FoodService.objects.update(visibility="coordination")
    client.post(page("check", token))
    assert [one.section for one in Confirmation.objects.all()] == ["contact"]


@pytest.mark.parametrize("ending", ["expired", "revoked", "another purpose", "unknown", "not the address any more"])
def test_a_link_that_works_no_more_offers_another(client, entry, token, ending):
    if ending == "expired":
        Link.objects.update(expires_at=timezone.now())
    elif ending == "revoked":
        operations.revoke_links(actor=entry, by=UserFactory())
    elif ending == "another purpose":
        token = token_for(entry, entry.email, purpose="meeting_reply")
    elif ending == "unknown":
        token = "inconnu"
    else:
        Actor.objects.update(email="autre@exemple.test")
    for name in ("check", "thanks", "closed", "someone_else"):
        for answer in (client.get(page(name, token)), client.post(page(name, token))):
            assert answer.status_code == 404
            assert "Recevoir un nouveau lien" in texts(answer)
            assert entry.name not in texts(answer)
    assert not Confirmation.objects.exists()
    assert not Proposal.objects.exists()


def test_another_link_goes_to_the_same_address_and_the_answer_tells_nothing(client, entry, token):
    Link.objects.update(expires_at=timezone.now())
    known = client.post(page("new_link", token))
    mail = Mail.objects.get()
    assert (mail.purpose, mail.recipient) == (NEW_LINK, entry.email)
    assert "/annuaire/verification/" in render_new_link(mail, MailLinks(mail)).text
    unknown = client.post(page("new_link", "inconnu"))
    assert Mail.objects.count() == 1
    assert known.content == unknown.content
    assert (known.status_code, unknown.status_code) == (200, 200)


def test_a_link_that_still_works_is_not_sent_again(client, token):
    client.post(page("new_link", token))
    assert not Mail.objects.exists()


def test_another_link_is_not_for_who_left(client, entry, token):
    Link.objects.update(expires_at=timezone.now())
    client.post(page("new_link", token))
    Actor.objects.update(email="autre@exemple.test")
    mail = Mail.objects.get()
    with pytest.raises(NoLongerDue):
        render_new_link(mail, MailLinks(mail))


def test_links_are_asked_for_so_often_only(client, entry, token, monkeypatch):
    Link.objects.update(expires_at=timezone.now())
    start = timezone.now()
    for minute in range(6):
        monkeypatch.setattr("django.utils.timezone.now", lambda minute=minute: start + timedelta(minutes=minute))
        assert client.post(page("new_link", token)).status_code == 200
    assert Mail.objects.count() == 3


def test_the_common_letterbox_proposes(client, entry, token):
    form = client.get(page("check_part", token, "contact")).context["form"]
    answer = client.post(page("check_part", token, "contact"), typed(form) | {"phone": "01 99 00 00 09"})
    assert answer.url == page("thanks", token)
    entry.refresh_from_db()
    assert entry.phone == "01 99 00 00 01"
    proposal = Proposal.objects.get()
    assert (proposal.form, proposal.author_email, proposal.author_is_contact) == ("contact", entry.email, True)
    assert proposal.before == {"téléphone": "01 99 00 00 01"}
    assert proposal.after == {"téléphone": "01 99 00 00 09"}
    assert "La coordination va relire" in texts(client.get(answer.url))


def test_the_common_letterbox_neither_reads_nor_changes_the_contact_person(client, entry, token):
    url = page("check_part", token, "contact")
    for answer in (client.get(page("check", token)), client.get(url)):
        assert "Camille" not in texts(answer)
        assert "camille" not in texts(answer)
    form = client.get(url).context["form"]
    client.post(url, typed(form) | {"phone": "01 99 00 00 09", "contact_name": "Quelqu’un"})
    assert list(Proposal.objects.get().after) == ["téléphone"]


def test_the_contact_person_reads_of_themselves(client, entry):
    token = token_for(entry, "camille@exemple.test")
    assert "Camille Exemple" in texts(client.get(page("check", token)))
    assert "contact_name" in client.get(page("check_part", token, "contact")).context["form"].fields


def test_a_keeper_changes_at_once(client, entry, keepers_token):
    CheckRoundFactory(actor=entry)
    url = page("check_part", keepers_token, "contact")
    answer = client.post(url, typed(client.get(url).context["form"]) | {"phone": "01 99 00 00 09"})
    assert answer.url == page("thanks", keepers_token) + "?reste=contact"
    entry.refresh_from_db()
    assert entry.phone == "01 99 00 00 09"
    assert not Proposal.objects.exists()
    assert not Confirmation.objects.exists(), "nobody said that the presentation is right"
    assert "contacts\N{NO-BREAK SPACE}: modification" in AuditEntry.objects.values_list("action", flat=True)
    shown = texts(client.get(answer.url))
    assert "L’annuaire dit maintenant ce que vous avez écrit." in shown
    assert "Il reste à confirmer" in shown
    assert "<li>Horaires</li><li>Services</li><li>Contacts et présentation</li>" in shown.replace("> <", "><")


def test_the_rest_is_asked_for_even_where_nothing_is_due(client, entry, keepers_token):
    client.post(page("check", keepers_token))
    url = page("check_part", keepers_token, "contact")
    answer = client.post(url, typed(client.get(url).context["form"]))
    assert client.get(answer.url).context["to_say"] == [Section.CONTACT]
    assert client.get(page("thanks", keepers_token) + "?reste=inconnu").context["to_say"] == []


def test_the_rest_is_not_what_waits_to_be_decided(client, entry, token):
    """Hours that were just said wrong are not verified by « Le reste est juste »."""
    service = FoodService.objects.get()
    form = client.get(page("check_part", token, "service", service.pk)).context["form"]
    client.post(page("check_part", token, "service", service.pk), typed(form) | {"name": "Colis du mardi"})
    thanks = client.get(page("thanks", token))
    assert thanks.context["to_say"] == [Section.HOURS, Section.CONTACT]
    client.post(page("check", token), {"rest": ""})
    assert {one.section for one in Confirmation.objects.all()} == {"hours", "contact"}
    shown = texts(client.get(page("thanks", token)))
    assert "Le reste est juste" not in shown
    assert "est à jour" not in shown
    assert "La coordination va relire" in shown


def test_a_keeper_who_left_changes_nothing_at_once(client, entry, keepers_token):
    entry.members.update(left_on=timezone.localdate() - timedelta(days=1))
    assert client.post(page("check", keepers_token)).status_code == 404


def test_saving_without_a_change_says_that_the_part_is_right(client, entry, token):
    url = page("check_part", token, "service", FoodService.objects.get().pk)
    client.post(url, typed(client.get(url).context["form"]))
    assert [one.section for one in Confirmation.objects.all()] == ["services"]
    assert not Proposal.objects.exists()


def test_a_keeper_whose_account_was_closed_opens_nothing(client, entry, keepers_token):
    Member.objects.update(user=UserFactory(is_active=False))
    assert client.post(page("check", keepers_token)).status_code == 404
    assert addressees([entry])[entry.pk].reached == ("camille@exemple.test",)
    entry.email = "tient@exemple.test"
    entry.save()
    assert client.get(page("check", keepers_token)).context["access"].is_keeper is False


def test_what_others_changed_meanwhile_is_shown_not_overwritten(client, entry, keepers_token):
    url = page("check_part", keepers_token, "contact")
    sent = typed(client.get(url).context["form"]) | {"website": "https://exemple.test"}
    Actor.objects.update(phone="01 99 00 00 08")
    answer = client.post(url, sent)
    assert "Quelqu’un d’autre a enregistré" in texts(answer)
    entry.refresh_from_db()
    assert entry.website == ""


def test_errors_stand_beside_their_field(client, entry, token):
    url = page("check_part", token, "contact")
    answer = client.post(url, typed(client.get(url).context["form"]) | {"phone": "trois", "website": "https://a.test"})
    assert answer.status_code == 200
    assert list(answer.context["form"].errors) == ["phone"]
    assert answer.context["form"]["website"].value() == "https://a.test"


def test_nothing_of_another_entry_opens(client, entry, token):
    other = FoodServiceFactory()
    line = SupplyLineFactory()
    hidden = FoodServiceFactory(actor=entry, site=None, visibility="coordination")
    for code, target in (("service", other.pk), ("hours", other.pk), ("supply_line", line.pk), ("service", hidden.pk)):
        assert client.get(page("check_part", token, code, target)).status_code == 404
    assert client.get(page("check_part", token, "inconnu")).status_code == 404


def test_that_it_closed_waits_for_the_coordinator_and_stops_the_mails(client, entry, token):
    CheckRoundFactory(actor=entry)
    answer = client.post(page("closed", token), {"closed_on": "2026-05-01", "comment": "Reprise par la mairie"})
    assert answer.url == page("thanks", token)
    proposal = Proposal.objects.get()
    assert proposal.comment == "La structure a fermé, depuis le 1er mai 2026.\nReprise par la mairie"
    assert (proposal.section, proposal.form) == (Section.CONTACT, "")
    assert CheckRound.objects.get().to_call_since is not None
    entry.refresh_from_db()
    assert entry.ended_on is None


def test_someone_else_is_to_be_written_to(client, entry, token):
    CheckRoundFactory(actor=entry)
    sent = {"name": "Sacha Exemple", "email": "sacha@exemple.test", "phone": "0199000003"}
    client.post(page("someone_else", token), sent)
    proposal = Proposal.objects.get()
    assert "epicerie@exemple.test" in proposal.comment
    assert "Sacha Exemple, sacha@exemple.test, 01 99 00 00 03" in proposal.comment
    assert CheckRound.objects.get().to_call_since is not None


def test_pages_cost_the_same_for_one_service_and_for_three(client, entry, token):
    FoodServiceFactory(actor=entry, site__actor=entry, opening_hours="Tu 09:00-12:00")
    counts = []
    for _ in range(2):
        with CaptureQueriesContext(connection) as queries:
            client.get(page("check", token))
        counts.append(len(queries))
        for _ in range(2):
            FoodServiceFactory(actor=entry, site__actor=entry, opening_hours="Tu 09:00-12:00")
    assert counts[0] == counts[1]
