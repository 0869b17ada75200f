"""The call list, and what is noted of a call: ``actors/freshness/calls.py``, ``actors/views/calls.py``."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.audit import subject_of
from accounts.models import AuditEntry
from actors.freshness.addressees import CHECK
from actors.freshness.calls import to_call
from actors.models import Actor, CheckCall, CheckRound
from outbox.models import Mail, OptOut
from tests.actors.filled_forms import as_shown
from tests.factories import (
    ActorFactory,
    CheckRoundFactory,
    CoordinatorFactory,
    FoodServiceFactory,
    MailFactory,
    TerritoryFactory,
)
from tests.pages import texts

pytestmark = pytest.mark.django_db
LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)


@pytest.fixture
def coordinator():
    return CoordinatorFactory()


@pytest.fixture
def called(coordinator):
    """Makes entries that are to be called."""

    def make(territory=None, since=LONG_AGO, **about) -> Actor:
        about = {"created_at": LONG_AGO, "visibility": "public", "phone": "01 99 00 00 01"} | about
        actor = ActorFactory(territories=[territory or coordinator.territory], **about)
        CheckRoundFactory(actor=actor, to_call_since=since)
        return actor

    return make


def listed(territory, now=None) -> list[Actor]:
    return [row.actor for row in to_call(Actor.objects.of(territory), now or timezone.now())]


def test_only_those_that_nobody_answers_for_by_mail_are_called(called, coordinator):
    here = called()
    called(is_not_asked=True)
    called(ended_on=LONG_AGO.date())
    called(since=None)
    answered = called()
    CheckRound.objects.filter(actor=answered).update(closed_at=LONG_AGO, outcome="phoned")
    assert listed(coordinator.territory) == [here]


def test_entries_of_a_territory_inside_are_called_from_their_own_desk(client, called, coordinator):
    commune = TerritoryFactory()
    commune.parents.add(coordinator.territory)
    here, theirs = called(), called(commune)
    hidden = called(commune, visibility="coordination")
    silenced = called(commune, is_not_asked=True)
    client.force_login(coordinator.user)
    shown = client.get(reverse("freshness:call_list", args=[coordinator.territory.pk])).context
    assert ([row.actor for row in shown["now"]], shown["being_asked"], shown["not_asked"]) == ([here], [], [])
    pages = {
        entry: reverse("freshness:follow", args=[coordinator.territory.pk, entry.pk])
        for entry in (here, theirs, hidden, silenced)
    }
    assert [client.get(page).status_code for page in pages.values()] == [200, 403, 404, 403]
    client.post(reverse("freshness:do_not_ask", args=[coordinator.territory.pk, theirs.pk]), {"reason": "essai"})
    theirs.refresh_from_db()
    assert not theirs.is_not_asked


def test_those_with_a_telephone_come_first_then_the_oldest(called, coordinator):
    mute = called(phone="")
    late = called(since=LONG_AGO + timedelta(days=2))
    early = called(since=LONG_AGO + timedelta(days=1), phone="", contact_phone="01 99 00 00 02")
    assert listed(coordinator.territory) == [early, late, mute]


def test_each_says_why(called, coordinator):
    nobody, refused = called(), called(email="a@exemple.test")
    OptOut.objects.create(address="a@exemple.test", purpose=CHECK)
    silent, handed = called(email="b@exemple.test"), called(email="c@exemple.test")
    check = CheckRound.objects.get(actor=silent)
    for number in (1, 2):
        MailFactory(
            purpose=CHECK, subject=subject_of(silent), step=f"{check.pk}.{number}", state="sent", sent_at=LONG_AGO
        )
    found = {row.actor: row.why for row in to_call(Actor.objects.of(coordinator.territory), timezone.now())}
    assert found == {
        nobody: "Aucune adresse de courriel",
        refused: "Ne veut plus recevoir ces courriels",
        silent: "N’a pas répondu aux courriels",
        handed: "La personne à qui l’on écrivait n’est plus la bonne",
    }


@pytest.mark.parametrize(
    ("result", "again_in", "after", "waits"),
    [
        ("no_answer", None, 0, True),
        ("no_answer", None, 1, False),
        ("wrong_number", None, 1, False),
        ("later", 5, 4, True),
        ("later", 5, 5, False),
    ],
)
def test_a_call_leaves_the_structure_alone_for_a_while(called, coordinator, result, again_in, after, waits):
    check = CheckRound.objects.get(actor=called())
    today = timezone.localdate()
    again_on = None if again_in is None else today + timedelta(days=again_in)
    CheckCall.objects.create(round=check, result=result, call_again_on=again_on)
    (row,) = to_call(Actor.objects.of(coordinator.territory), timezone.now())
    assert row.waits_on(today + timedelta(days=after)) is waits


def test_the_list_costs_the_same_for_one_and_for_three(client, called, coordinator):
    client.force_login(coordinator.user)
    url = reverse("freshness:call_list", args=[coordinator.territory.pk])
    counts = []
    for _ in range(2):
        CheckCall.objects.create(round=CheckRound.objects.get(actor=called()), result="no_answer")
        called(is_not_asked=True)
        called(since=None)
        with CaptureQueriesContext(connection) as queries:
            client.get(url)
        counts.append(len(queries))
    assert counts[0] == counts[1]


# The desk -----------------------------------------------------------------------------------------


@pytest.fixture
def desk(client, coordinator):
    client.force_login(coordinator.user)

    def address(name: str, *args) -> str:
        return reverse(f"freshness:{name}", args=[coordinator.territory.pk, *(getattr(one, "pk", one) for one in args)])

    return address


@pytest.fixture
def entry(called) -> Actor:
    actor = called(name="Épicerie d’Exemple", email="epicerie@exemple.test")
    FoodServiceFactory(actor=actor, site=None, name="Colis du lundi", opening_hours="Mo 09:00-12:00")
    return actor


def test_an_empty_list_says_what_will_be_here(client, desk):
    assert "Personne à appeler pour l’instant" in texts(client.get(desk("call_list")))


def test_what_is_said_on_the_telephone_is_the_structures(client, desk, entry, coordinator):
    shown = texts(client.get(desk("follow", entry)))
    assert "Bonjour, je vous appelle" in shown
    assert "Colis du lundi" in shown
    client.post(desk("confirm_by_phone", entry), {"sections": ["hours", "contact", "inconnu"]})
    found = {(one.section, one.role, one.by_phone, one.by) for one in entry.confirmations.all()}
    assert found == {(section, "structure", True, coordinator.user) for section in ("hours", "contact")}
    assert CheckRound.objects.get().outcome == CheckRound.Outcome.PHONED
    assert CheckCall.objects.get().result == CheckCall.Result.REACHED


def test_nothing_ticked_is_nothing_said(client, desk, entry):
    client.post(desk("confirm_by_phone", entry), {"sections": []})
    assert not entry.confirmations.exists()


def test_a_part_is_changed_on_the_structures_behalf(client, desk, entry, coordinator):
    address = desk("edit_by_phone", entry, "contact")
    form = client.get(address).context["form"]
    sent = {field.html_name: field.value() or "" for field in form} | {"phone": "01 99 00 00 08"}
    back = client.post(address, sent).url
    assert back == f"{desk('follow', entry)}?reste=contact#contact"
    entry.refresh_from_db()
    assert entry.phone == "01 99 00 00 08"
    assert not entry.confirmations.exists(), "nobody said that the presentation is right"
    assert CheckRound.objects.get().outcome == CheckRound.Outcome.PHONED
    button = '<button class="btn" type="submit" name="sections" value="contact">'
    assert texts(client.get(back)).count(button) == 1
    assert texts(client.get(desk("follow", entry))).count(button) == 0
    client.post(desk("confirm_by_phone", entry), {"sections": "contact"})
    confirmation = entry.confirmations.get()
    assert (confirmation.role, confirmation.by_phone, confirmation.by) == ("structure", True, coordinator.user)


def test_the_only_part_of_a_section_changed_by_telephone_confirms_it(client, desk, entry):
    address = desk("edit_by_phone", entry, "service", entry.services.get())
    assert client.post(address, as_shown(client.get(address).context["form"])).url == desk("follow", entry)
    assert [one.section for one in entry.confirmations.all()] == ["services"]


def test_a_call_is_noted_with_its_day(client, desk, entry, coordinator):
    again_on = timezone.localdate() + timedelta(days=3)
    client.post(desk("note_call", entry), {"result": "later", "call_again_on": again_on, "note": "Le matin"})
    call = CheckCall.objects.get()
    assert (call.result, call.call_again_on, call.note, call.by) == ("later", again_on, "Le matin", coordinator.user)
    noted = AuditEntry.objects.get(subject=subject_of(entry))
    told = {"résultat": call.get_result_display(), "rappeler le": again_on.isoformat()}
    assert (noted.action, noted.changes) == ("appel noté", told), "the structure reads it, and not the note"


@pytest.mark.parametrize(
    ("sent", "field"),
    [
        ({}, "result"),
        ({"result": "reached"}, "result"),
        ({"result": "later"}, "call_again_on"),
        ({"result": "later", "call_again_on": "2020-01-01"}, "call_again_on"),
    ],
)
def test_a_call_is_said_whole(client, desk, entry, sent, field):
    response = client.post(desk("note_call", entry), sent)
    assert list(response.context["call_form"].errors) == [field]
    assert not CheckCall.objects.exists()


def test_not_asking_needs_a_reason_and_can_be_taken_back(client, desk, entry, coordinator):
    assert list(client.post(desk("do_not_ask", entry), {}).context["not_asked_form"].errors) == ["reason"]
    client.post(desk("do_not_ask", entry), {"reason": "En pause cet hiver"})
    assert listed(coordinator.territory) == []
    shown = texts(client.get(desk("call_list")))
    assert "En pause cet hiver" in shown
    assert "à vérifier" in texts(client.get(desk("follow", entry)))
    client.post(desk("ask_again", entry))
    assert listed(coordinator.territory) == [entry]


def test_a_mail_is_asked_for_at_once(client, desk, entry):
    client.post(desk("ask_now", entry))
    assert Mail.objects.get(purpose=CHECK).recipient == "epicerie@exemple.test"
    assert "déjà en route" in texts(client.post(desk("ask_now", entry), follow=True))


def test_links_are_revoked(client, desk, entry):
    assert "Aucun lien n’était ouvert" in texts(client.post(desk("revoke_links", entry), follow=True))


def test_entries_of_another_desk_are_not_found(client, desk, called):
    other = called(TerritoryFactory())
    assert client.get(desk("follow", other)).status_code == 404
    for name in ("confirm_by_phone", "note_call", "ask_now", "revoke_links", "do_not_ask", "ask_again"):
        assert client.post(desk(name, other), {"reason": "Non"}).status_code == 404
    assert not Mail.objects.exists()
    assert not other.confirmations.exists()
