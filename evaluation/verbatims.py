"""What was said in so many words: free texts of counted answers, and the quotes of stored statements."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from django.db.models import Count, F, QuerySet

from alimactiv.text import normalised
from evaluation import answers, quoting
from evaluation.models import Answer, Case, Coding, Criterion, Evaluation, Evidence, Question
from evaluation.permissions import can_read_answers

UNCODED, OUTDATED = "a-coder", "a-relire"
STATES = {UNCODED: "pas encore codés", OUTDATED: "changés depuis leur codage"}


@dataclass(frozen=True)
class Wanted:
    """What a reader looks for; nothing: everything."""

    case: Case | None = None
    criterion: Criterion | None = None
    question: str = ""
    """Its label: the same question has an id in each version."""
    state: str = ""
    words: str = ""


@dataclass(frozen=True)
class Verbatim:
    """A person's words: the answer to a question, or the quote of a statement."""

    case: Case
    words: str
    day: date | None
    attribution: str = ""
    answer: Answer | None = None
    codings: list[Coding] = field(default_factory=list)
    evidence: Evidence | None = None

    @property
    def is_answer(self) -> bool:
        return self.answer is not None


Key = tuple[str, int, str, int]
"""« answer » or « evidence », session, territory, id: what sorts verbatims, answers first, and names one."""


def search(evaluation: Evaluation, cases: QuerySet[Case], wanted: Wanted, *, reader) -> list[Key]:
    """What ``reader`` may read about ``cases``, in order; two queries."""
    if wanted.case:
        cases = cases.filter(pk=wanted.case.pk)
    texts = _texts(evaluation, cases, reader)
    quotes = _quotes(evaluation, cases)
    if wanted.criterion:
        texts = texts.filter(codings__criterion=wanted.criterion)
        quotes = quotes.filter(criterion=wanted.criterion)
    if wanted.question:
        texts = texts.filter(question__label=wanted.question)
    if wanted.state == UNCODED:
        texts = texts.filter(codings=None)
    elif wanted.state == OUTDATED:
        texts = texts.filter(codings__in=Coding.objects.exclude(revision=F("answer__revision")))
    if wanted.question or wanted.state:
        quotes = quotes.none()
    about = "response__invitation__case__"
    found = [
        *_keys("answer", texts.distinct(), about, "value", wanted.words),
        *_keys("evidence", quotes, "case__", "quote", wanted.words),
    ]
    return sorted(found)


def _keys(kind: str, rows: QuerySet, case: str, text: str, words: str) -> Iterable[Key]:
    columns = ("pk", f"{case}participation__session__number", f"{case}label")
    looked_for = normalised(words).split()
    if not looked_for:
        return [(kind, number, label, pk) for pk, number, label in rows.order_by().values_list(*columns)]
    return [
        (kind, number, label, pk)
        for pk, number, label, said in rows.order_by().values_list(*columns, text).iterator()
        if all(word in normalised(said) for word in looked_for)
    ]


def fetch(keys: Iterable[Key], *, reader) -> list[Verbatim]:
    """The verbatims of ``keys``, found for the same ``reader``, in their order; four queries."""
    keys = list(keys)
    texts = (
        Answer.objects.filter(pk__in=[pk for kind, *_, pk in keys if kind == "answer"])
        .select_related(
            "question", "response__invitation__case__participation__session", "response__invitation__trainee__actor"
        )
        .prefetch_related("codings__criterion")
    )
    quotes = Evidence.objects.filter(pk__in=[pk for kind, *_, pk in keys if kind == "evidence"])
    found = {("answer", answer.pk): of_answer(answer, reader=reader) for answer in texts}
    for quote in quotes.select_related("case__participation__session", "criterion"):
        found["evidence", quote.pk] = Verbatim(quote.case, quote.quote, quote.date, evidence=quote)
    return [found[kind, pk] for kind, *_, pk in keys]


def agreed(evaluation: Evaluation, cases: QuerySet[Case]) -> list[Verbatim]:
    """The free texts about ``cases`` that persons agreed to be quoted, signed as they agreed; two queries.

    By question in the order they are asked, then by session and territory.
    """
    texts = _texts(evaluation, cases, None).select_related(
        "question__page", "response__invitation__case__participation__session", "response__invitation__trainee__actor"
    )
    about = "response__invitation__case__"
    in_order = texts.order_by(
        *("question__page__position", "question__position", "question__label"),
        *(f"{about}participation__session__number", f"{about}label", "response_id", "pk"),
    )
    return [of_answer(answer, reader=None) for answer in in_order.prefetch_related("codings")]


def of_answer(answer: Answer, *, reader) -> Verbatim:
    response = answer.response
    return Verbatim(
        case=response.invitation.case,
        words=answer.value,
        day=answers.statement_day(response, answer),
        attribution=quoting.attribution(response, reader),
        answer=answer,
        codings=list(answer.codings.all()),
    )


def counts(evaluation: Evaluation, cases: QuerySet[Case], *, reader) -> Counter[str]:
    """How many verbatims ``reader`` may read on each criterion; two queries."""
    coded = Coding.objects.filter(answer__in=_texts(evaluation, cases, reader).order_by())
    found: Counter[str] = Counter()
    for rows in (coded, _quotes(evaluation, cases)):
        found.update(dict(rows.order_by().values_list("criterion").annotate(Count("pk"))))
    return found


def questions(evaluation: Evaluation) -> list[str]:
    """The free-text questions of its campaigns, in words."""
    asked = Question.objects.filter(kind=Question.Kind.TEXT, page__version__campaigns__evaluation=evaluation)
    labels = asked.order_by("page__position", "page_id", "position", "pk").values_list("label", flat=True)
    return list(dict.fromkeys(labels))


def next_uncoded(answer: Answer, evaluation: Evaluation, *, reader) -> Answer | None:
    """The text to be coded after ``answer``, or the first one."""
    uncoded = _texts(evaluation, evaluation.cases.counted(), reader).filter(codings=None).exclude(pk=answer.pk)
    return uncoded.filter(pk__gt=answer.pk).order_by("pk").first() or uncoded.order_by("pk").first()


def _texts(evaluation: Evaluation, cases: QuerySet[Case], reader) -> QuerySet[Answer]:
    texts = Answer.objects.counted(evaluation).filter(
        question__kind=Question.Kind.TEXT, response__invitation__case__in=cases.order_by().values("pk")
    )
    reads_all = reader is not None and can_read_answers(reader)
    return texts if reads_all else texts.filter(response__quoting__in=quoting.CONSENTING, is_withheld=False)


def _quotes(evaluation: Evaluation, cases: QuerySet[Case]) -> QuerySet[Evidence]:
    quoted = Evidence.objects.filter(case__in=cases.order_by().values("pk")).exclude(quote="")
    return quoted.dated_by(evaluation.as_of)
