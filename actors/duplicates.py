"""Entries that may be one structure: while a new one is typed, and among those of a territory.

Two entries are alike by their SIRET, or by names that are near (accents, order of the words, typing errors, initials)
in the same place. Names are compared here, among entries that the database finds by an index: the queries are as many,
and the work is bounded, however large the directory is.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from itertools import combinations

from actors.models import Actor, NotDuplicate, Site
from alimactiv.text import normalised
from territories.models import Territory

CANDIDATES = 3000
"""Entries of a territory whose names are compared with one typed; beyond, only those that begin as it does are."""
OF_SAME_BEGINNING = 300
COMPARED = 5000
"""Entries of a territory that are compared with one another."""
SHOWN, PAIRS = 5, 200
CROWD = 40
"""Entries that have three letters in common and are yet compared: more of them, and these letters tell nothing."""
NEAR, VERY_NEAR = 0.72, 0.9
"""From which names are near, and very near (``nearness``)."""
EMPTY_WORDS = frozenset(["a", "au", "aux", "d", "de", "des", "du", "en", "et", "l", "la", "le", "les", "pour", "sur"])
KIND_WORDS = frozenset(["asso", "association", "ass"])
"""They are in so many names that they tell nothing."""


@dataclass(frozen=True)
class Name:
    """A name, as names are compared."""

    words: tuple[str, ...]

    @classmethod
    def of(cls, text: str) -> "Name":
        words = normalised(text).split()
        telling = [word for word in words if word not in EMPTY_WORDS | KIND_WORDS]
        return cls(tuple(telling or words))

    @property
    def text(self) -> str:
        return " ".join(self.words)

    @property
    def sorted(self) -> str:
        return " ".join(sorted(self.words))

    @property
    def initials(self) -> str:
        return "".join(word[0] for word in self.words)

    @property
    def numbers(self) -> frozenset[str]:
        return frozenset(word for word in self.words if word.isdigit())

    @property
    def grams(self) -> frozenset[str]:
        """Each three letters in a row of each word: what stays of a name that is mistyped."""
        return frozenset(f" {word} "[i : i + 3] for word in self.words for i in range(len(word)))


@dataclass(frozen=True)
class Places:
    """Where an entry is: as far as its sites say."""

    cities: frozenset[str] = frozenset()
    postcodes: frozenset[str] = frozenset()
    addresses: frozenset[str] = frozenset()

    @property
    def is_known(self) -> bool:
        return bool(self.cities or self.postcodes)

    def shares_town(self, other: "Places") -> bool:
        return bool(self.cities & other.cities or self.postcodes & other.postcodes)

    def shares_address(self, other: "Places") -> bool:
        return bool(self.addresses & other.addresses)


@dataclass(frozen=True)
class Candidate:
    """What is compared of an entry, or of one that is being typed."""

    pk: int
    name: Name
    siret: str = ""
    places: Places = field(default_factory=Places)


@dataclass(frozen=True)
class Likeness:
    """How much two entries look like one structure, from 0 to 1, and why, in French."""

    score: float
    reason: str


@dataclass(frozen=True)
class LookAlike:
    actor: Actor
    likeness: Likeness


@dataclass(frozen=True)
class Pair:
    first: Actor
    second: Actor
    likeness: Likeness


def look_alikes(
    user,
    *,
    name: str = "",
    siret: str = "",
    city: str = "",
    postcode: str = "",
    territory: Territory | None = None,
    exclude: int | None = None,
) -> list[LookAlike]:
    """The entries that ``user`` may read and that may be the one typed, the likeliest first.

    As many queries whatever the directory holds. What is not typed yet is left empty.
    """
    typed = _typed(name, siret, city, postcode)
    if not typed.siret and len(typed.name.text) < 3:
        return []
    found = {one.pk: one for rows in _queries(typed, territory) for one in _candidates(rows)}
    near = [one for one in found.values() if one.pk != exclude and _may_be(typed, one)]
    readable = Actor.objects.visible_to(user).filter(pk__in=[one.pk for one in near]).values_list("pk", flat=True)
    near = [found[pk] for pk in sorted(readable)]
    places = _places_of(one.pk for one in near)
    likely: list[tuple[Likeness, int]] = []
    for one in near:
        likeness = compare(typed, Candidate(one.pk, one.name, one.siret, places[one.pk]))
        if likeness:
            likely.append((likeness, one.pk))
    best = sorted(likely, key=lambda one: (-one[0].score, one[1]))[:SHOWN]
    actors = Actor.objects.in_bulk([pk for _, pk in best])
    return [LookAlike(actors[pk], likeness) for likeness, pk in best]


def pairs_within(territory: Territory, user) -> list[Pair]:
    """The entries of a territory that may be one structure and that ``user`` keeps, the likeliest first.

    Those that someone told apart are left out.
    """
    kept = _at_work(Actor.objects.active().kept_by(user), territory).order_by("pk")[:COMPARED]
    entries = {one.pk: one for one in _candidates(kept)}
    apart = set(NotDuplicate.objects.filter(first__in=entries, second__in=entries).values_list("first", "second"))
    couples = [couple for couple in sorted(_couples(entries.values())) if couple not in apart]
    places = _places_of({pk for couple in couples for pk in couple})
    likely: list[tuple[Likeness, int, int]] = []
    for first, second in couples:
        one, other = (Candidate(pk, entries[pk].name, entries[pk].siret, places[pk]) for pk in (first, second))
        likeness = compare(one, other)
        if likeness:
            likely.append((likeness, first, second))
    best = sorted(likely, key=lambda one: (-one[0].score, *one[1:]))[:PAIRS]
    actors = Actor.objects.prefetch_related("sites").in_bulk({pk for _, *couple in best for pk in couple})
    return [Pair(actors[first], actors[second], likeness) for likeness, first, second in best]


def compare(one: Candidate, other: Candidate) -> Likeness | None:
    """How much two entries look alike; ``None`` if they do not."""
    if one.siret and one.siret == other.siret:
        return Likeness(1.0, "même SIRET")
    near = nearness(one.name, other.name)
    if one.siret and other.siret and one.siret[:9] != other.siret[:9]:
        near -= 0.1  # two legal persons: the names must be nearer than that
    if near < NEAR:
        return None
    words = "même nom" if one.name.sorted == other.name.sorted else _words(near)
    if one.siret and other.siret and one.siret[:9] == other.siret[:9]:
        words = f"même SIREN, {words}"
    if one.places.shares_address(other.places):
        return Likeness(round(min(near + 0.05, 0.99), 4), f"{words}, même adresse")
    if one.places.shares_town(other.places):
        return Likeness(near, f"{words}, même commune")
    if one.places.is_known and other.places.is_known:
        return None
    return Likeness(round(near - 0.1, 4), words) if near >= 0.8 else None


def _words(near: float) -> str:
    return "nom très proche" if near >= VERY_NEAR else "nom proche"


def nearness(one: Name, other: Name) -> float:
    """How near two names are, from 0 to 1, whatever the order of their words; initials stand for words.

    >>> nearness(Name.of("Secours Populaire"), Name.of("secours populiare")) > NEAR
    True
    >>> nearness(Name.of("SPF"), Name.of("Secours populaire français"))
    0.85
    """
    if one.sorted == other.sorted:
        return 1.0
    if _abbreviates(one, other) or _abbreviates(other, one):
        return 0.85
    if one.numbers != other.numbers:
        return 0.0  # « Relais 11 » and « Relais 12 »
    shorter, longer = sorted((one, other), key=lambda name: (len(name.words), name.text))  # difflib minds the order
    near = max(
        _likeness(shorter.text, longer.text),
        _likeness(shorter.sorted, longer.sorted),
        _by_words(shorter.words, longer.words),
    )
    return round(min(near, 0.99), 4)


def _likeness(one: str, other: str) -> float:
    return SequenceMatcher(None, one, other, autojunk=False).ratio()


def _by_words(shorter: tuple[str, ...], longer: tuple[str, ...]) -> float:
    """Each word of the shorter name against the nearest of the longer; words that the longer has alone count little."""
    letters = sum(map(len, shorter))
    found = sum(len(word) * max(_word_likeness(word, theirs) for theirs in longer) for word in shorter) / (letters or 1)
    if len(shorter) == len(longer):
        return found
    return min(found, 0.8) if len(shorter) > 1 else min(found, 0.74) if letters > 4 else 0.0


def _word_likeness(one: str, other: str) -> float:
    is_shortened = len(one) > 3 and len(other) > 3 and one[:4] == other[:4]
    return max(_likeness(one, other), 0.8 if is_shortened else 0.0)  # « restos », « restaurants »


def _abbreviates(short: Name, long: Name) -> bool:
    """``short`` begins with the initials of ``long``'s first words, and has its others: « CCAS Fontaine »."""
    if not short.words or not 2 < len(short.words[0]) <= len(long.words):
        return False
    size = len(short.words[0])
    return short.words[0] == long.initials[:size] and set(short.words[1:]) <= set(long.words[size:])


