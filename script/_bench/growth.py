"""How what is measured elsewhere grows from a sixteenth of the country to a quarter and the whole of it."""

from collections.abc import Iterator

from _bench import country
from _bench.imports import ROWS
from _bench.measuring import Measure, child, exponent

SIZES = (country.SIXTEENTH, country.QUARTER, country.FULL)
PARTS = (1, 4, 16)
WHOLE_COUNTRY = frozenset({"evaluation: overview", "evaluation: matrix", "evaluation: a figure"})
"""Pages that count over all territories: their work must grow. A territory's own and a search's page must not."""


def growth() -> Iterator[Measure]:
    """Exponents of processor time between 1x, 4x and 16x data."""
    with country.server() as server:
        urls = [server.of(size) for size in SIZES]
        for task in ("pages.journeys", "pages.searches"):
            found = [child(task, DATABASE_URL=url) for url in urls]
            found = [one.get("pages", one) for one in found]
            for name in found[0]:
                at_most = 1.05 if name in WHOLE_COUNTRY else 0.1
                values = [one[name]["whole"] for one in found]
                yield Measure(f"{name}: exponent", exponent(list(PARTS), values), "", at_most=at_most)
        imported = [
            child("imports.importing", ROWS * part // 16, DATABASE_URL=server.empty("imports")) for part in PARTS
        ]
    for step in ("check", "write", "index"):
        yield Measure(
            f"import, {step}: exponent", exponent(list(PARTS), [one[step] for one in imported]), "", at_most=1.05
        )
