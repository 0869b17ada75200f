"""Random campaigns, answered at random, over random workbooks: as rows (see naive.py), and as rows of the database."""

from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from hypothesis import strategies as st

from evaluation.models import Answer, Case, Coding, Criterion, Evaluation, Question
from tests.evaluation.random_workbooks import AS_OF, CRITERIA, NAMES, VALUES, often, store, workbooks
from tests.factories import (
    CampaignFactory,
    InvitationFactory,
    ItemFactory,
    QuestionFactory,
    ResponseFactory,
    UserFactory,
)

PARIS = ZoneInfo("Europe/Paris")
DAYS = st.sampled_from(["2025-06-29", AS_OF, "2025-07-01"])
HOURS = {"2025-06-29": time(12), AS_OF: time(23, 59), "2025-07-01": time(0, 1)}  # around midnight in Paris
KINDS = {
    "oui_non": Question.Kind.YES_NO,
    "un_choix": Question.Kind.SINGLE,
    "plusieurs_choix": Question.Kind.MULTIPLE,
    "grille": Question.Kind.GRID,
    "texte": Question.Kind.TEXT,
}
WORDS = st.sampled_from(list(VALUES))
SPOKEN_OF = st.sampled_from([None, *CRITERIA])


@st.composite
def answered_workbooks(draw):
    """One participation at least is counted, and answered for more often than the others."""
    workbook = draw(workbooks())
    trained = {"session": 1, "territoire": NAMES[0], "statut": "forme", "perimetre": "oui"}
    key = ("session", "territoire")
    others = [row for row in workbook["participations"] if any(row[name] != trained[name] for name in key)]
    questions = draw(st.lists(questions_(), min_size=1, max_size=4))
    responses = st.builds(
        lambda of, sent, given: {name: of[name] for name in key} | {"envoyee": sent, "reponses": given},
        st.sampled_from([trained, trained, *others]),
        often(AS_OF, "2025-06-29", "2025-07-01", ""),
        st.tuples(*(answers_(question) for question in questions)).map(list),
    )
    found = draw(st.lists(responses, min_size=1, max_size=5))
    return workbook | {"participations": [trained, *others], "questions": questions, "reponses": found}


@st.composite
def questions_(draw):
    kind = draw(st.sampled_from(list(KINDS)))
    lines = draw(st.lists(st.tuples(SPOKEN_OF, WORDS), min_size=1, max_size=3))
    return {"nature": kind, "critere": draw(SPOKEN_OF) if kind == "oui_non" else None, "lignes": lines}


def answers_(question):
    row = st.integers(0, len(question["lignes"]) - 1)
    value = {
        "oui_non": WORDS,
        "un_choix": row,
        "plusieurs_choix": st.lists(row, unique=True, min_size=1).map(sorted),
        "grille": st.dictionaries(row, WORDS, min_size=1),
        "texte": st.lists(st.tuples(st.sampled_from(CRITERIA), WORDS), max_size=2, unique_by=lambda said: said[0]),
    }[question["nature"]]
    return st.fixed_dictionaries(
        {
            "question": st.just(question),
            "valeur": st.one_of(value, value, value, st.none()),
            "posee": often(True, False),
            "enregistree": DAYS,
        }
    )


# In the database ----------------------------------------------------------------------------------


def store_answered(workbook) -> Evaluation:
    evaluation = store(workbook)
    campaign = CampaignFactory(evaluation=evaluation, running=True)
    stored = [_question(campaign, question) for question in workbook["questions"]]
    cases = {
        (case.participation.session.number, case.label): case for case in Case.objects.filter(evaluation=evaluation)
    }
    for row in workbook["reponses"]:
        sent = at(row["envoyee"]) if row["envoyee"] else None
        invitation = InvitationFactory(campaign=campaign, case=cases[row["session"], row["territoire"]])
        response = ResponseFactory(invitation=invitation, started_at=sent or at(AS_OF), submitted_at=sent)
        for (question, items), answer in zip(stored, row["reponses"], strict=True):
            _answer(response, question, items, answer)
    return evaluation


def at(day: str) -> datetime:
    return datetime.combine(date.fromisoformat(day), HOURS[day], PARIS)


def _question(campaign, question):
    kind = KINDS[question["nature"]]
    row = QuestionFactory(page__version=campaign.version, kind=kind, criterion_id=question["critere"])
    if kind not in Question.WITH_ITEMS:
        return row, []
    return row, [
        ItemFactory(question=row, criterion_id=criterion, value=VALUES[word]) for criterion, word in question["lignes"]
    ]


def _answer(response, question, items, given):
    value, said = given["valeur"], []
    if value is not None:
        if question.kind == Question.Kind.TEXT:
            value, said = "un texte", value
        elif question.kind == Question.Kind.YES_NO:
            value = VALUES[value]
        elif question.kind == Question.Kind.SINGLE:
            value = items[value].pk
        elif question.kind == Question.Kind.MULTIPLE:
            value = [items[chosen].pk for chosen in value]
        else:
            value = {str(items[row].pk): VALUES[word] for row, word in value.items()}
    saved = {"is_asked": given["posee"], "saved_at": at(given["enregistree"])}
    answer = Answer.objects.create(response=response, question=question, value=value, **saved)
    for code, word in said:
        criterion = Criterion.objects.get(pk=code)
        Coding.objects.create(answer=answer, criterion=criterion, value=VALUES[word], revision=1, by=UserFactory())
