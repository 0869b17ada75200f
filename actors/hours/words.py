"""Hours as people write them in their own lists, « lundi et jeudi 9h-12h, 14h-17h », read as an OSM text.

A small exact grammar: a text in which one word is unknown, or that could mean two things, is not read at all.

    text     = clause, {[separator], clause}
    clause   = [weeks], days, [weeks], [":"], spans, ["(", weeks, ")"] | [weeks], spans, days | closures
    days     = named, ["sauf", named]
    named    = day, {"," | "et" | "/", day} | "tous les jours" | "7j/7"
    day      = [ordinals], weekday, ["du mois"] | weekday, "au", weekday
    weeks    = "semaines paires" | "semaines impaires"
    spans    = time, "à" | "-", time, {"," | "et" | "/" | "puis", spans} | "24h/24"
    closures = "fermé" | "sauf", holidays | named, {"et", holidays} | "y compris les jours fériés"
    holidays = "jours fériés" | "vacances scolaires"

Words that say nothing of public holidays leave them to be asked, as in an entry typed on the site.
"""

import re
import unicodedata
from dataclasses import dataclass, field
from itertools import combinations

from actors.hours.reading import MAX_LENGTH
from actors.hours.slots import DAY, PublicHolidays, SchoolHolidays, Slot, Timetable, Weeks
from actors.hours.timetable import write

EVENING, MORNING = 17 * 60, 6 * 60
"""A span that ends before it starts is a night only from the first of these to the second; else it may be a slip."""

_DAYS = (
    *("lundis?|lun", "mardis?|mar", "mercredis?|mer", "jeudis?|jeu", "vendredis?|ven", "samedis?|sam"),
    "dimanches?|dim",
)
_ORDINALS = {
    Weeks.FIRST: "1 ?ers?|1 ?eres?|premiers?",
    Weeks.SECOND: "2e|2emes?|2nds?|deuxiemes?|seconds?",
    Weeks.THIRD: "3e|3emes?|troisiemes?",
    Weeks.FOURTH: "4e|4emes?|quatriemes?",
    Weeks.FIFTH: "5e|5emes?|cinquiemes?",
    Weeks.LAST: "derniers?",
}
_WORDS = {
    "every day": r"tous les jours|7 ?j(?:ours)? ?(?:/|sur) ?7",
    "all day": r"24 ?h ?(?:/|sur) ?24(?: ?h)?",
    "alternate": r"une semaine sur deux",
    "even": r"(?:(?:les|des) )?semaines? paires?",
    "odd": r"(?:(?:les|des) )?semaines? impaires?",
    "month": r"(?:du|de chaque|par) mois(?:, quand il y en a un)?",
    "ask": r"(?:les )?jours feries, renseignez-vous avant de venir",
    "as usual": r"(?:y compris )?(?:les )?jours feries(?: compris| inclus)|y compris (?:les )?jours feries",
    "public": r"(?:les )?jours feries",
    "school": r"(?:(?:pendant|durant) )?(?:les )?vacances scolaires(?: \(zone [abc]\))?",
    "closed": r"fermee?s?",
    "but": r"sauf|hors",
    "open": r"ouverte?s?|ouverture|horaires",
    "tomorrow": r"du matin|le lendemain",
    "midnight": r"minuit",
    "noon": r"midi",
    "each": r"tous les|chaque|les?",
    "from": r"du|de",
    "to": r"au|a|jusqu'a",
    "and": r"et|puis",
}
_TOKENS = [
    *((name, rf"(?:{pattern})\b(?!')") for name, pattern in _WORDS.items() if name != "school"),
    ("school", _WORDS["school"]),
    *((f"ordinal {weeks}", rf"(?:{pattern})\b") for weeks, pattern in _ORDINALS.items()),
    *((f"weekday {number}", rf"(?:{pattern})\b\.?") for number, pattern in enumerate(_DAYS)),
    ("time", r"\d{1,2} ?h(?:eures?)?(?: ?\d\d(?! ?[\d:h]))?(?: ?mi?n\b)?(?![a-z\d])|\d{1,2}:\d\d(?!\d)"),
    ("number", r"\d{1,2}(?![\d:])"),
    ("mark", r"[-,;./:()]"),
]
_TOKEN = re.compile("|".join(f"(?P<t{i}>{pattern})" for i, (_, pattern) in enumerate(_TOKENS)))
_DASHES = str.maketrans(dict.fromkeys("‐‑‒–—−", "-") | {"’": "'", "&": ",", "•": ";"})
_BETWEEN_CLAUSES = {",", ";", ".", "/", "-", "and"}
_IN_LISTS = {",", "/", "and"}


class _UnknownError(Exception):
    """The text says what the grammar does not."""


