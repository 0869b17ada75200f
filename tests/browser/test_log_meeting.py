"""A meeting is logged on a telephone in at most twelve gestures beyond typing, with and without JavaScript.

What counts as a gesture: each tap (a link, a box, a field before one types in it, the button), and two for a list: one
opens it, one chooses. Typing counts for nothing; no key moves from field to field.
"""

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Locator, Page, expect

from coordination.attendance import record_present
from coordination.models import ActionItem, Meeting, Outcome
from tests.browser.conftest import NARROW
from tests.factories import ActorFactory, CoordinatorFactory, MeetingFactory, MemberFactory, TerritoryFactory

pytestmark = pytest.mark.django_db(transaction=True)
AT_MOST = 12
CAME_LAST_TIME = ["Awa Fictive", "Bruno Inventé", "Chloé Imaginaire", "Denis Exemple", "Élise Test", "Farid Modèle"]


class Hand:
    """Does what a hand does on a screen, and counts it."""

    def __init__(self, page: Page):
        self.page, self.gestures = page, 0

    def tap(self, target: Locator) -> None:
        self.gestures += 1
        target.tap()

    def type_in(self, target: Locator, text: str) -> None:
        self.tap(target)
        expect(target).to_be_focused()
        self.page.keyboard.type(text)

    def choose(self, target: Locator, label: str) -> None:
        self.gestures += 2
        target.select_option(label=label)


@pytest.fixture
def territory():
    territory = TerritoryFactory(name="Ville-Fictive")
    user = CoordinatorFactory(territory=territory).user
    actors = [ActorFactory(territories=[territory]) for _ in range(3)]
    members = [MemberFactory(actor=actors[n % 3], name=name) for n, name in enumerate(CAME_LAST_TIME)]
    MemberFactory(actor=actors[0], name="Gaëlle Nouvelle")
    last = MeetingFactory(territory=territory, starts_at=timezone.now() - timedelta(days=60), place="Mairie")
    record_present(meeting=last, present=members, by=user)
    return territory


@pytest.mark.opens("coordination:territory", "coordination:log", "coordination:meeting_log", "coordination:meeting")
@pytest.mark.parametrize("has_javascript", [True, False], ids=["with JavaScript", "without"])
def test_logging_a_meeting_of_six_with_two_decisions_and_two_actions(
    new_page, sign_in, territory, assert_accessible, has_javascript
):
    page = new_page(NARROW, java_script_enabled=has_javascript)
    sign_in(page, territory.coordinators.get().user)
    page.goto(f"/journal/{territory.pk}/")
    hand = Hand(page)

    hand.tap(page.get_by_role("link", name="Consigner", exact=True))
    hand.tap(page.get_by_role("link", name="Une réunion"))
    hand.type_in(page.get_by_label("Décisions"), "Ouvrir le mardi matin\nPartager le local de stockage")
    for number, (what, who, when) in enumerate(
        [("Demander les clés à la mairie", "Awa Fictive", "15/12"), ("Écrire l’affiche", "Élise Test", "0501")], start=1
    ):
        row = page.get_by_role("group", name=f"Action n° {number}")
        hand.type_in(row.get_by_label("Quoi"), what)
        hand.choose(row.get_by_label("Qui"), who)
        hand.type_in(row.get_by_label("Pour le"), when)
    hand.tap(page.get_by_role("button", name="Enregistrer la réunion"))

    expect(page.get_by_text("La réunion est consignée.")).to_be_visible()
    assert hand.gestures <= AT_MOST
    meeting = Meeting.objects.latest("pk")
    assert (meeting.status, meeting.place) == ("held", "Mairie")
    assert timezone.localtime(meeting.starts_at).date() == timezone.localdate()
    came = meeting.attendances.filter(present=True)
    assert sorted(came.values_list("member__name", flat=True)) == [*CAME_LAST_TIME[:4], "Farid Modèle", "Élise Test"]
    decisions = Outcome.objects.filter(minutes__meeting=meeting, kind="decision")
    assert list(decisions.values_list("text", flat=True)) == ["Ouvrir le mardi matin", "Partager le local de stockage"]
    actions = [(a.title, a.owner, (a.due_on.day, a.due_on.month)) for a in ActionItem.objects.order_by("pk")]
    assert actions == [
        ("Demander les clés à la mairie", "Awa Fictive", (15, 12)),
        ("Écrire l’affiche", "Élise Test", (5, 1)),
    ]
    if has_javascript:
        assert_accessible(page)


@pytest.mark.parametrize("has_javascript", [True, False], ids=["with JavaScript", "without"])
def test_someone_absent_someone_else_someone_new_and_enter_pressed_too_soon(
    new_page, sign_in, territory, has_javascript
):
    page = new_page(NARROW, java_script_enabled=has_javascript)
    sign_in(page, territory.coordinators.get().user)
    page.goto(f"/journal/{territory.pk}/reunions/consigner/")
    page.get_by_label("Awa Fictive").uncheck()
    page.get_by_label("Gaëlle Nouvelle").check()
    page.get_by_text("Ajouter quelqu’un").tap()
    newcomer = page.get_by_role("group", name="Personne à ajouter n° 1")
    newcomer.get_by_label("Nom").fill("Hugo Fictif")
    newcomer.get_by_label("Structure").fill("Maraude du Canal")
    newcomer.get_by_label("Nom").press("Enter")
    expect(page.get_by_role("group", name="Action n° 5")).to_be_attached()
    assert Meeting.objects.count() == 1
    expect(page.get_by_label("Awa Fictive")).not_to_be_checked()
    page.get_by_role("button", name="Enregistrer la réunion").tap()
    expect(page.get_by_text("La réunion est consignée.")).to_be_visible()
    came = Meeting.objects.latest("pk").attendances.filter(present=True)
    names = [*CAME_LAST_TIME[1:], "Gaëlle Nouvelle", "Hugo Fictif"]
    assert set(came.values_list("member__name", flat=True)) == set(names)
    assert came.count() == len(names)


def test_the_pages_of_meetings(page_at_each_width, sign_in, territory, assert_accessible):
    page = page_at_each_width
    sign_in(page, territory.coordinators.get().user)
    held = Meeting.objects.get()
    planned = MeetingFactory(territory=territory, status="planned", starts_at=timezone.now() + timedelta(days=9))
    planned.agenda.create(title="Bilan de l’été", minutes=20)
    pages = ["", "prevoir/", "consigner/", f"{held.pk}/", f"{held.pk}/presences/", f"{held.pk}/recommencer/"]
    pages += [f"{planned.pk}/{name}" for name in ("", "modifier/", "ordre-du-jour/", "invitations/", "annuler/")]
    for address in [*(f"/journal/{territory.pk}/reunions/{name}" for name in pages), "/journal/calendriers/"]:
        page.goto(address)
        assert_accessible(page)
