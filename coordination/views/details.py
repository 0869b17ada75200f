"""What the page of each kind of record shows besides its own fields."""

from typing import Any

from coordination.forms.records import SHARED
from coordination.models import Diagnostic, FundingLine, Mapping, MutualisationProject
from coordination.models.record import Record


def details_of(record: Record) -> dict[str, Any]:
    """Lists and totals for the record's template; always ``documents``."""
    found: dict[str, Any] = {"documents": []}
    if hasattr(record, "documents"):
        found["documents"] = list(record.documents.alive())
    if isinstance(record, Mapping):
        found["actors"] = list(record.actors.all())
    elif isinstance(record, Diagnostic):
        found |= {
            "needs": list(record.needs.all()),
            "gaps": list(record.gaps.all()),
            "former": former_of(record),
        }
    elif isinstance(record, MutualisationProject):
        funding = list(record.funding.all())
        found |= {
            "partners": list(record.partners.select_related("actor")),
            "funding": funding,
            "totals": totals_of(funding),
            "decisions": list(
                record.decisions.filter(minutes__meeting__deleted_at=None).select_related("minutes__meeting")
            ),
            "shared": [record._meta.get_field(name).verbose_name for name in SHARED if getattr(record, name)],
        }
    return found


def totals_of(funding: list[FundingLine]) -> dict[str, int]:
    """Euros asked, granted and paid, over all lines."""
    return {name: sum(getattr(line, name) or 0 for line in funding) for name in ("asked", "granted", "paid")}


def former_of(diagnostic: Diagnostic) -> Diagnostic | None:
    """The territory's diagnosis before this one, if there is one."""
    others = Diagnostic.objects.alive().filter(territory=diagnostic.territory_id).exclude(pk=diagnostic.pk)
    earlier = [other for other in others if _order(other) < _order(diagnostic)]
    return max(earlier, key=_order, default=None)


def _order(diagnostic: Diagnostic) -> tuple:
    return (diagnostic.finished_on or diagnostic.started_on or diagnostic.created_at.date(), diagnostic.pk)
