from datetime import date

import pytest

from coordination.models.record import Timing
from coordination.timing import Training, timing_of

TODAY = date(2026, 6, 1)
FIRST, SECOND = Training(2021, 2022), Training(2024, 2024)


@pytest.mark.parametrize(
    ("start", "end", "trainings", "expected"),
    [
        (None, None, [FIRST], None),
        (date(2020, 1, 1), None, [], None),
        (date(2020, 1, 1), date(2020, 12, 31), [FIRST], Timing.BEFORE),
        (None, date(2020, 12, 31), [FIRST], Timing.BEFORE),
        (date(2020, 1, 1), date(2021, 1, 1), [FIRST], Timing.DURING),
        (None, date(2022, 12, 31), [FIRST], Timing.DURING),
        (date(2020, 1, 1), date(2025, 1, 1), [FIRST], Timing.DURING),
        (date(2020, 1, 1), None, [FIRST], Timing.DURING),
        (date(2023, 1, 1), None, [FIRST], Timing.AFTER),
        (date(2023, 1, 1), date(2023, 12, 31), [SECOND, FIRST], Timing.AFTER),
        (date(2023, 1, 1), None, [SECOND, FIRST], Timing.DURING),
        (date(2020, 1, 1), date(2020, 2, 1), [SECOND, FIRST], Timing.BEFORE),
        (date(2026, 12, 1), None, [FIRST], Timing.AFTER),
    ],
)
def test_timing(start, end, trainings, expected):
    assert timing_of(start, end, trainings, TODAY) == expected


def test_what_begins_after_today_has_its_own_year():
    """Without the greater of the two years, it would end before it begins."""
    assert timing_of(date(2027, 1, 1), None, [Training(2027, 2027)], TODAY) == Timing.DURING
