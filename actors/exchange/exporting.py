"""The directory as a file, in the four forms that it leaves in."""

import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from django.db.models import QuerySet
from django.utils import timezone

from accounts import audit
from accounts.models import User
from actors.exchange import data_inclusion, geojson
from actors.exchange.bundles import Bundle, Cells, bundles
from actors.exchange.columns import COLUMNS, Part
from actors.models import Actor, Audience, Visibility
from actors.visibility import Sight
from alimactiv.tabular import MEDIA_TYPES
from alimactiv.tabular_writing import write_csv, write_xlsx
from territories.models import Territory

SHEET = "annuaire"


@dataclass(frozen=True)
class Format:
    """``public``: holds only what is for everyone, of structures and services that have not ended."""

    code: str
    label: str
    suffix: str
    media_type: str
    public: bool
    render: Callable[[Iterable[Bundle], bool], bytes]


def _table(entries: Iterable[Bundle], with_contacts: bool) -> tuple[list[str], Iterator[list[str]]]:
    """The headings and rows of the flat table, choices in words."""
    columns = [column for column in COLUMNS if with_contacts or column.part != Part.CONTACT]
    rows: Iterator[Cells] = (row for entry in entries for row in entry.rows(words=True, with_contact=with_contacts))
    return [column.heading for column in columns], ([row.get(one.code, "") for one in columns] for row in rows)


def _csv(entries: Iterable[Bundle], with_contacts: bool) -> bytes:
    """With the mark and the semicolons by which a French spreadsheet opens it right."""
    return write_csv(*_table(entries, with_contacts), delimiter=";").encode("utf-8-sig")


def _xlsx(entries: Iterable[Bundle], with_contacts: bool) -> bytes:
    return write_xlsx({SHEET: _table(entries, with_contacts)})


def _json(document: dict) -> bytes:
    return json.dumps(document, ensure_ascii=False, indent=1).encode()


FORMATS = {
    one.code: one
    for one in (
        Format("xlsx", "Classeur (.xlsx)", ".xlsx", MEDIA_TYPES[".xlsx"], False, _xlsx),
        Format("csv", "Tableau (.csv)", ".csv", "text/csv; charset=utf-8", False, _csv),
        Format(
            "data-inclusion",
            "data·inclusion (.json)",
            ".json",
            "application/json",
            True,
            lambda entries, _: _json(data_inclusion.write(entries)),
        ),
        Format(
            "geojson",
            "Carte (.geojson)",
            ".geojson",
            "application/geo+json",
            True,
            lambda entries, _: _json(geojson.write(entries)),
        ),
    )
}


def entries_for(actors: QuerySet[Actor], form: Format, *, user=None) -> Iterator[Bundle]:
    """Of these entries, what a file of this form holds for ``user``; for nobody, who is at the server, everything.

    Contacts are as each reader sees them; who is not to have them at all leaves their columns out.
    """
    if form.public:
        yield from public(actors.filter(visibility=Visibility.PUBLIC))
        return
    listed = actors.listed().order_by("name", "uid")
    if user is None or user.is_staff:
        yield from bundles(listed)
        return
    edited = set(Actor.objects.edited_by(user).values_list("pk", flat=True))
    for bundle in bundles(listed.visible_to(user)):
        yield bundle if bundle.actor.pk in edited else _as_professional(bundle)


def _as_professional(bundle: Bundle) -> Bundle:
    sight = Sight(Audience.PROFESSIONALS, can_edit=False)
    if not sight.shows(bundle.actor.contact_visibility):
        for name in ("name", "role", "phone", "email"):
            setattr(bundle.actor, f"contact_{name}", "")
    return bundle.seen(sight.audience)


def public(actors: QuerySet[Actor]) -> Iterator[Bundle]:
    """What everyone sees of these entries, meant for everyone; what has ended is left out.

    Not whether a structure is accredited: that is said to professionals alone, as on its page.
    """
    today = timezone.localdate()
    for bundle in bundles(actors.active().order_by("name", "uid")):
        seen = bundle.seen(Audience.EVERYONE)
        seen.actor.accreditation = Actor.Accreditation.UNKNOWN
        ended = {service.uid for service in seen.services if service.ended_on and service.ended_on <= today}
        seen.services = [service for service in seen.services if service.uid not in ended]
        seen.stops = [stop for stop in seen.stops if stop.service.uid not in ended]
        yield seen


def with_kinds(entries: Iterable[Bundle], kinds: set[str]) -> Iterator[Bundle]:
    """Those with a service of these kinds, whole; all if there is no kind."""
    return (entry for entry in entries if not kinds or any(service.kind in kinds for service in entry.services))


def note(form: Format, *, territory: Territory | None, entries: int, with_contacts: bool, by: User | None) -> None:
    """Write who took a directory out, and what of it: of one territory, or of all. By nobody: from a terminal."""
    words = {"territoire": str(territory or "tous"), "format": form.label, "fiches": entries}
    words["contacts"] = "oui" if with_contacts else "non"
    audit.note_export(territory or Actor, "de l’annuaire", by=by, **words)
