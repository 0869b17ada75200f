"""A week ready to be drawn in a language: tables by kind for the wall, days for large print and the page."""

import re
from collections import defaultdict
from dataclasses import dataclass
from datetime import date

from django.utils.text import capfirst

from actors.models import FoodService
from actors.week import wording
from actors.week.content import Difference, differences
from actors.week.languages import Language
from actors.week.pattern import EVEN, ODD, Regular
from actors.week.schedule import Line, Week

ISOLATE, END = "\N{FIRST STRONG ISOLATE}", "\N{POP DIRECTIONAL ISOLATE}"


@dataclass(frozen=True)
class Hours:
    """A slot in words; ``weeks``: in which ones, if not in each."""

    words: str
    half_days: str
    weeks: str


@dataclass(frozen=True)
class Help:
    """A line in words."""

    entry: int
    kind: str
    kind_code: str
    name: str
    service: str
    where: str
    """The place and its address."""
    phone: str
    dialled: str
    publics: str
    conditions: tuple[str, ...]
    sentences: tuple[str, ...]
    notes: tuple[str, ...]
    is_to_verify: bool
    verified: str

    @property
    def asked(self) -> str:
        """For whom, and what is asked of who comes, on one line: « Gratuit · sans inscription »; empty if unknown."""
        return capfirst(" · ".join(filter(None, (self.publics, *self.conditions))))


@dataclass(frozen=True)
class Row:
    """A place through the week: what is open on each weekday."""

    help: Help
    cells: list[list[Hours]]


@dataclass(frozen=True)
class Table:
    """The places of one kind of help."""

    kind: str
    code: str
    rows: list[Row]


@dataclass(frozen=True)
class Opening:
    hours: Hours
    help: Help


@dataclass(frozen=True)
class HalfDay:
    name: str
    code: str
    openings: list[Opening]


@dataclass(frozen=True)
class Day:
    name: str
    anchor: str
    half_days: list[HalfDay]


@dataclass(frozen=True)
class Note:
    """What differs from the regular week at a place, in sentences."""

    help: Help
    sentences: list[str]


@dataclass(frozen=True)
class Told:
    """A difference from an edition: what (new, gone, or nothing), and each part with what it was."""

    help: Help
    what: str
    parts: list[tuple[str, str]]


