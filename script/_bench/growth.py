"""How what is measured elsewhere grows from a sixteenth of the country to a quarter and the whole of it."""

import tempfile
from collections.abc import Iterator
from pathlib import Path

from _bench import country
from _bench.imports import ROWS
from _bench.mail import left
from _bench.measuring import Measure, child, exponent
from _bench.report import contents, enlarged

SIZES = (country.SIXTEENTH, country.QUARTER, country.FULL)
PARTS = (1, 4, 16)
TERRITORIES = 18
"""Of the smallest report."""
MAILS = 50
"""Waiting at once, at the least."""
WHOLE_COUNTRY = frozenset(
    {
        *("evaluation: overview", "evaluation: matrix", "evaluation: a figure"),
        *("directory: search", "search: two words", "search: a word and a kind", "search: open on Saturday, free"),
        *("map: the whole country", "map: the whole country, one word"),
    }
)
"""Pages that count over all territories, or all that is found in the country: their work must grow. That of a
territory's pages, of an entry and of what is looked for in one place must not."""


def growth() -> Iterator[Measure]:
    """Exponents of processor time between 1x, 4x and 16x data."""
    with country.server() as server:
        urls = [server.of(size) for size in SIZES]
        for task in ("pages.journeys", "pages.searches"):
            answers = [child(task, DATABASE_URL=url) for url in urls]
            found = [one.get("pages", one) for one in answers]
            for name in found[0]:
                at_most = 1.05 if name in WHOLE_COUNTRY else 0.1
                values = [one[name]["whole"] for one in found]
                yield Measure(f"{name}: exponent", exponent(list(PARTS), values), "", at_most=at_most)
                if name.startswith("map"):
                    yield _constant(f"{name}: what is sent", [one[name]["size"] for one in found])
            if task == "pages.journeys":
                yield _constant("memory of a web process", [one["memory"] for one in answers])
        imported = [
            child("imports.importing", ROWS * part // 16, DATABASE_URL=server.empty("imports")) for part in PARTS
        ]
        mails = [left(MAILS * part, server)["outbox"]["site"] * MAILS * part for part in PARTS]
    for step in ("check", "write", "index"):
        yield _of_work(f"import, {step}", [one[step] for one in imported])
    yield _of_work("mails that wait at once", mails)
    yield _of_work("report as PDF", [_report(TERRITORIES * part) for part in PARTS])


def _constant(name: str, values: list[float]) -> Measure:
    """Of what must not grow."""
    return Measure(f"{name}: exponent", exponent(list(PARTS), values), "", at_most=0.1)


def _of_work(name: str, values: list[float]) -> Measure:
    """Of what must grow, but no faster than its data."""
    return Measure(f"{name}: exponent", exponent(list(PARTS), values), "", at_most=1.05)


def _report(territories: int) -> float:
    """Seconds of processor to make the report of so many territories."""
    with tempfile.TemporaryDirectory(prefix="alimactiv-bench-") as folder:
        work = Path(folder)
        return child("report.render", contents(work, enlarged(work, territories)))["cpu"]
