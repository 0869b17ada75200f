"""A card for each territory: all that is known of it, in one place."""

from collections.abc import Iterable

from evaluation.criteria import ACTIVITIES, NOTHING, STILL_ACTIVE, Kind
from evaluation.matrix import Row
from evaluation.models import Case, Criterion
from evaluation.reporting.activities import key_of
from evaluation.reporting.blocks import Cards, Mark, Quote, TerritoryCard
from evaluation.reporting.facts import Facts
from evaluation.reporting.logged import project, support_words, timeline
from evaluation.reporting.outline import Section
from evaluation.reporting.release import NOBODY_NAMED
from evaluation.reporting.wording import SIGNS, capital, verdict_word, wording_of
from evaluation.verdicts import Verdict
from territories.departments import named

LIKELY = (Verdict.YES, Verdict.UNCERTAIN)


def territories(facts: Facts) -> Section:
    """A card per counted territory that may be shown, by session then name."""
    by_id = {case.pk: case for case in facts.cases}
    cards = [card(facts, row, by_id[row.facts.case_id]) for row in facts.shown]
    summary = facts.key_figure("any_activity").sentence
    return Section(
        code="territories",
        part="Ce que les territoires ont fait",
        title="Les fiches des territoires",
        summary=summary if cards else NOBODY_NAMED if facts.rows else "Une fiche par territoire apparaîtra ici.",
        blocks=[Cards("Fiches des territoires", summary, cards)] if cards else [],
    )


def card(facts: Facts, row: Row, case: Case) -> TerritoryCard:
    participation, logged, as_of = case.participation, facts.logged(row), facts.evaluation.as_of
    activities = [criterion for criterion in facts.criteria(Kind.ACTIVITY) if criterion.code != NOTHING]
    brakes, success = facts.criteria(Kind.BRAKE), facts.criteria(Kind.SUCCESS)
    outcomes = facts.criteria(Kind.OUTCOME)
    quoted = [criterion.code for criterion in (*activities, *brakes, *success, *outcomes)]
    return TerritoryCard(
        key=key_of(row, participation.territory.code),
        name=row.name,
        session=row.session,
        years=participation.session.years,
        department=named(row.facts.department),
        territory_kind=participation.territory.get_kind_display(),
        summary=_summary(row),
        answered=row.answered,
        structures_met=case.interview.structures if row.facts.interviewed else "",
        comment="" if facts.public else participation.comment,
        activities=_marks(row, activities, tuple(Verdict)),
        brakes=_marks(row, brakes, LIKELY),
        success=_marks(row, success, LIKELY),
        outcomes=_marks(row, outcomes, LIKELY),
        timeline=timeline(logged, as_of),
        projects=[project(record, row.name, as_of) for record in logged.projects],
        partners=logged.partners,
        support=[support_words(support) for support in logged.support],
        quotes=_quotes(facts, row, quoted),
    )


def _quotes(facts: Facts, row: Row, codes: Iterable[str]) -> list[Quote]:
    """What is quoted about ``codes``, and the answers that persons agreed to be quoted, nothing twice."""
    texts = facts.answers.quotes(row.facts.case_id, public=facts.public)
    coded = [quote for quote in facts.quotes(row, codes) if not any(quote.text in text.text for text in texts)]
    return [*coded, *texts]


def _marks(row: Row, criteria: Iterable[Criterion], kept: tuple[Verdict, ...]) -> list[Mark]:
    marks = []
    for criterion in criteria:
        verdict = row.verdict(criterion.code)
        if verdict in kept:
            word = verdict_word(verdict, wording_of(criterion))
            marks.append(Mark(criterion.code, criterion.label, verdict.code, SIGNS[verdict], word))
    return marks


def _summary(row: Row) -> str:
    """``3 démarches établies sur 5, 1 à vérifier ; coordination encore active : à vérifier.``"""
    verdicts = [row.verdict(code) for code in ACTIVITIES]
    if Verdict.NO_ANSWER in verdicts and not row.answered:
        return "Ce territoire n’a pas répondu."
    done, doubtful = verdicts.count(Verdict.YES), verdicts.count(Verdict.UNCERTAIN)
    words = f"{done or 'aucune'} démarche{'s' if done > 1 else ''} établie{'s' if done > 1 else ''} sur {len(verdicts)}"
    doubt = f", {doubtful} à vérifier" if doubtful else ""
    active = verdict_word(row.verdict(STILL_ACTIVE), "stated")
    return capital(f"{words}{doubt} ; coordination encore active : {active}.")
