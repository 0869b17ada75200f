"""What a booklet holds, for whom (``actors/booklet/content.py``)."""

from datetime import date

import pytest
from django.utils import timezone

from actors.booklet.content import BY_PLACE, OTHERS, Choices, compose
from actors.models import Actor
from tests.factories import (
    ActorFactory,
    ConfirmationFactory,
    DirectoryFactory,
    FoodServiceFactory,
    SiteFactory,
    StopFactory,
    TerritoryFactory,
)

pytestmark = pytest.mark.django_db

PROFESSIONALS = Choices(for_professionals=True)


@pytest.fixture
def town():
    return DirectoryFactory(territory__kind="commune", territory__name="Ville-Exemple").territory


def structure(town, **about) -> Actor:
    return ActorFactory(**{"territories": [town], "visibility": "public"} | about)


def help_of(actor, quarter="Centre", **about):
    site = SiteFactory(actor=actor, quarter=quarter)
    return FoodServiceFactory(**{"actor": actor, "site": site, "opening_hours": "Mo 09:00-12:00"} | about)


def titles(booklet) -> list[str]:
    return [card.title for card in booklet.cards]


def test_each_reads_what_is_theirs(town):
    for visibility in ("public", "professionals", "coordination"):
        actor = structure(town, name=f"Structure {visibility}", visibility=visibility)
        help_of(actor, name=f"de {visibility}")
    both = structure(town)
    for visibility in ("public", "professionals", "coordination"):
        help_of(both, name=f"aide {visibility}", visibility=visibility)
    assert titles(compose(town, Choices())) == ["aide public", "de public"]
    assert titles(compose(town, PROFESSIONALS)) == [
        "aide professionals",
        "aide public",
        "de professionals",
        "de public",
    ]


@pytest.mark.parametrize(
    ("visibility", "public", "professional"),
    [("public", True, True), ("professionals", False, True), ("coordination", False, False)],
)
def test_a_person_is_named_only_to_whom_they_chose(town, visibility, public, professional):
    person = {"contact_name": "Camille Fictive", "contact_email": "camille@exemple.test"}
    help_of(structure(town, contact_visibility=visibility, **person))
    for choices, told in ((Choices(), public), (PROFESSIONALS, professional)):
        (card,) = compose(town, choices).cards
        assert (card.contacts == ("Camille Fictive, camille@exemple.test",)) is told


def test_only_professionals_read_of_the_accreditation(town):
    help_of(structure(town, accreditation="none", network="Réseau fictif"))
    assert compose(town, Choices()).cards[0].contacts == ()
    assert compose(town, PROFESSIONALS).cards[0].contacts == ("Réseau : Réseau fictif", "Aide sans habilitation")


def test_an_unpublished_directory_is_composed_as_it_would_be(town):
    town.directory.is_published = False
    town.directory.save()
    help_of(structure(town), name="à publier")
    help_of(structure(town, visibility="professionals"), name="réservée")
    assert titles(compose(town, Choices())) == ["à publier"]


def test_only_what_is_offered_here(town):
    help_of(structure(town), name="ici")
    help_of(structure(town, name="Qui n’offre plus rien"), name="arrêtée", ended_on=date(2020, 1, 1))
    help_of(structure(town, ended_on=date(2020, 1, 1)), name="cessée")
    help_of(structure(DirectoryFactory().territory), name="ailleurs")
    assert titles(compose(town, Choices())) == ["ici", "Qui n’offre plus rien"]


def test_by_kind_then_by_quarter_or_the_other_way_round(town):
    help_of(structure(town), "Écluse", name="b", kind="hot_meal")
    help_of(structure(town), "Centre", name="c", kind="hot_meal")
    help_of(structure(town), "Écluse", name="a")
    by_kind = compose(town, Choices())
    assert [(part.title, [(g.title, [c.title for c in g.cards]) for g in part.groups]) for part in by_kind.parts] == [
        ("Colis alimentaire", [("Écluse", ["a"])]),
        ("Repas chaud", [("Centre", ["c"]), ("Écluse", ["b"])]),
    ]
    by_place = compose(town, Choices(order=BY_PLACE))
    assert [(part.title, [(g.title, [c.title for c in g.cards]) for g in part.groups]) for part in by_place.parts] == [
        ("Centre", [("Repas chaud", ["c"])]),
        ("Écluse", [("Colis alimentaire", ["a"]), ("Repas chaud", ["b"])]),
    ]


