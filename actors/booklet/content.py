"""What a booklet holds: plain values, read from the directory in a few queries whatever there is.

For everyone it holds what the public reads, or would read once the directory is published; for professionals, what
they read once signed in. It never holds what is for the coordination alone.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.text import capfirst

from actors.freshness.rhythm import Freshness, states
from actors.hours.french import sentences
from actors.locating import department_of
from actors.models import Actor, Audience, FoodService, Place, Section, Visibility
from actors.presenting import PlaceSeen, conditions_of, facts_of, seen_place, whom
from actors.visibility import AUDIENCES, hidden_sites
from actors.week.schedule import VISITED, shown
from alimactiv.text import normalised
from territories.models import Territory

BY_KIND, BY_PLACE = "kind", "place"
ORDERS = {BY_KIND: "par type d’aide, puis par quartier ou commune", BY_PLACE: "par quartier ou commune, puis par type"}
ON_TOUR = "En tournée"
NO_PLACE = "Lieu non précisé"
OTHERS = "Les autres structures"


@dataclass(frozen=True)
class Choices:
    """What of the directory a booklet holds: nothing chosen, all that people come to."""

    kinds: tuple[str, ...] = ()
    publics: tuple[str, ...] = ()
    order: str = BY_KIND
    introduction: str = ""
    for_professionals: bool = False

    @property
    def audience(self) -> Audience:
        return Audience.PROFESSIONALS if self.for_professionals else Audience.EVERYONE


@dataclass(frozen=True)
class Hours:
    """When, in sentences; a remark may stand alone."""

    sentences: tuple[str, ...]
    note: str

    @property
    def is_known(self) -> bool:
        return bool(self.sentences or self.note)


@dataclass(frozen=True)
class Card:
    """A help, or a structure that shows none, in a booklet. ``key``: its anchor."""

    key: str
    title: str
    structure: str
    kind: str
    """Its code; empty for a structure."""
    kind_words: str
    zones: tuple[str, ...]
    """The quarters or communes where it is."""
    is_on_tour: bool
    description: str
    places: tuple[tuple[PlaceSeen | None, Hours | None], ...]
    audience: str
    conditions: tuple[str, ...]
    facts: tuple[tuple[str, str], ...]
    phone: str
    email: str
    website: str
    contacts: tuple[str, ...]
    checked: str
    is_to_verify: bool

    @property
    def zone(self) -> str:
        """Under which heading it stands."""
        return ON_TOUR if self.is_on_tour else (self.zones or (NO_PLACE,))[0]


@dataclass(frozen=True)
class Group:
    title: str
    cards: list[Card]


@dataclass(frozen=True)
class Part:
    """A chapter: ``code`` colours it when it is a kind of help."""

    title: str
    code: str
    groups: list[Group]

    @property
    def count(self) -> int:
        return sum(len(group.cards) for group in self.groups)


@dataclass(frozen=True)
class Booklet:
    territory: str
    slug: str
    made_on: date
    choices: Choices
    parts: list[Part] = field(default_factory=list)

    @property
    def cards(self) -> list[Card]:
        return [card for part in self.parts for group in part.groups for card in group.cards]

    @property
    def by_name(self) -> list[tuple[str, list[Card]]]:
        """The structures, each with what it offers."""
        return _indexed((card.structure, card) for card in self.cards)

    @property
    def by_zone(self) -> list[tuple[str, list[Card]]]:
        """The quarters or communes, each with what is there, stops of rounds too."""
        return _indexed((zone, card) for card in self.cards for zone in card.zones)

    @property
    def to_verify(self) -> int:
        return sum(card.is_to_verify for card in self.cards)


def _indexed(rows: Iterable[tuple[str, Card]]) -> list[tuple[str, list[Card]]]:
    found: dict[str, list[Card]] = {}
    for name, card in rows:
        found.setdefault(name, []).append(card)
    return sorted(found.items(), key=lambda item: normalised(item[0]))


def compose(territory: Territory, choices: Choices) -> Booklet:
    """The booklet of a territory as it is today."""
    actors, read_by = list(_structures(territory, choices)), _read_by(choices)
    services = FoodService.objects.filter(actor__in=actors).select_related("site").prefetch_related("stops")
    readable = [service for service in services if service.visibility in read_by]
    every = [service for service in readable if not service.has_ended]
    fresh = states({actor.pk for actor in actors})
    by_pk = {actor.pk: actor for actor in actors}
    naming = _naming(territory)
    kinds = choices.kinds or (tuple(FoodService.Kind) if choices.for_professionals else VISITED)
    cards = [
        _help(service, by_pk[service.actor_id], fresh[service.actor_id], choices, naming)
        for service in every
        if service.kind in kinds and _is_for(service, choices.publics)
    ]
    cards.sort(key=lambda card: (normalised(card.title), card.key))
    parts = _by_kind(cards) if choices.order == BY_KIND else _by_place(cards)
    without = {actor.pk for actor in actors} - {service.actor_id for service in every}
    if without and not choices.kinds and not choices.publics:
        kept_quiet = hidden_sites(services, lambda one: one.visibility in read_by)
        others = [_structure(by_pk[pk], fresh[pk], choices, naming, kept_quiet) for pk in without]
        others.sort(key=lambda card: normalised(card.title))
        parts.append(Part(OTHERS, "", [Group("", others)]))
    return Booklet(territory.name, territory.slug, timezone.localdate(), choices, parts)


def _structures(territory: Territory, choices: Choices) -> QuerySet[Actor]:
    if choices.for_professionals:
        entries = Actor.objects.active().of(territory).exclude(visibility=Visibility.COORDINATION)
    else:
        entries = shown(territory)
    return entries.prefetch_related("sites")


def _read_by(choices: Choices) -> list[Visibility]:
    return [visibility for visibility, audience in AUDIENCES.items() if audience <= choices.audience]


def _is_for(service: FoodService, publics: Sequence[str]) -> bool:
    """Services that name no public are for everyone."""
    return not publics or not service.publics or not set(publics).isdisjoint(service.publics)


def _naming(territory: Territory) -> Callable[[Place], str]:
    """The heading of a place: its quarter in a town, else its commune."""
    if territory.kind in {Territory.Kind.COMMUNE, Territory.Kind.ARRONDISSEMENT}:
        return lambda place: place.quarter or place.city
    return lambda place: place.city


def _help(service: FoodService, actor: Actor, fresh: Freshness, choices: Choices, naming) -> Card:
    stops = list(service.stops.all()) if service.is_itinerant else []
    places = [(seen_place(stop), _hours(stop.opening_hours, stop.hours_note, stop)) for stop in stops]
    if not service.is_itinerant:
        site = service.site
        hours = _hours(service.opening_hours, service.hours_note, site)
        places.append((seen_place(site) if site else None, hours))
    at = stops or ([service.site] if service.site else [])
    kind = capfirst(service.get_kind_display())
    return Card(
        key=f"aide-{service.pk}",
        title=service.name or kind,
        kind=service.kind,
        kind_words=kind,
        zones=tuple(dict.fromkeys(filter(None, (naming(place) for place in at)))),
        is_on_tour=service.is_itinerant,
        description=service.description,
        places=tuple(places),
        audience=capfirst(whom(service).removeprefix("Pour\N{NO-BREAK SPACE}: ")),
        conditions=tuple(conditions_of(service)),
        facts=tuple(facts_of(service)),
        **_about(actor, fresh, choices, Section.HOURS),
    )


def _structure(actor: Actor, fresh: Freshness, choices: Choices, naming, kept_quiet: Collection[int]) -> Card:
    """A structure that shows no help; ``kept_quiet``: the places that its readers do not see."""
    sites = [site for site in actor.sites.all() if site.pk not in kept_quiet]
    return Card(
        key=f"structure-{actor.pk}",
        title=actor.name,
        kind="",
        kind_words=capfirst(actor.get_kind_display()),
        zones=tuple(dict.fromkeys(filter(None, (naming(site) for site in sites)))),
        is_on_tour=False,
        description=actor.description,
        places=tuple((seen_place(site), None) for site in sites),
        audience="",
        conditions=(),
        facts=(),
        **_about(actor, fresh, choices, Section.CONTACT),
    )


def _about(actor: Actor, fresh: Freshness, choices: Choices, section: Section) -> dict:
    """What is the structure's."""
    state = fresh.sections.get(section)
    return {
        "structure": actor.name,
        "phone": actor.phone,
        "email": actor.email,
        "website": actor.website.split("://")[-1].rstrip("/"),
        "contacts": tuple(_contacts(actor, choices)),
        "checked": state.words if state and state.last else "",
        "is_to_verify": bool(state and state.is_to_verify),
    }


