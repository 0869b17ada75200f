"""The forms of an entry, by their code: for who is signed in, for who holds a link, and for what is proposed.

A code, a row of the entry (``target``) and what was typed are all it takes to make a form again.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from django.db import models
from django.http import QueryDict
from django.utils.text import capfirst

from actors.forms.entries import ContactForm, IdentityForm, SiteForm, StopForm, SupplyForm, SupplyLineForm
from actors.forms.food_services import FoodServiceForm
from actors.forms.parts import Part
from actors.forms.timed import TimedForm
from actors.hours.french import sentences
from actors.locating import department_of
from actors.models import Actor, Confirmation, FoodService, Place, Section, Site, Stop, Supply, SupplyLine
from actors.permissions import can_answer_for
from alimactiv.french import dated

NOT_STORED = {"csrfmiddlewaretoken"}
NO_HOURS = "Horaires non renseignés"


@dataclass(frozen=True)
class Editable:
    """A kind of part: its form, and the words of its pages. ``add`` is empty for what every entry has once."""

    code: str
    model: type[models.Model]
    form_class: type[Part]
    label: str
    add: str = ""

    @property
    def section(self) -> Section:
        return self.form_class.section

    @property
    def is_hours(self) -> bool:
        """Whether its form is the one of hours, with a template of its own."""
        return self.section == Section.HOURS

    def title_of(self, row: models.Model) -> str:
        """« Lieu – Maison de quartier », or « Ajouter un lieu » for a new one."""
        if row.pk is None and self.add:
            return self.add
        return self.label if self.model in (Actor, Supply) else f"{self.label} – {row}"


EDITABLE = {
    one.code: one
    for one in (
        Editable("identity", Actor, IdentityForm, "Présentation"),
        Editable("contact", Actor, ContactForm, "Contacts"),
        Editable("site", Site, SiteForm, "Lieu", "Ajouter un lieu"),
        Editable("service", FoodService, FoodServiceForm, "Service", "Ajouter un service"),
        Editable("hours", FoodService, TimedForm, "Horaires"),
        Editable("stop", Stop, StopForm, "Arrêt", "Ajouter un arrêt"),
        Editable("stop_hours", Stop, TimedForm, "Horaires"),
        Editable("supply", Supply, SupplyForm, "Logistique"),
        Editable("supply_line", SupplyLine, SupplyLineForm, "Besoin ou surplus", "Ajouter un besoin ou un surplus"),
    )
}


def open_form(
    code: str,
    actor: Actor,
    target: int | None = None,
    data: QueryDict | Mapping[str, list[str]] | None = None,
    *,
    keeps: bool = False,
) -> Part:
    """The form ``code`` on a row of this entry, or on a new one where there can be several and ``target`` is none.

    ``data`` is what was posted, or what ``typed`` kept of it. ``keeps``: with the fields of who keeps the entry.
    Raises ``LookupError`` if there is no such form, or the row is not of this entry.
    """
    editable = EDITABLE[code]
    row = _row(editable, actor, target)
    if data is not None and not isinstance(data, QueryDict):
        data = _as_posted(data)
    more = {"actor": actor} if code == "stop" else {}
    return editable.form_class(data, instance=row, keeps=keeps, **more)


@dataclass(frozen=True)
class Row:
    """A part of an entry, as one chooses it on the page of the entry: ``code`` and ``target`` open its form."""

    code: str
    target: int | None
    title: str
    lines: list[str]
    has_ended: bool = False


@dataclass(frozen=True)
class SectionRows:
    """A section of an entry with its rows, and the kinds of rows that one can add."""

    section: Section
    rows: list[Row]
    adds: list[Editable]


def parts(actor: Actor) -> list[SectionRows]:
    """All that one can edit of an entry, section by section, in as many queries whatever it holds."""
    services = list(actor.services.select_related("site").prefetch_related("stops"))
    sites, lines = list(actor.sites.all()), list(actor.supply_lines.all())
    supply = Supply.objects.filter(actor=actor).first()
    offered = [one for one in services if not one.has_ended]
    itinerant = [one for one in offered if one.is_itinerant]
    stops = [(one, stop) for one in itinerant for stop in one.stops.all()]
    rows = {
        Section.HOURS: [_hours_row("hours", one, str(one), one.site) for one in offered if not one.is_itinerant]
        + [_hours_row("stop_hours", stop, f"{service}, {stop}", stop) for service, stop in stops],
        Section.PLACES: [Row("site", site.pk, str(site), _but(site.lines, str(site))) for site in sites]
        + [Row("stop", stop.pk, f"{service}, {stop}", _but(stop.lines, str(stop))) for service, stop in stops],
        Section.SERVICES: [_service_row(one) for one in services],
        Section.CONTACT: [_identity_row(actor), _contact_row(actor)],
        Section.SUPPLY: [_supply_row(supply), *(_line_row(one) for one in lines)],
    }
    adds = {
        Section.PLACES: [EDITABLE["site"], *([EDITABLE["stop"]] if itinerant else [])],
        Section.SERVICES: [EDITABLE["service"]],
        Section.SUPPLY: [EDITABLE["supply_line"]],
    }
    return [SectionRows(section, rows[section], adds.get(section, [])) for section in Section]


def _hours_row(code: str, timed: FoodService | Stop, title: str, place: Place | None) -> Row:
    try:
        said = sentences(timed.opening_hours, department_of(place) if place else "")
    except ValueError:  # kept by an older version: to be typed again
        said = []
    return Row(code, timed.pk, title, [*(said or [NO_HOURS]), *filter(None, [timed.hours_note])])


def _service_row(service: FoodService) -> Row:
    lines = [capfirst(service.get_kind_display())] if service.name else []
    if service.has_ended:
        lines.append(f"Arrêté le {dated(service.ended_on)}")
    else:
        lines.append("Itinérant" if service.is_itinerant else str(service.site or "Sans lieu fixe"))
    return Row("service", service.pk, str(service), lines, service.has_ended)


def _identity_row(actor: Actor) -> Row:
    return Row("identity", None, "Présentation", [f"{actor} – {actor.get_kind_display()}"])


def _contact_row(actor: Actor) -> Row:
    said = [actor.phone, actor.email, actor.website, actor.contact_name]
    return Row("contact", None, "Contacts", list(filter(None, said)) or ["Aucun moyen de joindre la structure"])


def _supply_row(supply: Supply | None) -> Row:
    lines = ["Rien de noté"] if supply is None else list(filter(None, [supply.shares]))
    return Row("supply", None, "Logistique", lines)


def _line_row(line: SupplyLine) -> Row:
    until = [f"Jusqu’au {dated(line.until)}"] if line.until else []
    return Row("supply_line", line.pk, str(line), [*filter(None, [line.text if line.product else ""]), *until])


def _but(lines: list[str], title: str) -> list[str]:
    return [line for line in lines if line != title]


def typed(form: Part) -> dict[str, list[str]]:
    """What was typed in a form, to be kept as JSON and given to ``open_form`` again."""
    return {name: form.data.getlist(name) for name in form.data if name not in NOT_STORED}


def role_of(user, actor: Actor) -> Confirmation.Role:
    """In whose name a person signed in says what is right: the structure's if they are of it."""
    if can_answer_for(user, actor):
        return Confirmation.Role.STRUCTURE
    return Confirmation.Role.TEAM if user.is_staff else Confirmation.Role.COORDINATION


def _row(editable: Editable, actor: Actor, target: int | None) -> models.Model:
    if editable.model is Actor:
        if target not in (None, actor.pk):
            raise LookupError(f"{target} is not this entry")
        # A copy: the form's changes are not to be seen on the caller's until they are saved.
        return Actor.objects.get(pk=actor.pk)
    if editable.model is Supply:
        return Supply.objects.filter(actor=actor).first() or Supply(actor=actor)
    if target is None:
        if not editable.add:
            raise LookupError(f"{editable.code} needs a row")
        return Stop() if editable.model is Stop else editable.model(actor=actor)
    rows = {
        Site: actor.sites.all(),
        FoodService: actor.services.select_related("site"),
        Stop: Stop.objects.filter(service__actor=actor).select_related("service"),
        SupplyLine: actor.supply_lines.all(),
    }
    found = rows[editable.model].filter(pk=target).first()
    if found is None or (editable.code == "hours" and found.is_itinerant):
        raise LookupError(f"{editable.code} {target} is not of this entry")
    return found


def _as_posted(data: Mapping[str, list[str]]) -> QueryDict:
    posted = QueryDict(mutable=True)
    for name, values in data.items():
        posted.setlist(name, values)
    return posted
