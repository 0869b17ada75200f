"""Following a campaign and calling, in the browser: the curve, the filters, a reminder, a call."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Page, Route, expect

from evaluation import criteria
from evaluation.models import Call, Campaign, Criterion, Family, Invitation, Step
from outbox.models import Bounce
from tests.evaluation import answered
from tests.factories import (
    ActorFactory,
    AnswerFactory,
    CallFactory,
    CampaignFactory,
    CaseFactory,
    InvitationFactory,
    MeetingFactory,
    QuestionnaireMailFactory,
    ResponseFactory,
    StepFactory,
    TraineeFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db(transaction=True)
POLICY = "default-src 'self'; img-src 'self' data:; base-uri 'none'; object-src 'none'"
NAMES = {
    3: ("Ville-Exemple-du-Plateau", "Communauté d’agglomération des Trois-Exemples-Réunis"),
    4: ("Saint-Exemple-sur-Fiction",),
}


@pytest.fixture
def staff():
    return UserFactory(is_staff=True, name="Équipe Fictive")


@pytest.fixture
def campaign(staff) -> Campaign:
    """Ten days after its opening: someone answered, someone began, nobody's mail reached the third; a former one."""
    criteria.install(Family, Criterion)  # a transactional test before this one emptied every table
    today, now = timezone.localdate(), timezone.now()
    former = CampaignFactory(running=True, opens_on=today - timedelta(days=400), title="Session trois, en 2025")
    at = now - timedelta(days=395)
    ResponseFactory(invitation__campaign=former, started_at=at, submitted_at=at)
    campaign = CampaignFactory(
        running=True, evaluation=former.evaluation, opens_on=today - timedelta(days=10), title="Session quatre"
    )
    steps = [
        StepFactory(campaign=campaign, kind="invitation", days=0),
        StepFactory(campaign=campaign, kind="call", days=28),
    ]
    question = answered.ask(campaign, "yes_no", "meeting", label="Une réunion de coordination a-t-elle eu lieu ?")
    for number, names in NAMES.items():
        for name in names:
            case = CaseFactory(
                evaluation=campaign.evaluation,
                participation__territory__name=name,
                participation__session__number=number if name == names[0] else number * 10,
            )
            trainee = TraineeFactory(participation=case.participation, actor=ActorFactory())
            one = InvitationFactory(
                campaign=campaign, case=case, trainee=trainee, name=f"Camille {name}", phone="01 00 00 00 07"
            )
            QuestionnaireMailFactory(invitation=one, step=steps[0].code, due_at=now - timedelta(days=10))
            MeetingFactory(territory=case.participation.territory)
    done, partial, unreached = campaign.invitations.order_by("pk")
    answer = {"question": question, "value": "yes"}
    AnswerFactory(response=ResponseFactory(invitation=done, started_at=now, submitted_at=now, saved_at=now), **answer)
    AnswerFactory(response=ResponseFactory(invitation=partial, saved_at=now - timedelta(days=2)), **answer)
    Bounce.objects.create(address=unreached.email, reason="550 5.1.1 adresse-inconnue-du-serveur@exemple.test")
    CallFactory(invitation=unreached, outcome="no_answer", at=now - timedelta(days=3), by=staff)
    return campaign


@pytest.fixture
def strict(sign_in, staff):
    """``strict(page)``: signs in, and lets the pages do only what the policy allows."""

    def strict(page: Page) -> None:
        sign_in(page, staff)
        page.route("**/campagnes/**", with_policy)

    return strict


def with_policy(route: Route) -> None:
    response = route.fetch()
    route.fulfill(response=response, headers=response.headers | {"content-security-policy": POLICY})


def address(name: str, *args: int) -> str:
    return reverse(f"campaigns:{name}", args=args)


def unreached(campaign: Campaign) -> Invitation:
    return campaign.invitations.order_by("pk").last()


