"""What questionnaires say beyond the criteria: closed questions that feed none, and words that may be quoted.

A closed question is counted by persons, over the versions that ask it in the same words. Of each person only the case
is kept. Dates and grids are not told: a grid speaks of criteria.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from statistics import median
from typing import Any

from evaluation import quoting, verbatims
from evaluation.models import Answer, Evaluation, Evidence, Question
from evaluation.models.dossier import CaseQuerySet
from evaluation.questionnaires.values import YES_NO_WORDS, grouped, words
from evaluation.reporting.blocks import Block, Column, Quote, Quotes, Table, Text
from evaluation.reporting.quotes import in_print
from evaluation.reporting.release import NOT_TOLD, Release
from evaluation.reporting.wording import plural
from evaluation.verbatims import Verbatim

Kind = Question.Kind
CLOSED = (Kind.YES_NO, Kind.SINGLE, Kind.MULTIPLE, Kind.SCALE, Kind.NUMBER)
MOST = 12
"""Quotes of the answers to one question; the others are counted."""


@dataclass
class Closed:
    """A question, and the case of each person who answered it: in all, and by option in the order they are proposed.

    ``depends``: it is asked according to the answer to another one, so that how many answered tells of the other.
    """

    label: str
    kind: str
    persons: list[int] = field(default_factory=list)
    options: dict[str, list[int]] = field(default_factory=dict)
    numbers: list[Decimal] = field(default_factory=list)
    depends: bool = False

    def is_told(self, release: Release) -> bool:
        kept_back = release.public and (self.depends or release.are_few(self.persons))
        return bool(self.persons) and not kept_back

    def counts(self, release: Release) -> dict[str, int | None]:
        """The persons of each option; ``None`` for what may not be told."""
        if self.kind != Kind.MULTIPLE:
            return dict(zip(self.options, release.persons(list(self.options.values())), strict=True))
        # Options do not add up to the persons, but those who chose one and those who did not do.
        return {label: release.persons([chosen, self._others(chosen)])[0] for label, chosen in self.options.items()}

    def _others(self, chosen: Sequence[int]) -> list[int]:
        others = list(self.persons)
        for case in chosen:
            others.remove(case)
        return others


@dataclass(frozen=True)
class Answers:
    """What a report tells of the counted answers; ``texts`` are those of persons who agreed to be quoted."""

    closed: Sequence[Closed] = ()
    texts: Sequence[Verbatim] = ()

    def quotes(self, case_id: int, *, public: bool) -> list[Quote]:
        """Those of one case."""
        return [quote(text, public=public) for text in self.texts if text.case.pk == case_id]


# Reading ------------------------------------------------------------------------------------------


def read_answers(evaluation: Evaluation, cases: CaseQuerySet) -> Answers:
    """The answers of ``evaluation`` about ``cases``; five queries."""
    found: dict[tuple, Closed] = {}
    by_id: dict[int, tuple[Closed, dict[Any, str]]] = {}
    for question in _questions(evaluation):
        ends = (question.minimum, question.maximum) if question.kind == Kind.SCALE else ()
        one = found.setdefault((question.label, question.kind, *ends), Closed(question.label, question.kind))
        one.depends |= question.condition_question_id in by_id
        by_id[question.pk] = (one, _options(question))
        for label in by_id[question.pk][1].values():
            one.options.setdefault(label, [])
    given = Answer.objects.counted(evaluation).filter(
        question__in=by_id, response__invitation__case__in=cases.order_by().values("pk")
    )
    columns = ("question_id", "response__invitation__case_id", "value")
    for question, case, value in given.order_by("pk").values_list(*columns):
        _count(*by_id[question], case, value)
    return Answers(list(found.values()), verbatims.agreed(evaluation, cases))


def _questions(evaluation: Evaluation) -> Iterable[Question]:
    """The closed questions of its campaigns that feed no criterion, in the order they are asked."""
    versions = evaluation.campaigns.order_by().values("version")
    return (
        Question.objects.filter(page__version__in=versions, kind__in=CLOSED, criterion=None)
        .exclude(items__criterion__isnull=False)
        .order_by("page__position", "page_id", "position", "pk")
        .prefetch_related("items")
    )


def _options(question: Question) -> dict[Any, str]:
    """What one may answer, in words."""
    if question.kind == Kind.YES_NO:
        return dict(YES_NO_WORDS)
    if question.kind == Kind.SCALE:
        return {step: words(question, step) for step in range(question.minimum, question.maximum + 1)}
    return {item.pk: item.label for item in question.items.all()}


def _count(one: Closed, options: dict[Any, str], case: int, value: Any) -> None:
    one.persons.append(case)
    if one.kind in (Kind.NUMBER, Kind.SCALE):
        one.numbers.append(Decimal(value))
    if one.kind != Kind.NUMBER:
        chosen = value if one.kind == Kind.MULTIPLE else [value]
        for label in {options[item] for item in chosen if item in options}:
            one.options[label].append(case)


# Telling ------------------------------------------------------------------------------------------


def tables(answers: Answers, release: Release) -> list[Table]:
    """A table for each closed question, then one for those whose answers are numbers."""
    told = [one for one in answers.closed if one.is_told(release)]
    found = [_table(one, release) for one in told if one.kind != Kind.NUMBER]
    found.append(_numbers([one for one in told if one.kind == Kind.NUMBER], public=release.public))
    return [table for table in found if table.rows]


def _table(one: Closed, release: Release) -> Table:
    """Persons by option; without rows where none may be told."""
    counts = one.counts(release)
    number, kept_back = len(one.persons), None in counts.values()
    rows = [[label, NOT_TOLD if count is None else count, number] for label, count in counts.items()]
    notes = (
        ("Plusieurs réponses étaient possibles.", one.kind == Kind.MULTIPLE),
        ("Les petits effectifs ne sont pas communiqués, ni ceux qui permettraient de les retrouver.", kept_back),
    )
    return Table(
        title=one.label,
        # Slides and sheets have no other place for the question.
        columns=[Column(one.label), Column("Personnes", numeric=True), Column("Sur", numeric=True)],
        rows=rows if any(counts.values()) else [],
        message=_persons_answered(number) if kept_back else _message(one),
        note=" ".join(note for note, holds in notes if holds),
    )


def _persons_answered(number: int) -> str:
    return f"{plural(number, 'personne a', 'personnes ont')} répondu à cette question."


def _message(one: Closed) -> str:
    """What was answered most often; of a scale, the median."""
    number = len(one.persons)
    most = max(len(persons) for persons in one.options.values())
    first = " ; ".join(label for label, persons in one.options.items() if len(persons) == most)
    said = f"Le plus souvent ({plural(most, 'personne', 'personnes')} sur {number}) : {first}."
    return f"{said} La réponse médiane est {_median(one)}." if one.kind == Kind.SCALE else said


def _numbers(found: Sequence[Closed], *, public: bool) -> Table:
    """The median and, inside, from which number to which: an extreme is one person's answer."""
    columns = [Column("Question"), *(Column(label, numeric=True) for label in ("Personnes", "Médiane"))]
    rows = [[one.label, len(one.persons), _median(one)] for one in found]
    if not public:
        columns += [Column(label, numeric=True) for label in ("Au moins", "Au plus")]
        rows = [
            [*row, _number(min(one.numbers)), _number(max(one.numbers))] for row, one in zip(rows, found, strict=True)
        ]
    note = "Une moitié des personnes répond moins que la médiane ou autant, l’autre moitié plus ou autant."
    return Table("Réponses en nombres", columns, rows, note=note)


