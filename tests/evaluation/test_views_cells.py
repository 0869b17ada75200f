"""A cell's page: why, who says what, what was decided, and deciding."""

import pytest
from django.urls import reverse

from evaluation import operations
from evaluation.models import Criterion, Ruling
from tests.evaluation.test_views_dossier import get
from tests.factories import CaseFactory, EvidenceFactory, RulingFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def claire(client):
    user = UserFactory(is_staff=True, name="Claire Exemple")
    client.force_login(user)
    return user


@pytest.fixture
def case():
    return CaseFactory(label="Ville-Exemple")


def show(client, case, criterion="meeting") -> tuple[str, dict]:
    return get(client, "cell", case.evaluation, case.pk, criterion)


def decide(client, case, criterion="meeting", *, query="", **data):
    address = reverse("evaluation:rule", args=[case.evaluation.code, case.pk, criterion])
    return client.post(address + query, data)


def withdraw(client, ruling, query=""):
    return client.post(reverse("evaluation:withdraw_ruling", args=[ruling.case.evaluation.code, ruling.pk]) + query)


def test_statements_with_source_grade_date_reference_and_quote(client, claire, case):
    EvidenceFactory(
        case=case, source="interview", date="2025-03-02", reference="entretien, p. 3", quote="nous nous réunissons"
    )
    EvidenceFactory(case=case, source="document", value="no", reference="tableau")
    shown, _ = show(client, case)
    assert "à vérifier Les constats se contredisent : 1 constat dit « oui », 1 dit « non »" in shown
    assert "oui – entretien, 2 mars 2025 (niveau de preuve 2 sur 4 : recueilli en entretien)" in shown
    assert "non – document (niveau de preuve 3 sur 4 : documenté)" in shown
    assert "nous nous réunissons" in shown
    assert "entretien, p. 3" in shown


def test_a_statement_that_does_not_count_says_why(client, claire, case):
    EvidenceFactory(case=case, date="2026-01-01")
    shown, context = show(client, case)
    assert "Non compté : daté d'après l'état des lieux" in shown
    assert context["shown"].cell.evidence == 0


def test_nothing_said_yes_is_shown_as_a_no(client, claire, case):
    EvidenceFactory(case=case, criterion_id="nothing")
    shown, _ = show(client, case)
    assert "cela compte comme un « non » pour chacune des cinq démarches" in shown
    assert "Compte comme un « non » pour cette démarche" in shown


def test_nothing_is_derived_and_cannot_be_ruled_on(client, claire, case):
    shown, context = show(client, case, "nothing")
    assert [criterion.code for criterion, _ in context["derived_from"]] == [
        *("mapping", "diagnostic", "mutualisation", "meeting", "other")
    ]
    assert "ne s'arbitre pas" in shown
    assert "Enregistrer l'arbitrage" not in shown
    assert decide(client, case, "nothing", value="yes", reason="motif").status_code == 404


def test_still_active_leads_to_the_meeting(client, claire, case):
    EvidenceFactory(case=case, criterion_id="still_active")
    EvidenceFactory(case=case, value="no")
    shown, context = show(client, case, "still_active")
    assert context["shown"].cell.verdict.code == "no"
    assert [criterion.code for criterion, _ in context["derived_from"]] == ["meeting"]
    assert "Activité, d'après les constats ● oui" in shown
    assert [s.evidence.criterion_id for s in context["statements"]] == ["still_active"]


def test_deciding_changes_the_verdict_and_keeps_the_filters(client, claire, case):
    EvidenceFactory(case=case, value="unknown")
    response = decide(client, case, value="no", reason="aucune trace", query="?session=1")
    assert response.url == reverse("evaluation:cell", args=[case.evaluation.code, case.pk, "meeting"]) + "?session=1"
    ruling = Ruling.objects.get()
    assert (ruling.by, ruling.value, ruling.reason) == (claire, "no", "aucune trace")
    shown, context = show(client, case)
    assert context["shown"].cell.verdict.code == "no"
    assert "L'arbitrage est enregistré" in shown
    assert "Un arbitrage dit « non » : il l'emporte" in shown
    assert "aucune trace" in shown
    assert "par Claire Exemple" in shown


@pytest.mark.parametrize(
    ("data", "field"),
    [({"value": "no"}, "reason"), ({"value": "no", "reason": "  "}, "reason"), ({"reason": "x"}, "value")],
)
def test_an_incomplete_decision_is_told_beside_its_field_and_nothing_typed_is_lost(client, claire, case, data, field):
    response = decide(client, case, **data)
    assert response.status_code == 200
    assert list(response.context["form"].errors) == [field]
    assert f'id="id_{field}_error"' in response.content.decode()
    assert {name: response.context["form"][name].value() for name in data} == data
    assert not Ruling.objects.exists()


def test_a_decision_is_oui_or_non(client, claire, case):
    assert decide(client, case, value="unknown", reason="x").context["form"].errors["value"]


def test_history_tells_every_decision(client, claire, case):
    criterion = Criterion.objects.get(code="meeting")
    paul = UserFactory(name="Paul Exemple")
    operations.rule(case=case, criterion=criterion, value="yes", reason="premier motif", by=None)
    second = operations.rule(case=case, criterion=criterion, value="no", reason="second motif", by=paul)
    operations.withdraw_ruling(ruling=second, by=claire)
    shown, context = show(client, case)
    assert [ruling.reason for ruling in context["rulings"]] == ["premier motif", "second motif", "premier motif"]
    assert "par l'import d'un classeur" in shown
    assert "remise en vigueur" in shown
    assert "Remplacée le" in shown
    assert "Retirée le" in shown
    assert shown.count("en vigueur") == 2  # what is in force, and that it was put back


def test_withdrawing_asks_first_and_says_what_follows(client, claire, case):
    first = RulingFactory(case=case, reason="premier")
    assert "Les constats décideront de nouveau" in show(client, case)[0]
    second = operations.rule(case=case, criterion=first.criterion, value="no", reason="second", by=claire)
    assert "La décision précédente (« oui ») s'appliquera de nouveau" in show(client, case)[0]
    response = withdraw(client, second, "?session=1")
    assert response.url.endswith("/meeting/?session=1")
    assert "la décision précédente s'applique de nouveau" in show(client, case)[0]
    assert Ruling.objects.in_force().get().reason == "premier"


def test_withdrawing_a_ruling_replaced_meanwhile_changes_nothing(client, claire, case):
    first = RulingFactory(case=case)
    second = operations.rule(case=case, criterion=first.criterion, value="no", reason="second", by=claire)
    withdraw(client, first)
    assert "n'est plus en vigueur" in show(client, case)[0]
    assert Ruling.objects.in_force().get() == second


def test_a_steering_reader_reads_the_history_and_decides_nothing(client, case):
    RulingFactory(case=case, reason="motif à lire")
    client.force_login(UserFactory(is_steering_reader=True))
    shown, _ = show(client, case)
    assert "motif à lire" in shown
    assert "Retirer l'arbitrage" not in shown
    assert "Enregistrer l'arbitrage" not in shown
