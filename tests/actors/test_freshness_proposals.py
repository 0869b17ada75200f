"""« Signaler une erreur », and what the coordinator decides: ``views/suggesting.py``, ``views/proposals.py``."""

from datetime import UTC, datetime, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.audit import subject_of
from accounts.models import AuditEntry
from actors.freshness.mails import DECIDED, LEFT_ALONE, PROPOSALS, render_decided, render_left_alone, render_proposals
from actors.models import Actor, Confirmation, FoodService, Proposal, Site
from actors.operations import proposals as operations
from actors.operations.proposals import announce, tell_staff
from alimactiv.french import dated
from outbox.links import MailLinks
from outbox.models import Mail
from outbox.purposes import NoLongerDue
from tests.factories import (
    ActorFactory,
    CheckRoundFactory,
    CoordinatorFactory,
    DirectoryFactory,
    FoodServiceFactory,
    ProposalFactory,
    SiteFactory,
    SupplyLineFactory,
    TerritoryFactory,
    UserFactory,
)
from tests.pages import refusals, texts

pytestmark = pytest.mark.django_db
MONDAY = datetime(2026, 11, 23, 9, tzinfo=UTC)
NEW_PHONE = "01 99 00 00 09"


@pytest.fixture
def coordinator():
    return CoordinatorFactory()


@pytest.fixture
def entry(coordinator) -> Actor:
    """An entry that everyone reads."""
    DirectoryFactory(territory=coordinator.territory)
    return ActorFactory(
        name="Épicerie d’Exemple",
        territories=[coordinator.territory],
        visibility="public",
        phone="01 99 00 00 01",
        contact_name="Camille Exemple",
        siret="12345678900011",
    )


def url(name: str, entry: Actor, *args) -> str:
    return reverse(f"freshness:{name}", args=[entry.pk, *args])


def typed(form) -> dict:
    found = {field.html_name: field.value() for field in form}
    return {name: value for name, value in found.items() if value not in (None, "", False) and value != []}


def suggestion(client, entry: Actor, **changes) -> Proposal:
    """A visitor proposes another telephone number."""
    address = url("suggest_part", entry, "contact")
    sent = typed(client.get(address).context["form"]) | {"phone": NEW_PHONE} | changes
    response = client.post(address, sent)
    assert response.url == url("suggested", entry)
    return Proposal.objects.latest("pk")


# Anyone says what is wrong --------------------------------------------------------------------------


def test_a_visitor_proposes_and_nothing_changes(client, entry):
    proposal = suggestion(client, entry, **{"author-email": "Lectrice@exemple.test"})
    entry.refresh_from_db()
    assert entry.phone == "01 99 00 00 01"
    assert (proposal.before, proposal.after) == ({"téléphone": "01 99 00 00 01"}, {"téléphone": NEW_PHONE})
    assert (proposal.author_email, proposal.author_is_contact) == ("lectrice@exemple.test", False)
    assert not [name for name in proposal.data if name.startswith("author-")]
    assert not Confirmation.objects.exists()


def test_a_visitor_reads_and_changes_only_what_everyone_sees(client, entry):
    SupplyLineFactory(actor=entry, text="Deux palettes")
    hidden = FoodServiceFactory(actor=entry, site=None, name="Réservé", visibility="professionals")
    shown = texts(client.get(url("suggest", entry)))
    for secret in ("Camille", "Deux palettes", "Réservé", "12345678900011"):
        assert secret not in shown
    contact, identity = (client.get(url("suggest_part", entry, code)) for code in ("contact", "identity"))
    assert "contact_name" not in contact.context["form"].fields
    assert "siret" not in identity.context["form"].fields
    for args in (("supply",), ("supply_line", entry.supply_lines.get().pk), ("service", hidden.pk)):
        assert client.get(url("suggest_part", entry, *args)).status_code == 404
    proposal = suggestion(client, entry, contact_name="Quelqu’un")
    assert list(proposal.after) == ["téléphone"]