def _median(one: Closed) -> str:
    return _number(median(one.numbers))


def _number(value: Decimal) -> str:
    """``12 500,5``"""
    return grouped(format(value.normalize(), "f"))


# Quoting ------------------------------------------------------------------------------------------


def quote(text: Verbatim, *, public: bool) -> Quote:
    """Signed as the person agreed to; never by name in public."""
    signed = quoting.someone_of(text.case.label) if public else text.attribution
    return Quote(in_print(text.words), signed, Evidence.GRADES[Evidence.Source.QUESTIONNAIRE])


def quotations(answers: Answers, release: Release, already: Collection[str]) -> list[Block]:
    """Quotes by question, of territories that may be shown: ``MOST`` of each, one by territory before a second one.

    What is quoted ``already`` beside is not repeated; those left out are counted.
    """
    found: dict[str, list[tuple[int, Quote]]] = defaultdict(list)
    turns: dict[tuple[str, int], int] = defaultdict(int)
    for text in answers.texts:
        said = quote(text, public=release.public)
        if release.shows(text.case.pk) and said.text not in already:
            label, case = text.answer.question.label, text.case.pk
            found[label].append((turns[label, case], said))
            turns[label, case] += 1
    blocks: list[Block] = []
    for label, quotes in found.items():
        in_turn = [said for _, said in sorted(quotes, key=lambda one: one[0])]
        blocks.append(Quotes(label, in_turn[:MOST]))
        if len(in_turn) > MOST:
            others = plural(len(in_turn) - MOST, "autre réponse", "autres réponses")
            blocks.append(Text([f"Et {others}, de personnes qui ont aussi accepté d’être citées."]))
    return blocks
