"""data·inclusion of our own making and of others'."""

import json

import pytest
from data_inclusion.schema.v1 import Public, ReseauPorteur

from actors.exchange import data_inclusion_codes as codes
from actors.exchange import exporting, reading
from actors.exchange.bundles import bundles
from actors.exchange.data_inclusion import write
from actors.exchange.planning import plan
from actors.models import Actor, FoodService, Site, Visibility
from actors.operations.exchange import write_import
from tests.factories import ActorFactory, FoodServiceFactory, SiteFactory, StopFactory

pytestmark = pytest.mark.django_db
FORM = exporting.FORMATS["data-inclusion"]
STRUCTURE = {
    "source": "ailleurs",
    "id": "ailleurs--1",
    "nom": "Secours imaginaire",
    "date_maj": "2026-01-01",
    "adresse": "1 rue A",
    "commune": "Exemple",
    "reseaux_porteurs": ["secours-populaire"],
}
SERVICE = {
    "source": "ailleurs",
    "id": "ailleurs--s1",
    "structure_id": "ailleurs--1",
    "nom": "Épicerie solidaire",
    "description": "Courses à petit prix.",
    "date_maj": "2026-01-01",
    "thematiques": ["equipement-et-alimentation--alimentation"],
    "publics": ["familles", "personnes-exilees"],
    "frais": "payant",
    "mobilisable_par": ["professionnels"],
    "horaires_accueil": "Mo-Fr 09:00-12:00",
    "contact_nom_prenom": "Personne Fictive",
}


def imported(structures, services):
    source = reading.read(json.dumps({"structures": structures, "services": services}).encode(), "a.json")
    found = plan(reading.renamed(source, reading.guess(source)))
    write_import(plan=found, file_name="a.json", by=None)
    return source, found


def document():
    return json.loads(FORM.render(exporting.entries_for(Actor.objects.all(), FORM), False))


def test_every_code_of_theirs_that_we_use_is_theirs_and_every_public_of_ours_has_one():
    assert set(codes.PUBLICS) == set(FoodService.Public)
    assert set(codes.TYPES) == set(FoodService.Kind)
    assert set(codes.OUR_PUBLICS) <= {public.value for public in Public}
    assert codes.OUR_PUBLICS["familles"] == "families"


def test_a_file_from_elsewhere_is_read():
    _, found = imported([STRUCTURE], [SERVICE])
    assert (found.problems, [note.line for note in found.notes]) == ([], [1])  # of no territory
    actor = Actor.objects.get()
    assert (actor.uid, actor.network, actor.visibility) == ("ailleurs--1", "Secours Populaire", Visibility.PUBLIC)
    assert (actor.contact_name, actor.contact_visibility) == ("Personne Fictive", Visibility.COORDINATION)
    service = actor.services.get()
    assert (service.uid, service.kind, service.publics) == ("ailleurs--s1", "social_grocery", ["families", "exiled"])
    assert (service.fee, service.referral, service.opening_hours) == ("paid", "yes", "Mo-Fr 09:00-12:00")
    assert (service.site.address, Site.objects.count()) == ("1 rue A", 1)


def test_what_is_no_food_aid_is_left_aside_and_told():
    source, _ = imported([STRUCTURE], [SERVICE, SERVICE | {"id": "a--2", "thematiques": ["numerique--utiliser"]}])
    assert [(note.file, note.line) for note in source.notes] == [("services", 2)]
    assert FoodService.objects.count() == 1


def test_publics_without_a_code_here_are_told_in_words():
    imported([STRUCTURE], [SERVICE | {"publics": ["beneficiaires-des-minimas-sociaux"]}])
    service = FoodService.objects.get()
    assert (service.publics, service.publics_note) == ([], "Bénéficiaires des minimas sociaux")


def test_hours_that_are_none_are_a_problem_of_their_line():
    _, found = imported([STRUCTURE], [SERVICE | {"horaires_accueil": "Mo 25:99"}, SERVICE | {"id": "a--2"}])
    assert [(problem.file, problem.line, problem.column) for problem in found.problems] == [
        ("services", 1, "Horaires (OSM)")
    ]
    assert FoodService.objects.get().uid == "a--2"


def test_only_what_is_for_everyone_leaves():
    shown = FoodServiceFactory(site__actor__visibility=Visibility.PUBLIC)
    hidden = FoodServiceFactory(
        site=SiteFactory(actor=shown.actor, address="Adresse cachée"), visibility="coordination"
    )
    FoodServiceFactory(site__actor__visibility=Visibility.PROFESSIONALS)
    ActorFactory(visibility=Visibility.PUBLIC, ended_on="2020-01-01")
    Actor.objects.update(contact_name="Personne Secrète", contact_phone="01 99 00 99 99")
    found = document()
    assert [one["id"] for one in found["structures"]] == [shown.actor.uid]
    assert [one["id"] for one in found["services"]] == [shown.uid]
    text = json.dumps(found, ensure_ascii=False)
    assert not [word for word in ("cachée", "Secrète", "99 99", hidden.uid) if word in text]


def test_the_person_to_reach_leaves_if_they_are_for_everyone():
    FoodServiceFactory(site__actor__visibility=Visibility.PUBLIC)
    Actor.objects.update(contact_name="Personne Fictive", contact_visibility=Visibility.PUBLIC)
    assert document()["services"][0]["contact_nom_prenom"] == "Personne Fictive"


def test_each_stop_is_a_service_of_its_own():
    stop = StopFactory(opening_hours="Mo 19:00-20:00")
    StopFactory(service=stop.service)
    bundle = next(bundles(Actor.objects.all()))
    services = write([bundle])["services"]
    assert {one["id"] for one in services} == set(stop.service.stops.values_list("uid", flat=True))
    assert {one.get("horaires_accueil") for one in services} == {"Mo 19:00-20:00", None}


@pytest.mark.parametrize("name", ["A", "É.", "x" * 200, "Fin.", "..."])
def test_a_name_that_the_schema_refuses_is_mended_and_comes_back(name):
    ActorFactory(name=name, visibility=Visibility.PUBLIC, kind="ccas")
    found = document()
    assert 3 <= len(found["structures"][0]["nom"]) <= 150
    Actor.objects.all().delete()
    imported(found["structures"], [])
    assert Actor.objects.get().name == name


@pytest.mark.parametrize(
    ("network", "kind", "expected"),
    [
        ("Les Restos du Cœur", "association", [ReseauPorteur.RESTOS_DU_COEUR]),
        ("Secours populaire français", "association", [ReseauPorteur.SECOURS_POPULAIRE]),
        ("Réseau d’ici", "ccas", [ReseauPorteur.CCAS_CIAS]),
        ("Réseau d’ici", "company", []),
    ],
)
def test_networks_are_those_of_the_schema(network, kind, expected):
    assert codes.networks_of(Actor(network=network, kind=kind)) == [one.value for one in expected]