def _typed(name: str, siret: str, city: str, postcode: str) -> Candidate:
    digits = "".join(char for char in siret if char.isdigit())
    places = Places(
        cities=frozenset(filter(None, [normalised(city)])), postcodes=frozenset(filter(None, [postcode.strip()]))
    )
    return Candidate(0, Name.of(name), digits if len(digits) == 14 else "", places)


def _queries(typed: Candidate, territory: Territory | None) -> Iterator:
    """Where to look: each answered by an index, each bounded. What one may read of it is asked for afterwards."""
    listed = Actor.objects.listed()
    if typed.siret:
        yield listed.filter(siret=typed.siret).order_by("pk")[:CANDIDATES]
    if territory:
        yield _at_work(listed, territory).order_by("pk")[:CANDIDATES]
    if typed.name.words:
        beginning = listed.filter(search_name__startswith=typed.name.words[0][:4])
        yield beginning.order_by("pk")[:OF_SAME_BEGINNING]


def _at_work(actors, territory: Territory):
    """``actors.of(territory)``, led by the index of who is where; one of two territories comes twice."""
    inside = list(Territory.objects.inside(territory).order_by().values_list("pk", flat=True))
    return actors.filter(territories__in=inside)


def _candidates(actors) -> Iterator[Candidate]:
    for pk, name, siret in actors.values_list("pk", "search_name", "siret"):
        yield Candidate(pk, Name.of(name), siret)


