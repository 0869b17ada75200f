"""A week as an edition keeps it: plain JSON, and back. Also what changed from one to another."""

from dataclasses import asdict, dataclass
from datetime import date, time
from typing import Any

from actors.week.pattern import Change, Regular, Slot
from actors.week.schedule import Line, Week

Json = dict[str, Any]


def freeze(week: Week) -> Json:
    """``week`` in plain values: dates and times as ISO 8601 writes them."""
    return _plain(asdict(week))


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _plain(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(one) for one in value]
    return value.isoformat() if isinstance(value, date | time) else value


def thaw(content: Json) -> Week:
    """The week that was frozen."""
    return Week(**_dates(content) | {"lines": tuple(_line(line) for line in content["lines"])})


def _dates(values: Json) -> Json:
    return values | {key: date.fromisoformat(values[key]) for key in ("starts_on", "ends_on")}


def _line(values: Json) -> Line:
    lists = {key: tuple(values[key]) for key in ("address", "publics", "conditions", "notes")}
    days = tuple(tuple(Regular(_slot(one["slot"]), one["weeks"]) for one in day) for day in values["days"])
    changes = tuple(
        Change(**_dates(one) | {key: _slots(one[key]) for key in ("now", "instead")}) for one in values["changes"]
    )
    verified_on = values["verified_on"] and date.fromisoformat(values["verified_on"])
    return Line(**values | lists | {"days": days, "changes": changes, "verified_on": verified_on})


def _slots(values: list[Json]) -> tuple[Slot, ...]:
    return tuple(_slot(one) for one in values)


def _slot(values: Json) -> Slot:
    return Slot(time.fromisoformat(values["opens"]), time.fromisoformat(values["closes"]), values["ask"])


@dataclass(frozen=True)
class Difference:
    """A line that is new, gone (nothing ``after``), or not as it was."""

    before: Line | None
    after: Line | None

    @property
    def line(self) -> Line:
        return self.after or self.before

    @property
    def hours_changed(self) -> bool:
        """The regular week alone: changes are of their period, and told with it."""
        return bool(self.before and self.after) and (self.before.has_hours, self.before.days) != (
            self.after.has_hours,
            self.after.days,
        )

    @property
    def place_changed(self) -> bool:
        return bool(self.before and self.after) and _place(self.before) != _place(self.after)

    @property
    def access_changed(self) -> bool:
        """The telephone, whom it is for, and what is asked of who comes."""
        return bool(self.before and self.after) and _access(self.before) != _access(self.after)


def _place(line: Line) -> tuple:
    return line.place, line.address, line.town


def _access(line: Line) -> tuple:
    return line.name, line.service, line.phone, line.publics, line.conditions, line.notes


def differences(before: Week, after: Week) -> list[Difference]:
    """What someone who knows ``before`` must be told, in the order of ``after``, then what is gone."""
    old, new = ({line.key: line for line in week.lines} for week in (before, after))
    found = [Difference(old.get(key), line) for key, line in new.items()]
    found += [Difference(line, None) for key, line in old.items() if key not in new]
    return [
        one
        for one in found
        if not (one.before and one.after) or one.hours_changed or one.place_changed or one.access_changed
    ]
