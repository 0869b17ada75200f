"""What people answer, derived when read and never stored (contract, "Answers of a campaign count once submitted").

Each submitted response is a person who answered. Of its answers that are still asked, a yes/no speaks of its
criterion, a chosen option and a grid's row of theirs, and a coding says what the team reads in a free text. A
statement is dated of the later of the submission and of the answer's last saving.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import Count, F, Q, QuerySet
from django.utils import timezone

from evaluation import quoting
from evaluation.models import Answer, Campaign, Case, Coding, Criterion, Evaluation, Evidence, Item, Question, Response
from evaluation.permissions import can_read_answers
from evaluation.verdicts import Tally


@dataclass(frozen=True)
class Said:
    """What an answer says of one criterion; ``item`` is the option or row that says it, if any."""

    criterion: str
    value: str
    item: int | None = None


@dataclass(frozen=True)
class Feed:
    """What the answers to one question say: of its own criterion, or of those of its items, by their ids."""

    kind: str
    criterion: str | None = None
    items: dict[int, tuple[str, str]] = field(default_factory=dict)

    def said(self, value: Any) -> list[Said]:
        """``value`` has the shape of the question's kind (``evaluation/questionnaires/conditions.py``)."""
        if self.kind == Question.Kind.YES_NO:
            return [Said(self.criterion, value)]
        if self.kind == Question.Kind.GRID:
            rows = ((int(item), said) for item, said in value.items())
            return [Said(self.items[item][0], said, item) for item, said in rows if item in self.items]
        chosen = value if self.kind == Question.Kind.MULTIPLE else [value]
        return [Said(*self.items[item], item) for item in chosen if item in self.items]


def feeds(questions: QuerySet[Question]) -> dict[int, Feed]:
    """Those of ``questions`` whose answers speak of criteria, by id; two queries."""
    found = {
        pk: Feed(kind, criterion)
        for pk, kind, criterion in questions.filter(criterion__isnull=False)
        .order_by()
        .values_list("pk", "kind", "criterion_id")
    }
    items = Item.objects.filter(question__in=questions.order_by(), criterion__isnull=False).order_by()
    for pk, question, kind, criterion, value in items.values_list(
        "pk", "question_id", "question__kind", "criterion_id", "value"
    ):
        found.setdefault(question, Feed(kind)).items[pk] = (criterion, value)
    return found


def respondents(evaluation: Evaluation, cases: QuerySet[Case]) -> dict[int, int]:
    """How many persons answered for each of ``cases``, by the evaluation's date."""
    counted = Response.objects.counted(evaluation).filter(invitation__case__in=cases.order_by().values("pk"))
    return dict(counted.order_by().values_list("invitation__case").annotate(Count("pk")))


def said(evaluation: Evaluation, cases: QuerySet[Case]) -> Iterator[tuple[int, int, Said]]:
    """All that counts of what was answered for ``cases``: case, response, and what it says; four queries."""
    about = {"response__invitation__case__in": cases.order_by().values("pk")}
    known = feeds(Question.objects.filter(page__version__campaigns__evaluation=evaluation).distinct())
    answers = Answer.objects.counted(evaluation).filter(question__in=known, **about).order_by()
    columns = ("response__invitation__case_id", "response_id", "question_id", "value")
    for case, response, question, value in answers.values_list(*columns).iterator():
        for one in known[question].said(value):
            yield case, response, one
    texts = Answer.objects.counted(evaluation).filter(**about).order_by()
    codings = Coding.objects.filter(answer__in=texts).order_by()
    columns = ("answer__response__invitation__case_id", "answer__response_id", "criterion_id", "value")
    for case, response, criterion, value in codings.values_list(*columns):
        yield case, response, Said(criterion, value)


def tallies(evaluation: Evaluation, cases: QuerySet[Case]) -> dict[int, dict[str, Tally]]:
    """What was answered for ``cases``, counted: by case, by criterion."""
    counts = Counter((case, one.criterion, one.value) for case, _, one in said(evaluation, cases))
    found: dict[int, dict[str, Tally]] = defaultdict(dict)
    for case, criterion in {(case, criterion) for case, criterion, _ in counts}:
        found[case][criterion] = Tally(*(counts[case, criterion, value] for value in Evidence.Value))
    return found


@dataclass(frozen=True)
class Turnout:
    """How far a campaign is: ``answered`` persons out of those ``asked``; ``late`` answered after the evaluation's
    date, and are not counted by it."""

    campaign: Campaign
    asked: int
    answered: int
    late: int


def turnout(evaluation: Evaluation, cases: QuerySet[Case]) -> list[Turnout]:
    """The launched campaigns of an evaluation, as far as they ask about ``cases``; one query."""
    about = Q(invitations__case__in=cases.order_by().values("pk"))
    submitted = about & Q(invitations__response__submitted_at__isnull=False)
    campaigns = evaluation.campaigns.exclude(state=Campaign.State.DRAFT).annotate(
        asked=Count("invitations", filter=about & Q(invitations__ended_at=None) | submitted),
        answered=Count("invitations", filter=submitted),
        late=Count("invitations", filter=about & Q(invitations__response__submitted_at__gt=evaluation.as_of_ends)),
    )
    return [Turnout(found, found.asked, found.answered, found.late) for found in campaigns if found.asked]


