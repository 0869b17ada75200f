"""The official geography: its compact file under ``data/geography/``, and loading it into the territories.

The file is a gzipped CSV, one row a territory, made by ``manage.py build_geography`` (see its LISEZMOI.md).
"""

import csv
import gzip
import io
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from django.conf import settings
from django.db import transaction

from alimactiv.text import normalised
from territories.models import Territory

FILE = Path(settings.BASE_DIR) / "data" / "geography" / "territories.csv.gz"

Key = tuple[str, str]  # (kind, code)
COLUMNS = ["kind", "code", "name", "department", "population", "parents", "valid_to", "merged_into"]
# What a load may write. Coordinates are never among them.
WRITTEN = ["name", "search_name", "department", "population", "valid_to", "is_official"]


@dataclass(frozen=True, slots=True)
class Row:
    """One territory of the official geography.

    ``population`` is INSEE's municipal population; ``valid_to`` and ``merged_into`` (same kind) are those of a
    territory that is no more.
    """

    kind: str
    code: str
    name: str
    department: str = ""
    population: int | None = None
    parents: tuple[Key, ...] = ()
    valid_to: date | None = None
    merged_into: str = ""

    @property
    def key(self) -> Key:
        return self.kind, self.code


@dataclass
class Changes:
    """What a load did, counted in territories and in « fait partie de » links."""

    added: int = 0
    updated: int = 0
    mergers: int = 0
    links_added: int = 0
    links_removed: int = 0
    no_longer_official: list[str] = field(default_factory=list)

    def __bool__(self) -> bool:
        return self != Changes()


def write(rows: Iterable[Row], file: Path) -> None:
    """The same rows give the same bytes: no date is kept in the archive."""
    text = io.StringIO()
    table = csv.writer(text, lineterminator="\n")
    table.writerow(COLUMNS)
    for row in rows:
        parents = " ".join(f"{kind}:{code}" for kind, code in row.parents)
        population = "" if row.population is None else row.population
        table.writerow(
            [
                row.kind,
                row.code,
                row.name,
                row.department,
                population,
                parents,
                row.valid_to or "",
                row.merged_into,
            ]
        )
    file.write_bytes(gzip.compress(text.getvalue().encode(), mtime=0))


def read(file: Path = FILE) -> list[Row]:
    with gzip.open(file, "rt", encoding="utf-8", newline="") as lines:
        return [
            Row(
                kind=line["kind"],
                code=line["code"],
                name=line["name"],
                department=line["department"],
                population=int(line["population"]) if line["population"] else None,
                parents=tuple(tuple(parent.split(":")) for parent in line["parents"].split()),
                valid_to=date.fromisoformat(line["valid_to"]) if line["valid_to"] else None,
                merged_into=line["merged_into"],
            )
            for line in csv.DictReader(lines)
        ]


@transaction.atomic
def load(rows: list[Row]) -> Changes:
    """Adds and updates the territories of ``rows``, by kind and code; the same rows again change nothing.

    The official name and population win. A department, an end or a merger already known is kept, and so are
    coordinates, which the geography has not. What is no longer official is kept as an ordinary territory.
    """
    changes = Changes()
    known = {(territory.kind, territory.code): territory for territory in Territory.objects.all()}
    to_write = []
    for row in rows:
        territory = known.get(row.key)
        values = _values(row, territory)
        if territory is None:
            changes.added += 1
        elif all(getattr(territory, name) == value for name, value in values.items()):
            continue
        else:
            changes.updated += 1
        to_write.append(Territory(kind=row.kind, code=row.code, **values))
    Territory.objects.bulk_create(
        to_write, update_conflicts=True, update_fields=WRITTEN, unique_fields=["kind", "code"], batch_size=2000
    )
    official = {row.key for row in rows}
    gone = [territory for key, territory in known.items() if territory.is_official and key not in official]
    Territory.objects.filter(pk__in=[territory.pk for territory in gone]).update(is_official=False)
    changes.no_longer_official = sorted(territory.name for territory in gone)
    keys = {(kind, code): pk for pk, kind, code in Territory.objects.values_list("pk", "kind", "code")}
    _link_mergers(rows, keys, changes)
    _link_parents(rows, keys, changes, formerly={territory.pk for territory in gone})
    return changes


def _values(row: Row, territory: Territory | None) -> dict:
    """What a territory is to hold once ``row`` is loaded, by field of ``WRITTEN``."""
    return {
        "name": row.name,
        "search_name": normalised(row.name),
        "department": (territory and territory.department) or row.department,
        "population": row.population if row.population is not None else territory and territory.population,
        "valid_to": (territory and territory.valid_to) or row.valid_to,
        "is_official": True,
    }


def _link_mergers(rows: list[Row], keys: dict[Key, int], changes: Changes) -> None:
    merged = {row.key: row.merged_into for row in rows if row.merged_into}
    ended = [
        territory
        for territory in Territory.objects.filter(merged_into=None, valid_to__isnull=False)
        if (territory.kind, territory.code) in merged
    ]
    for territory in ended:
        territory.merged_into_id = keys[territory.kind, merged[territory.kind, territory.code]]
    Territory.objects.bulk_update(ended, ["merged_into"])
    changes.mergers = len(ended)


def _link_parents(rows: list[Row], keys: dict[Key, int], changes: Changes, formerly: set[int]) -> None:
    """Makes the links between official territories those of ``rows``; links to and from others stay.

    ``keys``: the primary keys of all territories; ``formerly``: of those that were official until this load.
    """
    link = Territory.parents.through
    children = {keys[row.key] for row in rows}
    parents = children | formerly
    wanted = {(keys[row.key], keys[parent]) for row in rows for parent in row.parents}
    held = {
        (child, parent): pk
        for pk, child, parent in link.objects.values_list("pk", "from_territory_id", "to_territory_id")
        if child in children and parent in parents
    }
    stale = [pk for pair, pk in held.items() if pair not in wanted]
    missing = sorted(wanted - held.keys())
    link.objects.filter(pk__in=stale).delete()
    link.objects.bulk_create(
        [link(from_territory_id=child, to_territory_id=parent) for child, parent in missing], batch_size=5000
    )
    changes.links_added, changes.links_removed = len(missing), len(stale)
