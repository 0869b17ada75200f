"""Hours in everyday words: ``actors/hours/words.py``."""

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from actors.hours.french import sentences
from actors.hours.reading import check
from actors.hours.slots import PublicHolidays, SchoolHolidays, Slot, Timetable
from actors.hours.timetable import parse, write
from actors.hours.words import words
from tests.actors import random_timetables as random

WEEKDAYS = ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche")
ASK = "; PH unknown"
BITS = (
    *("lundi", "mardi", "9h", "12h", "14", "midi", "-", "à", "au", "du", "et", ",", "(", ")", ":", "sauf", "1er"),
    *("du mois", "fermé", "jours fériés", "semaines paires"),
)


@st.composite
def simple(draw):
    """Slots that do not meet, of every week, every other week or the month; with or without holidays."""
    slots: list[Slot] = []
    for slot in draw(random.slots(crossing=False, min_size=1)):
        if not any(one.weekday == slot.weekday and one.starts < slot.ends and slot.starts < one.ends for one in slots):
            slots.append(slot)
    return Timetable(
        tuple(slots),
        public_holidays=draw(st.sampled_from([PublicHolidays.CLOSED, PublicHolidays.UNKNOWN])),
        school_holidays=draw(st.sampled_from([SchoolHolidays.CLOSED, SchoolHolidays.AS_USUAL])),
    )


@settings(max_examples=300)
@given(simple())
def test_what_the_site_says_is_read_back(timetable):
    said = " ".join(one for one in sentences(write(timetable), "93") if not one.startswith("Les semaines du"))
    assert parse(words(said)) == timetable


@st.composite
def everyday(draw, slots):
    """The same slots in somebody's own hand, day by day."""
    joint, colon = draw(st.sampled_from(["-", " – ", " à "])), draw(st.sampled_from([" ", " : ", ", "]))
    between, half = (
        draw(st.sampled_from([", ", " et ", " / "])),
        draw(st.sampled_from(["{}h{:02}", "{} h {:02}", "{}:{:02}"])),
    )

    def clock(minutes: int) -> str:
        return half.format(*divmod(minutes, 60))

    lines = [
        f"{WEEKDAYS[day]}{colon}"
        + between.join(f"{clock(one.starts)}{joint}{clock(one.ends)}" for one in slots if one.weekday == day)
        for day in sorted({one.weekday for one in slots})
    ]
    text = draw(st.sampled_from(["\n", " ; ", ", ", ". "])).join(lines)
    return draw(st.sampled_from([str.upper, str.capitalize, str]))(text)


@settings(max_examples=300)
@given(st.data())
def test_what_people_write_is_read(data):
    timetable = data.draw(simple())
    slots = tuple(Slot(one.weekday, one.starts, one.ends) for one in timetable.slots)
    assume(all(one.ends - one.starts < 24 * 60 for one in slots))
    text = data.draw(everyday(slots))
    assert parse(words(text)) == Timetable(slots, public_holidays=PublicHolidays.UNKNOWN), text


@settings(max_examples=500)
@given(st.lists(st.sampled_from(BITS)))
def test_what_is_read_is_always_osm(bits):
    """Whatever the order of the words, nothing breaks, and what is understood can be said again."""
    text = words(" ".join(bits))
    if text is not None:
        assert check(text) == text
        assert words(" ".join(sentences(text))) == text


@pytest.mark.parametrize(
    ("said", "text"),
    [
        ("Lundi 9h-12h", "Mo 09:00-12:00"),
        ("lundi au vendredi 9h-12h et 14h-17h", "Mo-Fr 09:00-12:00,14:00-17:00"),
        ("mardi, jeudi : 9h30 à 12h", "Tu,Th 09:30-12:00"),
        ("du lundi au vendredi de 9 à 12 h", "Mo-Fr 09:00-12:00"),
        ("9h-12h le lundi et le mardi", "Mo,Tu 09:00-12:00"),
        ("Lun, mer., ven : 9-12h", "Mo,We,Fr 09:00-12:00"),
        ("Lundi, mardi, et jeudi de 9h à midi", "Mo,Tu,Th 09:00-12:00"),
        ("Lundi-vendredi 8h30-12h", "Mo-Fr 08:30-12:00"),
        ("samedi - dimanche 10h-12h", "Sa,Su 10:00-12:00"),
        ("du samedi au lundi 10h-12h", "Mo,Sa,Su 10:00-12:00"),
        ("• lundi : 9h-12h\n• mardi : 14h-17h", "Mo 09:00-12:00; Tu 14:00-17:00"),
        ("1er mardi du mois 14h-16h", "Tu[1] 14:00-16:00"),
        ("le 1er et le 3ème mardi de chaque mois, de 14h à 16h30", "Tu[1,3] 14:00-16:30"),
        ("Dernier vendredi du mois : 17h-19h", "Fr[-1] 17:00-19:00"),
        ("mercredi des semaines impaires de 14h à 16h", "week 01-53/2 We 14:00-16:00"),
        ("Mardi 9h-12h (semaines paires)", "week 02-53/2 Tu 09:00-12:00"),
        ("tous les jours sauf le dimanche 11h30-13h", "Mo-Sa 11:30-13:00"),
        ("Tous les jours 9h-12h, sauf le dimanche", "Mo-Sa 09:00-12:00"),
        ("Vendredi de 18h à minuit", "Fr 18:00-24:00"),
        ("7j/7, 24h/24", "24/7"),
    ],
)
def test_understood(said, text):
    assert words(said) == text + ASK


@pytest.mark.parametrize(
    ("said", "text"),
    [
        ("Vendredi 22h-2h", "Fr 22:00-02:00, PH 02:00-26:00 unknown"),
        ("Lundi 9h-12h (sauf jours fériés)", "Mo 09:00-12:00; PH off"),
        ("Fermé le lundi et les jours fériés ; mardi 9h-12h", "Tu 09:00-12:00; PH off"),
        ("Lundi 9h-12h, y compris les jours fériés", "Mo 09:00-12:00"),
        ("Lundi 9h-12h hors vacances scolaires", "Mo 09:00-12:00; SH off; PH unknown"),
    ],
)
def test_holidays_and_nights(said, text):
    assert words(said) == text


@pytest.mark.parametrize(
    "said",
    [
        "",
        "Sur rendez-vous",
        "Lundi matin",
        "Lundi 9h-12h sur rendez-vous",
        "Lundi à 9h",
        "Lundi 9-12",  # what kind of numbers?
        "Lundi 14h-9h",  # a slip more likely than a night
        "Lundi 9h-12h et 11h-13h",
        "mardi - jeudi 9h-12h",  # two days, or three?
        "1er mardi et jeudi du mois 9h-10h",  # the first Thursday, or all?
        "un mardi sur deux 9h-12h",  # which?
        "une semaine sur deux, mardi 9h-12h",
        "9h-12h lundi 14h-17h",
        "lundi 9h au vendredi 17h",
        "Lundi 25h-26h",
        "Lundi 9h72-12h",
        "Fermé le lundi",
        "Lundi 9h-12h, fermé le lundi",
        "du lundi au vendredi 9h-12h sauf mercredi 14h-17h",
        "Lundi 9h-12h pendant les vacances scolaires",
        "Lundi 9h-12h, jours fériés",
        "1er mai 9h-12h",
        "Mo 09:00-12:00",
        "(" * 1500,
        "lundi 9h-12h, " * 200,
        "sauf lundi " * 150,
    ],
)
def test_not_understood(said):
    assert words(said) is None
