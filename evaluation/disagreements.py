"""Persons who answer for the same case and do not say the same: found, and laid side by side for someone to rule."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from django.db.models import Prefetch, QuerySet

from evaluation import answers, quoting
from evaluation.answers import Said
from evaluation.criteria import ACTIVITIES, NOTHING
from evaluation.models import Answer, Case, Coding, Evaluation, Evidence, Item, Question, Response, Version
from evaluation.questionnaires import values
from evaluation.verdicts import Tally

VALUES = dict(Evidence.Value.choices)


@dataclass(frozen=True)
class Disagreement:
    """What the persons of a case say of one criterion: ``tally`` counts persons; one who says two things is in both."""

    case_id: int
    criterion: str
    tally: Tally

    @property
    def sides(self) -> list[tuple[int, str]]:
        """``[(2, "oui"), (1, "non")]``."""
        counts = zip((self.tally.yes, self.tally.no, self.tally.unknown), VALUES.values(), strict=True)
        return [(count, word) for count, word in counts if count]


def find(evaluation: Evaluation, cases: QuerySet[Case]) -> list[Disagreement]:
    """The criteria on which persons of one of ``cases`` do not all say the same; five queries.

    « Rien » = oui is a non on each of the five activities, as in the verdicts. Who says nothing of a criterion
    contradicts nobody.
    """
    several = [case for case, persons in answers.respondents(evaluation, cases).items() if persons > 1]
    if not several:
        return []
    heard: dict[tuple[int, str], dict[str, set[int]]] = defaultdict(lambda: defaultdict(set))
    for case, response, one in answers.said(evaluation, cases.filter(pk__in=several)):
        for weighing in _weighing(one):
            heard[case, weighing.criterion][weighing.value].add(response)
    return [
        Disagreement(case, criterion, _persons(said))
        for (case, criterion), said in heard.items()
        if len(said) > 1 and len(set().union(*said.values())) > 1
    ]


def _weighing(one: Said) -> list[Said]:
    if one.criterion != NOTHING:
        return [one]
    if one.value != Evidence.Value.YES:
        return []
    return [replace(one, criterion=activity, value=Evidence.Value.NO) for activity in ACTIVITIES]


def _persons(said: Mapping[str, set[int]]) -> Tally:
    return Tally(*(len(said.get(value, ())) for value in VALUES))


# Side by side -------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Column:
    """A person who answered. ``is_counted``: by the evaluation's date."""

    response: Response
    attribution: str
    is_counted: bool


@dataclass(frozen=True)
class Reply:
    """What one person answers on one line; no words where they were not asked, or did not answer."""

    column: Column
    words: str = ""
    answer: Answer | None = None


@dataclass(frozen=True)
class Line:
    """A question, or a row of a grid (``of`` which question), and what each person answers.

    ``placed`` is what stands there.
    """

    label: str
    of: str
    is_text: bool
    replies: list[Reply]
    placed: list[Any]

    @property
    def differs(self) -> bool:
        return not self.is_text and len({reply.words for reply in self.replies if reply.words}) > 1


@dataclass(frozen=True)
class Sheet:
    """The persons who answered the same version, side by side; no line for what nobody answered."""

    version: Version
    columns: list[Column]
    lines: list[Line]


def side_by_side(case: Case, to_place: Mapping[str, Any], *, reader) -> list[Sheet]:
    """Every submitted response of ``case``, by version; what is ``to_place`` of a criterion stands on the first line
    that speaks of it. Seven queries at most."""
    by_version: dict[int, list[Column]] = defaultdict(list)
    submitted = Response.objects.submitted(case.evaluation).filter(invitation__case=case)
    for response in submitted.select_related(
        "invitation__case", "invitation__trainee__actor", "invitation__campaign__evaluation"
    ).order_by("submitted_at", "pk"):
        is_counted = response.submitted_at <= case.evaluation.as_of_ends
        column = Column(response, quoting.attribution(response, reader), is_counted)
        by_version[response.invitation.campaign.version_id].append(column)
    versions = Version.objects.in_full().in_bulk(by_version)
    given = _given(column.response for columns in by_version.values() for column in columns)
    pending = dict(to_place)
    return [
        Sheet(versions[version], columns, list(_lines(versions[version], columns, given, pending)))
        for version, columns in by_version.items()
    ]


Given = dict[tuple[int, int], Answer]
"""Answers by response and question."""


def _given(responses: Iterable[Response]) -> Given:
    codings = Coding.objects.select_related("criterion", "answer").order_by("pk")
    found = Answer.objects.given().filter(response__in=list(responses)).select_related("question")
    found = found.prefetch_related(Prefetch("codings", codings))
    return {(answer.response_id, answer.question_id): answer for answer in found}


def _lines(version: Version, columns: Iterable[Column], given: Given, pending: dict[str, Any]) -> Iterator[Line]:
    """Takes from ``pending`` what is placed."""
    for question in version.questions:
        answered = [(column, given.get((column.response.pk, question.pk))) for column in columns]
        is_grid = question.kind == Question.Kind.GRID
        for row in question.items.all() if is_grid else [None]:
            replies = [_reply(column, question, row, answer) for column, answer in answered]
            if any(reply.words for reply in replies):
                codes = _codes(question, row, [answer for _, answer in answered if answer])
                placed = [pending.pop(code) for code in codes if code in pending]
                label, of = (row.label, question.label) if row else (question.label, "")
                yield Line(label, of, question.kind == Question.Kind.TEXT, replies, placed)


def _reply(column: Column, question: Question, row: Item | None, answer: Answer | None) -> Reply:
    if answer is None:
        return Reply(column)
    if row is None:
        return Reply(column, values.words(question, answer.value), answer)
    return Reply(column, values.YES_NO_WORDS.get(answer.value.get(str(row.pk)), ""), answer)


def _codes(question: Question, row: Item | None, given: Iterable[Answer]) -> list[str]:
    """The criteria that a line speaks of."""
    if row is not None:
        return [row.criterion_id]
    codes = [question.criterion_id, *(item.criterion_id for item in question.items.all())]
    return list(dict.fromkeys([*codes, *(coding.criterion_id for answer in given for coding in answer.codings.all())]))
