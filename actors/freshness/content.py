"""What an entry says now, in short lines, section by section: to be judged without opening anything else."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.utils import timezone
from django.utils.text import capfirst

from actors.locating import department_of
from actors.models import Actor, Audience, FoodService, Section, Site, Stop, SupplyLine
from actors.presenting import EntrySeen, ServiceSeen, present, timetable
from actors.visibility import Sight
from alimactiv.french import dated

NO_HOURS = "Horaires non renseignés"
NOTHING = "Rien n’est renseigné"
PROFESSIONALS_ONLY = "Lu par les professionnel·les seulement, jamais public."


@dataclass(frozen=True)
class Row:
    """One part of an entry: what it says, and the form that changes it (``actors/editing.py``)."""

    title: str
    lines: list[str]
    code: str
    target: int | None = None


@dataclass(frozen=True)
class SectionContent:
    section: Section
    rows: list[Row]
    note: str = ""
    """Who reads it, where that is not everyone who reads the entry."""


def content_of(actor: Actor, audience: Audience) -> dict[Section, SectionContent]:
    """The sections of an entry that ``audience`` sees, in their order; as many queries whatever it holds."""
    seen = present(actor, Sight(audience, can_edit=False))
    shown = {service.pk: service for service in seen.services}
    services = [one for one in actor.services.select_related("site").prefetch_related("stops") if one.pk in shown]
    found = {
        Section.HOURS: [row for service in services for row in _hours(service)],
        Section.PLACES: [*map(_site, _sites(actor, services)), *map(_stop, _stops(services))],
        Section.SERVICES: [_service(shown[service.pk]) for service in services],
        Section.CONTACT: [] if actor.has_ended else [_identity(seen), _contact(seen)],
        Section.SUPPLY: _supply(actor, seen) if audience >= Audience.PROFESSIONALS else [],
    }
    return {
        section: SectionContent(section, rows, PROFESSIONALS_ONLY if section == Section.SUPPLY else "")
        for section, rows in found.items()
        if rows
    }


def audience_at(actor: Actor, recipient: str) -> Audience:
    """How far who reads mail at this address of the structure sees: less far in a letterbox that many open."""
    is_common = recipient.lower() == actor.email.lower() != actor.contact_email.lower()
    return Audience.PROFESSIONALS if is_common else Audience.COORDINATION


def _sites(actor: Actor, services: list[FoodService]) -> list[Site]:
    """The places where a service shown is, and those that no service uses."""
    used = {one.site_id for one in services}
    lonely = {*actor.sites.values_list("pk", flat=True)} - {*actor.services.values_list("site", flat=True)}
    return [site for site in actor.sites.all() if site.pk in used | lonely]


def _stops(services: list[FoodService]) -> Iterator[Stop]:
    for service in services:
        yield from service.stops.all()


def _hours(service: FoodService) -> Iterator[Row]:
    if not service.is_itinerant:
        place = service.site.name or service.site.address if service.site else ""
        lines = _opening(service, department_of(service.site) if service.site else "")
        yield Row(" – ".join(filter(None, (str(service), place))), lines, "hours", service.pk)
    for stop in service.stops.all():
        yield Row(f"{service} – {stop}", _opening(stop, department_of(stop)), "stop_hours", stop.pk)


def _opening(row: FoodService | Stop, department: str) -> list[str]:
    said = timetable(row.opening_hours, row.hours_note, department, timezone.now())
    return [*(said.sentences or [NO_HOURS]), *filter(None, [said.note])]


def _site(site: Site) -> Row:
    step_free = {True: "Accessible en fauteuil roulant", False: "Pas accessible en fauteuil roulant"}
    lines = [*site.lines, step_free.get(site.is_step_free, ""), site.access_note]
    return Row(str(site), [line for line in lines if line and line != str(site)], "site", site.pk)


def _stop(stop: Stop) -> Row:
    return Row(
        f"Arrêt «\N{NO-BREAK SPACE}{stop}\N{NO-BREAK SPACE}»",
        [line for line in stop.lines if line != str(stop)],
        "stop",
        stop.pk,
    )


def _service(service: ServiceSeen) -> Row:
    facts = [_after(name, text) for name, text in service.facts]
    lines = [service.kind, service.description, service.audience, *service.conditions, *facts, service.note]
    return Row(service.title, [line for line in lines if line], "service", service.pk)


def _identity(seen: EntrySeen) -> Row:
    lines = [seen.kind, seen.actor.network, seen.actor.description]
    return Row(seen.actor.name, [line for line in lines if line], "identity")


def _contact(seen: EntrySeen) -> Row:
    actor, person = seen.actor, seen.person
    told = [("Téléphone", actor.phone), ("Courriel", actor.email), ("Site", actor.website)]
    if person:
        said = (person.name, person.role, person.phone, person.email)
        told.append(("Personne à joindre", ", ".join(filter(None, said))))
    lines = [_after(name, text) for name, text in told if text]
    return Row("Pour joindre la structure", lines or [NOTHING], "contact")


def _supply(actor: Actor, seen: EntrySeen) -> list[Row]:
    facts = [_after(name, text) for name, text in seen.supply.facts] if seen.supply else []
    rows = [Row("Logistique", facts, "supply")] if facts else []
    return [*rows, *map(_supply_line, actor.supply_lines.all())]


def _supply_line(line: SupplyLine) -> Row:
    lines = [line.text if line.product else "", f"Jusqu’au {dated(line.until)}" if line.until else ""]
    return Row(capfirst(str(line)), [one for one in lines if one], "supply_line", line.pk)


def _after(name: str, text: str) -> str:
    return f"{name}\N{NO-BREAK SPACE}: {text}"
