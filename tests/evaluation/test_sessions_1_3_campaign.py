"""The report on sessions 1 to 3 once more, asked instead of transcribed.

The shipped workbook without what was stated and who answered; the shipped questionnaire put to the 19 persons of the 17
territories that answered; each answers what the workbook states of their territory. Every figure is then the import's.
"""

import csv
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping

import pytest
from django.utils import timezone

from evaluation.answering.operations import Given, save, start, submit
from evaluation.criteria import ACTIVITIES, NOTHING
from evaluation.models import Case, Evidence, Question, Respondents, Response
from evaluation.questionnaires import default
from evaluation.questionnaires.conditions import asked
from tests.evaluation.workbooks import Tables, as_folder, bring_in, figures
from tests.factories import CampaignFactory, InvitationFactory

pytestmark = pytest.mark.django_db
VALUES = {"oui": "yes", "non": "no", "inconnu": "unknown"}
Key = tuple[str, str]
"""Session and territory."""


@pytest.fixture
def tables(settings) -> Tables:
    """The workbook, as of today: what is answered now counts."""
    found = {}
    for file in (settings.BASE_DIR / "data" / "sessions-1-3").glob("*.csv"):
        with file.open(encoding="utf-8-sig", newline="") as text:
            found[file.stem] = list(csv.DictReader(text))
    found["evaluation"][0]["date"] = timezone.localdate().isoformat()
    return found


@pytest.fixture
def imported(tables, tmp_path) -> dict:
    """What the import gives, with each criterion's verdict by territory."""
    bring_in(as_folder(tmp_path / "import", tables))
    return figures("sessions-1-3")


@pytest.fixture
def answered(imported, tables, tmp_path) -> dict:
    """What the campaign gives, in an evaluation of its own: nothing of it is imported but its frame."""
    frame = tables | {"constats": [], "repondants": [], "evaluation": [tables["evaluation"][0] | {"code": "campagne"}]}
    evaluation = bring_in(as_folder(tmp_path / "frame", frame)).evaluation
    version = default.install().versions.get()
    campaign = CampaignFactory(running=True, evaluation=evaluation, version=version)
    questions = type(version).objects.in_full().get(pk=version.pk).questions
    stated = statements(tables["constats"])
    for row in tables["repondants"]:
        key = row["session"], row["territoire"]
        case = Case.objects.get(
            evaluation=evaluation, label=row["territoire"], participation__session__number=row["session"]
        )
        for person in range(int(row["nombre"])):
            invitation = InvitationFactory(campaign=campaign, case=case)
            start(invitation=invitation)
            known = what_is_known(stated[key], person, of=int(row["nombre"]))
            save(invitation=invitation, given=[Given(q, value, 0) for q, value in answers(questions, known).items()])
            submit(invitation=invitation, quoting="none")
    assert not Evidence.objects.filter(case__evaluation=evaluation).exists()
    assert not Respondents.objects.filter(case__evaluation=evaluation).exists()
    return figures("campagne")


def statements(constats: Iterable[Mapping[str, str]]) -> dict[Key, dict[str, set[str]]]:
    """What is stated of each territory, by criterion."""
    found: dict[Key, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    for row in constats:
        found[row["session"], row["territoire"]][row["critere"]].add(VALUES[row["valeur"]])
    return found


def what_is_known(stated: Mapping[str, set[str]], person: int, *, of: int) -> dict[str, str]:
    """What one of the persons of a territory knows of each criterion.

    Where what is stated contradicts itself, two persons say one thing each, and one alone does not know. « Rien »
    beside an activity is such a contradiction, on both.
    """
    said = {code: set(values) for code, values in stated.items()}
    if said.get(NOTHING) == {"yes"}:
        for activity in ACTIVITIES:
            if "yes" in said.get(activity, ()):
                said[activity].add("no")
                said[NOTHING].add("no")
    return {
        code: next(iter(values)) if len(values) == 1 else ["yes", "no"][min(person, 1)] if of > 1 else "unknown"
        for code, values in said.items()
    }


def answers(questions: Iterable[Question], known: Mapping[str, str]) -> dict[int, object]:
    """What the person answers to the questions that their answers lead to; nothing where nothing is to be said."""
    given: dict[int, object] = {}
    for question in questions:
        if question in asked(questions, given):
            value = answer(question, known)
            if value is not None:
                given[question.pk] = value
    return given


def answer(question: Question, known: Mapping[str, str]) -> object:
    items = list(question.items.all())
    if question.kind == Question.Kind.YES_NO:
        return known.get(question.criterion_id, "no" if question.required else None)
    if question.kind == Question.Kind.GRID:
        silence = "no" if question.required else None
        rows = {str(item.pk): known.get(item.criterion_id, silence) for item in items}
        return {row: value for row, value in rows.items() if value} or None
    if question.kind == Question.Kind.SINGLE and any(item.criterion_id == NOTHING for item in items):
        nothing, (something, dunno) = (
            next(item for item in items if item.criterion_id == NOTHING),
            [item for item in items if item.criterion_id != NOTHING],
        )
        return {"yes": nothing, "unknown": dunno}.get(known.get(NOTHING), something).pk
    return None


def test_the_17_territories_answer_by_19_persons(answered):
    persons = Counter(Response.objects.values_list("invitation__case__label", flat=True))
    assert (len(persons), persons.total()) == (17, 19)
    assert answered["figures"]["respondents"]["status"] == answered["figures"]["answering"]["status"] == "reconciled"


def test_every_figure_is_the_import_s(imported, answered):
    assert answered["figures"] == imported["figures"]


def test_every_cell_is_the_import_s(imported, answered):
    assert answered["matrix"] == imported["matrix"]


def test_the_questionnaire_asks_of_every_criterion(answered):
    """Else a figure would be the import's for want of anybody saying otherwise."""
    version = default.install().versions.get()
    about = set(Question.objects.filter(page__version=version).values_list("criterion", flat=True))
    about |= set(Question.objects.filter(page__version=version).values_list("items__criterion", flat=True))
    assert about - {None} == set(answered["matrix"][0]["cells"])