def _may_be(typed: Candidate, other: Candidate) -> bool:
    """A look that costs little, before names are compared letter by letter."""
    if typed.siret and typed.siret == other.siret:
        return True
    if _abbreviates(typed.name, other.name) or _abbreviates(other.name, typed.name):
        return True
    mine, theirs = typed.name.grams, other.name.grams
    return len(mine & theirs) * 3 >= min(len(mine), len(theirs))


def _couples(entries: Iterable[Candidate]) -> set[tuple[int, int]]:
    """Those worth comparing, each once, the smaller key first: among a few thousand, not all with all."""
    heaps: dict[str, list[Candidate]] = defaultdict(list)
    exact: dict[str, list[Candidate]] = defaultdict(list)
    for one in entries:
        for gram in one.name.grams:
            heaps[gram].append(one)
        exact[f"name {one.name.sorted}"].append(one)
        heaps[f"initials {one.name.initials}"].append(one)
        heaps[f"initials {one.name.words[0] if one.name.words else ''}"].append(one)
        if one.siret:
            exact[f"siret {one.siret}"].append(one)
    shared: dict[tuple[int, int], int] = defaultdict(int)
    couples: set[tuple[int, int]] = set()
    for key, heap in [*heaps.items(), *exact.items()]:
        if len(heap) > CROWD and key not in exact:
            continue
        for one, other in combinations(heap[:CROWD], 2):
            couple = (min(one.pk, other.pk), max(one.pk, other.pk))
            shared[couple] += 1
            if key in exact or key.startswith("initials ") or shared[couple] > 2:
                couples.add(couple)
    return {couple for couple in couples if couple[0] != couple[1]}


def _places_of(actors: Iterable[int]) -> dict[int, Places]:
    """Where each of these entries is, in one query."""
    found: dict[int, list[tuple[str, str, str]]] = defaultdict(list)
    for actor, address, postcode, city in Site.objects.filter(actor__in=list(actors)).values_list(
        "actor", "address", "postcode", "city"
    ):
        found[actor].append((address, postcode, city))
    places: dict[int, Places] = defaultdict(Places)
    for actor, rows in found.items():
        places[actor] = Places(
            cities=frozenset(filter(None, (normalised(city) for _, _, city in rows))),
            postcodes=frozenset(filter(None, (postcode for _, postcode, _ in rows))),
            addresses=frozenset(normalised(f"{address} {city}") for address, _, city in rows if address and city),
        )
    return places
