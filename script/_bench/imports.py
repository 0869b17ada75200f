"""A directory's file imported, beside bare ``bulk_create`` of the rows that it leaves in the database."""

import csv
import io
from collections.abc import Iterator
from itertools import islice
from random import Random

from _bench import country
from _bench.measuring import Measure, Work, child, site

ROWS = 10_000
BATCH = 1000
HEADINGS = (
    *("Structure", "Type de structure", "Adresse de courriel"),
    *("Adresse", "Code postal", "Commune", "Latitude", "Longitude"),
    *("Type d’aide", "Coût", "Horaires (OSM)"),
)
WORDS = ("panier", "table", "pain", "partage", "jardin", "marmite", "relais", "halte", "cabas", "foyer")


def imports() -> Iterator[Measure]:
    """10,000 rows checked, written and indexed / bare ``bulk_create`` of the same rows."""
    with country.server() as server:
        found = child("imports.importing", ROWS, DATABASE_URL=server.empty("imports"))
    floor, index_floor = found["bare"], found["bare_index"]
    whole = found["all"] / (floor + index_floor)
    yield Measure("reading, planning and writing / bulk_create", found["write"] / floor, "×", at_most=3)
    yield Measure("indexing for searches / bulk_create of the index", found["index"] / index_floor, "×", at_most=3)
    yield Measure("all, the check before included / bulk_create of all", whole, "×", at_most=3)
    for step in ("check", "write", "index", "bare", "bare_index"):
        yield Measure(f"{step}: processor", found[step], "s")
    yield Measure("rows in the database", found["rows"], "rows")


def importing(rows: str) -> dict:
    site()
    from accounts.models import User
    from actors.exchange import reading, runs
    from actors.models import DirectoryImport
    from alimactiv.cycles import cycles_kept
    from territories.models import Territory

    territory = Territory.objects.create(name="Ville simulée", kind="commune", code="SIM00000", search_name="ville")
    by = User.objects.create_user("equipe@simulation.alimactiv.example", is_staff=True)
    content = file_of(int(rows))
    work = Work()
    source = reading.read(content, "annuaire.csv")
    run = runs.hand_in(content=content, name="annuaire.csv", source=source, territory=territory, by=by)
    found = {}
    index = runs._Work.index
    runs._Work.index = lambda self: None  # taken apart: it is another transaction
    for step in (DirectoryImport.Step.CHECK, DirectoryImport.Step.WRITE):
        if not runs.ask(run=run, step=step, by=by):
            raise RuntimeError(f"{step} refused: {run.state}")
        start = work.now()
        runs.process(run.pk)
        found[step] = work.now() - start
        run.refresh_from_db()
    runs._Work.index = index
    if run.counts["left_out"] or not run.changes:
        raise RuntimeError(run.counts)
    start = work.now()
    with cycles_kept():  # as ``process`` does it
        runs._Work(run).index()
    found["index"] = work.now() - start
    return found | {"all": sum(found.values())} | bare(work)


def file_of(rows: int) -> bytes:
    """A directory's file as coordinations have them: a structure, its place and its service on each row."""
    random, text = Random(1), io.StringIO()  # noqa: S311 (no secret)
    table = csv.writer(text, delimiter=";")
    table.writerow(HEADINGS)
    for n in range(rows):
        name = f"{random.choice(WORDS).capitalize()} {random.choice(WORDS)} simulé {n}"
        point = [f"{side + random.random():.5f}" for side in (46, 2)]
        help_ = random.choice(["colis alimentaire", "repas chaud"])
        mail = f"structure{n}@simulation.alimactiv.example"
        place = [f"{n} rue simulée", "99999", "Ville simulée", *point]
        table.writerow([name, "association", mail, *place, help_, "gratuit", "Mo-Fr 09:00-12:00; PH off"])
    return text.getvalue().encode("utf-8-sig")


def bare(work: Work) -> dict:
    """The same rows, of the same models, once more by ``bulk_create`` alone."""
    from django.db import connection

    from accounts.models import AuditEntry
    from actors.models import Actor, FoodService, Listing, Opening, Site, Word

    entries = [Actor, Actor.territories.through, Site, FoodService, AuditEntry]
    index = [Listing, Opening, Word]
    kept = {model: list(model._base_manager.all()) for model in [*entries, *index]}
    with connection.cursor() as cursor:
        names = ", ".join(f'"{model._meta.db_table}"' for model in kept)
        cursor.execute(f"truncate {names} cascade")
    found = {"rows": sum(map(len, kept.values()))}
    for name, models in (("bare", entries), ("bare_index", index)):
        start = work.now()
        for model in models:
            rows = iter(kept[model])
            while batch := list(islice(rows, BATCH)):
                model._base_manager.bulk_create(batch)
        found[name] = work.now() - start
    return found