def words(text: str) -> str | None:
    """The OSM text of everyday French words; None for what they do not say exactly.

    >>> words("Lundi au vendredi 9h-12h et 14h-17h30")
    'Mo-Fr 09:00-12:00,14:00-17:30; PH unknown'
    """
    try:
        return write(_Reader(_tokens(text)).timetable()) if len(text) <= MAX_LENGTH else None
    except _UnknownError:
        return None


@dataclass(frozen=True)
class _Token:
    name: str
    text: str

    @property
    def detail(self) -> str:
        """What follows the kind of token: the number of a weekday, the weeks of an ordinal."""
        return self.name.partition(" ")[2]


def _tokens(text: str) -> list[_Token]:
    plain = unicodedata.normalize("NFKD", text.translate(_DASHES).casefold())
    plain = " ".join("".join(sign for sign in plain if not unicodedata.combining(sign)).split())
    found, at = [], 0
    while at < len(plain):
        match = _TOKEN.match(plain, at)
        if match is None:
            raise _UnknownError
        name = _TOKENS[int(match.lastgroup[1:])][0]
        found.append(_Token(match[0] if name == "mark" else name, match[0]))
        at = match.end() + (plain[match.end() : match.end() + 1] == " ")
    return found


@dataclass
class _Reader:
    tokens: list[_Token]
    at: int = 0
    slots: list[Slot] = field(default_factory=list)
    closed_days: set[int] = field(default_factory=set)
    public_holidays: PublicHolidays = PublicHolidays.UNKNOWN
    school_holidays: SchoolHolidays = SchoolHolidays.AS_USUAL

    def timetable(self) -> Timetable:
        while self.at < len(self.tokens):
            if not self._takes(*_BETWEEN_CLAUSES):
                self._clause()
        if not self.slots or self.closed_days & {slot.weekday for slot in self.slots} or _meet(self.slots):
            raise _UnknownError
        return Timetable(tuple(self.slots), public_holidays=self.public_holidays, school_holidays=self.school_holidays)

    # Reading on -----------------------------------------------------------------------------------

    def _is(self, *names: str, ahead: int = 0) -> bool:
        at = self.at + ahead
        return at < len(self.tokens) and (
            self.tokens[at].name in names or self.tokens[at].name.partition(" ")[0] in names
        )

    def _takes(self, *names: str) -> _Token | None:
        """The next token, gone past, if it is one of these."""
        if not self._is(*names):
            return None
        self.at += 1
        return self.tokens[self.at - 1]

    def _must(self, *names: str) -> _Token:
        token = self._takes(*names)
        if token is None:
            raise _UnknownError
        return token

    def _back_unless(self, start: int, is_right: bool) -> bool:
        """Whether it is right; if not, reading goes on from ``start``."""
        if not is_right:
            self.at = start
        return is_right

    # Clauses --------------------------------------------------------------------------------------

    def _clause(self) -> None:
        if self._takes("ask"):
            self.public_holidays = PublicHolidays.UNKNOWN
        elif self._takes("as usual"):
            self.public_holidays = PublicHolidays.AS_USUAL
        elif self._is("closed", "but", "("):
            opened = self._takes("(")
            self._closures(is_exception=self._must("closed", "but").name == "but")
            if opened:
                self._must(")")
        else:
            self._takes("open")
            self._takes(":")
            self._opening()

    def _closures(self, is_exception: bool) -> None:
        """« fermé le lundi et les jours fériés »; an exception takes days out of those told before."""
        while True:
            if self._takes("public"):
                self.public_holidays = PublicHolidays.CLOSED
            elif self._takes("school"):
                self.school_holidays = SchoolHolidays.CLOSED
            else:
                self._close(self._named(), is_exception)
            start = self.at
            if not self._back_unless(start, bool(self._takes(*_IN_LISTS)) and self._is("public", "school")):
                return

    def _close(self, days: list[tuple[int, Weeks]], is_exception: bool) -> None:
        closed = {day for day, weeks in days if weeks == Weeks.EVERY}
        if len(closed) < len(days) or (is_exception and not closed < {slot.weekday for slot in self.slots}):
            raise _UnknownError
        if is_exception:
            self.slots = [slot for slot in self.slots if slot.weekday not in closed]
        self.closed_days |= closed

    def _opening(self) -> None:
        weeks = self._weeks()
        if weeks:
            self._takes(":", ",")
        if self._begins_span():
            spans = self._spans()
            self._takes(":", ",")
            days = self._days()
            if self._begins_span():
                raise _UnknownError
        else:
            days = self._days()
            weeks = weeks or self._weeks()
            while self._takes(":", ","):
                pass
            spans = self._spans()
            weeks = weeks or (self._weeks() if self._is("(") else None)
        for day, of_day in days:
            if weeks and of_day != Weeks.EVERY:
                raise _UnknownError
            self.slots += [Slot(day, starts, ends, weeks or of_day) for starts, ends in spans]

    def _weeks(self) -> Weeks | None:
        """« une semaine sur deux (semaines paires) », « (semaines impaires) »"""
        is_said = self._takes("alternate")
        start = self.at
        opened = self._takes("(")
        token = self._takes("even", "odd")
        if not self._back_unless(start, token is not None):
            if is_said:
                raise _UnknownError
            return None
        if opened:
            self._must(")")
        return Weeks.EVEN if token.name == "even" else Weeks.ODD

    # Days -----------------------------------------------------------------------------------------

    def _days(self) -> list[tuple[int, Weeks]]:
        days, start = self._named(), self.at
        if not self._back_unless(start, bool(self._takes("but")) and not self._is("public", "school")):
            return days
        excepted = self._named()
        if not set(excepted) < set(days):
            raise _UnknownError
        return [one for one in days if one not in excepted]

    def _named(self) -> list[tuple[int, Weeks]]:
        if self._takes("every day"):
            found = [(day, Weeks.EVERY) for day in range(7)]
        else:
            found = self._day()
            while self._another_day():
                found += self._day()
        self._takes("month")
        if len(set(found)) != len(found) or len({weeks == Weeks.EVERY for _, weeks in found}) > 1:
            raise _UnknownError  # « le 1er mardi et le jeudi » may mean the first Thursday
        return found

    def _another_day(self) -> bool:
        start = self.at
        is_list = bool(self._takes(*_IN_LISTS))
        self._takes("and")  # « lundi, mardi, et jeudi »
        ahead = 0
        while self._is("each", "from", ahead=ahead):
            ahead += 1
        return self._back_unless(start, is_list and self._is("weekday", "ordinal", ahead=ahead))

    def _day(self) -> list[tuple[int, Weeks]]:
        ordinals: list[Weeks] = []
        self._takes("from", "each")
        while token := self._takes("ordinal"):
            ordinals.append(Weeks(token.detail))
            while self._takes(*_IN_LISTS, "each"):
                pass
        first = int(self._must("weekday").detail)
        if ordinals:
            return [(first, weeks) for weeks in ordinals]
        start = self.at
        joint = self._takes("to", "-")
        if not self._back_unless(start, joint is not None and self._is("weekday")):
            return [(first, Weeks.EVERY)]
        last = int(self._must("weekday").detail)
        if joint.name == "-" and not (first == 0 and last > 3) and (last - first) % 7 != 1:
            raise _UnknownError  # « mardi - jeudi » may mean two days, or three
        return [((first + more) % 7, Weeks.EVERY) for more in range((last - first) % 7 + 1)]

    # Hours ----------------------------------------------------------------------------------------

    def _begins_span(self) -> bool:
        return self._is("time", "number", "noon", "midnight", "all day", ahead=int(self._is("from")))

    def _spans(self) -> list[tuple[int, int]]:
        found = [self._span()]
        while True:
            start = self.at
            if not self._back_unless(start, bool(self._takes(*_IN_LISTS, "-")) and self._begins_span()):
                return found
            found.append(self._span())

    def _span(self) -> tuple[int, int]:
        if self._takes("all day"):
            return 0, DAY
        self._takes("from")
        starts, is_bare = self._time()
        self._must("to", "-")
        ends, is_bare_too = self._time()
        if is_bare and is_bare_too:
            raise _UnknownError
        is_night = bool(self._takes("tomorrow"))
        ends = DAY if ends == 0 else ends
        if starts >= DAY or (is_night and ends > starts):
            raise _UnknownError
        if ends <= starts:
            if not (is_night or (starts >= EVENING and ends <= MORNING)):
                raise _UnknownError
            ends += DAY
        return starts, ends

    def _time(self) -> tuple[int, bool]:
        """Minutes since midnight, and whether it is a number alone: « 9 à 12h »."""
        token = self._must("time", "number", "noon", "midnight")
        if token.name in ("noon", "midnight"):
            return (12 * 60 if token.name == "noon" else 0), False
        hour, minute = (int(number) for number in [*re.findall(r"\d+", token.text), "0"][:2])
        if minute > 59 or hour * 60 + minute > DAY:
            raise _UnknownError
        return hour * 60 + minute, token.name == "number"


def _meet(slots: list[Slot]) -> bool:
    """Whether two slots overlap on some day, which nobody means."""
    return any(
        one.weekday == two.weekday and one.starts < two.ends and two.starts < one.ends and _share(one.weeks, two.weeks)
        for one, two in combinations(slots, 2)
    )


def _share(one: Weeks, two: Weeks) -> bool:
    """Whether some week is both."""
    apart = one.is_of_month == two.is_of_month and Weeks.EVERY not in (one, two)
    return one == two or not apart or {one, two} == {Weeks.FIFTH, Weeks.LAST}
