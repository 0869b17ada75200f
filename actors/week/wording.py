"""Hours, dates and changes of the week in words, in one of ``languages``."""

from collections.abc import Sequence
from datetime import date, time

from actors.week.languages import ARABIC, FRENCH, RANKS, Language
from actors.week.pattern import EVEN, EVERY, ODD, Change, Regular, Slot

NBSP = "\N{NO-BREAK SPACE}"
COLUMNS = {FRENCH: 0, "en": 1, ARABIC: 2}


def first_letter_up(text: str) -> str:
    """``text`` as a heading begins it; Arabic has no capitals."""
    return text[:1].upper() + text[1:]


def day(language: Language, on: date, *, year: bool = False, weekday: bool = False) -> str:
    """« 24 décembre », « jeudi 1er janvier 2026 »"""
    number = "1er" if language.code == FRENCH and on.day == 1 else str(on.day)
    words = f"{number}{NBSP}{language.months[on.month - 1]}"
    if year:
        words += f"{NBSP}{on.year}"
    if weekday:
        words = language.words["weekday"].format(weekday=language.weekdays[on.weekday()], day=words)
    return words


def period(language: Language, start: date, end: date) -> str:
    """« du 4 janvier 2027 au 28 mars 2027 », the year once if it is the same"""
    same = start.year == end.year
    return language.words["period"].format(start=day(language, start, year=not same), end=day(language, end, year=True))


def dates(language: Language, days: Sequence[date]) -> list[str]:
    """« 7 », « 21 décembre », « 4 janvier »: the month where it changes, for an enumeration; English repeats it."""
    last_of_month = {(one.year, one.month): one for one in sorted(days)}.values()
    return [
        day(language, one) if language.code != FRENCH or one.day == 1 or one in last_of_month else str(one.day)
        for one in days
    ]


def clock(language: Language, at: time) -> str:
    """« 9 h 30 », "9:30" """
    if at == time.min:
        return language.words["midnight"]
    if language.code != FRENCH:
        return f"{at.hour}:{at.minute:02}"
    return f"{at.hour}{NBSP}h" + (f"{NBSP}{at.minute:02}" if at.minute else "")


def slot(language: Language, one: Slot) -> str:
    """« 9 h – 12 h 30 »; no line ends before its dash"""
    if one.opens == one.closes == time.min:
        return language.words["ask" if one.ask else "day_and_night"]
    opens = f"0{NBSP}h" if language.code == FRENCH and one.opens == time.min else clock(language, one.opens)
    words = language.words["hours"].format(opens=opens, closes=clock(language, one.closes))
    words = words.replace(" –", f"{NBSP}–")
    return language.words["ask_hours"].format(hours=words) if one.ask else words


def slots(language: Language, several: Sequence[Slot]) -> str:
    """« 9 h – 12 h et 14 h – 17 h »"""
    return enumeration(language, [slot(language, one) for one in several])


def enumeration(language: Language, words: Sequence[str]) -> str:
    """« a, b et c »"""
    if len(words) < 2:
        return "".join(words)
    return language.words["comma"].join(words[:-1]) + language.words["and"] + words[-1]


def weeks(language: Language, of: str) -> str:
    """In which weeks something is: « une semaine sur deux », « 1er et 3e du mois »; nothing if each week."""
    if of == EVERY:
        return ""
    if of in {ODD, EVEN}:
        return language.words["weeks_alternate"]
    ranks = [RANKS[rank][COLUMNS[language.code]] for rank in of.split(",")]
    return language.words["weeks_of_month"].format(ranks=enumeration(language, ranks))


def regular(language: Language, one: Regular) -> str:
    """« 9 h – 12 h (une semaine sur deux) »"""
    said = weeks(language, one.weeks)
    return slot(language, one.slot) + (f" ({said})" if said else "")


def whole_week(language: Language, days: Sequence[Sequence[Regular]]) -> str:
    """« lundi et mardi 9 h – 12 h ; samedi 14 h – 16 h », weekdays of the same hours together"""
    alike: dict[str, list[str]] = {}
    for weekday, ones in enumerate(days):
        if ones:
            hours = enumeration(language, [regular(language, one) for one in ones])
            alike.setdefault(hours, []).append(language.weekdays[weekday])
    parts = [f"{enumeration(language, names)} {hours}" for hours, names in alike.items()]
    return {ARABIC: "؛ ", FRENCH: f"{NBSP}; "}.get(language.code, "; ").join(parts)


def change(language: Language, one: Change) -> str:
    """A sentence: « Fermé du 1er au 24 août. »"""
    what = "closed" if not one.now else "changed" if one.instead else "added"
    when = "on" if one.starts_on == one.ends_on else "between" if one.weekday is None else "each"
    start = day(language, one.starts_on)
    if (one.starts_on.year, one.starts_on.month) == (one.ends_on.year, one.ends_on.month):
        start = start.split(NBSP)[0]
    return language.words[f"{what}_{when}"].format(
        day=day(language, one.starts_on, weekday=True),
        start=start,
        end=day(language, one.ends_on),
        each="" if one.weekday is None else language.each_weekday[one.weekday],
        now=slots(language, one.now),
        instead=slots(language, one.instead),
    )
