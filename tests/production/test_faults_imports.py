"""A worker killed in the middle of an import, with real processes: nothing is half written, the whole comes once."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from actors.exchange import reading
from actors.exchange import runs as directory_runs
from actors.models import DirectoryImport
from evaluation import criteria
from evaluation.models import Criterion, Family, ImportRun
from evaluation.workbook import runs as workbook_runs
from tests.actors.exchange.files import as_file
from tests.evaluation.workbooks import as_xlsx, small
from tests.factories import CoordinatorFactory
from tests.processes import Site, wait_for
from tests.production.conftest import signed_in

pytestmark = pytest.mark.django_db(transaction=True)
STRUCTURES = [f"Épicerie fictive {number}" for number in range(30)]


def ahead(site: Site, silence: timedelta) -> None:
    """The processes that start from now on live after that silence."""
    site.environment["TEST_CLOCK"] = str((silence + timedelta(minutes=1)).total_seconds())


def die(site: Site, task: str, key: str | int, *, after: str) -> None:
    """A worker takes the task, and is killed at once after the statement that holds these words."""
    site.environment["TEST_DIES_AFTER"] = after
    worker = site.start_worker()
    site.producer.send_task(task, [key])
    wait_for(lambda: worker.poll() is not None, f"the worker to die after {after}")
    del site.environment["TEST_DIES_AFTER"]


def go_on(site: Site) -> None:
    site.start_beat()
    site.start_worker()


# The directory ------------------------------------------------------------------------------------


@pytest.fixture
def keeper():
    return CoordinatorFactory()


def directory_file() -> bytes:
    place = {"Adresse": "1 rue A", "Commune": "Exemple", "Type d’aide": "colis alimentaire"}
    return as_file(*({"Structure": name} | place for name in STRUCTURES))


def hand_in(keeper) -> DirectoryImport:
    """A file that was checked, and that its coordinator wants imported."""
    content = directory_file()
    source = reading.columns_of(content, "annuaire.csv")
    run = directory_runs.hand_in(
        content=content, name="annuaire.csv", source=source, territory=keeper.territory, by=keeper.user
    )
    for step in (DirectoryImport.Step.CHECK, DirectoryImport.Step.WRITE):
        assert directory_runs.ask(run=run, step=step, by=keeper.user)
        if step == DirectoryImport.Step.CHECK:
            directory_runs.process(run.pk)
    return run


def directory(site: Site) -> list[tuple[int, ...]]:
    """How many structures, places, services, entries that searches find, and traces of their creation there are."""
    tables = ("actors_actor", "actors_site", "actors_foodservice", "actors_listing")
    created = "(SELECT count(*) FROM accounts_auditentry WHERE action = 'création par import')"
    return site.query("SELECT " + ", ".join(f"(SELECT count(*) FROM {table})" for table in tables) + f", {created}")


def directory_run(site: Site, run: DirectoryImport) -> tuple:
    (found,) = site.query(f"SELECT state, step, attempts FROM actors_directoryimport WHERE id = {run.pk}")
    return found


NOTHING = [(0,) * 5]
EVERYTHING = [(len(STRUCTURES),) * 5]
BEFORE_SEARCHES = [(*(len(STRUCTURES),) * 3, 0, len(STRUCTURES))]


@pytest.mark.parametrize(
    ("after", "left", "step"),
    [
        ('INSERT INTO "actors_site"', NOTHING, DirectoryImport.Step.WRITE),
        ('INSERT INTO "accounts_auditentry"', NOTHING, DirectoryImport.Step.WRITE),  # the last thing but its end
        ('INSERT INTO "actors_listing"', BEFORE_SEARCHES, DirectoryImport.Step.INDEX),
    ],
)
def test_a_directory_import_whose_worker_is_killed_comes_whole_once(site, keeper, after, left, step):
    cookies, run, same_again = signed_in(keeper.user), hand_in(keeper), hand_in(keeper)
    site.open()
    die(site, "actors.tasks.run_directory_import", run.pk, after=after)
    assert directory(site) == left
    assert directory_run(site, run) == (DirectoryImport.State.RUNNING, step, 0)

    web = site.start_web()
    web.cookies = cookies
    page = reverse("exchange:run", args=[keeper.territory_id, run.pk])
    assert "le travail reprend de lui-même" in web.get(page).text
    ahead(site, directory_runs.SILENCE)
    go_on(site)
    for one in (run, same_again):
        wait_for(lambda one=one: directory_run(site, one)[0] == DirectoryImport.State.DONE, "the import")
        assert directory_run(site, one)[2] == 1
    assert directory(site) == EVERYTHING
    assert "Import terminé" in web.get(page).text


# The evaluation's workbook ------------------------------------------------------------------------


def workbook(site: Site) -> list[tuple[int, ...]]:
    """How many evaluations, cases, pieces of evidence, rulings and published figures there are."""
    tables = ("evaluation", "case", "evidence", "ruling", "publishedfigure")
    return site.query("SELECT " + ", ".join(f"(SELECT count(*) FROM evaluation_{table})" for table in tables))


def workbook_run(site: Site) -> tuple:
    ((state, dry_run, attempts),) = site.query("SELECT state, dry_run, attempts FROM evaluation_importrun")
    return state, bool(dry_run), attempts


@pytest.mark.parametrize("after", ['INSERT INTO "evaluation_case"', 'INSERT INTO "evaluation_publishedfigure"'])
def test_a_workbook_whose_worker_is_killed_comes_whole_once(site, staff, session, settings, after):
    criteria.install(Family, Criterion)  # gone with what the test before left
    settings.MEDIA_ROOT = site.folder / "media"  # the processes' own
    content = as_xlsx(site.folder / "essai.xlsx", small()).read_bytes()
    run = workbook_runs.hand_in(file=SimpleUploadedFile("essai.xlsx", content), by=staff)
    workbook_runs.process(run.pk)
    assert workbook_runs.confirm(run=run, by=staff)
    site.open()
    die(site, "evaluation.tasks.run_import", str(run.pk), after=after)
    assert workbook(site) == [(0,) * 5]
    assert workbook_run(site) == (ImportRun.State.RUNNING, False, 0)

    web = site.start_web()
    web.cookies = session
    assert "le travail reprend de lui-même" in web.get(run.get_absolute_url()).text
    ahead(site, workbook_runs.SILENCE)
    go_on(site)
    wait_for(lambda: workbook_run(site)[0] == ImportRun.State.DONE, "the import")
    assert workbook_run(site) == (ImportRun.State.DONE, False, 1)
    tables = small()
    lengths = (len(tables[name]) for name in ("evaluation", "participations", "constats", "arbitrages"))
    assert workbook(site) == [(*lengths, len(tables["chiffres_publies"]))]
    assert "Import terminé" in web.get(run.get_absolute_url()).text
