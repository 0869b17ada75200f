from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from actors.hours.calendar import PARIS
from actors.hours.french import sentences
from actors.hours.reading import MAX_LENGTH, Hours, check, expanded

DAY = timedelta(days=1)


def paris(*at: int, fold: int = 0) -> datetime:
    return datetime(*at, tzinfo=PARIS, fold=fold)


def opened(text: str, start: datetime, end: datetime, department: str = "") -> list[str]:
    """The spans of a window, with their offset from universal time."""
    return [f"{s.starts_at:%d %H:%M%z} {s.ends_at:%d %H:%M%z}" for s in Hours(text, department).between(start, end)]


def days(text: str, start: datetime, end: datetime, department: str = "") -> list[date]:
    return [span.starts_at.date() for span in Hours(text, department).between(start, end)]


# When clocks change -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "spans"),
    [
        ("Mo-Su 01:00-04:00", ["25 01:00+0200 25 04:00+0100"]),
        ("Mo-Su 02:30-02:45", ["25 02:30+0200 25 02:45+0200"]),
        ("Mo-Su 01:00-02:30,03:00-04:00", ["25 01:00+0200 25 02:30+0200", "25 03:00+0100 25 04:00+0100"]),
        ("Mo-Su 01:00-02:30,02:30-04:00", ["25 01:00+0200 25 04:00+0100"]),
        ("Mo-Su 22:00-05:00", ["24 22:00+0200 25 05:00+0100"]),
        ("24/7", ["24 20:00+0200 25 12:00+0100"]),
    ],
)
def test_the_hour_shown_twice_is_neither_lost_nor_doubled(text, spans):
    assert opened(text, paris(2026, 10, 24, 20), paris(2026, 10, 25, 12)) == spans


@pytest.mark.parametrize(
    ("text", "spans"),
    [
        ("Mo-Su 01:00-04:00", ["28 01:00+0100 28 04:00+0200"]),
        ("Mo-Su 02:30-02:45", []),
        ("Mo-Su 01:00-02:30,02:40-04:00", ["28 01:00+0100 28 04:00+0200"]),
        ("Mo-Su 02:30-04:30", ["28 03:00+0200 28 04:30+0200"]),
        ("Mo-Su 01:15-02:15", ["28 01:15+0100 28 03:00+0200"]),
    ],
)
def test_the_hour_that_is_skipped_opens_nothing(text, spans):
    assert opened(text, paris(2027, 3, 27, 20), paris(2027, 3, 28, 12)) == spans


def test_a_slot_of_the_hour_shown_twice_is_held_the_first_time():
    hours = Hours("Mo-Su 02:30-02:45")
    assert hours.is_open(paris(2026, 10, 25, 2, 40))
    assert not hours.is_open(paris(2026, 10, 25, 2, 40, fold=1))
    assert hours.next_opening(paris(2026, 10, 25, 2, 40, fold=1)).starts_at == paris(2026, 10, 26, 2, 30)


def test_the_span_under_way_is_found_in_the_second_of_the_two_hours():
    hours, at = Hours("Mo-Su 01:00-04:00"), paris(2026, 10, 25, 2, 40, fold=1)
    assert (hours.is_open(at), hours.open_until(at)) == (True, paris(2026, 10, 25, 4))
    assert Hours("Mo-Su 01:00-04:00 unknown").is_unknown(at)


def test_overseas_keep_their_own_clock():
    (span,) = Hours("Mo 09:00-12:00", "974").between(paris(2026, 11, 23), paris(2026, 11, 24))
    assert span.starts_at == datetime(2026, 11, 23, 9, tzinfo=ZoneInfo("Indian/Reunion"))
    assert span.starts_at.utcoffset() == timedelta(hours=4)


# What is open -------------------------------------------------------------------------------------


def test_a_window_cuts_what_overlaps_it():
    assert opened("Mo 09:00-12:00", paris(2026, 11, 23, 10), paris(2026, 11, 23, 11)) == ["23 10:00+0100 23 11:00+0100"]


def test_what_touches_is_one_span():
    text = 'Mo 09:00-12:00 "familles", Mo 12:00-14:00 "tout le monde"'
    assert opened(text, paris(2026, 11, 23), paris(2026, 11, 24)) == ["23 09:00+0100 23 14:00+0100"]


def test_the_end_of_a_span_is_not_in_it():
    hours = Hours("Mo 09:00-12:00")
    assert [hours.is_open(paris(2026, 11, 23, hour)) for hour in (8, 9, 11, 12)] == [False, True, True, False]


def test_the_next_opening_is_never_the_one_under_way():
    hours = Hours("Mo 09:00-12:00")
    assert hours.next_opening(paris(2026, 11, 23, 9)).starts_at == paris(2026, 11, 30, 9)
    assert hours.next_opening(paris(2026, 11, 23, 8)).starts_at == paris(2026, 11, 23, 9)


