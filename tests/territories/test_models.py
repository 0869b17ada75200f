from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.db.models import ProtectedError

from territories.models import Participation, Territory, TrainingSession, searched
from tests.factories import (
    CoordinatorFactory,
    ParticipationFactory,
    TerritoryFactory,
    TrainingSessionFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db
Kind = Territory.Kind
TODAY = date.today()
YESTERDAY, TOMORROW = TODAY - timedelta(days=1), TODAY + timedelta(days=1)


def refused(make, **values) -> bool:
    try:
        with transaction.atomic():
            make(**values)
    except IntegrityError:
        return True
    return False


# Constraints --------------------------------------------------------------------------------------


def test_a_code_is_unique_in_its_kind():
    TerritoryFactory(kind=Kind.DEPARTMENT, code="93")
    assert refused(TerritoryFactory, kind=Kind.DEPARTMENT, code="93")
    assert not refused(TerritoryFactory, kind=Kind.REGION, code="93")


@pytest.mark.parametrize(
    ("latitude", "longitude", "is_refused"),
    [
        (None, None, False),
        (48.9, 2.3, False),
        (-90, 180, False),
        (48.9, None, True),
        (None, 2.3, True),
        (90.1, 2.3, True),
        (48.9, -180.1, True),
    ],
)
def test_coordinates_are_both_there_and_on_earth(latitude, longitude, is_refused):
    assert refused(TerritoryFactory, latitude=latitude, longitude=longitude) is is_refused


@pytest.mark.parametrize(
    ("valid_from", "valid_to", "is_refused"),
    [(TODAY, TODAY, False), (None, TODAY, False), (TODAY, None, False), (TOMORROW, TODAY, True)],
)
def test_a_territory_ends_after_it_began(valid_from, valid_to, is_refused):
    assert refused(TerritoryFactory, valid_from=valid_from, valid_to=valid_to) is is_refused


def test_a_merged_territory_has_a_last_day():
    into = TerritoryFactory()
    assert refused(TerritoryFactory, merged_into=into)
    assert not refused(TerritoryFactory, merged_into=into, valid_to=YESTERDAY)


def test_a_territory_that_others_lead_to_cannot_be_erased():
    into = TerritoryFactory()
    TerritoryFactory(merged_into=into, valid_to=YESTERDAY)
    for territory in (into, ParticipationFactory().territory, CoordinatorFactory().territory):
        with pytest.raises(ProtectedError):
            territory.delete()


def test_a_session_has_its_own_number():
    TrainingSessionFactory(number=7)
    assert refused(TrainingSessionFactory, number=7)


def test_a_session_starts_before_it_ends():
    assert refused(TrainingSessionFactory, start_year=2025, end_year=2024)
    assert not refused(TrainingSessionFactory, start_year=2025, end_year=2025)


def test_a_territory_takes_part_once_in_a_session_and_in_several_sessions():
    first = ParticipationFactory()
    assert refused(ParticipationFactory, session=first.session, territory=first.territory)
    assert not refused(ParticipationFactory, territory=first.territory)


def test_a_person_coordinates_a_territory_once():
    first = CoordinatorFactory()
    assert refused(CoordinatorFactory, user=first.user, territory=first.territory)
    assert not refused(CoordinatorFactory, territory=first.territory)
    assert not refused(CoordinatorFactory, user=first.user)


# Search -------------------------------------------------------------------------------------------


def found(text: str) -> list[str]:
    return [territory.name for territory in Territory.objects.search(text)]


@pytest.mark.parametrize(
    "text",
    ["Évry-Courcouronnes", "evry", "EVRY COUR", "courcouronnes", "cour evry", "91228", "912", "évry 91228", "  evry  "],
)
def test_search_finds_by_the_start_of_words_and_codes(text):
    TerritoryFactory(name="Évry-Courcouronnes", code="91228")
    TerritoryFactory(name="Grigny", code="91286", department="91")
    assert "Évry-Courcouronnes" in found(text)


@pytest.mark.parametrize("text", ["vry", "couronnes", "1228", "evry grigny", "%", "_", "", "   ", "''"])
def test_search_does_not_find_the_middle_of_words(text):
    TerritoryFactory(name="Évry-Courcouronnes", code="91228")
    assert found(text) == []


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("st denis", "Saint-Denis"),
        ("ste", "Sainte-Florence"),
        ("strasb", "Strasbourg"),
        ("paris 11ème", "Paris 11e Arrondissement"),
        ("paris 11e", "Paris 11e Arrondissement"),
        ("paris 1er", "Paris 1er Arrondissement"),
        ("corse 2a", "Corse-du-Sud"),
    ],
)
def test_search_knows_how_names_are_written(text, name):
    arrondissements = [f"Paris {number} Arrondissement" for number in ("1er", "11e")]
    for each in ["Saint-Denis", "Sainte-Florence", "Strasbourg", *arrondissements]:
        TerritoryFactory(name=each)
    TerritoryFactory(name="Corse-du-Sud", kind=Kind.DEPARTMENT, code="2A")
    assert name in found(text)


def test_what_is_searched():
    assert searched("St-Denis, l’Île 2ÈME") == "saint denis l ile 2"


