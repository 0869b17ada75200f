"""Creating and editing sessions, and who takes part in them."""

import pytest
from django.urls import reverse

from evaluation.models import Case, Evaluation
from territories.models import Participation, TrainingSession
from tests.factories import (
    TerritoryFactory,
    TrainingSessionFactory,
)
from tests.pages import refusals, texts

pytestmark = pytest.mark.django_db


SESSION = {"number": "12", "region": "Bretagne", "start_year": "2026", "end_year": "2027", "status": "planned"}


def test_a_session_is_created_then_edited(staff):
    response = staff.post(reverse("territories:session_create"), SESSION)
    assert response.url == reverse("territories:session", args=[12])
    staff.post(reverse("territories:session_edit", args=[12]), SESSION | {"status": "open"})
    assert TrainingSession.objects.get(number=12).status == "open"


@pytest.mark.parametrize(
    ("change", "field", "reason"),
    [
        ({"number": "3"}, "number", "déjà ce numéro"),
        ({"number": "-1"}, "number", "0"),
        ({"region": ""}, "region", "obligatoire"),
        ({"start_year": "26"}, "start_year", "quatre chiffres"),
        ({"end_year": "2025"}, "end_year", "avant d’avoir commencé"),
    ],
)
def test_a_wrong_session_is_refused_beside_its_field(staff, participation, change, field, reason):
    found = refusals(staff.post(reverse("territories:session_create"), SESSION | change))
    assert list(found) == [field]
    assert reason in found[field]


def test_an_empty_session_says_how_to_start(staff):
    assert "Pas encore de territoire" in texts(staff.get(TrainingSessionFactory().get_absolute_url()))


def test_a_territory_is_added_to_a_session_without_javascript(staff):
    session, territory = TrainingSessionFactory(), TerritoryFactory(name="Bourg-Exemple")
    url = reverse("territories:session_participation_add", args=[session.number])
    typed = {"q": "bourg", "status": "selected", "comment": "Candidature reçue en mai"}
    page = texts(staff.post(url, typed | {"search": "1"}))
    assert f'value="{territory.pk}"' in page
    assert "Candidature reçue en mai" in page
    assert "obligatoire" not in page
    assert not session.participations.exists()
    response = staff.post(url, typed | {"territory": territory.pk})
    assert response.url == session.get_absolute_url()
    participation = session.participations.get()
    assert (participation.territory, participation.status) == (territory, "selected")
    found = refusals(staff.post(url, typed | {"territory": territory.pk}))
    assert "prend déjà part" in found["territory"]


def test_a_region_or_a_territory_without_department_takes_no_part(staff):
    """No workbook could carry it away, and no figure count it in its département."""
    url = reverse("territories:session_participation_add", args=[TrainingSessionFactory().number])
    for territory in (TerritoryFactory(kind="region", department=""), TerritoryFactory(kind="epci", department="")):
        found = refusals(staff.post(url, {"territory": territory.pk, "status": "selected"}))
        assert "n’est d’aucun département" in found["territory"]


@pytest.mark.parametrize("chosen", ["", "999999", "ici"])
def test_a_participation_needs_a_territory(staff, chosen):
    url = reverse("territories:session_participation_add", args=[TrainingSessionFactory().number])
    assert "territory" in refusals(staff.post(url, {"territory": chosen, "status": "selected"}))


def test_what_was_ticked_stays_ticked_among_other_results(staff):
    ticked, other = TerritoryFactory(name="Première"), TerritoryFactory(name="Seconde")
    url = reverse("territories:session_participation_add", args=[TrainingSessionFactory().number])
    response = staff.post(url, {"q": "seconde", "territory": ticked.pk, "search": "1"})
    offered = [choice.data for choice in response.context["form"]["territory"]]
    assert [(choice["value"], choice["selected"]) for choice in offered] == [(ticked.pk, True), (other.pk, False)]


def test_a_participations_status_and_comment_change(staff, participation):
    url = reverse("territories:session_participation_edit", args=[participation.pk])
    assert staff.post(url, {"status": "trained", "comment": "Oui"}).url == participation.session.get_absolute_url()
    participation.refresh_from_db()
    assert (participation.status, participation.comment) == ("trained", "Oui")


def test_a_participation_is_removed_by_post_alone(staff, participation):
    url = reverse("territories:session_participation_remove", args=[participation.pk])
    assert "effacées" in texts(staff.get(url))
    assert staff.post(url).url == participation.session.get_absolute_url()
    assert not Participation.objects.exists()


def test_a_participation_examined_by_an_evaluation_is_not_removed(staff, participation):
    evaluation = Evaluation.objects.create(code="essai", title="Essai", as_of="2025-12-31")
    Case.objects.create(evaluation=evaluation, participation=participation, label="Ici")
    response = staff.post(reverse("territories:session_participation_remove", args=[participation.pk]))
    assert response.status_code == 409
    assert "Une évaluation examine cette participation" in texts(response)
    assert Participation.objects.exists()
