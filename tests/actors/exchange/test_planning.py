"""What an import would do: which entry a row means, and every problem with its line."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from actors.exchange.planning import counted
from actors.models import Actor, FoodService, Visibility
from actors.operations.exchange import write_import
from tests.actors.exchange.files import planned, told
from tests.factories import (
    ActorFactory,
    CoordinatorFactory,
    FoodServiceFactory,
    SiteFactory,
    StopFactory,
    TerritoryFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db


def row(**cells):
    return {"Structure": "Épicerie du Pont", "Commune": "Exemple"} | cells


def written(*rows, **more):
    plan = planned(*rows, **more)
    assert plan.problems == []
    return write_import(plan=plan, file_name="a.csv", by=None)


def test_rows_of_one_structure_are_one_entry():
    kinds = (
        {"Adresse": "1 rue A", "Type d’aide": "colis alimentaire"},
        {"Adresse": "1, RUE A", "Type d’aide": "vestiaire"},
    )
    written(*(row(**one) for one in kinds))
    actor = Actor.objects.get()
    assert actor.sites.count() == 1
    assert set(actor.services.values_list("kind", flat=True)) == {"food_parcel", "clothing"}
    assert (actor.kind, actor.visibility) == (Actor.Kind.OTHER, Visibility.COORDINATION)
    assert actor.confirmations.count() == 0


def test_the_same_name_in_another_commune_is_another_entry():
    written(row(), row(Commune="Ailleurs"))
    assert Actor.objects.count() == 2


def test_what_looks_alike_is_not_named_to_who_does_not_read_it():
    keeper = CoordinatorFactory()
    commune = TerritoryFactory()
    commune.parents.add(keeper.territory)
    SiteFactory(actor__name="Pont (Épicerie)", actor__territories=[commune], city="Exemple")
    SiteFactory(actor__name="Halte Secrète", actor__siret="12345678901234", city="Ailleurs")

    def alike() -> int:
        found = planned(row(SIRET="12345678901234"), by=keeper.user, territory=keeper.territory)
        return sum("ressemble" in note.reason for note in found.notes)

    assert alike() == 0
    Actor.objects.update(visibility=Visibility.PROFESSIONALS)
    assert alike() == 1


def test_an_entry_is_known_by_its_identifier_whatever_its_name():
    actor = ActorFactory(name="Ancien nom")
    written({"Identifiant de la structure": actor.uid, "Structure": "Nouveau nom"})
    actor.refresh_from_db()
    assert (Actor.objects.count(), actor.name, actor.search_name) == (1, "Nouveau nom", "nouveau nom")


def test_an_entry_is_known_by_its_siret_and_commune():
    site = SiteFactory(actor__siret="12345678901234", city="Exemple")
    written(row(SIRET="123 456 789 01234", Téléphone="3919"))
    written(row(SIRET="12345678901234", Commune="Ailleurs"))
    site.actor.refresh_from_db()
    assert (Actor.objects.count(), site.actor.phone) == (2, "3919")


def test_an_unknown_identifier_is_a_new_entry_that_is_told_to_look_alike():
    SiteFactory(actor__name="Épicerie du Pont", city="Exemple")
    plan = planned(row(**{"Identifiant de la structure": "dora--1"}))
    assert [one.is_new for one in plan.touched] == [True]
    assert "ressemble à «\u00a0Épicerie du Pont\u00a0»" in plan.notes[0].reason


def test_a_name_that_only_looks_alike_is_told_and_not_merged():
    territory = TerritoryFactory()
    ActorFactory(name="Association du Pont (l’épicerie)", territories=[territory])
    plan = planned(row(), territory=territory)
    assert [one.is_new for one in plan.touched] == [True]
    assert [note.line for note in plan.notes] == [2]


def test_a_name_that_several_entries_have_is_a_problem():
    for _ in range(2):
        SiteFactory(actor__name="Épicerie du Pont", city="Exemple")
    assert told(planned(row())) == [(2, "Structure")]


def test_an_empty_cell_leaves_what_is_there():
    site = SiteFactory(actor__name="Épicerie du Pont", actor__phone="3919", city="Exemple")
    plan = planned(row(Téléphone="", **{"Réseau ou fédération": "Réseau"}))
    assert [(fields, row.phone) for one in plan.touched for row, fields in one.before.values()] == [
        ({"network": ""}, "3919")
    ]
    assert site.actor.pk == plan.touched[0].bundle.actor.pk


def test_what_is_already_so_changes_nothing():
    FoodServiceFactory(site__city="Exemple", site__address="1 rue A", site__actor__name="Épicerie du Pont")
    rows = row(Adresse="1 rue A", **{"Type d’aide": "colis alimentaire"})
    plan = planned(rows)
    assert not plan.touched[0].is_changed
    assert counted(plan.touched)["services"] == {"added": 0, "changed": 0, "unchanged": 1}


def test_an_itinerant_service_has_its_rows_as_stops():
    tour = {"Type d’aide": "maraude", "Itinérant": "oui", "Horaires (OSM)": "Mo 19:00-20:00"}
    written(row(**tour, Adresse="Gare"), row(**tour, Adresse="Place"))
    service = FoodService.objects.get()
    assert (service.opening_hours, service.site) == ("", None)
    assert list(service.stops.values_list("address", "opening_hours")) == [
        ("Gare", "Mo 19:00-20:00"),
        ("Place", "Mo 19:00-20:00"),
    ]


def test_every_problem_has_its_line_and_the_other_rows_stand():
    plan = planned(
        row(),
        row(**{"Type d’aide": "yoga", "Horaires (OSM)": "Mo 9-25:99", "Code postal": "x"}),
        row(**{"Type d’aide": "colis", "Horaires (OSM)": "Mo 09:00-12:00"}),
        {"Structure": "", "Commune": "Exemple"},
    )
    assert told(plan) == [(3, "Type d’aide"), (3, "Horaires (OSM)"), (3, "Code postal"), (5, "Structure")]
    assert (plan.rows, plan.left_out, len(plan.touched)) == (4, 2, 1)
    assert [service.kind for service in plan.touched[0].bundle.services] == ["food_parcel"]


HOURS, PROSE, HELP = "Horaires (OSM)", "Précision sur les horaires", {"Type d’aide": "colis alimentaire"}


def test_hours_in_everyday_words_are_taken_and_told_back():
    plan = planned(row(**HELP, **{HOURS: "Lundi et jeudi 9h-12h, 14h-17h30"}))
    assert plan.problems == []
    (service,) = plan.touched[0].bundle.services
    assert (service.opening_hours, service.hours_note) == ("Mo,Th 09:00-12:00,14:00-17:30; PH unknown", "")
    (note,) = plan.notes[:1]
    assert (note.line, note.column, note.value) == (2, HOURS, "Lundi et jeudi 9h-12h, 14h-17h30")
    said = "Le lundi et le jeudi de 9 h à 12 h et de 14 h à 17 h 30. Les jours fériés, renseignez-vous avant de venir."
    assert note.reason.replace("\u00a0", " ") == f"compris comme « {said} »"


@pytest.mark.parametrize("prose", ["", "Sonnez."])
def test_hours_that_nobody_can_reckon_with_are_kept_as_a_note(prose):
    cells = row(**HELP, **{HOURS: "Le mardi, sur rendez-vous", PROSE: prose})
    plan = planned(cells)
    assert plan.problems == []
    (service,) = plan.touched[0].bundle.services
    kept = "Sonnez. – Le mardi, sur rendez-vous" if prose else "Le mardi, sur rendez-vous"
    assert (service.opening_hours, service.hours_note) == ("", kept)
    assert "horaires non compris, à vérifier" in plan.notes[0].reason
    write_import(plan=plan, file_name="a.csv", by=None)
    assert not planned(cells).touched[0].is_changed


def test_hours_too_long_for_a_note_leave_their_line_out():
    plan = planned(row(**HELP, **{HOURS: "sur rendez-vous " * 20}))
    assert told(plan) == [(2, HOURS)]


@pytest.mark.parametrize(
    ("cells", "column"),
    [
        ({"Latitude": "48"}, "Latitude"),
        ({"Latitude": "91", "Longitude": "2"}, "Latitude"),
        ({"Type d’aide": "maraude", "Capacité": "3"}, "Unité de capacité"),
        ({"Dont frigorifiques": "2", "Véhicules": "1"}, "Dont frigorifiques"),
        ({"Besoin ou surplus": "besoin"}, "Produit cherché ou proposé"),
        ({"Précision sur le besoin ou le surplus": "pain"}, "Besoin ou surplus"),
        ({"Nom du service": "Le mardi"}, "Type d’aide"),
    ],
)
def test_cells_that_do_not_go_together_are_a_problem(cells, column):
    assert told(planned(row(**cells))) == [(2, column)]


def test_two_lines_may_not_say_two_things_of_one_structure():
    plan = planned(row(Téléphone="3919"), row(Téléphone="115"))
    assert told(plan) == [(3, "Téléphone")]
    assert "la ligne 2 dit autre chose\u00a0: «\u00a03919\u00a0»" in plan.problems[0].reason


@pytest.mark.parametrize("make", [SiteFactory, StopFactory, FoodServiceFactory])
def test_an_identifier_of_another_s_is_a_problem(make):
    other = make()
    code = "Identifiant du service" if make is FoodServiceFactory else "Identifiant du lieu"
    tour = {"Type d’aide": "maraude"} | ({"Itinérant": "oui"} if make is StopFactory else {})
    assert told(planned(row(**tour, **{code: other.uid}))) == [(2, code)]


def test_an_entry_that_was_merged_is_a_problem():
    merged = ActorFactory(merged_into=ActorFactory())
    assert told(planned(row(**{"Identifiant de la structure": merged.uid}))) == [(2, "Identifiant de la structure")]


def test_a_coordinator_changes_only_the_entries_they_keep():
    here = CoordinatorFactory()
    mine, theirs = ActorFactory(territories=[here.territory]), ActorFactory(territories=[TerritoryFactory()])
    rows = [
        {"Structure": one.name, "Identifiant de la structure": one.uid, "Téléphone": "3919"} for one in (mine, theirs)
    ]
    plan = planned(*rows, by=here.user, territory=here.territory)
    assert told(plan) == [(3, "Structure")]
    assert told(planned(*rows, by=UserFactory(is_staff=True))) == []


def test_new_entries_are_at_work_where_the_file_or_the_importer_says():
    here = CoordinatorFactory()
    elsewhere = TerritoryFactory()
    named = row(Territoires=f"{here.territory.kind}:{here.territory.code}")
    foreign = row(Commune="Loin", Territoires=f"{elsewhere} ({elsewhere.kind}:{elsewhere.code}), commune:99999")
    for rows in ([named], [row()], [foreign]):
        plan = planned(*rows, by=here.user, territory=here.territory)
        assert plan.touched[0].bundle.territories == [here.territory]
    assert {note.reason.split()[0] for note in plan.notes} == {f"{elsewhere.kind}:{elsewhere.code}", "commune:99999"}
    assert planned(foreign).touched[0].bundle.territories == [elsewhere]


def test_without_saying_an_entry_is_at_work_in_the_commune_of_its_address():
    town = TerritoryFactory(kind="commune", code="93010", name="Bondy", is_official=True, department="93")
    for cells in ({"Code INSEE de la commune": "93010"}, {"Commune": "BONDY", "Code postal": "93140"}):
        plan = planned({"Structure": "A"} | cells)
        assert plan.touched[0].bundle.territories == [town]
        assert plan.touched[0].bundle.sites[0].insee_code == "93010"
    assert "d’aucun territoire" in planned({"Structure": "A"}).notes[0].reason


def test_queries_do_not_grow_with_the_rows():
    counts = []
    for size in (1, 3):
        for number in range(size):
            SiteFactory(actor__name=f"Structure {number}", city="Exemple")
        rows = [row(Structure=f"Structure {number}", **{"Type d’aide": "colis"}) for number in range(size)]
        with CaptureQueriesContext(
            connection,
        ) as queries:
            write_import(plan=planned(*rows), file_name="a.csv", by=None)
        counts.append(len(queries))
        Actor.objects.all().update(search_name="autre")
    assert counts[0] == counts[1]