def test_a_wide_territory_is_told_by_commune():
    wide = TerritoryFactory(kind="epci")
    FoodServiceFactory(site=SiteFactory(actor=structure(wide), quarter="Centre", city="Hameau-Exemple"))
    assert [group.title for group in compose(wide, Choices()).parts[0].groups] == ["Hameau-Exemple"]


def test_a_round_stands_once_and_is_found_at_each_stop(town):
    round_of = FoodServiceFactory(
        actor=structure(town), site=None, is_itinerant=True, kind="street_outreach", name="Tournée"
    )
    for quarter in ("Gare", "Square"):
        StopFactory(service=round_of, quarter=quarter, name=quarter, opening_hours="Mo 19:00-20:00")
    booklet = compose(town, Choices())
    (card,) = booklet.cards
    assert [(place.name, bool(hours.sentences)) for place, hours in card.places] == [("Gare", True), ("Square", True)]
    assert booklet.parts[0].groups[0].title == "En tournée"
    assert [(name, [one.title for one in cards]) for name, cards in booklet.by_zone] == [
        ("Gare", ["Tournée"]),
        ("Square", ["Tournée"]),
    ]


def test_filters(town):
    help_of(structure(town), name="familles", publics=["families"])
    help_of(structure(town), name="tous")
    help_of(structure(town), name="repas", kind="hot_meal", publics=["students"])
    structure(town, name="Sans service")
    assert titles(compose(town, Choices(publics=("students",)))) == ["tous", "repas"]
    assert titles(compose(town, Choices(kinds=("food_parcel",)))) == ["familles", "tous"]


def test_what_is_between_structures_is_for_professionals_unless_asked(town):
    help_of(structure(town), name="plateforme", kind="logistics_hub")
    assert titles(compose(town, Choices())) == []
    assert titles(compose(town, Choices(kinds=("logistics_hub",)))) == ["plateforme"]
    assert titles(compose(town, PROFESSIONALS)) == ["plateforme"]


def test_a_structure_without_a_service_is_told_last(town):
    help_of(structure(town), name="aide")
    SiteFactory(actor=structure(town, name="Sans service"), quarter="Écluse")
    booklet = compose(town, Choices())
    assert [part.title for part in booklet.parts] == ["Colis alimentaire", OTHERS]
    assert titles(booklet) == ["aide", "Sans service"]


def test_a_structure_whose_services_are_hidden_tells_nothing_of_them(town):
    """It stands among the others, without the place where only the hidden help is."""
    hidden = structure(town, name="Discrète")
    help_of(hidden, name="réservée", visibility="coordination")
    help_of(hidden, name="ancienne", visibility="coordination", ended_on=date(2026, 1, 1))
    booklet = compose(town, Choices())
    assert titles(booklet) == ["Discrète"]
    assert booklet.cards[0].places == ()


def test_when_it_was_verified_is_said(town):
    actor = structure(town)
    help_of(actor)
    ConfirmationFactory(actor=actor, section="hours", at=timezone.make_aware(timezone.datetime(2026, 3, 3, 12)))
    assert compose(town, Choices()).cards[0].checked == "Vérifié le 3 mars 2026 par la structure"


def test_hours_that_cannot_be_read_are_not_known(town):
    help_of(structure(town), opening_hours="n’importe quand")
    ((_place, hours),) = compose(town, Choices()).cards[0].places
    assert not hours.is_known


def test_as_many_queries_whatever_there_is(town, django_assert_num_queries):
    help_of(structure(town))
    with django_assert_num_queries(6) as found:
        compose(town, PROFESSIONALS)
    for _ in range(3):
        help_of(structure(town))
        structure(town)
    with django_assert_num_queries(len(found)):
        compose(town, PROFESSIONALS)