def test_every_page_is_accessible(page_at_each_width, strict, assert_accessible, campaign):
    page = page_at_each_width
    strict(page)
    one = unreached(campaign)
    pages = [
        address("remind", campaign.pk),
        address("export", campaign.pk),
        address("calls"),
        address("call", campaign.pk, one.pk),
        address("call_remove", Call.objects.get().pk),
        *(address("person", campaign.pk, each.pk) for each in campaign.invitations.all()),
        address("follow_up", CampaignFactory().pk),
    ]
    page.goto(address("follow_up", campaign.pk))
    page.get_by_role("button", name="Enregistrer en PNG").wait_for()
    assert_accessible(page)
    page.get_by_text("Filtrer les territoires").click()
    page.get_by_text("Les mêmes données en tableau").click()
    assert_accessible(page)
    for where in pages:
        page.goto(where)
        assert_accessible(page)


def test_the_curve_is_drawn_and_compared_with_another(page, strict, campaign):
    strict(page)
    page.goto(address("follow_up", campaign.pk))
    drawing = page.locator(".chart-drawing svg")
    expect(drawing).to_contain_text("Cette campagne")
    expect(drawing).to_contain_text("Session trois, en 2025")
    page.get_by_role("link", name="les sessions entre elles").click()
    expect(page.locator(".chart-drawing svg")).to_contain_text("Session 4")
    with page.expect_download() as download:
        page.get_by_role("button", name="Enregistrer en PNG").click()
    assert download.value.path().read_bytes().startswith(b"\x89PNG")


def test_on_a_phone_one_finds_the_silent_and_reminds_them(phone, strict, campaign):
    strict(phone)
    phone.goto(address("follow_up", campaign.pk))
    persons = phone.locator(".persons > li")
    expect(persons).to_have_count(3)
    phone.get_by_text("Filtrer les territoires").click()
    phone.get_by_label("n’a ni répondu jusqu’au bout, ni décliné").check()
    phone.get_by_role("button", name="Appliquer").click()
    expect(persons).to_have_count(2)
    phone.get_by_role("link", name="Relancer la personne silencieuse").click()
    expect(persons).to_have_count(1)
    phone.get_by_role("button", name="Relancer cette personne").click()
    expect(phone.get_by_text("1 relance en route")).to_be_visible()
    assert campaign.steps.filter(kind=Step.Kind.EXTRA).count() == 1
    expect(phone.get_by_role("link", name="Relancer la personne silencieuse")).to_have_count(0)


def test_calling_someone_whom_no_mail_reaches(phone, strict, campaign):
    strict(phone)
    one = unreached(campaign)
    phone.goto(address("calls"))
    assert phone.get_by_role("link", name=one.phone).get_attribute("href").startswith("tel:")
    phone.get_by_role("link", name="Préparer et noter l’appel").click()
    expect(phone.get_by_text("Une réunion, le 5 mai 2026")).to_be_visible()
    phone.get_by_label("à rappeler").check()
    phone.get_by_role("button", name="Enregistrer").click()
    expect(phone.get_by_role("alert")).to_contain_text("Choisissez le jour où rappeler")
    phone.get_by_label("Rappeler le").fill((timezone.localdate() + timedelta(days=2)).isoformat())
    phone.get_by_role("button", name="Enregistrer").click()
    expect(phone.get_by_role("heading", name="Personne à appeler aujourd’hui")).to_be_visible()
    assert one.calls.first().outcome == "call_again"


def test_without_javascript_everything_is_there(new_page, sign_in, staff, campaign):
    page = new_page(java_script_enabled=False)
    sign_in(page, staff)
    page.goto(address("follow_up", campaign.pk))
    expect(page.locator("figure.chart table")).to_be_visible()
    page.goto(address("export", campaign.pk))
    with page.expect_download() as download:
        page.get_by_role("button", name="Télécharger le classeur").click()
    assert download.value.suggested_filename == "session-quatre-pseudonymise.xlsx"