class View:
    """``week`` in ``language``; every text is ready, names and notes as they were typed."""

    def __init__(self, week: Week, language: Language):
        self.week, self.language, self.words = week, language, language.words
        self.helps = {line.key: self.help(line) for line in week.lines}

    @property
    def territory(self) -> str:
        return self._as_typed(self.week.territory)

    @property
    def contact(self) -> str:
        return self._as_typed(self.week.contact)

    @property
    def period(self) -> str:
        return wording.period(self.language, self.week.starts_on, self.week.ends_on)

    @property
    def weekdays(self) -> list[str]:
        return [wording.first_letter_up(name) for name in self.language.weekdays]

    @property
    def tables(self) -> list[Table]:
        by_kind: dict[str, list[Row]] = {}
        for line in self.week.open:
            cells = [[self._hours(one) for one in ones] for ones in line.days]
            by_kind.setdefault(line.kind, []).append(Row(self.helps[line.key], cells))
        return [Table(self._kind(code), code, rows) for code, rows in by_kind.items()]

    @property
    def days(self) -> list[Day]:
        return [Day(name, self.anchor(number), self._half_days(number)) for number, name in enumerate(self.weekdays)]

    @staticmethod
    def anchor(weekday: int) -> str:
        return f"jour-{weekday + 1}"

    def _half_days(self, weekday: int) -> list[HalfDay]:
        return self._by_half_day([(one, line) for line in self.week.open for one in line.days[weekday]])

    def half_days_on(self, day: date) -> list[HalfDay]:
        """What is open on a day of the period, changes and all."""
        return self._by_half_day([(Regular(slot), line) for line in self.week.open for slot in line.slots_on(day)])

    def _by_half_day(self, found: list[tuple[Regular, Line]]) -> list[HalfDay]:
        openings = defaultdict(list)
        for one, line in sorted(found, key=lambda pair: pair[0].slot):
            opening = Opening(self._hours(one), self.helps[line.key])
            for code in one.slot.half_days:
                openings[code].append(opening)
        return [HalfDay(name, code, openings[code]) for code, name in self.language.half_days.items() if openings[code]]

    @property
    def changes(self) -> list[Note]:
        notes = [
            Note(self.helps[line.key], [wording.change(self.language, one) for one in line.changes])
            for line in self.week.open
        ]
        return [note for note in notes if note.sentences]

    @property
    def alternate(self) -> list[Note]:
        """On which dates, for what is open every other week."""
        notes = [Note(self.helps[line.key], self._alternate(line)) for line in self.week.open]
        return [note for note in notes if note.sentences]

    def _alternate(self, line: Line) -> list[str]:
        return [
            self.words["alternating"].format(
                weekday=wording.first_letter_up(self.language.weekdays[weekday]),
                hours=wording.slot(self.language, one.slot),
                days=wording.enumeration(self.language, self._dates(line, one, weekday)),
            )
            for weekday, ones in enumerate(line.days)
            for one in ones
            if one.weeks in {ODD, EVEN}
        ]

    def _dates(self, line: Line, one: Regular, weekday: int) -> list[str]:
        held = [
            day
            for day in self.week.dates
            if day.weekday() == weekday and one.holds_on(day) and one.slot in line.slots_on(day)
        ]
        return wording.dates(self.language, held)

    @property
    def apart(self) -> list[tuple[str, list[Note]]]:
        """What the regular week does not say, by its heading."""
        return [(self.words["changes"], self.changes), (self.words["alternate"], self.alternate)]

    @property
    def closed(self) -> list[Help]:
        return [self.helps[line.key] for line in self.week.closed]

    @property
    def unknown(self) -> list[Help]:
        return [self.helps[line.key] for line in self.week.unknown]

    @property
    def verified(self) -> str:
        """How many confirmed their hours, and since when; nothing where none did."""
        days = [line.verified_on for line in self.week.lines if line.verified_on]
        if not days:
            return ""
        return self.words["verified_count"].format(count=len(days), total=len(self.week.lines), day=self.day(min(days)))

    def day(self, on: date) -> str:
        return wording.day(self.language, on, year=True)

    def help(self, line: Line) -> Help:
        language = self.language
        publics = [language.publics[code] for code in line.publics]
        return Help(
            entry=line.entry,
            kind=self._kind(line.kind),
            kind_code=line.kind,
            name=self._as_typed(line.name),
            service=self._as_typed(line.service),
            where=self._as_typed(", ".join(filter(None, (line.place, *line.address, self._other_town(line))))),
            phone=self._as_typed(line.phone),
            dialled=re.sub(r"[^\d+]", "", line.phone),
            publics=f"{self.words['for']} {wording.enumeration(language, publics)}" if publics else "",
            conditions=tuple(language.conditions[key] for key in line.conditions),
            sentences=tuple(language.sentences[key] for key in line.conditions),
            notes=tuple(self._as_typed(note) for note in line.notes),
            is_to_verify=line.is_to_verify,
            verified=self.words["verified"].format(day=self.day(line.verified_on)) if line.verified_on else "",
        )

    def _other_town(self, line: Line) -> str:
        """Nothing for the territory's own town: its name heads the page."""
        name = re.sub(r"^\d{5} ?", "", line.town)
        return "" if name.casefold() == self.week.territory.casefold() else line.town

    def since(self, before: Week) -> list[Told]:
        """What changed since another week."""
        return [self._told(one) for one in differences(before, self.week)]

    def _told(self, one: Difference) -> Told:
        what = "" if one.before and one.after else self.words["added" if one.after else "gone"]
        parts = [
            (self.words[name].format(after=said(one.after)), self.words["before"].format(before=said(one.before)))
            for name, differs, said in (
                ("hours_changed", one.hours_changed, self._week_of),
                ("place_changed", one.place_changed, self._place_of),
                ("about_changed", one.access_changed, self._access_of),
            )
            if differs
        ]
        return Told(self.help(one.line), what, parts)

    def _week_of(self, line: Line) -> str:
        if not line.has_hours:
            return self.words["hours_unknown"]
        return wording.whole_week(self.language, line.days) or self.words["none"]

    def _place_of(self, line: Line) -> str:
        return self.help(line).where or self.words["none"]

    def _access_of(self, line: Line) -> str:
        said = self.help(line)
        return ", ".join(
            filter(None, (said.name, said.service, said.phone, said.publics, *said.conditions, *said.notes))
        )

    def _hours(self, one: Regular) -> Hours:
        half_days = [self.language.half_days[code] for code in one.slot.half_days]
        return Hours(
            wording.slot(self.language, one.slot),
            wording.enumeration(self.language, [half_days[0], *map(str.lower, half_days[1:])]),
            wording.weeks(self.language, one.weeks),
        )

    def _as_typed(self, text: str) -> str:
        """In a line from right to left, a text of its own direction: « 12 rue » stays so, as does a telephone number.

        By characters, which print knows as browsers do.
        """
        return f"{ISOLATE}{text}{END}" if text and self.language.direction == "rtl" else text

    def _kind(self, code: str) -> str:
        return wording.first_letter_up(self.language.kinds[FoodService.Kind(code)])
