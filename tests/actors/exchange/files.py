"""Files to import, and what the tests do with them."""

from actors.exchange import reading
from actors.exchange.planning import Plan, plan
from alimactiv.tabular_writing import write_csv


def as_file(*rows: dict[str, str]) -> bytes:
    """A CSV file with the columns that the rows have."""
    columns = list(dict.fromkeys(column for row in rows for column in row))
    return write_csv(columns, [[row.get(column, "") for column in columns] for row in rows], delimiter=";").encode()


def planned(*rows: dict[str, str], **more) -> Plan:
    """What these rows would do."""
    source = reading.read(as_file(*rows), "a.csv")
    assert source.problems == []
    return plan(reading.renamed(source, reading.guess(source)), **more)


def told(plan: Plan) -> list[tuple[int, str]]:
    """The line and column of each problem."""
    return [(problem.line, problem.column) for problem in plan.problems]
