"""What is entered by hand leaves its trace (``evaluation/recording.py``)."""

import pytest
from django.urls import reverse

from accounts.history import history_of
from evaluation import recording
from evaluation.models import Evidence
from tests.factories import CaseFactory, EvidenceFactory, PublishedFigureFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def by():
    return UserFactory(is_staff=True, name="Claude Fictif")


def told(record) -> list[tuple]:
    events = history_of(record)
    return [(e.action, e.who, {c.name: (c.before, c.after) for c in e.changes}) for e in events]


def test_a_correction_tells_what_it_changed(by):
    evidence = EvidenceFactory(value=Evidence.Value.YES)
    evidence.value = Evidence.Value.NO
    recording.keep(row=evidence, by=by)
    assert told(evidence.case) == [("constat : correction", "Claude Fictif", {"valeur": ("oui", "non")})]
    assert Evidence.objects.get().value == Evidence.Value.NO


def test_saving_what_is_already_there_leaves_no_trace(by):
    evidence = EvidenceFactory()
    recording.keep(row=evidence, by=by)
    assert told(evidence.case) == []


def test_what_was_deleted_can_be_read_in_its_trace(by):
    evidence = EvidenceFactory(quote="Réunion tenue en mai")
    case = evidence.case
    recording.remove(row=evidence, by=by)
    [(action, who, said)] = told(case)
    assert (action, who, said["citation"]) == ("constat : suppression", "Claude Fictif", (None, "Réunion tenue en mai"))
    assert not Evidence.objects.exists()


def test_a_published_figure_is_traced_on_its_evaluation(by):
    figure = PublishedFigureFactory(value=3)
    figure.value = 4
    recording.keep(row=figure, by=by)
    assert told(figure.evaluation) == [("chiffre publié : correction", "Claude Fictif", {"valeur publiée": ("3", "4")})]


def test_the_team_reads_the_history_on_the_case_and_nobody_else(client, by):
    case = CaseFactory()
    recording.keep(row=EvidenceFactory.build(case=case, criterion_id="meeting", quote="trace-à-lire"), by=by)
    address = reverse("evaluation:case", args=[case.evaluation.code, case.pk])
    for user, reads in ((by, True), (UserFactory(is_steering_reader=True), False)):
        client.force_login(user)
        assert ("Historique de ce qui a été saisi" in client.get(address).content.decode()) is reads


def test_every_entry_page_leaves_a_trace(client, by):
    case = CaseFactory()
    client.force_login(by)
    code = case.evaluation.code
    posts = [
        ("evidence_add", [code, case.pk, "meeting"], {"value": "yes", "source": "document", "reference": "page 3"}),
        ("interview_edit", [code, case.pk], {"structures": "CCAS fictif"}),
        ("respondents_edit", [code, case.pk], {"count": 2}),
        ("interview_delete", [code, case.pk], {}),
    ]
    for name, args, form in posts:
        assert client.post(reverse(f"evaluation:{name}", args=args), form).status_code == 302
    actions = [action for action, _, _ in told(case)]
    assert actions == [
        "entretien : suppression",
        "nombre de répondants : ajout",
        "entretien : ajout",
        "constat : ajout",
    ]