def _contacts(actor: Actor, choices: Choices) -> Iterator[str]:
    """The person to reach, for who may read it; to professionals, the network and the accreditation too."""
    if AUDIENCES[Visibility(actor.contact_visibility)] <= choices.audience:
        person = " – ".join(filter(None, (actor.contact_name, actor.contact_role)))
        said = ", ".join(filter(None, (person, actor.contact_phone, actor.contact_email)))
        if said:
            yield said
    if choices.for_professionals:
        if actor.network:
            yield f"Réseau : {actor.network}"
        if actor.accreditation != Actor.Accreditation.UNKNOWN:
            yield capfirst(actor.get_accreditation_display())


def _hours(text: str, note: str, place: Place | None) -> Hours:
    try:
        said = tuple(sentences(text, department_of(place) if place else ""))
    except ValueError:  # kept by an older version of what reads hours: as good as not known
        said = ()
    return Hours(said, note)


def _by_kind(cards: Sequence[Card]) -> list[Part]:
    parts = []
    for kind in FoodService.Kind:
        here = [card for card in cards if card.kind == kind]
        if here:
            parts.append(Part(capfirst(kind.label), kind.value, _groups(here, lambda card: card.zone)))
    return parts


def _by_place(cards: Sequence[Card]) -> list[Part]:
    return [
        Part(group.title, "", _groups(group.cards, lambda card: card.kind_words))
        for group in _groups(cards, lambda card: card.zone)
    ]


def _groups(cards: Iterable[Card], title: Callable[[Card], str]) -> list[Group]:
    """In the order of their titles, rounds and what has no place last."""
    found: dict[str, list[Card]] = {}
    for card in cards:
        found.setdefault(title(card), []).append(card)
    last = (ON_TOUR, NO_PLACE)
    order = sorted(found, key=lambda name: (last.index(name) + 1 if name in last else 0, normalised(name)))
    return [Group(name, found[name]) for name in order]
