"""What heavy parts cost, beside what they are made of.

A subject is a function that yields measures; add one to ``SUBJECTS``."""

import argparse
import importlib
import json
from collections.abc import Iterator

from _bench import growth, imports, mail, pages, report, throughput
from _bench.measuring import Measure
from _bench.writing import write

SUBJECTS = {
    "pages": pages.pages,
    "directory": pages.directory,
    "mail": mail.mail,
    "import": imports.imports,
    "throughput": throughput.throughput,
    "growth": growth.growth,
    "report": report.report,
}


def main() -> None:
    parser = argparse.ArgumentParser(prog="script/bench", description=__doc__.splitlines()[0])
    parser.add_argument("subject", nargs="?", choices=SUBJECTS, help="all, if none is given")
    parser.add_argument("--task", nargs="+", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.task:
        task, *words = arguments.task
        module, _, function = task.partition(".")
        print(json.dumps(getattr(importlib.import_module(f"_bench.{module}"), function)(*words)))
        return
    found = {name: shown(SUBJECTS[name]()) for name in ([arguments.subject] if arguments.subject else SUBJECTS)}
    for subject, measures in found.items():
        write(subject, measures)
        for one in measures:
            told = {"subject": subject, "measure": one.name, "value": round(one.value, 3), "unit": one.unit}
            print(json.dumps(told | {"aim": one.aim} if one.aim else told))


def shown(measures: Iterator[Measure]) -> list[Measure]:
    """All of them, each printed as soon as it is taken: some take minutes."""
    found = []
    for one in measures:
        line = f"{one.name:<64}{one.value:>10.2f} {one.unit:<10}{one.aim:<16}{one.judgement}"
        print(line.rstrip(), flush=True)
        found.append(one)
    return found


if __name__ == "__main__":
    main()
