"""Hours in the words of a notice on a door."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from itertools import groupby

from django.utils import timezone

from actors.hours import calendar
from actors.hours.notation import LAST_DAYS
from actors.hours.reading import Hours, Span
from actors.hours.slots import (
    DAY,
    Addition,
    Closure,
    Group,
    PublicHolidays,
    SchoolHolidays,
    Season,
    Slot,
    Timetable,
    Weeks,
    groups,
    runs,
)
from actors.hours.timetable import parse, write
from alimactiv.french import clock, dated

NBSP, THIN = "\u00a0", "\u202f"
DAYS = ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche")
MONTHS = (
    *("janvier", "février", "mars", "avril", "mai", "juin"),
    *("juillet", "août", "septembre", "octobre", "novembre", "décembre"),
)
_ORDINALS = {
    Weeks.FIRST: "premier",
    Weeks.SECOND: "deuxième",
    Weeks.THIRD: "troisième",
    Weeks.FOURTH: "quatrième",
    Weeks.FIFTH: "cinquième",
    Weeks.LAST: "dernier",
}
_SHORT_LOOK = 14
"""Days whose openings are said one by one, for a text that cannot be said as a whole."""
_SOON = timedelta(weeks=8)


def sentences(text: str, department: str = "", on: date | None = None) -> list[str]:
    """What a valid text says, as read on a day (today); none for an empty one. What is over is not said.

    A text beyond what people can type here is said by its openings of the next two weeks, and as it is written. Raises
    ValueError for what is no OSM text.
    """
    if not text.strip():
        return []
    on = on or timezone.localdate()
    timetable = parse(text)
    if timetable is None:
        return _openings(text, department, on)
    return _all(timetable, department, on) or ["Aucune ouverture n’est prévue."]


def _all(timetable: Timetable, department: str, on: date) -> list[str]:
    return [
        *_regular(timetable, department),
        *_own(timetable, department),
        *_holidays(timetable, department),
        *_closed(timetable, on),
        *_exceptions(timetable, department, on),
        *_long_year(timetable, on),
    ]


def now_line(hours: Hours, at: datetime) -> str:
    """« Ouvert maintenant, jusqu’à 17 h », « Fermé ; ouvre jeudi 26 novembre à 9 h »; empty for hours not known."""
    if not hours.text:
        return ""
    at = at.astimezone(hours.timezone)
    span = hours.open_span(at)
    if span:
        return f"Ouvert maintenant{_until(span, at)}"
    now = "Ouverture à vérifier aujourd’hui" if hours.is_unknown(at) else "Fermé"
    opening = hours.next_opening(at)
    if not opening:
        return f"{now}, sans ouverture prévue"
    return f"{now}{THIN}; ouvre {_day_from(opening.starts_at.date(), at.date())} à {clock(opening.starts_at)}"


def _until(span: Span, at: datetime) -> str:
    days = (span.ends_at.date() - at.date()).days
    if days > 1:
        return ""
    if span.ends_at.hour == 0 and span.ends_at.minute == 0:
        return ", jusqu’à minuit"
    return f", jusqu’à {clock(span.ends_at)}{' demain' if days else ''}"


def _day_from(day: date, today: date) -> str:
    match (day - today).days:
        case 0:
            return "aujourd’hui"
        case 1:
            return "demain"
    return dated(day, "l j F" if day.year == today.year else "l j F Y")


def _regular(t: Timetable, department: str) -> list[str]:
    when = []
    if t.school_holidays == SchoolHolidays.ONLY:
        when.append(f"seulement {_during(department)}")
    if t.season:
        when.append(_season(t.season))
    return _told(t.slots, ", ".join(when))


def _own(t: Timetable, department: str) -> list[str]:
    said = _told(t.other_slots, _season(t.other_season)) if t.other_season else []
    return said + _told(t.school_slots, _during(department))


def _told(slots: tuple[Slot, ...], when: str) -> list[str]:
    if not slots:
        return []
    said = [_group(group) for group in groups(slots)]
    if when:
        return [_sentence(f"{when}{NBSP}: {f'{THIN}; '.join(said)}")]
    return [_sentence(one) for one in said]


def _group(group: Group) -> str:
    spans = _and(_span(*span) for span in group.spans)
    days = _weekdays(group.weekdays)
    match group.weeks:
        case (Weeks.EVERY,):
            comma = "," if "," in days or group.spans == ((0, DAY),) else ""
            return f"{days}{comma} {spans}"
        case (Weeks.EVEN,) | (Weeks.ODD,):
            parity = "paires" if group.weeks[0] == Weeks.EVEN else "impaires"
            return f"une semaine sur deux (semaines {parity}), {days} {spans}"
    weeks = _and(f"le {_ORDINALS[week]}" for week in group.weeks)
    named = _and(f"{weeks} {DAYS[day]}" for day in group.weekdays)
    last = ", quand il y en a un" if group.weeks == (Weeks.FIFTH,) else ""
    return f"{named} du mois{last}, {spans}"


def _weekdays(weekdays: Iterable[int]) -> str:
    found = runs(weekdays)
    if len(found[0]) == len(DAYS):
        return "tous les jours"
    return _and(
        said
        for run in found
        for said in ([f"du {DAYS[run[0]]} au {DAYS[run[-1]]}"] if len(run) > 2 else [f"le {DAYS[day]}" for day in run])
    )


def _span(starts: int, ends: int) -> str:
    if ends - starts == DAY and starts == 0:
        return f"24{NBSP}h sur{NBSP}24"
    return f"de {_minutes(starts)} à {_minutes(ends)}"


def _minutes(minutes: int) -> str:
    if minutes % DAY == 0:
        return "minuit"
    hour, minute = divmod(minutes % DAY, 60)
    tomorrow = "du matin" if hour < 12 else "le lendemain"
    return clock(time(hour, minute)) + (f" {tomorrow}" if minutes > DAY else "")


def _holidays(t: Timetable, department: str) -> list[str]:
    closed = []
    if t.public_holidays == PublicHolidays.CLOSED:
        closed.append("les jours fériés")
    if t.school_holidays == SchoolHolidays.CLOSED:
        closed.append(_during(department))
    said = [f"Fermé {_and(closed)}."] if closed else []
    if t.public_holidays == PublicHolidays.UNKNOWN:
        said.append("Les jours fériés, renseignez-vous avant de venir.")
    if t.school_holidays != SchoolHolidays.AS_USUAL and department and not calendar.zone_of(department):
        said.append("Les dates des vacances scolaires d’ici ne sont pas connues du site.")
    return said


def _during(department: str) -> str:
    zone = calendar.zone_of(department)
    return "pendant les vacances scolaires" + (f" (zone{NBSP}{zone})" if zone else "")


def _closed(t: Timetable, on: date) -> list[str]:
    yearly = [_month_or_season(season) for season in t.yearly_closures]
    coming = [_closure(closure) for closure in t.closures if closure.end >= on]
    return [f"Fermé {each}{_and(days)}." for each, days in (("chaque année ", yearly), ("", coming)) if days]


def _exceptions(t: Timetable, department: str, on: date) -> list[str]:
    coming = [addition for addition in t.additions if addition.on >= on]
    usual = Hours(write(replace(t, additions=())), department) if coming else None
    return [_exception(usual, day, list(spans)) for day, spans in groupby(coming, key=lambda addition: addition.on)]


def _exception(usual: Hours, day: date, additions: list[Addition]) -> str:
    spans = _and(_span(addition.starts, addition.ends) for addition in additions)
    if usual.between(*_days(usual, day, 1)):
        return f"Le {dated(day, 'l j F Y')}, ouvert seulement {spans}."
    return f"Ouvert exceptionnellement le {dated(day)}, {spans}."


def _days(hours: Hours, first: date, count: int) -> tuple[datetime, datetime]:
    """From midnight to midnight, at the place."""
    return tuple(datetime.combine(first + timedelta(days=days), time(), hours.timezone) for days in (0, count))


def _long_year(t: Timetable, on: date) -> list[str]:
    """Weeks 53 and 1 are both odd: those who reckon « every other week » would go astray."""
    if not any(slot.weeks in (Weeks.EVEN, Weeks.ODD) for slot in t.all_slots):
        return []
    for year in (on.year, on.year + 1):
        following = date.fromisocalendar(year, 1, 1)
        monday = following - timedelta(weeks=1)
        if monday.isocalendar().week == 53 and monday - _SOON <= on < monday + timedelta(weeks=2):
            return [f"Les semaines du {dated(monday)} et du {dated(following)} sont toutes les deux impaires."]
    return []


def _openings(text: str, department: str, on: date) -> list[str]:
    hours = Hours(text, department)
    spans = hours.between(*_days(hours, on, _SHORT_LOOK))
    days = [
        f"{dated(day, 'l j F')} {_and(_open(span) for span in of_day)}"
        for day, of_day in groupby(spans, key=lambda span: span.starts_at.date())
    ]
    said = (
        f"Dans les deux semaines à venir{NBSP}: {f'{THIN}; '.join(days)}."
        if days
        else ("Aucune ouverture dans les deux semaines à venir.")
    )
    return [said, f"Notation OpenStreetMap{NBSP}: {text}"]


def _open(span: Span) -> str:
    starts = span.starts_at.hour * 60 + span.starts_at.minute
    days = (span.ends_at.date() - span.starts_at.date()).days
    return _span(starts, days * DAY + span.ends_at.hour * 60 + span.ends_at.minute)


def _season(season: Season) -> str:
    if season.start == season.end:
        return f"le {_day(*season.start)}"
    if season.start[0] == season.end[0] and season.start <= season.end:
        return f"du {_ordinal(season.start[1])} au {_day(*season.end)}"
    return f"du {_day(*season.start)} au {_day(*season.end)}"


def _month_or_season(season: Season) -> str:
    month, day = season.end
    # Until the 28th or the 29th, February is over.
    if season.start == (month, 1) and day >= LAST_DAYS[month - 1] - (month == 2):
        return f"en {MONTHS[month - 1]}"
    return _season(season)


def _day(month: int, day: int) -> str:
    return f"{_ordinal(day)} {MONTHS[month - 1]}"


def _ordinal(day: int) -> str:
    return "1er" if day == 1 else str(day)


def _closure(closure: Closure) -> str:
    start, end = closure.start, closure.end
    if start == end:
        return f"le {dated(start)}"
    if (start.year, start.month) == (end.year, end.month):
        return f"du {_ordinal(start.day)} au {dated(end)}"
    return f"du {dated(start, 'j F' if start.year == end.year else 'j F Y')} au {dated(end)}"


def _and(parts: Iterable[str]) -> str:
    *others, last = parts
    return f"{', '.join(others)} et {last}" if others else last


def _sentence(words: str) -> str:
    return f"{words[0].upper()}{words[1:]}."
