"""Puts what was measured in docs/performance.md, between the markers of its subject."""

import re
from datetime import date

from _bench.measuring import ROOT, Measure

DOCUMENT = ROOT / "docs" / "performance.md"


def write(subject: str, measures: list[Measure]) -> None:
    """Replace the subject's table. What is said around it is written by hand."""
    text = DOCUMENT.read_text("utf-8")
    start, end = (f"<!-- {word} {subject} -->" for word in ("measured:", "end of"))
    written, count = re.subn(
        f"({re.escape(start)}\n).*?({re.escape(end)})",
        lambda found: f"{found[1]}{table(measures)}{found[2]}",
        text,
        flags=re.DOTALL,
    )
    if not count:
        raise LookupError(f"{DOCUMENT.name} has no place for {subject}")
    DOCUMENT.write_text(written, "utf-8")


def table(measures: list[Measure]) -> str:
    rows = [("Measure", "Aim", f"Found on {date.today():%Y-%m-%d}", "")]
    rows.append(("---", "---", "---:", "---"))
    rows += [(one.name, one.aim, f"{one.value:.2f} {one.unit}".strip(), one.judgement) for one in measures]
    return "\n" + "".join(f"| {' | '.join(row)} |\n" for row in rows) + "\n"