def test_a_remark_alone_is_enough(client, entry):
    sent = {"author-comment": "La porte est de l’autre côté.", "author-email": ""}
    assert client.post(url("suggest", entry), sent).status_code == 302
    proposal = Proposal.objects.get()
    assert (proposal.comment, proposal.form, proposal.author_email) == ("La porte est de l’autre côté.", "", "")


def test_an_empty_remark_is_refused(client, entry):
    assert list(refusals(client.post(url("suggest", entry), {"author-comment": " "}))) == ["comment"]


def test_a_form_left_as_it_was_is_refused(client, entry):
    address = url("suggest_part", entry, "contact")
    sent = typed(client.get(address).context["form"])
    assert "Rien n’a changé" in refusals(client.post(address, sent))["__all__"]


def test_a_made_up_request_does_not_reach_what_its_author_was_not_shown(client, entry, desk):
    service = FoodServiceFactory(actor=entry, site=None)
    visitor, address = Client(), url("suggest_part", entry, "service", service.pk)
    form = visitor.get(address).context["form"]
    visitor.post(address, typed(form) | {"name": "Autre nom", "visibility": "coordination"})
    proposal = Proposal.objects.get()
    assert (proposal.after, "visibility" in proposal.data) == ({"nom": "Autre nom"}, False)
    assert "visibility" not in client.get(desk(proposal)).context["form"].fields
    proposal = suggestion(visitor, entry, contact_visibility="public", contact_email="intruse@exemple.test")
    assert not {"contact_visibility", "contact_email"} & proposal.data.keys()


def test_forms_offer_the_places_and_services_that_their_reader_sees(client, entry):
    shown, hidden = SiteFactory(actor=entry), SiteFactory(actor=entry, name="Lieu secret")
    FoodServiceFactory(actor=entry, site=shown)
    FoodServiceFactory(actor=entry, site=hidden, visibility="coordination")
    tour = FoodServiceFactory(actor=entry, site=None, is_itinerant=True)
    FoodServiceFactory(actor=entry, site=None, is_itinerant=True, visibility="professionals", name="Tournée secrète")
    form = client.get(url("suggest_part", entry, "service")).context["form"]
    assert list(form.fields["site"].queryset) == [shown]
    form = client.get(url("suggest_part", entry, "stop")).context["form"]
    assert list(form.fields["service"].queryset) == [tour]


def test_machines_are_thanked_and_forgotten(client, entry):
    trap = {"author-website": "https://spam.example"}
    assert client.post(url("suggest", entry), {"author-comment": "Achetez", **trap}).status_code == 302
    address = url("suggest_part", entry, "contact")
    sent = typed(client.get(address).context["form"]) | {"phone": NEW_PHONE} | trap
    assert client.post(address, sent).status_code == 302
    assert not Proposal.objects.exists()


def test_one_visitor_sends_so_many_an_hour(client, entry):
    for _ in range(20):
        assert client.post(url("suggest", entry), {"author-comment": "Faux"}).status_code == 302
    answer = client.post(url("suggest", entry), {"author-comment": "Faux encore"})
    assert "Beaucoup de messages" in refusals(answer)["__all__"]
    assert "Faux encore" in texts(answer)
    assert Proposal.objects.count() == 20


# The coordinator decides ----------------------------------------------------------------------------


@pytest.fixture
def desk(client, coordinator):
    """Signs the coordinator in; gives the page of a proposal."""
    client.force_login(coordinator.user)

    def of(proposal: Proposal | None = None) -> str:
        args = [coordinator.territory.pk, *([proposal.pk] if proposal else [])]
        return reverse("freshness:proposal" if proposal else "freshness:proposal_list", args=args)

    return of


def test_old_and_new_stand_side_by_side(client, entry, desk):
    proposal = suggestion(client, entry)
    ProposalFactory(actor=ActorFactory(name="Structure d’ailleurs"))
    shown = texts(client.get(desk()))
    assert "01 99 00 00 01" in shown
    assert NEW_PHONE in shown
    assert "Structure d’ailleurs" not in shown
    shown = texts(client.get(desk(proposal)))
    assert "Quand la personne l’a lu" not in shown
    assert shown.index("01 99 00 00 01") < shown.index(NEW_PHONE)


