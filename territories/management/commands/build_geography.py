import json
from collections import defaultdict
from datetime import date
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from territories import geography
from territories.geography import Key, Row
from territories.models import Territory

Kind = Territory.Kind
METROPOLIS_TYPES = {"METRO", "MET69"}
CURRENT, ARRONDISSEMENT = "commune-actuelle", "arrondissement-municipal"
GREATER_PARIS = (Kind.METROPOLIS, "200054781")  # the metropolis that EPT divide


class Package:
    """One year's ``@etalab/decoupage-administratif``, unpacked. Its major version tells the year: 6 is 2026."""

    def __init__(self, folder: Path):
        self.data = folder / "data"
        try:
            version = json.loads((folder / "package.json").read_text())["version"]
            self.year = 2020 + int(version.split(".")[0])
            self.communes = self.table("communes")
        except (OSError, KeyError, ValueError) as error:
            raise CommandError(f"{folder} : ce n'est pas le paquet décompressé ({error}).") from None
        self.current = {line["code"]: line for line in self.communes if line["type"] == CURRENT}

    def table(self, name: str) -> list[dict]:
        return json.loads((self.data / f"{name}.json").read_text())


class Command(BaseCommand):
    help = (
        "Refait data/geography/territories.csv.gz depuis les paquets npm @etalab/decoupage-administratif "
        "décompressés : le plus récent donne le découpage, les précédents les communes qui ont pris fin."
    )

    def add_arguments(self, parser):
        parser.add_argument("source", nargs="+", type=Path, help="dossier « package » d'un millésime")
        parser.add_argument("--output", type=Path, default=geography.FILE)

    def handle(self, *args, source, output, **options):
        packages = sorted((Package(folder) for folder in source), key=lambda package: package.year)
        rows = [*current_rows(packages[-1]), *ended_rows(packages)]
        rows.sort(key=lambda row: row.key)
        geography.write(rows, output)
        self.stdout.write(f"{output} : {len(rows)} territoires, {output.stat().st_size // 1024} Ko.")


def current_rows(package: Package) -> list[Row]:
    communes = package.current.values()
    groups = package.table("epci") + package.table("ept")
    parents = defaultdict(list)  # of a commune, by its code
    for group in groups:
        for member in group["membres"]:
            parents[member["code"]].append((group_kind(group), group["code"]))
    rows = [*regions_and_departments(package), *(group_row(group, package.current) for group in groups)]
    rows += [
        Row(
            Kind.COMMUNE,
            line["code"],
            line["nom"],
            line["departement"],
            line.get("population"),
            (*parents[line["code"]], (Kind.DEPARTMENT, line["departement"])),
        )
        for line in communes
    ]
    rows += [
        Row(
            Kind.ARRONDISSEMENT,
            line["code"],
            line["nom"],
            line["departement"],
            line["population"],
            ((Kind.COMMUNE, line["commune"]),),
        )
        for line in package.communes
        if line["type"] == ARRONDISSEMENT
    ]
    return rows


def regions_and_departments(package: Package) -> list[Row]:
    """Their population, which the package has not, is by its definition the sum of their communes'."""
    population = defaultdict(int)
    for line in package.current.values():
        for code in (("department", line["departement"]), ("region", line["region"])):
            population[code] += line.get("population", 0)
    regions = [
        Row(Kind.REGION, line["code"], line["nom"], population=population["region", line["code"]])
        for line in package.table("regions")
    ]
    departments = [
        Row(
            Kind.DEPARTMENT,
            line["code"],
            line["nom"],
            line["code"],
            population["department", line["code"]],
            ((Kind.REGION, line["region"]),),
        )
        for line in package.table("departements")
    ]
    return regions + departments


def group_kind(group: dict) -> Kind:
    if group["type"] == "EPT":
        return Kind.EPT
    return Kind.METROPOLIS if group["type"] in METROPOLIS_TYPES else Kind.EPCI


def group_row(group: dict, communes: dict[str, dict]) -> Row:
    """An EPCI or EPT. Its department is the one where most of its inhabitants live; it belongs to all of them."""
    inhabitants = defaultdict(int)
    for member in group["membres"]:
        inhabitants[communes[member["code"]]["departement"]] += member["populationMunicipale"]
    parents: list[Key] = [(Kind.DEPARTMENT, code) for code in sorted(inhabitants)]
    kind = group_kind(group)
    if kind == Kind.EPT:
        parents.append(GREATER_PARIS)
    department = max(sorted(inhabitants), key=inhabitants.get)
    return Row(kind, group["code"], group["nom"], department, group["populationMunicipale"], tuple(parents))


def ended_rows(packages: list[Package]) -> list[Row]:
    """Communes of a former year that the last one has not: ended on the last 31 December of their last year.

    What they were merged into is the commune they are a delegated one of, or the one that holds their code.
    """
    last = packages[-1]
    successors = {former: line["code"] for line in last.current.values() for former in line.get("anciensCodes", ())}
    successors |= {line["code"]: line["chefLieu"] for line in last.communes if "chefLieu" in line}
    ended = {}
    for package in packages[:-1]:
        for code in package.current.keys() - last.current.keys():
            line = package.current[code]
            ended[code] = Row(
                Kind.COMMUNE,
                code,
                line["nom"],
                line["departement"],
                line.get("population"),
                ((Kind.DEPARTMENT, line["departement"]),),
                date(package.year, 12, 31),
                successors[code],
            )
    return list(ended.values())
