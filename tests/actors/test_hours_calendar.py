from datetime import date
from zoneinfo import ZoneInfo

import pytest

from actors.hours.calendar import (
    PARIS,
    ZONES,
    Period,
    department_of,
    local_holidays,
    periods,
    school_holidays,
    school_holidays_known_until,
    timezone_of,
    zone_of,
)

MAINLAND = [f"{number:02}" for number in range(1, 96) if number != 20]


@pytest.mark.parametrize(
    ("insee_code", "department"), [("93066", "93"), ("2A004", "2A"), ("97411", "974"), ("01001", "01"), ("", "")]
)
def test_the_department_of_a_commune(insee_code, department):
    assert department_of(insee_code) == department


def test_each_mainland_department_has_one_zone():
    listed = [department for zone in ZONES.values() for department in zone.split()]
    assert sorted(listed) == MAINLAND


@pytest.mark.parametrize(
    ("department", "zone"), [("75", "C"), ("31", "C"), ("69", "A"), ("33", "A"), ("13", "B"), ("59", "B"), ("67", "B")]
)
def test_zones(department, zone):
    assert zone_of(department) == zone


@pytest.mark.parametrize("department", ["2A", "2B", "971", "974", "988", "", "99"])
def test_where_there_is_no_zone(department):
    assert zone_of(department) == ""


def test_clocks():
    assert timezone_of("93") is PARIS
    assert timezone_of("") is PARIS
    assert timezone_of("974") == ZoneInfo("Indian/Reunion")


def test_school_holidays_as_published():
    in_winter = periods(day for day in school_holidays("C") if day.year == 2026 and day.month in (2, 3))
    assert in_winter == (Period(date(2026, 2, 21), date(2026, 3, 8)),)
    assert school_holidays("") == ()
    assert school_holidays("C")[-1] == school_holidays_known_until() == date(2028, 8, 31)


def test_local_public_holidays():
    of_2027 = {department: [d for d in local_holidays(department) if d.year == 2027] for department in ("57", "972")}
    assert of_2027 == {"57": [date(2027, 3, 26), date(2027, 12, 26)], "972": [date(2027, 5, 22)]}
    assert local_holidays("93") == ()