def test_proposals_for_a_territory_inside_are_its_own_desk_s(client, entry, desk, coordinator):
    commune = TerritoryFactory()
    commune.parents.add(coordinator.territory)
    theirs = ProposalFactory(actor=ActorFactory(territories=[commune], visibility="public"))
    mine = ProposalFactory(actor=entry)
    assert [one for one, _ in client.get(desk()).context["pending"]] == [mine]
    assert client.get(desk(theirs)).status_code == 404


def test_accepting_writes(client, entry, desk, coordinator):
    proposal = suggestion(client, entry, **{"author-email": "lectrice@exemple.test"})
    form = client.get(desk(proposal)).context["form"]
    client.post(desk(proposal), typed(form) | {"accept": "", "reason": "Merci !"})
    entry.refresh_from_db()
    proposal.refresh_from_db()
    assert (entry.phone, entry.contact_name, entry.siret) == (NEW_PHONE, "Camille Exemple", "12345678900011")
    assert (proposal.state, proposal.decided_by, proposal.reason) == ("accepted", coordinator.user, "Merci !")
    assert not entry.confirmations.exists(), "nobody said that the presentation is right"
    mail = Mail.objects.get(purpose=DECIDED)
    assert mail.recipient == "lectrice@exemple.test"
    text = render_decided(mail, MailLinks(mail)).text
    assert "la fiche est à jour" in text
    assert "Merci !" in text
    assert "proposition acceptée" in AuditEntry.objects.values_list("action", flat=True)


def test_what_the_structure_proposes_is_its_answer(client, entry, desk):
    check = CheckRoundFactory(actor=entry)
    proposal = suggestion(client, entry)
    Proposal.objects.update(author_is_contact=True)
    client.post(desk(proposal), typed(client.get(desk(proposal)).context["form"]) | {"accept": ""})
    check.refresh_from_db()
    assert check.outcome == check.Outcome.ANSWERED


def test_accepting_with_changes(client, entry, desk):
    proposal = suggestion(client, entry)
    sent = typed(client.get(desk(proposal)).context["form"]) | {"accept": "", "phone": "01 99 00 00 05"}
    client.post(desk(proposal), sent)
    entry.refresh_from_db()
    assert entry.phone == "01 99 00 00 05"


def test_what_changed_since_is_shown_in_three_columns_and_asked_once_more(client, entry, desk):
    proposal = suggestion(client, entry)
    Actor.objects.update(phone="01 99 00 00 07")
    first = client.get(desk(proposal))
    assert "Quand la personne l’a lu" in texts(first)
    assert "01 99 00 00 07" in texts(first)
    second = client.post(desk(proposal), typed(first.context["form"]) | {"accept": ""})
    assert second.status_code == 200
    entry.refresh_from_db()
    assert entry.phone == "01 99 00 00 07"
    client.post(desk(proposal), typed(second.context["form"]) | {"accept": ""})
    entry.refresh_from_db()
    assert entry.phone == NEW_PHONE


def test_refusing_needs_a_reason_and_changes_nothing(client, entry, desk):
    proposal = suggestion(client, entry, **{"author-email": "lectrice@exemple.test"})
    answer = client.post(desk(proposal), {"refuse": ""})
    assert list(answer.context["decision"].errors) == ["reason"]
    client.post(desk(proposal), {"refuse": "", "reason": "Le numéro est le bon."})
    proposal.refresh_from_db()
    entry.refresh_from_db()
    assert (proposal.state, entry.phone) == ("refused", "01 99 00 00 01")
    mail = Mail.objects.get(purpose=DECIDED)
    assert "Le numéro est le bon." in render_decided(mail, MailLinks(mail)).text


