"""Coding free texts (``evaluation/coding.py``)."""

import pytest
from django.core.exceptions import ValidationError

from accounts.history import history_of
from evaluation import coding
from evaluation.models import Answer, Coding, Criterion
from tests.evaluation.answered import answer_to, ask, campaign_of, respond
from tests.factories import CaseFactory, CodingFactory, UserFactory

pytestmark = pytest.mark.django_db
TEXT = "Le poste est resté vacant.\nPuis tout s’est arrêté."


@pytest.fixture
def claire():
    return UserFactory(is_staff=True, name="Claire Exemple")


@pytest.fixture
def answer():
    case = CaseFactory()
    campaign = campaign_of(case.evaluation)
    text = ask(campaign, "text", label="Racontez")
    return answer_to(respond(case, campaign, {text: TEXT}), text)


@pytest.fixture
def turnover():
    return Criterion.objects.get(pk="brake.people.turnover")


def history(answer) -> list[tuple]:
    events = history_of(answer.response.invitation.case)
    return [(e.action, e.who, {c.name: (c.before, c.after) for c in e.changes}) for e in events]


def test_a_text_is_coded_and_the_case_remembers_who_did(answer, turnover, claire):
    made = coding.code(answer=answer, criterion=turnover, value="yes", revision=1, by=claire)
    assert (made.answer, made.criterion, made.value, made.excerpt, made.revision, made.by) == (
        *(answer, turnover, "yes", ""),
        *(1, claire),
    )
    assert history(answer) == [
        (
            "texte codé",
            str(claire),
            {"question": (None, "Racontez"), "critère": (None, turnover.label), "ce que dit le texte": (None, "oui")},
        )
    ]


def test_coding_again_corrects_what_was_said(answer, turnover, claire):
    first = coding.code(answer=answer, criterion=turnover, value="yes", revision=1, by=claire)
    again = coding.code(answer=answer, criterion=turnover, value="no", excerpt="resté vacant", revision=1, by=claire)
    assert again == first
    assert (again.value, again.excerpt) == ("no", "resté vacant")
    assert [(action, changes["ce que dit le texte"]) for action, _, changes in history(answer)] == [
        ("codage revu", ("oui", "non")),
        ("texte codé", (None, "oui")),
    ]


def test_saying_the_same_leaves_no_trace(answer, turnover, claire):
    for _ in range(2):
        coding.code(answer=answer, criterion=turnover, value="yes", revision=1, by=claire)
    assert len(history(answer)) == 1


def test_a_text_read_again_is_no_longer_outdated(answer, turnover, claire):
    made = CodingFactory(answer=answer, criterion_id=turnover.pk)
    Answer.objects.update(revision=2)
    assert Coding.objects.get().is_outdated
    coding.code(answer=answer, criterion=turnover, value=made.value, revision=2, by=claire)
    assert not Coding.objects.get().is_outdated


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("resté vacant", "resté vacant"),
        ("  resté vacant.\r\nPuis tout ", "resté vacant.\nPuis tout"),
        ("vacant. Puis", "vacant.\nPuis"),
        ("   ", ""),
    ],
)
def test_an_excerpt_is_kept_as_the_text_has_it(answer, turnover, claire, typed, kept):
    made = coding.code(answer=answer, criterion=turnover, value="yes", excerpt=typed, revision=1, by=claire)
    assert made.excerpt == kept


def test_the_person_s_words_are_not_repeated_in_the_trace(answer, turnover, claire):
    made = coding.code(
        answer=answer, criterion=turnover, value="yes", excerpt="tout s’est arrêté", revision=1, by=claire
    )
    coding.uncode(coding=made, by=claire)
    assert "arrêté" not in repr(history(answer))


def test_taking_back_what_was_said(answer, turnover, claire):
    made = CodingFactory(answer=answer, criterion_id=turnover.pk)
    coding.uncode(coding=made, by=claire)
    assert not Coding.objects.exists()
    assert [action for action, *_ in history(answer)] == ["codage retiré"]


@pytest.mark.parametrize(
    ("change", "said", "words"),
    [
        ({"revision": 2}, {}, "a changé ce texte"),
        ({"value": None}, {}, "a retiré ce texte"),
        ({"is_asked": False}, {}, "a retiré ce texte"),
        ({}, {"value": "peut-être"}, "oui, non ou inconnu"),
        ({}, {"excerpt": "jamais écrit"}, "n’est pas dans le texte"),
    ],
)
def test_what_is_refused_changes_nothing(answer, turnover, claire, change, said, words):
    CodingFactory(answer=answer, criterion_id=turnover.pk)
    Answer.objects.update(**change)
    before = Coding.objects.values().get()
    with pytest.raises(ValidationError, match=words):
        coding.code(**{"answer": answer, "criterion": turnover, "value": "no", "revision": 1, "by": claire} | said)
    assert Coding.objects.values().get() == before
    assert history(answer) == []


def test_only_free_texts_are_coded(turnover, claire):
    case = CaseFactory()
    campaign = campaign_of(case.evaluation)
    question = ask(campaign, "yes_no", "meeting")
    answer = answer_to(respond(case, campaign, {question: "yes"}), question)
    with pytest.raises(ValidationError, match="textes libres"):
        coding.code(answer=answer, criterion=turnover, value="yes", revision=1, by=claire)