# Statement by statement ---------------------------------------------------------------------------


def evidence(evaluation: Evaluation, cases: Iterable[Case], codes: Iterable[str], *, reader=None) -> list[Evidence]:
    """What was answered for ``cases`` about ``codes``, each as unsaved evidence that knows its ``record``, a response.

    Those dated after the state of play are among them: a cell shows them as left out. ``about`` gives the question in
    words. A person's own words, and whose they are (``attribution``), are there if ``reader`` may read them; who
    answered what, the team alone knows (``evaluation/quoting.py``).
    """
    by_pk = {case.pk: case for case in cases}
    responses = (
        Response.objects.submitted(evaluation)
        .filter(invitation__case__in=by_pk)
        .select_related(
            "invitation__case",
            "invitation__trainee__actor",
            "invitation__campaign__evaluation",
            "invitation__campaign__version__questionnaire",
        )
        .in_bulk()
    )
    if not responses:
        return []
    criteria = Criterion.objects.select_related("family").in_bulk({*codes})
    versions = {response.invitation.campaign.version_id for response in responses.values()}
    questions = Question.objects.filter(page__version__in=versions).annotate(version=F("page__version"))
    ranks = _ranked(questions.order_by("page__position", "page_id", "position", "pk"), "version")
    writer = _Writer(by_pk, criteria, reader, ranks)
    return [*_structured(responses, feeds(questions), writer), *_coded(responses, writer)]


def _ranked(rows: Iterable[Question | Item], parent: str) -> dict[int, tuple[int, str]]:
    """The rank from 1 under its ``parent``, and the label, of each of ``rows``, which come in order."""
    ranks: dict[int, int] = defaultdict(int)
    found = {}
    for row in rows:
        ranks[getattr(row, parent)] += 1
        found[row.pk] = (ranks[getattr(row, parent)], row.label)
    return found


def _structured(responses: Mapping[int, Response], known: Mapping[int, Feed], writer: "_Writer") -> Iterator[Evidence]:
    answers = (
        Answer.objects.given().filter(response__in=responses, question__in=known).order_by("response_id", "question_id")
    )
    items = _ranked(Item.objects.filter(question__in=known).order_by("position", "pk"), "question_id")
    for answer in answers.order_by("response_id", "question_id"):
        for one in known[answer.question_id].said(answer.value):
            if one.criterion in writer.criteria:
                yield writer.statement(responses[answer.response_id], answer, one, items.get(one.item))


def _coded(responses: Mapping[int, Response], writer: "_Writer") -> Iterator[Evidence]:
    codings = Coding.objects.filter(
        answer__in=Answer.objects.given().filter(response__in=responses), criterion__in=writer.criteria
    )
    for coding in codings.select_related("answer").order_by("answer__response_id", "answer_id", "pk"):
        response = responses[coding.answer.response_id]
        found = writer.statement(response, coding.answer, Said(coding.criterion_id, coding.value))
        found.is_outdated = coding.is_outdated
        if quoting.may_quote(response, writer.reader, is_withheld=coding.answer.is_withheld):
            found.quote = words_coded(coding)
            found.attribution = quoting.attribution(response, writer.reader)
        yield found


def words_coded(coding: Coding) -> str:
    """The excerpt that was coded while the text still has it, the text otherwise."""
    text = coding.answer.value
    return coding.excerpt if coding.excerpt and coding.excerpt in text else text


@dataclass(frozen=True)
class _Writer:
    """Writes what is said as evidence, for one reader. Of each question, ``questions`` has the rank and the words."""

    cases: Mapping[int, Case]
    criteria: Mapping[str, Criterion]
    reader: Any
    questions: Mapping[int, tuple[int, str]]

    def statement(self, response: Response, answer: Answer, one: Said, item: tuple[int, str] | None = None) -> Evidence:
        number, question = self.questions[answer.question_id]
        row, words = item or (0, "")
        found = Evidence(
            case=self.cases[response.invitation.case_id],
            criterion=self.criteria[one.criterion],
            value=one.value,
            source=Evidence.Source.QUESTIONNAIRE,
            reference=self._reference(response, number, row),
            date=statement_day(response, answer),
        )
        found.record = response
        found.about = f"{question} – {words}" if words else question
        found.attribution = ""
        found.is_outdated = False
        return found

    def _reference(self, response: Response, question: int, row: int) -> str:
        """Which response it is tells the team who answered; to others it would tie together what one person said."""
        title = f"questionnaire « {response.invitation.campaign.version.questionnaire} »"
        if self.reader is not None and not can_read_answers(self.reader):
            return title
        line = f", ligne {row}" if row else ""
        return f"{title}, réponse n° {response.pk}, question {question}{line}"


def statement_day(response: Response, answer: Answer) -> date:
    """The Paris day of what an answer states: when it was sent, or last saved if that was later."""
    return timezone.localdate(max(response.submitted_at, answer.saved_at))


def response_named(reference: str) -> int | None:
    """The number of the response that a statement's reference names."""
    found = re.search(r" », réponse n° (\d+), question \d", reference)
    return int(found[1]) if found else None