def test_a_remark_is_only_settled(client, entry, desk):
    proposal = ProposalFactory(actor=entry, form="", comment="La porte est de l’autre côté.")
    assert "La porte est de l’autre côté." in texts(client.get(desk(proposal)))
    client.post(desk(proposal), {"accept": ""})
    proposal.refresh_from_db()
    assert proposal.state == "accepted"
    assert not Confirmation.objects.exists()
    assert not Mail.objects.exists()


def test_what_is_gone_can_only_be_refused(client, entry, desk):
    site = SiteFactory(actor=entry)
    proposal = ProposalFactory(actor=entry, form="site", target=site.pk, section="places", data={"name": ["Ici"]})
    Site.objects.all().delete()
    assert "n’existe plus" in texts(client.get(desk(proposal)))
    client.post(desk(proposal), {"accept": ""})
    proposal.refresh_from_db()
    assert proposal.state == "pending"
    client.post(desk(proposal), {"refuse": "", "reason": "Ce lieu n’est plus"})
    proposal.refresh_from_db()
    assert proposal.state == "refused"


def test_a_new_row_can_be_proposed(client, entry, desk):
    address = url("suggest_part", entry, "site")
    client.post(address, {"name": "Annexe d’exemple", "city": "Fontaine-l’Exemple"})
    proposal = Proposal.objects.get()
    client.post(desk(proposal), typed(client.get(desk(proposal)).context["form"]) | {"accept": ""})
    assert entry.sites.get().name == "Annexe d’exemple"


def test_two_decide_once(entry):
    proposal = ProposalFactory(actor=entry, form="")
    operations.refuse(proposal=Proposal.objects.get(), reason="Non", by=UserFactory())
    with pytest.raises(ValidationError):
        operations.accept(proposal=proposal, by=UserFactory())
    assert Proposal.objects.get().state == "refused"


def test_proposals_of_another_desk_are_not_found(client, entry, desk):
    there = ProposalFactory(actor=ActorFactory(territories=[CoordinatorFactory().territory]))
    assert client.get(desk(there)).status_code == 404


def test_the_list_costs_the_same_for_one_and_for_three(client, entry, desk):
    counts = []
    for _ in range(2):
        ProposalFactory(actor=entry, after={"téléphone": NEW_PHONE})
        with CaptureQueriesContext(connection) as queries:
            client.get(desk())
        counts.append(len(queries))
        ProposalFactory(actor=entry, after={"téléphone": NEW_PHONE})
    assert counts[0] == counts[1]


# Mails ----------------------------------------------------------------------------------------------


def told() -> list[tuple[str, str]]:
    return sorted(Mail.objects.filter(purpose=PROPOSALS).values_list("subject", "recipient"))


def test_coordinators_are_told_once_a_day_of_what_is_new(entry, coordinator):
    ProposalFactory(actor=entry, created_at=MONDAY)
    ProposalFactory(actor=entry, created_at=MONDAY)
    ProposalFactory(actor=ActorFactory())
    CoordinatorFactory()
    expected = (subject_of(coordinator.territory), coordinator.user.email)
    announce(MONDAY + timedelta(minutes=1))
    announce(MONDAY + timedelta(hours=2))
    announce(MONDAY + timedelta(days=1))
    assert told() == [expected]
    ProposalFactory(actor=entry, created_at=MONDAY + timedelta(hours=3))
    announce(MONDAY + timedelta(days=1, hours=1))
    assert told() == [expected, expected]


def test_the_announcement_tells_what_still_waits(entry, coordinator):
    proposal = ProposalFactory(actor=entry, created_at=MONDAY)
    announce(MONDAY + timedelta(minutes=1))
    mail = Mail.objects.get()
    message = render_proposals(mail, MailLinks(mail))
    assert "1 proposition attend" in message.subject
    assert entry.name in message.text
    operations.refuse(proposal=proposal, reason="Non", by=coordinator.user)
    with pytest.raises(NoLongerDue):
        render_proposals(mail, MailLinks(mail))