def test_search_gives_the_likeliest_first():
    TerritoryFactory(name="Saint-Denis-Ancien", population=900_000, valid_to=YESTERDAY)
    TerritoryFactory(name="L’Île-Saint-Denis", population=8_000)
    TerritoryFactory(name="Seine-Saint-Denis", population=1_700_000)
    TerritoryFactory(name="Saint-Denis-en-Val", population=None)
    TerritoryFactory(name="Saint-Denis-lès-Bourg", population=5_000)
    TerritoryFactory(name="Saint-Denis", population=400)
    assert found("saint denis") == [
        "Saint-Denis",
        "Saint-Denis-lès-Bourg",
        "Saint-Denis-en-Val",
        "Seine-Saint-Denis",
        "L’Île-Saint-Denis",
        "Saint-Denis-Ancien",
    ]


def test_search_takes_a_short_code_for_a_departments():
    TerritoryFactory(name="Provence-Alpes-Côte d'Azur", kind=Kind.REGION, code="93", population=5_000_000)
    TerritoryFactory(name="Montreuil", code="93048", population=110_000)
    TerritoryFactory(name="Seine-Saint-Denis", kind=Kind.DEPARTMENT, code="93", population=1_700_000)
    assert found("93") == ["Seine-Saint-Denis", "Provence-Alpes-Côte d'Azur", "Montreuil"]


def test_the_searched_name_follows_the_name():
    territory = TerritoryFactory(name="Ancien")
    territory.name = "Nouveau"
    territory.save(update_fields=["name"])
    assert found("nouveau") == ["Nouveau"]


# QuerySets ----------------------------------------------------------------------------------------


def test_current_on_a_day():
    always = TerritoryFactory()
    ended = TerritoryFactory(valid_to=TODAY)
    begun = TerritoryFactory(valid_from=TODAY)
    assert set(Territory.objects.current()) == {always, ended, begun}
    assert set(Territory.objects.current(YESTERDAY)) == {always, ended}
    assert set(Territory.objects.current(TOMORROW)) == {always, begun}


@pytest.mark.parametrize(("valid_to", "is_over"), [(None, False), (TODAY, False), (YESTERDAY, True)])
def test_is_over(valid_to, is_over):
    assert TerritoryFactory(valid_to=valid_to).is_over is is_over


def test_the_network_first_each_once_and_in_order():
    b, a, d = (TerritoryFactory(name=name) for name in "BAD")
    c = ParticipationFactory(territory=TerritoryFactory(name="C")).territory
    ParticipationFactory(territory=c)
    ParticipationFactory(territory=d)
    assert list(Territory.objects.network_first()) == [c, d, a, b]
    assert list(Territory.objects.order_by("-name").network_first()) == [d, c, b, a]
    assert set(Territory.objects.in_network()) == {c, d}


def test_territories_and_participations_visible_to_each_role():
    mine, others = ParticipationFactory.create_batch(2)
    user = CoordinatorFactory(territory=mine.territory).user
    CoordinatorFactory(territory=mine.territory)
    for reader in (UserFactory(is_staff=True), UserFactory(is_steering_reader=True)):
        assert set(Territory.objects.visible_to(reader)) == {mine.territory, others.territory}
        assert set(Participation.objects.visible_to(reader)) == {mine, others}
    assert list(Territory.objects.visible_to(user)) == [mine.territory]
    assert list(Participation.objects.visible_to(user)) == [mine]
    assert not Territory.objects.visible_to(UserFactory())
    assert not Participation.objects.visible_to(UserFactory())


def test_sessions_with_counts():
    session = TrainingSessionFactory()
    ParticipationFactory.create_batch(2, session=session, status=Participation.Status.TRAINED)
    ParticipationFactory(session=session, status=Participation.Status.WITHDRAWN)
    empty = TrainingSessionFactory()
    counted = {found.pk: found for found in TrainingSession.objects.with_counts()}
    assert (counted[session.pk].participation_count, counted[session.pk].trained_count) == (3, 2)
    assert (counted[empty.pk].participation_count, counted[empty.pk].trained_count) == (0, 0)


@pytest.mark.parametrize(("end", "years"), [(2024, "2024"), (2025, "2024–2025")])
def test_the_years_of_a_session(end, years):
    assert TrainingSessionFactory(start_year=2024, end_year=end).years == years


def test_what_is_inside_is_looked_for_to_the_third_degree():
    region, department, grouping, town, quarter = within = TerritoryFactory.create_batch(5)
    for child, parent in zip(within[1:], within[:-1], strict=True):
        child.parents.add(parent)
    town.parents.add(department, TerritoryFactory())
    assert set(Territory.objects.inside(region)) == {region, department, grouping, town, quarter}
    assert set(Territory.objects.inside(department)) == {department, grouping, town, quarter}
    assert set(Territory.objects.inside(town)) == {town, quarter}
    assert list(Territory.objects.inside(quarter)) == [quarter]
    town.parents.remove(department)
    assert set(Territory.objects.inside(region)) == {region, department, grouping, town}
    assert list(Territory.objects.filter(pk=town.pk).inside(region)) == [town]


def test_a_code_names_a_department_rather_than_a_region():
    department = TerritoryFactory(kind="department", code="75")
    TerritoryFactory(kind="region", code="75")
    assert Territory.objects.coded(" 75") == department
    TerritoryFactory(kind="epci", code="75")
    with pytest.raises(Territory.MultipleObjectsReturned, match="Plusieurs territoires"):
        Territory.objects.coded("75")
    with pytest.raises(Territory.DoesNotExist, match="Aucun territoire"):
        Territory.objects.coded("99")
