"""Two reports side by side: the figures that differ, and what each territory gained, lost, or let go dormant. Pure."""

from dataclasses import dataclass

from evaluation.criteria import NOTHING, STILL_ACTIVE, Kind
from evaluation.reporting.blocks import MatrixColumn, MatrixRow
from evaluation.reporting.outline import Report
from evaluation.reporting.wording import verdict_word
from evaluation.verdicts import Verdict

YES, NO = Verdict.YES.code, Verdict.NO.code
SAID_NOTHING = (NO, Verdict.NO_ANSWER.code)
BY_CODE = {verdict.code: verdict for verdict in Verdict}


@dataclass(frozen=True)
class FigureChange:
    """A figure that differs, in words; one side is empty where the other report alone has it."""

    label: str
    before: str
    after: str


@dataclass(frozen=True)
class TerritoryChange:
    """``gained`` names activities that are established and were not even possible, ``lost`` those that were established
    and are said not to be; ``dormant`` tells that a coordination did meet, was active and no longer is. ``others`` are
    the other verdicts that changed, in words: a doubt that came or went is no gain and no loss."""

    territory: str
    session: int
    gained: list[str]
    lost: list[str]
    dormant: bool
    others: list[str]


@dataclass(frozen=True)
class Comparison:
    """What changed from ``before`` to ``after``; ``added`` and ``removed`` are territories that one of them counts."""

    before: Report
    after: Report
    figures: list[FigureChange]
    territories: list[TerritoryChange]
    added: list[str]
    removed: list[str]

    @property
    def is_empty(self) -> bool:
        return not (self.figures or self.territories or self.added or self.removed)


def compare(before: Report, after: Report) -> Comparison:
    """What ``after`` says that ``before`` did not, and the other way round."""
    old, new = ({row.key: row for row in report.matrix.rows} for report in (before, after))
    columns = {column.code: column for column in [*before.matrix.columns, *after.matrix.columns]}
    changes = [_territory(old[key], row, columns) for key, row in new.items() if key in old]
    return Comparison(
        before=before,
        after=after,
        figures=_figures(before, after),
        territories=[change for change in changes if change.gained or change.lost or change.dormant or change.others],
        added=[f"{row.territory} (session {row.session})" for key, row in new.items() if key not in old],
        removed=[f"{row.territory} (session {row.session})" for key, row in old.items() if key not in new],
    )


def _figures(before: Report, after: Report) -> list[FigureChange]:
    old, new = ({figure.code: figure for figure in report.figures} for report in (before, after))
    changes = []
    for code in [*new, *(code for code in old if code not in new)]:
        words = [side[code].count.words if code in side else "" for side in (old, new)]
        if words[0] != words[1]:
            changes.append(FigureChange((new.get(code) or old[code]).label, *words))
    return changes


def _territory(old: MatrixRow, new: MatrixRow, columns: dict[str, MatrixColumn]) -> TerritoryChange:
    gained, lost, others = [], [], []
    dormant = old.active == YES and new.active == NO and new.cells.get("meeting") == YES
    for code, column in columns.items():
        before, after = old.cells.get(code), new.cells.get(code)
        if before == after or before is None or after is None or code == NOTHING:
            continue
        is_activity = column.criterion_kind == Kind.ACTIVITY
        if is_activity and before in SAID_NOTHING and after == YES:
            gained.append(column.label)
        elif is_activity and before == YES and after == NO:
            lost += [] if code == STILL_ACTIVE and dormant else [column.label]
        else:
            others.append(f"{column.label}\u00a0: {_word(before, column)} → {_word(after, column)}")
    return TerritoryChange(new.territory, new.session, gained, lost, dormant, others)


def _word(verdict: str, column: MatrixColumn) -> str:
    return verdict_word(BY_CODE[verdict], column.wording)
