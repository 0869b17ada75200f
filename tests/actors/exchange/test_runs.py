"""An uploaded file's life, and taking back what it did."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import AuditEntry
from actors.exchange import reading, runs
from actors.exchange.bundles import bundles
from actors.models import UNDO_FOR, Actor, Confirmation, DirectoryImport, FoodService, Listing, Site
from actors.operations import exchange as operations
from tests.actors.exchange.files import as_file
from tests.factories import CoordinatorFactory, FoodServiceFactory, MemberFactory, SupplyLineFactory

pytestmark = pytest.mark.django_db
State, Step = DirectoryImport.State, DirectoryImport.Step


@pytest.fixture
def keeper():
    return CoordinatorFactory()


def hand_in(keeper, *rows) -> DirectoryImport:
    content = as_file(*rows)
    source = reading.columns_of(content, "annuaire.csv")
    return runs.hand_in(content=content, name="annuaire.csv", source=source, territory=keeper.territory, by=keeper.user)


def step(run, what) -> DirectoryImport:
    assert runs.ask(run=run, step=what, by=run.by)
    runs.process(run.pk)
    run.refresh_from_db()
    return run


def imported(keeper, *rows) -> DirectoryImport:
    return step(step(hand_in(keeper, *rows), Step.CHECK), Step.WRITE)


def row(name="Épicerie du Pont", **cells):
    return {"Structure": name, "Adresse": "1 rue A", "Commune": "Exemple", "Type d’aide": "colis alimentaire"} | cells


def digests() -> list[str]:
    return [bundle.digest() for bundle in bundles(Actor.objects.order_by("pk"))]


def test_a_file_is_checked_dry_then_written_and_found(keeper):
    run = step(hand_in(keeper, row(), row("Autre", Téléphone="abc")), Step.CHECK)
    assert (run.state, run.counts["changed"], run.counts["left_out"]) == (State.CHECKED, 2, 0)
    assert [problem["level"] for problem in run.problems] == ["note"]
    assert not Actor.objects.exists()
    run = step(run, Step.WRITE)
    assert (run.state, run.content, run.done, run.total) == (State.DONE, None, 2, 2)
    assert list(Actor.objects.of(keeper.territory).values_list("name", flat=True)) == ["Autre", "Épicerie du Pont"]
    assert Listing.objects.count() == 2
    assert not Confirmation.objects.exists()
    entries = AuditEntry.objects.filter(action="création par import")
    assert {(entry.by, entry.changes["fichier"]) for entry in entries} == {(keeper.user, "annuaire.csv")}


def test_problems_are_told_in_the_order_of_the_lines(keeper):
    """Those of reading the file, a formula, among those of what it says."""
    content = as_file(row(""), row("FORMULA"), row("")).replace(b"FORMULA", b"=B()")
    source = reading.columns_of(content, "a.csv")
    run = runs.hand_in(content=content, name="a.csv", source=source, territory=keeper.territory, by=keeper.user)
    assert [one["line"] for one in step(run, Step.CHECK).problems] == [2, 3, 4]


def test_lines_with_a_problem_are_left_out_and_told(keeper):
    run = imported(keeper, row(), row("Autre", **{"Horaires (OSM)": "Mo 9-25"}), row("C", **{"Horaires (OSM)": "24/7"}))
    assert [(problem["line"], problem["column"]) for problem in run.problems] == [(3, "Horaires (OSM)")]
    assert (run.counts["left_out"], Actor.objects.count()) == (1, 2)


def test_a_file_refused_whole_writes_nothing(keeper):
    content = b"Structure;Structure\nA;B\n"
    run = DirectoryImport.objects.create(
        content=content, file_name="a.csv", territory=keeper.territory, by=keeper.user, mapping={}
    )
    run = step(run, Step.CHECK)
    assert (run.counts["refused"], run.counts["changed"]) == (True, 0)


def test_a_step_is_asked_once_and_in_order(keeper):
    run = hand_in(keeper, row())
    assert not runs.ask(run=run, step=Step.WRITE, by=run.by)
    assert [runs.ask(run=run, step=Step.CHECK, by=run.by) for _ in range(2)] == [True, False]


def test_a_run_that_another_worker_has_is_left_alone(keeper):
    run = hand_in(keeper, row())
    DirectoryImport.objects.update(state=State.RUNNING, step=Step.WRITE)
    runs.process(run.pk)
    assert not Actor.objects.exists()


def test_a_worker_that_was_given_up_takes_its_import_back(keeper, monkeypatch):
    run = step(hand_in(keeper, row()), Step.CHECK)
    runs.ask(run=run, step=Step.WRITE, by=run.by)
    write = runs.write_import

    def given_up_meanwhile(**options):
        DirectoryImport.objects.update(attempts=1)
        return write(**options)

    monkeypatch.setattr(runs, "write_import", given_up_meanwhile)
    with pytest.raises(runs.SupersededError):
        runs.process(run.pk)
    assert not Actor.objects.exists()


def test_a_worker_that_died_after_writing_only_has_to_let_searches_find(keeper):
    run = imported(keeper, row(), row("Autre"))
    Listing.objects.all().delete()
    long_ago = timezone.now() - runs.SILENCE - timedelta(seconds=1)
    DirectoryImport.objects.update(state=State.RUNNING, step=Step.INDEX, done=0, beat_at=long_ago)
    assert runs.requeue_silent() == [run.pk]
    runs.process(run.pk)
    run.refresh_from_db()
    assert (run.state, Actor.objects.count(), Listing.objects.count()) == (State.DONE, 2, 2)


def test_a_run_whose_worker_dies_each_time_is_given_up(keeper):
    run = hand_in(keeper, row())
    runs.ask(run=run, step=Step.CHECK, by=run.by)
    queued = 0
    for _ in range(runs.MOST_ATTEMPTS + 2):
        DirectoryImport.objects.update(beat_at=timezone.now() - timedelta(days=1))
        queued += len(runs.requeue_silent())
    run.refresh_from_db()
    assert (queued, run.state) == (runs.MOST_ATTEMPTS - 1, State.FAILED)


def test_a_failure_is_written_on_the_run_and_raised(keeper, monkeypatch):
    run = hand_in(keeper, row())
    DirectoryImport.objects.update(content=None)
    runs.ask(run=run, step=Step.CHECK, by=run.by)
    with pytest.raises(TypeError):
        runs.process(run.pk)
    run.refresh_from_db()
    assert (run.state, "TypeError" in run.reason) == (State.FAILED, True)


def test_a_step_is_of_who_asked_for_it(keeper):
    """One coordinator hands in, another takes it back: the log of each entry names the second."""
    run = imported(keeper, row())
    other = CoordinatorFactory(territory=keeper.territory).user
    assert runs.ask(run=run, step=Step.UNDO, by=other)
    runs.process(run.pk)
    told = AuditEntry.objects.filter(action__contains="import").order_by("pk").values_list("action", "by")
    assert list(told) == [("création par import", keeper.user.pk), ("import annulé", other.pk)]


def test_an_import_is_taken_back_whole(keeper):
    line = SupplyLineFactory(actor__name="Ancienne", actor__phone="3919", actor__territories=[keeper.territory])
    service = FoodServiceFactory(
        site__actor=line.actor, site__address="2 rue B", site__city="Exemple", publics=["young"]
    )
    before = digests()
    run = imported(
        keeper,
        row(),
        row("Ancienne", Adresse="2 rue B", Téléphone="115", Publics="familles", **{"Besoin ou surplus": "surplus"})
        | {"Produit cherché ou proposé": "pain"},
        row("Ancienne", Adresse="9 rue Neuve", **{"Type d’aide": "maraude", "Itinérant": "oui"}),
        row("Ancienne", Adresse="3 rue C", Véhicules="2", **{"Identifiant du service": service.uid})
        | {"Type d’aide": ""},
    )
    assert (run.counts["left_out"], run.counts["tables"]["structures"]) == (
        0,
        {"added": 1, "changed": 1, "unchanged": 0},
    )
    assert digests() != before
    run = step(run, Step.UNDO)
    assert (run.state, run.counts["undone"], run.counts["kept"]) == (State.UNDONE, 2, [])
    assert digests() == before
    assert Actor.objects.get().search_name == "ancienne"
    assert AuditEntry.objects.filter(action="import annulé").count() == 2


def test_a_service_that_moved_moves_back(keeper):
    service = FoodServiceFactory(site__actor__territories=[keeper.territory])
    before = digests()
    moved = {"Identifiant de la structure": service.actor.uid, "Identifiant du service": service.uid}
    run = imported(keeper, {"Structure": service.actor.name, "Adresse": "9 rue Neuve"} | moved)
    service.refresh_from_db()
    assert (service.site.address, Site.objects.count()) == ("9 rue Neuve", 2)
    step(run, Step.UNDO)
    assert digests() == before


@pytest.mark.parametrize("change", ["field", "new row", "confirmed", "member", "removed"])
def test_what_someone_changed_or_used_since_stays(keeper, change):
    run = imported(keeper, row(), row("Autre"))
    actor = Actor.objects.get(name="Autre")
    if change == "field":
        FoodService.objects.filter(actor=actor).update(opening_hours="24/7")
    elif change == "new row":
        SupplyLineFactory(actor=actor)
    elif change == "confirmed":
        Confirmation.objects.create(actor=actor, section="hours", role="structure")
    elif change == "member":
        MemberFactory(actor=actor)
    else:
        actor.services.all().delete()
        actor.sites.all().delete()
        actor.delete()
    run = step(run, Step.UNDO)
    assert [kept["name"] for kept in run.counts["kept"]] == ["Autre"]
    assert [one["name"] for one in run.changes] == ["Autre"]
    assert set(Actor.objects.values_list("name", flat=True)) == ({"Autre"} if change != "removed" else set())


def test_undoing_is_possible_for_a_month(keeper):
    run = imported(keeper, row())
    assert runs.can_be_undone(run)
    run.created_at = timezone.now() - timedelta(days=31)
    assert not runs.can_be_undone(run)


def test_old_files_and_what_they_changed_are_forgotten(keeper):
    done, recent = imported(keeper, row()), hand_in(keeper, row("B"))
    hand_in(keeper, row("C"))
    DirectoryImport.objects.exclude(pk=recent.pk).update(created_at=timezone.now() - timedelta(days=31))
    runs.forget()
    assert set(DirectoryImport.objects.all()) == {done, recent}
    done.refresh_from_db()
    assert (done.changes, done.problems, done.counts["changed"]) == ([], [], 1)


def test_every_row_of_the_database_that_points_to_an_entry_counts_as_use():
    names = {relation.related_model.__name__ for relation in operations._pointing_to(Actor)}
    assert {"Member", "Confirmation", "Merge", "NotDuplicate", "Trainee", "Attendance"} <= names
    assert not {"Site", "FoodService", "Listing", "Actor_territories"} & names


def test_a_failed_import_goes_on_from_its_page(keeper, client):
    run = step(hand_in(keeper, row()), Step.CHECK)
    DirectoryImport.objects.update(state=State.FAILED, step=Step.WRITE, attempts=2, reason="Interrompu 3 fois.")
    client.force_login(keeper.user)
    again = reverse("exchange:resume", args=[keeper.territory_id, run.pk])
    assert again in client.get(reverse("exchange:run", args=[keeper.territory_id, run.pk])).text
    client.post(again)
    client.post(again)  # pressed twice
    runs.process(run.pk)
    run.refresh_from_db()
    assert (run.state, run.attempts, Actor.objects.count(), Listing.objects.count()) == (State.DONE, 0, 1, 1)
    assert not runs.resume(run=run, by=keeper.user)


def test_a_failed_import_whose_file_is_gone_does_not_go_on(keeper, client):
    run = step(hand_in(keeper, row()), Step.CHECK)
    old = timezone.now() - UNDO_FOR - timedelta(seconds=1)
    DirectoryImport.objects.update(state=State.FAILED, step=Step.WRITE, created_at=old)
    client.force_login(keeper.user)
    page = client.get(reverse("exchange:run", args=[keeper.territory_id, run.pk])).text
    assert reverse("exchange:resume", args=[keeper.territory_id, run.pk]) not in page
    assert not runs.resume(run=run, by=keeper.user)
