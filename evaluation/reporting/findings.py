"""What was looked for by families: what territories think, links, brakes, success conditions; and what comes next."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import groupby

from evaluation.criteria import Kind
from evaluation.models import Criterion, Recommendation
from evaluation.reporting import questionnaires
from evaluation.reporting.activities import bar
from evaluation.reporting.blocks import Block, Chart, Family, Finding, Findings, Group, Step, Steps, Text
from evaluation.reporting.facts import Facts
from evaluation.reporting.outline import Section
from evaluation.reporting.wording import UNHEARD, finding_sentence, plural
from evaluation.verdicts import Verdict

Kinds = Recommendation.Kind
REPORTED = "signalé"
LINKS = (
    "outcome.stronger_local_links",
    "outcome.departmental_links",
    "outcome.regional_links",
    "outcome.wants_national_network",
)
SILENCE = (
    "Un territoire qui a répondu et dont aucun constat ne parle est compté « non signalé » : "
    "ce n’est pas dire que la chose n’y est pas."
)


def opinion(facts: Facts) -> Section:
    """What territories say the training changed: every outcome that is not a link, with quotes; then what persons
    answer to the questions that speak of no criterion, and what they say in their own words."""
    criteria = [criterion for criterion in facts.criteria(Kind.OUTCOME) if criterion.code not in LINKS]
    section = _section(
        facts,
        criteria,
        code="opinion",
        part="Ce que les territoires ont fait",
        title="Ce que les territoires pensent de la formation",
    )
    answered = questionnaires.tables(facts.answers, facts.release)
    said = questionnaires.quotations(facts.answers, facts.release, _quoted(section))
    return replace(section, blocks=[*section.blocks, *answered, *said])


def links(facts: Facts) -> Section:
    """Next steps: links strengthened or to build, the wish for a network."""
    criteria = [criterion for criterion in facts.criteria(Kind.OUTCOME) if criterion.code in LINKS]
    return _section(
        facts,
        criteria,
        code="links",
        part="Ce que les territoires ont fait",
        title="Les prochaines étapes et les liens",
    )


def brakes(facts: Facts) -> Section:
    """The brakes met, by family: a chart, then each brake with where it is reported and what was said."""
    return _section(
        facts,
        facts.criteria(Kind.BRAKE),
        code="brakes",
        part="Les enseignements",
        title="Les freins rencontrés",
    )


def success(facts: Facts) -> Section:
    """The success conditions, by family, as the brakes."""
    return _section(
        facts,
        facts.criteria(Kind.SUCCESS),
        code="success",
        part="Les enseignements",
        title="Les conditions de réussite",
    )


def recommendations(facts: Facts) -> Section:
    """What the team recommends, then what comes next, each with how it is paid for."""
    blocks: list[Block] = []
    for kind, title in ((Kinds.RECOMMENDATION, "Recommandations"), (Kinds.NEXT_STEP, "Suites prévues")):
        steps = [
            Step(one.kind, one.heading, one.text, one.funding) for one in facts.recommendations if one.kind == kind
        ]
        blocks += [Steps(title, steps)] if steps else []
    headings = [one.heading for one in facts.recommendations]
    return Section(
        code="recommendations",
        part="Les enseignements",
        title="Recommandations et suites",
        summary=f"{' ; '.join(headings)}." if headings else "Aucune recommandation n’est encore écrite.",
        blocks=blocks,
    )


def _section(facts: Facts, criteria: Sequence[Criterion], *, code: str, part: str, title: str) -> Section:
    families = [
        Family(family.label, [finding(facts, criterion.code) for criterion in found])
        for family, found in groupby(criteria, key=lambda criterion: criterion.family)
    ]
    if not facts.rows or not families:
        return Section(code, part, title, "Rien n’est encore recueilli sur ce sujet.", [])
    message = _message(facts, criteria)
    groups = [_bars(facts, family) for family in families]
    has_numbers = any(not one.note for group in groups for one in group.bars)
    blocks: list[Block] = [Chart(title, message, REPORTED, groups)] if has_numbers else []
    blocks += [Findings("Dans le détail", message, families), Text([SILENCE])]
    return Section(code, part, title, message, blocks)


def finding(facts: Facts, code: str) -> Finding:
    figure, count = facts.figures[code], facts.counts[code]
    told = [*figure.rows[Verdict.YES], *figure.rows[Verdict.UNCERTAIN]]
    key = facts.key_figure(code)
    return Finding(
        code=code,
        label=figure.label,
        count=count,
        sentence=finding_sentence(figure, count),
        published=key.published,
        territories=key.territories,
        uncertain=key.uncertain,
        quotes=[quote for row in told for quote in facts.quotes(row, [code])],
    )


def _quoted(section: Section) -> set[str]:
    found = [block for block in section.blocks if isinstance(block, Findings)]
    families = [family for block in found for family in block.families]
    return {quote.text for family in families for one in family.findings for quote in one.quotes}


def _bars(facts: Facts, family: Family) -> Group:
    return Group(
        family.label,
        [bar(one.label, one.count, len(facts.rows)) for one in family.findings],
    )


def _message(facts: Facts, criteria: Sequence[Criterion]) -> str:
    """The most reported of them, in a sentence; of those that may be told, where some may not."""
    heard = [facts.figures[c.code] for c in criteria if facts.counts[c.code].words != UNHEARD]
    recorded = [figure for figure in heard if facts.counts[figure.code].certain is not None]
    if not heard:
        published = [facts.figures[c.code] for c in criteria if facts.figures[c.code].published is not None]
        if published:
            said = " ; ".join(f"{figure.label} : {figure.published}" for figure in published)
            plural_s = "s" if len(published) > 1 else ""
            return f"{said} (chiffre{plural_s} publié{plural_s}, sans détail par territoire)."
        return "Aucun constat ne porte encore sur ce sujet."
    most = max((figure.certain for figure in recorded), default=0)
    is_whole = len(recorded) == len(heard)
    if most == 0 and not is_whole:
        return "Trop peu de territoires le signalent pour que les nombres soient donnés."
    if most == 0:
        return "Rien de certain pour l’instant : ce qui est signalé reste à vérifier."
    first = [figure.label for figure in recorded if figure.certain == most]
    where = plural(most, "territoire", "territoires")
    among = "" if is_whole else ", parmi les nombres qui peuvent être donnés"
    return f"Le plus souvent signalé{among} ({where}) : {' ; '.join(first)}."