def test_who_coordinates_no_more_is_not_told(entry, coordinator):
    ProposalFactory(actor=entry, created_at=MONDAY)
    announce(MONDAY + timedelta(minutes=1))
    coordinator.delete()
    mail = Mail.objects.get()
    with pytest.raises(NoLongerDue):
        render_proposals(mail, MailLinks(mail))


def staff_told() -> list[str]:
    return list(Mail.objects.filter(purpose=LEFT_ALONE).order_by("pk").values_list("recipient", flat=True))


def test_the_team_hears_once_a_week_of_what_waits_where_nobody_coordinates(entry, coordinator):
    """Not of what has its coordinator, has not waited long, or is decided; nor does anyone else hear of it."""
    staff = UserFactory(is_staff=True)
    UserFactory(is_staff=True, is_active=False)
    UserFactory()
    alone = ActorFactory(territories=[TerritoryFactory(name="Sansville")])
    ProposalFactory(actor=entry, created_at=MONDAY - timedelta(days=30))
    ProposalFactory(actor=alone, state="accepted", decided_at=MONDAY, created_at=MONDAY - timedelta(days=30))
    ProposalFactory(actor=alone, created_at=MONDAY)
    tell_staff(MONDAY + timedelta(days=7))
    assert staff_told() == []
    for days in (8, 9, 14):
        tell_staff(MONDAY + timedelta(days=days))
    assert staff_told() == [staff.email]
    tell_staff(MONDAY + timedelta(days=15))
    assert staff_told() == [staff.email] * 2


def test_a_coordinator_whose_account_is_closed_is_nobody(entry, coordinator):
    UserFactory(is_staff=True)
    ProposalFactory(actor=entry, created_at=MONDAY)
    tell_staff(MONDAY + timedelta(days=8))
    assert staff_told() == []
    coordinator.user.is_active = False
    coordinator.user.save()
    tell_staff(MONDAY + timedelta(days=8))
    assert len(staff_told()) == 1


def test_the_team_reads_where_what_waits_since_when(entry, coordinator):
    staff = UserFactory(is_staff=True)
    here, there = (ActorFactory(territories=[TerritoryFactory(name=name)]) for name in ("Sansville", "Modèle"))
    for actor, days in ((here, 20), (here, 10), (there, 30), (entry, 40)):
        ProposalFactory(actor=actor, created_at=MONDAY - timedelta(days=days))
    ProposalFactory(actor=here, state="refused", decided_at=MONDAY, created_at=MONDAY - timedelta(days=90))
    tell_staff(MONDAY)
    mail = Mail.objects.get(purpose=LEFT_ALONE)
    mail.claimed_at = MONDAY
    message = render_left_alone(mail, MailLinks(mail))
    assert message.subject == "Annuaire : des propositions attendent sur 2 territoires sans coordination"
    lines = [line for line in message.text.splitlines() if line.startswith("- ")]
    oldest = [dated(MONDAY - timedelta(days=days)) for days in (30, 20)]
    assert lines == [
        f"- Modèle : 1 proposition, la plus ancienne du {oldest[0]}",
        f"- Sansville : 2 propositions, la plus ancienne du {oldest[1]}",
    ]
    CoordinatorFactory(territory=here.territories.get())
    assert "sur 1 territoire sans coordination" in render_left_alone(mail, MailLinks(mail)).subject
    Proposal.objects.filter(actor=there).delete()
    with pytest.raises(NoLongerDue):
        render_left_alone(mail, MailLinks(mail))
    staff.is_staff = False
    staff.save()
    with pytest.raises(NoLongerDue, match="équipe"):
        render_left_alone(mail, MailLinks(mail))


def test_hours_are_proposed_in_their_own_form(client, entry):
    service = FoodServiceFactory(actor=entry, site=None, opening_hours="Mo 09:00-12:00")
    assert client.get(url("suggest_part", entry, "hours", service.pk)).status_code == 200
    assert FoodService.objects.get().opening_hours == "Mo 09:00-12:00"