def test_nothing_to_come_is_none():
    assert Hours("2020 Jan 01 10:00-12:00").next_opening(paris(2026, 11, 23)) is None
    assert Hours("24/7").next_opening(paris(2026, 11, 23)) is None


def test_hours_not_known_are_never_open():
    hours = Hours("")
    at = paris(2026, 11, 23, 10)
    assert (hours.between(at, at + DAY), hours.is_open(at), hours.open_until(at), hours.next_opening(at)) == (
        [],
        False,
        None,
        None,
    )


def test_what_is_to_be_asked_is_not_open():
    hours = Hours("Mo-Su 09:00-12:00; PH unknown")
    at = paris(2026, 11, 11, 10)
    assert not hours.is_open(at)
    assert hours.is_unknown(at)
    assert hours.between(at, at + DAY) == hours.between(at.replace(hour=0) + DAY, at + DAY)
    assert hours.on_the_wall(date(2026, 11, 10), date(2026, 11, 12)) == [
        (datetime(2026, 11, 10, 9), datetime(2026, 11, 10, 12), False),
        (datetime(2026, 11, 11), datetime(2026, 11, 12), True),
    ]


@pytest.mark.parametrize(
    "text", ["Mo-Su 09:00-12:00", "Sa 22:00-26:30", "Su 02:10-02:50", "24/7", "Su 02:15-05:00", ""]
)
@pytest.mark.parametrize("month", [3, 10])
@pytest.mark.parametrize("department", ["", "974", "975"])
def test_the_clock_on_the_wall_shows_the_same_spans(text, month, department):
    """Around the days on which clocks change, in March and in October."""
    hours, start, end = Hours(text, department), date(2026, month, 1), date(2026, month + 1, 10)
    midnights = (datetime.combine(day, time(), hours.timezone) for day in (start, end))
    assert hours.on_the_wall(start, end) == [
        (span.starts_at.replace(tzinfo=None), span.ends_at.replace(tzinfo=None), False)
        for span in hours.between(*midnights)
    ]


# Holidays -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(("department", "back"), [("69", 22), ("59", 1), ("93", 8)])
def test_school_holidays_are_those_of_the_zone(department, back):
    """The winter holidays of 2026, zone by zone; ``back`` is their last day, in February or March."""
    found = days("Mo-Su 09:00-12:00; SH off", paris(2026, 2, 1), paris(2026, 4, 1), department)
    closed = sorted({paris(2026, 2, 1).date() + i * DAY for i in range(59)} - set(found))
    assert len(closed) == 16
    assert closed[-1].day == back


def test_slots_of_the_school_holidays_alone():
    found = days("SH Mo 09:00-12:00", paris(2026, 10, 1), paris(2026, 12, 1), "93")
    assert found == [date(2026, 10, 19), date(2026, 10, 26)]


def test_school_holidays_keep_the_other_selectors_of_their_rule():
    found = days("Jul week 01-53/2 SH Mo 09:00-12:00", paris(2026, 6, 1), paris(2026, 10, 1), "93")
    assert found == [date(2026, 7, 13), date(2026, 7, 27)]


@pytest.mark.parametrize("department", ["", "2A", "974"])
def test_without_a_zone_no_day_is_in_the_school_holidays(department):
    start, end = paris(2026, 10, 19, 12), paris(2026, 10, 25, 12)
    assert len(days("Mo-Su 15:00-17:00; SH off", start, end, department)) == 6
    assert days("SH Mo-Su 15:00-17:00", start, end, department) == []


def test_beyond_the_calendars_published_no_day_is_in_the_school_holidays():
    assert len(days("Mo-Su 09:00-12:00; SH off", paris(2029, 7, 1), paris(2029, 8, 1), "93")) == 31


def test_weekdays_with_school_holidays_are_either():
    text = "Mo-Su 08:00-09:00; SH,Tu 09:00-12:00"
    spans = Hours(text, "93").between(paris(2026, 10, 16), paris(2026, 10, 21))
    assert [span.starts_at.hour for span in spans] == [8, 9, 9, 9, 9]
    spans = Hours(text, "93").between(paris(2026, 11, 9), paris(2026, 11, 12))
    assert [span.starts_at.hour for span in spans] == [8, 9, 8]


