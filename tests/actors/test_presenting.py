"""What each reader sees of an entry, and what never leaves it; the page, and where merged and ended entries lead."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest
from django.contrib.auth.models import AnonymousUser
from django.urls import reverse
from django.utils import timezone

from actors.models import Audience, Supply
from actors.presenting import present, timetable
from actors.visibility import Sight, sight_of
from tests.factories import (
    ActorFactory,
    ConfirmationFactory,
    CoordinatorFactory,
    DirectoryFactory,
    FoodServiceFactory,
    MemberFactory,
    SiteFactory,
    StopFactory,
    SupplyLineFactory,
    TerritoryFactory,
    UserFactory,
)
from tests.pages import texts

pytestmark = pytest.mark.django_db

MONDAY_10 = datetime(2026, 5, 4, 10, tzinfo=ZoneInfo("Europe/Paris"))
NB = "\u00a0"


def seen_by(audience: Audience, actor, at=MONDAY_10):
    return present(actor, Sight(audience, can_edit=False), at)


# Who sees what ------------------------------------------------------------------------------------

SECRETS = {
    "everyone": "Colis pour tout le monde",
    "professionals": "Colis entre professionnels",
    "coordination": "Refuge tenu secret",
}


@pytest.fixture
def territory():
    return DirectoryFactory().territory


@pytest.fixture
def actor(territory):
    """A public entry that holds something for each audience."""
    actor = ActorFactory(
        name="Le Panier fictif",
        territories=[territory],
        visibility="public",
        phone="01 99 00 12 01",
        accreditation="none",
        siret="73282932000074",
        network="Réseau fictif",
        contact_name="Alex Fictif",
        contact_phone="06 99 00 12 02",
        contact_email="alex@exemple.test",
    )
    for visibility, name in zip(("public", "professionals", "coordination"), SECRETS.values(), strict=True):
        site = SiteFactory(actor=actor, name=f"Lieu – {name}", address=f"Rue {visibility}")
        FoodServiceFactory(site=site, name=name, visibility=visibility)
    Supply.objects.create(actor=actor, storage_area=45, shares="Le camion")
    SupplyLineFactory(actor=actor, text="Lait deuxième âge")
    return actor


LEAKS = {
    "person": ["Alex Fictif", "06 99 00 12 02", "alex@exemple.test"],
    "for professionals": [
        SECRETS["professionals"],
        "Rue professionals",
        "Aide sans habilitation",
        "Réseau fictif",
        "732 829 320 00074",
        "Lait deuxième âge",
        "45 m²",
        "Le camion",
    ],
    "for the coordination": [SECRETS["coordination"], "Rue coordination"],
}
FOR_ALL = ["Le Panier fictif", "01 99 00 12 01", SECRETS["everyone"], "Rue public"]


@pytest.mark.parametrize(
    ("reader", "shown"),
    [
        (lambda a: None, []),
        (lambda a: UserFactory(), []),
        (lambda a: MemberFactory(actor=a, user=UserFactory(), left_on=date(2026, 1, 1)).user, []),
        (lambda a: CoordinatorFactory().user, ["for professionals"]),
        (lambda a: UserFactory(is_steering_reader=True), ["for professionals"]),
        (lambda a: MemberFactory(actor=a, user=UserFactory(), access="attends").user, ["for professionals"]),
        (lambda a: MemberFactory(actor=a, user=UserFactory()).user, list(LEAKS)),
        (lambda a: CoordinatorFactory(territory=a.territories.get()).user, list(LEAKS)),
        (lambda a: UserFactory(is_staff=True), list(LEAKS)),
    ],
    ids=["anonymous", "plain", "left", "elsewhere", "steering", "attends", "editor", "coordinator", "staff"],
)
def test_each_reader_reads_their_part_and_no_more(client, actor, reader, shown):
    user = reader(actor)
    if user:
        client.force_login(user)
    page = texts(client.get(reverse("directory:entry", args=[actor.pk])))
    for text in FOR_ALL:
        assert text in page
    for kind, leaks in LEAKS.items():
        found = [text for text in leaks if text in page]
        assert found == (leaks if kind in shown else [])


@pytest.mark.parametrize(
    ("visibility", "seen"), [("public", [0, 1, 2]), ("professionals", [1, 2]), ("coordination", [2])]
)
def test_the_person_is_shown_as_far_as_was_chosen(actor, visibility, seen):
    actor.contact_visibility = visibility
    assert [audience for audience in Audience if seen_by(audience, actor).person] == seen


def test_a_place_that_only_hidden_services_use_is_as_hidden_as_they_are():
    actor = ActorFactory(visibility="public")
    refuge = FoodServiceFactory(site=SiteFactory(actor=actor, name="Le refuge"), visibility="coordination")
    office = SiteFactory(actor=actor, name="Le bureau")
    assert [place.name for place in seen_by(Audience.EVERYONE, actor).places] == ["Le bureau"]
    FoodServiceFactory(site=office, visibility="professionals", ended_on=date(2026, 1, 1))
    assert seen_by(Audience.EVERYONE, actor).places == []
    FoodServiceFactory(site=refuge.site, ended_on=date(2026, 1, 1))  # a public one was there too
    assert [place.name for place in seen_by(Audience.EVERYONE, actor).places] == ["Le refuge"]


def test_what_an_unpublished_territory_holds_is_for_professionals(client):
    actor = ActorFactory(territories=[TerritoryFactory()], visibility="public")
    address = reverse("directory:entry", args=[actor.pk])
    assert client.get(address).status_code == 404
    client.force_login(CoordinatorFactory().user)
    assert client.get(address).status_code == 200


def test_a_service_that_ended_is_not_shown(actor):
    FoodServiceFactory(site=actor.sites.first(), name="Terminé", ended_on=timezone.localdate())
    assert "Terminé" not in [service.title for service in seen_by(Audience.COORDINATION, actor).services]


# In which words -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("values", "conditions"),
    [
        ({}, []),
        ({"fee": "free"}, ["Gratuit"]),
        ({"fee": "contribution", "fee_note": "1 € par sac"}, [f"Participation demandée{NB}: 1 € par sac"]),
        ({"fee_note": "selon vos moyens"}, ["selon vos moyens"]),
        (
            {"papers": "no", "referral": "no", "registration": "no"},
            ["Sans papiers à présenter", "Sans passer par un service social", "Sans inscription"],
        ),
        (
            {"papers": "yes", "referral": "yes", "registration": "yes"},
            ["Papiers demandés", "Sur orientation d’un service social", "Sur inscription ou rendez-vous"],
        ),
        ({"conditions": "Habiter la ville."}, ["Habiter la ville."]),
    ],
)
def test_conditions_in_plain_words(values, conditions):
    service = FoodServiceFactory(**values)
    assert seen_by(Audience.EVERYONE, service.actor).services[0].conditions == conditions


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({}, "Ouvert à tout le monde"),
        ({"publics": ["women", "families"]}, f"Pour{NB}: familles, femmes"),
        ({"publics_note": "dès 16 ans"}, "Ouvert à tout le monde – dès 16 ans"),
    ],
)
def test_for_whom(values, words):
    service = FoodServiceFactory(**values)
    assert seen_by(Audience.EVERYONE, service.actor).services[0].audience == words


def test_what_there_is():
    service = FoodServiceFactory(
        products=["bread", "fresh"], choice="free", languages=["ar", "fsl"], capacity=40, capacity_unit="meals_day"
    )
    assert seen_by(Audience.EVERYONE, service.actor).services[0].facts == [
        ("Produits", "Fruits et légumes, pain"),
        ("Choix", "Vous choisissez vos produits"),
        ("Langues", "Français, arabe, langue des signes française"),
        ("Capacité", "40 repas par jour"),
    ]


def test_when_it_is_open_and_now():
    hours = timetable("Mo 09:00-12:00", "Sonnez.", "93", MONDAY_10)
    assert hours.sentences == [f"Le lundi de 9{NB}h à 12{NB}h."]
    assert (hours.is_open, hours.note, hours.is_known) == (True, "Sonnez.", True)
    assert hours.now.startswith("Ouvert maintenant")
    assert not timetable("Tu 09:00-12:00", "", "93", MONDAY_10).is_open


@pytest.mark.parametrize("text", ["", "not hours at all"])
def test_hours_that_are_not_known_are_not_said_to_be_closed(text):
    hours = timetable(text, "", "93", MONDAY_10)
    assert (hours.sentences, hours.now, hours.is_known) == ([], "", False)


def test_each_stop_has_its_place_and_hours_on_its_own_clock():
    service = FoodServiceFactory(site=None, is_itinerant=True)
    StopFactory(service=service, name="À Bondy", insee_code="93010", opening_hours="Mo 09:00-12:00")
    StopFactory(service=service, name="À Saint-Denis", insee_code="97411", opening_hours="Mo 09:00-12:00")
    (seen,) = seen_by(Audience.EVERYONE, service.actor).services
    assert seen.hours is None
    assert [(stop.place.name, stop.hours.is_open) for stop in seen.stops] == [
        ("À Bondy", True),
        ("À Saint-Denis", False),  # two hours later there: noon
    ]


def test_the_way_there_asks_nothing_of_anybody():
    site = SiteFactory(name="La halle", latitude=48.9, longitude=2.5)
    (place,) = seen_by(Audience.EVERYONE, site.actor).places
    assert place.map_link == "geo:48.900000,2.500000?q=48.900000,2.500000(La%20halle)"
    assert not seen_by(Audience.EVERYONE, SiteFactory().actor).places[0].map_link


def test_needs_that_are_over_are_not_shown(actor):
    SupplyLineFactory(actor=actor, direction="surplus", product="bread", until=date(2020, 1, 1))
    supply = seen_by(Audience.PROFESSIONALS, actor).supply
    assert (supply.needs, supply.surpluses) == ([f"Fruits et légumes{NB}: Lait deuxième âge"], [])


def test_who_confirmed_and_when_is_public_and_never_by_name(client, actor):
    by = UserFactory(name="Dominique Secret")
    at = datetime(2026, 3, 3, 9, tzinfo=ZoneInfo("Europe/Paris"))
    for section in ("hours", "services", "contact", "supply"):
        ConfirmationFactory(actor=actor, section=section, by=by, at=at)
    ConfirmationFactory(actor=actor, section="places", role="coordination", at=at)
    page = texts(client.get(reverse("directory:entry", args=[actor.pk])))
    assert "Horaires, services, contacts et présentation" in page
    assert "Vérifié le 3 mars 2026 par la structure" in page
    assert "Vérifié le 3 mars 2026 par la coordination du territoire" in page
    assert "Dominique Secret" not in page
    assert "surplus" not in page


# Entries that lead elsewhere ----------------------------------------------------------------------


def test_a_merged_entry_leads_to_the_one_that_was_kept(client, actor):
    between = ActorFactory(merged_into=actor)
    merged = ActorFactory(merged_into=between)
    answer = client.get(reverse("directory:entry", args=[merged.pk]))
    assert (answer.status_code, answer.url) == (302, reverse("directory:entry", args=[actor.pk]))


def test_a_merged_entry_does_not_tell_of_a_hidden_one(client, actor):
    merged = ActorFactory(merged_into=ActorFactory(territories=actor.territories.all()), visibility="public")
    assert client.get(reverse("directory:entry", args=[merged.pk])).status_code == 404


def test_an_ended_entry_says_so_and_sends_nobody_there(client, actor):
    actor.ended_on = date(2026, 1, 31)
    actor.save()
    page = texts(client.get(reverse("directory:entry", args=[actor.pk])))
    assert "a cessé son activité le 31 janvier 2026" in page
    for text in ("01 99 00 12 01", SECRETS["everyone"], "Rue public"):
        assert text not in page


def test_who_may_edit_is_offered_to_and_nobody_else_claims_what_is_theirs(client, actor):
    address = reverse("directory:entry", args=[actor.pk])
    edit, claim = reverse("entries:edit", args=[actor.pk]), reverse("membership:claim", args=[actor.pk])
    page = client.get(address).content.decode()
    assert (edit in page, claim in page) == (False, True)
    client.force_login(MemberFactory(actor=actor, user=UserFactory()).user)
    page = client.get(address).content.decode()
    assert (edit in page, claim in page) == (True, False)


@pytest.mark.parametrize("count", [1, 3])
def test_the_page_asks_as_many_queries_whatever_the_entry_holds(client, django_assert_num_queries, count):
    actor = ActorFactory(visibility="public", territories=[DirectoryFactory().territory])
    for _ in range(count):
        FoodServiceFactory(site=SiteFactory(actor=actor))
        StopFactory(service=FoodServiceFactory(actor=actor, site=None, is_itinerant=True))
        SiteFactory(actor=actor)
        ConfirmationFactory(actor=actor)
    address = reverse("directory:entry", args=[actor.pk])
    client.get(address)
    with django_assert_num_queries(7):
        client.get(address)


def test_sight_of_nobody_is_everyones():
    assert sight_of(AnonymousUser(), ActorFactory()) == Sight(Audience.EVERYONE, can_edit=False)
