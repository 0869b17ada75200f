"""The report: one object that the page, the PDF, the slides and the workbook share.

``build`` reads the records and gives a :class:`Report`: plain values and final sentences (``reporting/outline.py`` and
``reporting/blocks.py`` document every part). ``as_json`` and ``from_json`` carry it through a snapshot; whoever renders
it asks the database nothing. The sections, in their usual order, are ``SECTIONS``: what each holds is in the docstring
of its builder.
"""

import hashlib
import json
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, fields, is_dataclass, replace
from types import UnionType
from typing import Any, get_args, get_origin, get_type_hints

from alimactiv.tabular_writing import writable
from evaluation.models import Case, Evaluation
from evaluation.reporting import activities, annex, courses, findings, glossary, territories, training
from evaluation.reporting.blocks import Block
from evaluation.reporting.facts import Facts, gather
from evaluation.reporting.outline import Commentary, Edition, Report, Section
from evaluation.reporting.release import SOMEONE, Release, masked
from evaluation.reporting.wording import french_date

SECTIONS: dict[str, Callable[[Facts], Section]] = {
    "training": training.training,
    "method": training.method,
    "opinion": findings.opinion,
    "matrix": activities.matrix_section,
    "figures": activities.figures_section,
    "driving": courses.driving,
    "territories": territories.territories,
    "projects": courses.projects,
    "abandoned": courses.abandoned,
    "links": findings.links,
    "brakes": findings.brakes,
    "success": findings.success,
    "recommendations": findings.recommendations,
    "gaps": annex.gaps,
    "glossary": glossary.glossary,
    "evidence": annex.evidence,
}
INSIDE = Release()


@dataclass(frozen=True)
class Chosen:
    """A section as an editor chose it; ``digest`` is the section's when the commentary was written."""

    code: str
    commentary: str = ""
    digest: str = ""


def build(
    evaluation: Evaluation,
    *,
    release: Release = INSIDE,
    chosen: Sequence[Chosen] | None = None,
    edition: Edition | None = None,
) -> Report:
    """The report of ``evaluation`` as its records stand; about thirty queries, however many territories, and some
    twenty more once a campaign was launched.

    ``chosen`` sections in their order (all of them unless told); ``release`` says what may be told; ``edition`` what
    it will say of itself once frozen, its title first.
    """
    facts = gather(evaluation, release)
    wanted = [Chosen(code) for code in SECTIONS] if chosen is None else chosen
    # What an editor wrote about is what the team reads, not what is left of it for the public.
    inside = gather(evaluation, INSIDE) if release.public and any(one.commentary for one in wanted) else facts
    report = _report(facts, [_section(facts, one, inside) for one in wanted])
    if edition:
        report = replace(report, title=edition.title, edition=edition)
    return _without_names(report, facts) if release.public else report


def _without_names(report: Report, facts: Facts) -> Report:
    """Without the territories that did not agree, nor any person who was asked to answer, whoever wrote their names."""
    # A name of one word may be a word like another.
    persons = {name for name in facts.asking.names if " " in name}
    return from_json(masked(masked(as_json(report), facts.withheld_names), persons, SOMEONE))


def _report(facts: Facts, sections: list[Section]) -> Report:
    evaluation = facts.evaluation
    return Report(
        code=evaluation.code,
        title=evaluation.title,
        as_of=evaluation.as_of.isoformat(),
        as_of_words=french_date(evaluation.as_of),
        trained=len(facts.rows),
        figures=[facts.key_figure(code) for code in activities.all_figures(facts)],
        matrix=activities.matrix(facts, facts.reading.criteria),
        sections=sections,
    )


def _section(facts: Facts, chosen: Chosen, inside: Facts) -> Section:
    section = SECTIONS[chosen.code](facts)
    if not chosen.commentary:
        return section
    computed = section if inside is facts else SECTIONS[chosen.code](inside)
    return replace(section, commentary=Commentary(chosen.commentary, digest(computed) != chosen.digest))


def sheet(case: Case) -> Report:
    """The report of one counted case: its card alone, and figures over nobody else. For its coordinators."""
    evaluation = case.evaluation
    facts = gather(evaluation, INSIDE, evaluation.cases.filter(pk=case.pk))
    return _report(facts, [SECTIONS["territories"](facts)])


# JSON ---------------------------------------------------------------------------------------------


def as_json(report: Report) -> dict[str, Any]:
    """The report as plain values; each block carries its ``kind``. Texts are without what no file can hold."""
    return _writable(asdict(report))


def _writable(value: Any) -> Any:
    if isinstance(value, str):
        return writable(value)
    if isinstance(value, dict):
        return {key: _writable(item) for key, item in value.items()}
    return [_writable(item) for item in value] if isinstance(value, list) else value


def canonical(content: Any) -> str:
    """One text for one content: sorted keys, no spaces, UTF-8 as it is. Raises ``ValueError`` for NaN."""
    return json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)


def digest(section: Section) -> str:
    """SHA-256 of what a section computed, its commentary left out."""
    return hashlib.sha256(canonical(asdict(replace(section, commentary=None))).encode()).hexdigest()


def from_json(content: dict[str, Any]) -> Report:
    """The report that ``as_json`` gave, for who prefers attributes to keys.

    A snapshot outlives the code that froze it: what a later field would hold has its default.
    """
    return _decoded(Report, content)


_KINDS = {block.__dataclass_fields__["kind"].default: block for block in get_args(Block)}


def _decoded(hint: Any, value: Any) -> Any:
    if value is None:
        return None
    if hint == Block:
        return _decoded(_KINDS[value["kind"]], value)
    if get_origin(hint) is UnionType:  # ``Edition | None``, ``str | int | None``
        return _decoded(next((part for part in get_args(hint) if is_dataclass(part)), Any), value)
    if get_origin(hint) is list:
        return [_decoded(get_args(hint)[0], item) for item in value]
    if is_dataclass(hint):
        hints = get_type_hints(hint)
        known = [f.name for f in fields(hint) if f.init and f.name in value]
        return hint(**{name: _decoded(hints[name], value[name]) for name in known})
    return value