@pytest.mark.parametrize(
    ("department", "closed"),
    [
        ("67", [date(2026, 4, 3), date(2026, 4, 6), date(2026, 12, 25), date(2026, 12, 26)]),
        ("54", [date(2026, 4, 6), date(2026, 12, 25)]),
        ("974", [date(2026, 4, 6), date(2026, 12, 20), date(2026, 12, 25)]),
    ],
)
def test_local_public_holidays(department, closed):
    text = "Mo-Su 09:00-12:00; PH off"
    missing = []
    for start, length in ((paris(2026, 4, 1, 0), 30), (paris(2026, 12, 1, 0), 31)):
        found = {day.day for day in days(text, start, start + length * DAY, department)}
        missing += [start.date().replace(day=day) for day in range(1, length + 1) if day not in found]
    assert missing == closed


def test_a_comment_that_names_holidays_is_left_alone():
    text = 'Mo 09:00-12:00 "fermé PH et SH; voir, Mo"'
    assert expanded(text, "67") == text


def test_other_rules_stay_where_they_were():
    assert expanded("Mo 09:00-10:00; SH off; Tu 09:00-10:00, We 10:00-11:00 || SH unknown", "2A") == (
        "Mo 09:00-10:00; Tu 09:00-10:00, We 10:00-11:00"
    )


# What is refused ----------------------------------------------------------------------------------


def test_a_text_is_tidied():
    assert check("  Mo,  We 9:00-12:00,  14:00-17:00 ") == "Mo,We 9:00-12:00,14:00-17:00"
    assert check("   ") == ""


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("lundi de 9 h à 12 h", "à partir de « lundi de 9 h à 12 h »"),
        ("Mo-Fr 10h00-12h00", "à partir de « 10h00-12h00 »"),
        ("Mo 09:00-12:00; 2026 Feb 30 off", "« Feb 30 »"),
        ("Mo 25:00-26:00", "notation opening_hours"),
        ("mardi matin", "Exemple.: «.Mo,Th 09:00-12:00.»"),
        ("Mo-Fr 09:00-12:00;" * 200, f"{MAX_LENGTH} au plus"),
        ("Mo 09:00-12:00 \x00", "notation"),
        ("(" * 1999, "notation"),
        (";" * 1999, "notation"),
        ("😀", "notation"),
    ],
)
def test_what_is_no_opening_hours_is_said_in_french(text, words):
    with pytest.raises(ValueError, match=words.replace("(", r"\(")):
        check(text)
    with pytest.raises(ValueError, match=words):
        Hours(text)


HOSTILE = [
    "Mo-Su " + ",".join(f"{m // 60:02}:{m % 60:02}-{m // 60:02}:{m % 60 + 1:02}" for m in range(0, 1000, 7)),
    "; ".join(["Mo-Su 00:01-00:02"] * 100),
    ", ".join(["SH week 01-53/2 Mo 00:00-00:01"] * 60),
    "SH," * 600 + "Mo 09:00-12:00",
    "PH," * 600 + "SH 09:00-12:00",
    "9999 Dec 31 10:00-11:00",
    "1900-9999/7 week 1-53/3 Mo[1] 10:00-11:00",
    "Mo-Su 00:00-24:00/00:01",
    "Mo-Su 10:00-47:59",
    "(sunrise+23:59)-(sunset-23:59)",
    "Mo 10:00-11:00 " + '"' + "x" * 1900 + '"',
    "Mo 10:00-11:00 || " * 80 + "Tu 10:00-11:00",
    "Feb 29 10:00-11:00",
]


@pytest.mark.parametrize("text", HOSTILE, ids=lambda text: text[:20])
def test_hostile_texts_are_refused_or_read_to_the_end(text):
    try:
        hours = Hours(text, "67")
    except ValueError:
        return
    at = paris(2026, 11, 23)
    spans = hours.between(at, at + 31 * DAY)
    assert spans == sorted(spans)
    assert hours.next_opening(at) is None or hours.next_opening(at).starts_at > at
    assert hours.is_open(at) == bool(hours.between(at, at + timedelta.resolution))


PIECES = [
    *("Mo-Fr", "We[1]", "Tu,", "SH", "PH", "week 01-53/2", "2026 Aug 01", "-24", "Aug", "easter", "24/7", "sunrise"),
    *("09:00-12:00", "22:00-02:00", ",", "+", "; ", ", ", " || ", " ", " ", "off", "unknown", '"PH; SH"', "é"),
]


@settings(max_examples=300)
@given(st.lists(st.sampled_from(PIECES), max_size=14).map("".join))
def test_any_text_is_refused_in_french_or_read_and_said(text):
    try:
        hours = Hours(text, "67")
    except ValueError as error:
        message = str(error)
    else:
        at = datetime(2026, 11, 23, tzinfo=UTC)
        spans = hours.between(at, at + 31 * DAY)
        assert spans == sorted(spans)
        assert bool(sentences(text, "67", at.date())) == bool(text.strip())
        return
    assert message.startswith(("Ces horaires", "La date"))
