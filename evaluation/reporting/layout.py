"""Which sections an evaluation's report has, in which order, with which commentary. Every write is audited."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from django.db import transaction

from accounts import audit
from accounts.models import User
from evaluation.models import Evaluation, ReportSection
from evaluation.report import SECTIONS, Chosen, build, digest


@dataclass(frozen=True)
class Place:
    """A section in its place; ``title`` in words."""

    code: str
    is_shown: bool
    commentary: str
    digest: str


def layout(evaluation: Evaluation) -> list[Place]:
    """Every section, those chosen and the others, in the editor's order; those nobody placed come last."""
    rows = {row.code: row for row in evaluation.report_sections.all() if row.code in SECTIONS}
    placed = [Place(row.code, row.is_shown, row.commentary, row.digest) for row in rows.values()]
    return [*placed, *(Place(code, True, "", "") for code in SECTIONS if code not in rows)]


def chosen(evaluation: Evaluation) -> list[Chosen]:
    """The sections of the report, as ``evaluation.report.build`` takes them."""
    return [Chosen(place.code, place.commentary, place.digest) for place in layout(evaluation) if place.is_shown]


@transaction.atomic
def arrange(*, evaluation: Evaluation, shown: Collection[str], places: Mapping[str, int], by: User) -> None:
    """Put the sections in the order of ``places`` (by code; equal ones as they stood), and show those ``shown``."""
    rows = _rows(evaluation)
    before = [row.code for row in rows if row.is_shown]
    rows.sort(key=lambda row: places[row.code])
    for position, row in enumerate(rows, start=1):
        row.position, row.is_shown = position, row.code in shown
    ReportSection.objects.bulk_update(rows, ["position", "is_shown"])
    after = [row.code for row in rows if row.is_shown]
    if before != after:
        audit.note(evaluation, "rapport : choix des rubriques", by=by, rubriques=[", ".join(before), ", ".join(after)])


@transaction.atomic
def comment(*, evaluation: Evaluation, code: str, text: str, by: User) -> None:
    """Keep what an editor adds to a section, as its figures stand now; an empty text takes it away."""
    row = next(row for row in _rows(evaluation) if row.code == code)
    before, row.commentary = row.commentary, text.strip()
    (section,) = build(evaluation, chosen=[Chosen(code)]).sections
    row.digest = digest(section) if row.commentary else ""
    row.save(update_fields=["commentary", "digest"])
    if before != row.commentary:
        audit.note(evaluation, "rapport : commentaire", by=by, **{section.title: [before, row.commentary]})


def _rows(evaluation: Evaluation) -> list[ReportSection]:
    """A row for every section, made where it lacks, once nobody else is changing them."""
    Evaluation.objects.select_for_update().get(pk=evaluation.pk)
    places = layout(evaluation)
    known = {row.code: row for row in evaluation.report_sections.all()}
    ReportSection.objects.bulk_create(
        ReportSection(evaluation=evaluation, code=place.code, position=position)
        for position, place in enumerate(places, start=1)
        if place.code not in known
    )
    found = {row.code: row for row in evaluation.report_sections.all()}
    return [found[place.code] for place in places]
