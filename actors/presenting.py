"""What one reader sees of an entry: chosen by ``actors.visibility``, in the words of the page."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from urllib.parse import quote

from django.db.models import prefetch_related_objects
from django.utils import timezone
from django.utils.text import capfirst

from actors.freshness.rhythm import Freshness, SectionState, sections_there, state_of
from actors.hours.french import now_line, sentences
from actors.hours.reading import Hours
from actors.locating import department_of
from actors.models import Actor, Audience, FoodService, Place, Site, Supply, SupplyLine, Visibility
from actors.visibility import Sight, hidden_sites
from alimactiv.french import dated

Need, Fee, Choice = FoodService.Need, FoodService.Fee, FoodService.Choice


@dataclass(frozen=True)
class OpenNow:
    """Whether something is open, in words, and a remark. No word when the hours are not known."""

    now: str
    is_open: bool
    note: str


@dataclass(frozen=True)
class Timetable(OpenNow):
    """The same, and when it is open on other days; no sentence when the hours are not known."""

    sentences: list[str]

    @property
    def is_known(self) -> bool:
        return bool(self.sentences or self.note)


@dataclass(frozen=True)
class PlaceSeen:
    """Where to go."""

    name: str
    lines: list[str]
    access_note: str = ""
    step_free: str = ""
    map_link: str = ""
    """A ``geo:`` address, which a phone opens in its own map."""
    web_link: str = ""

    @property
    def is_empty(self) -> bool:
        return not (self.name or self.lines)


@dataclass(frozen=True)
class StopSeen:
    place: PlaceSeen
    hours: Timetable


@dataclass(frozen=True)
class ServiceSeen:
    """A help: ``conditions`` and ``facts`` in plain words, the ones for who comes, the others on what there is."""

    pk: int
    title: str
    kind: str
    description: str
    place: PlaceSeen | None
    hours: Timetable | None
    stops: list[StopSeen]
    audience: str
    conditions: list[str]
    facts: list[tuple[str, str]]
    note: str
    """For whom it is shown, when that is not everyone."""


@dataclass(frozen=True)
class PersonSeen:
    name: str
    role: str
    phone: str
    email: str
    note: str


@dataclass(frozen=True)
class SupplySeen:
    facts: list[tuple[str, str]]
    needs: list[str]
    surpluses: list[str]


@dataclass(frozen=True)
class EntrySeen:
    """An entry as one reader sees it; of one that has ended, only that."""

    actor: Actor
    sight: Sight
    kind: str
    services: list[ServiceSeen] = field(default_factory=list)
    places: list[PlaceSeen] = field(default_factory=list)
    """Those where no service is."""
    person: PersonSeen | None = None
    professional: list[tuple[str, str]] = field(default_factory=list)
    supply: SupplySeen | None = None
    freshness: Freshness | None = None

    @property
    def checks(self) -> list[tuple[str, SectionState]]:
        """When each section was confirmed; those of which the same is to be said, together."""
        alike: dict[tuple[str, bool], list[SectionState]] = {}
        for state in self.freshness.sections.values() if self.freshness else ():
            alike.setdefault((state.words, state.is_to_verify), []).append(state)
        if len(alike) == 1 and len(self.freshness.sections) > 1:
            return [("Toute la fiche", state[0]) for state in alike.values()]
        return [(capfirst(", ".join(one.section.label.lower() for one in group)), group[0]) for group in alike.values()]

    @property
    def can_be_reached(self) -> bool:
        return bool(self.actor.phone or self.actor.email or self.actor.website)


def present(actor: Actor, sight: Sight, at: datetime | None = None) -> EntrySeen:
    """The entry as it is now, in as many queries whatever it holds."""
    kind = capfirst(actor.get_kind_display())
    if actor.has_ended:
        return EntrySeen(actor, sight, kind)
    at = at or timezone.now()
    supply = _supply(actor) if sight.audience >= Audience.PROFESSIONALS else None
    services, sites = list(actor.services.select_related("site")), list(actor.sites.all())
    # A service that stays shows no stop; without any site, a stop of whatever service is a place to be confirmed.
    prefetch_related_objects([one for one in services if one.is_itinerant or not sites], "stops")
    offered = [one for one in services if not one.has_ended and sight.shows(one.visibility)]
    return EntrySeen(
        actor,
        sight,
        kind,
        services=[_service(one, at) for one in offered],
        places=[seen_place(site) for site in _other_places(sites, services, offered, sight)],
        person=_person(actor) if sight.shows(actor.contact_visibility) else None,
        professional=_professional(actor) if sight.audience >= Audience.PROFESSIONALS else [],
        supply=supply,
        freshness=_freshness(
            actor,
            has_services=bool(offered),
            has_places=bool(sites) or any(one.stops.all() for one in services),
            has_supply=bool(supply),
        ),
    )


def _freshness(actor: Actor, **has: bool) -> Freshness:
    """When each section was confirmed, of those that the reader sees."""
    return state_of(actor, sections_there(**has), timezone.now())


def open_now(text: str, note: str, department: str, at: datetime) -> OpenNow:
    """Hours at a moment; those that an older version kept and that cannot be read any more count as not known."""
    try:
        hours = Hours(text, department)
    except ValueError:
        return OpenNow("", False, note)
    return OpenNow(now_line(hours, at), hours.is_open(at), note)


def timetable(text: str, note: str, department: str, at: datetime) -> Timetable:
    """Hours in words; what cannot be read any more counts as not known, as in ``open_now``."""
    try:
        said = sentences(text, department)
    except ValueError:
        said = []
    now = open_now(text if said else "", note, department, at)
    return Timetable(now.now, now.is_open, note, said)


def _other_places(
    sites: Iterable[Site], services: Iterable[FoodService], offered: Iterable[FoodService], sight: Sight
) -> Iterable[Site]:
    """The places that no service shown is at."""
    left_out = {one.site_id for one in offered} | hidden_sites(services, lambda one: sight.shows(one.visibility))
    return [site for site in sites if site.pk not in left_out]


def _service(service: FoodService, at: datetime) -> ServiceSeen:
    kind = capfirst(service.get_kind_display())
    department = department_of(service.site) if service.site else ""
    return ServiceSeen(
        pk=service.pk,
        title=service.name or kind,
        kind=kind if service.name else "",
        description=service.description,
        place=seen_place(service.site) if service.site else None,
        hours=None if service.is_itinerant else timetable(service.opening_hours, service.hours_note, department, at),
        stops=[
            StopSeen(seen_place(stop), timetable(stop.opening_hours, stop.hours_note, department_of(stop), at))
            for stop in (service.stops.all() if service.is_itinerant else [])
        ],
        audience=whom(service),
        conditions=list(conditions_of(service)),
        facts=list(facts_of(service)),
        note=_shown_to(service.visibility),
    )


def whom(service: FoodService) -> str:
    """For whom, in words."""
    labels = dict(FoodService.Public.choices)
    publics = ", ".join(labels[code] for code in service.publics if code in labels)
    whom = f"Pour : {publics}" if publics else "Ouvert à tout le monde"
    return " – ".join(filter(None, (whom, service.publics_note)))


CONDITIONS = {
    "papers": {Need.NO: "Sans papiers à présenter", Need.YES: "Papiers demandés"},
    "referral": {Need.NO: "Sans passer par un service social", Need.YES: "Sur orientation d’un service social"},
    "registration": {Need.NO: "Sans inscription", Need.YES: "Sur inscription ou rendez-vous"},
}
FEES = {Fee.FREE: "Gratuit", Fee.CONTRIBUTION: "Participation demandée", Fee.PAID: "Payant"}
CHOICES = {
    Choice.FREE: "Vous choisissez vos produits",
    Choice.ACCOMPANIED: "Vous choisissez avec quelqu’un qui vous accompagne",
    Choice.PARCEL: "Le colis est préparé d’avance",
}


def conditions_of(service: FoodService) -> Iterable[str]:
    """What is asked and what is not, as far as it is known."""
    fee = FEES.get(service.fee, "")
    if fee or service.fee_note:
        yield " : ".join(filter(None, (fee, service.fee_note)))
    for name, words in CONDITIONS.items():
        if getattr(service, name) in words:
            yield words[getattr(service, name)]
    if service.conditions:
        yield service.conditions


def facts_of(service: FoodService) -> Iterable[tuple[str, str]]:
    """What there is, under its name."""
    labels = {name: dict(service._meta.get_field(name).flatchoices) for name in ("products", "languages")}
    if service.products:
        yield "Produits", capfirst(", ".join(labels["products"].get(code, code) for code in service.products))
    if service.choice in CHOICES:
        yield "Choix", CHOICES[service.choice]
    if service.languages:
        yield "Langues", "Français, " + ", ".join(labels["languages"].get(code, code) for code in service.languages)
    if service.capacity is not None:
        yield "Capacité", f"{service.capacity} {service.get_capacity_unit_display()}"


def seen_place(place: Place) -> PlaceSeen:
    """A site or a stop."""
    step_free = {True: "Accessible en fauteuil roulant", False: "Pas accessible en fauteuil roulant"}
    links = {}
    if place.has_coordinates:
        point = f"{place.latitude:.6f},{place.longitude:.6f}"
        links = {
            "map_link": f"geo:{point}?q={point}({quote(str(place))})",
            "web_link": f"https://www.openstreetmap.org/?mlat={place.latitude:.6f}&mlon={place.longitude:.6f}"
            f"#map=18/{place.latitude:.6f}/{place.longitude:.6f}",
        }
    return PlaceSeen(
        name=place.name,
        lines=place.lines,
        access_note=getattr(place, "access_note", ""),
        step_free=step_free.get(getattr(place, "is_step_free", None), ""),
        **links,
    )


def _person(actor: Actor) -> PersonSeen | None:
    said = (actor.contact_name, actor.contact_role, actor.contact_phone, actor.contact_email)
    return PersonSeen(*said, note=_shown_to(actor.contact_visibility)) if any(said) else None


def _professional(actor: Actor) -> list[tuple[str, str]]:
    """What is of use to professionals alone."""
    accreditation = capfirst(actor.get_accreditation_display())
    if actor.accreditation == Actor.Accreditation.UNKNOWN:
        accreditation = ""
    siret = " ".join((actor.siret[:3], actor.siret[3:6], actor.siret[6:9], actor.siret[9:])) if actor.siret else ""
    facts = [("Réseau", actor.network), ("Habilitation à l’aide alimentaire", accreditation), ("SIRET", siret)]
    return [(name, text) for name, text in facts if text]


def _supply(actor: Actor) -> SupplySeen | None:
    supply = Supply.objects.filter(actor=actor).first()
    today = timezone.localdate()
    lines = [one for one in actor.supply_lines.all() if one.until is None or one.until >= today]
    facts = _supply_facts(supply) if supply else []
    if not facts and not lines:
        return None
    return SupplySeen(
        facts,
        needs=[_line(one) for one in lines if one.direction == SupplyLine.Direction.NEED],
        surpluses=[_line(one) for one in lines if one.direction == SupplyLine.Direction.SURPLUS],
    )


def _supply_facts(supply: Supply) -> list[tuple[str, str]]:
    yes_no = {True: "Oui", False: "Non", None: ""}
    vehicles = "" if supply.vehicles is None else str(supply.vehicles)
    cold = supply.refrigerated_vehicles
    facts = [
        ("Stockage", f"{supply.storage_area} m²" if supply.storage_area is not None else ""),
        ("Chambre froide", yes_no[supply.has_cold_room]),
        ("Congélateur", yes_no[supply.has_freezer]),
        ("Véhicules", vehicles + (f", dont {cold} frigorifiques" if cold else "")),
        ("À prêter ou à partager", supply.shares),
    ]
    return [(name, text) for name, text in facts if text]


def _line(line: SupplyLine) -> str:
    product = capfirst(line.get_product_display()) if line.product else ""
    until = f"jusqu’au {dated(line.until)}" if line.until else ""
    return ", ".join(filter(None, (" : ".join(filter(None, (product, line.text))), until)))


def _shown_to(visibility: str) -> str:
    """A remark for who sees what not everyone does."""
    return {
        Visibility.PUBLIC: "",
        Visibility.PROFESSIONALS: "Vu des professionnel·les seulement",
        Visibility.COORDINATION: "Vu de la coordination et de la structure seulement",
    }[Visibility(visibility)]
