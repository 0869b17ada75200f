"""Coverage in words, on its page, and kept in a diagnosis."""

import re
from datetime import date

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import AuditEntry
from actors.coverage.grid import WEEK
from actors.models import FoodService
from actors.week.pattern import HALF_DAYS
from coordination.coverage import Finding, in_words, note_gaps
from coordination.models import Diagnostic, Gap
from tests.factories import (
    ActorFactory,
    CoordinatorFactory,
    DiagnosticFactory,
    FoodServiceFactory,
    SiteFactory,
    TerritoryFactory,
    UserFactory,
)
from tests.pages import texts

pytestmark = pytest.mark.django_db

SUNDAY = [(6, half) for half in HALF_DAYS]


@pytest.mark.parametrize(
    ("half_days", "words"),
    [
        (WEEK, "toute la semaine"),
        (SUNDAY, "dimanche toute la journée"),
        (
            [*SUNDAY, *[(5, half) for half in HALF_DAYS], (3, "evening")],
            "samedi et dimanche toute la journée ; jeudi soir",
        ),
        ([(day, "evening") for day in range(7)], "tous les soirs"),
        (
            [(0, "morning"), (2, "morning"), (4, "morning"), (1, "afternoon")],
            "lundi, mercredi et vendredi matin ; mardi après-midi",
        ),
    ],
)
def test_half_days_in_words(half_days, words):
    assert in_words(half_days).replace("\xa0", " ") == words


@pytest.fixture
def coordinator():
    return CoordinatorFactory(territory=TerritoryFactory(kind="commune", name="Ville-Exemple"))


@pytest.fixture
def territory(coordinator):
    return coordinator.territory


def service(territory, hours="Mo-Sa 08:00-20:00", quarter="Centre", **about):
    actor = ActorFactory(territories=[territory])
    site = SiteFactory(actor=actor, quarter=quarter, latitude=48.9, longitude=2.4)
    return FoodServiceFactory(actor=actor, site=site, opening_hours=hours, **about)


def page(client, coordinator, **asked):
    client.force_login(coordinator.user)
    return client.get(reverse("coverage:coverage", args=[coordinator.territory.pk]), asked)


def test_the_page_says_when_nothing_is_open(client, coordinator, territory):
    service(territory, name="Colis fictif")
    service(territory, hours="Sa 14:00-16:00", quarter="Écart", name="Samedi fictif")
    response = page(client, coordinator)
    assert "Rien n’est jamais ouvert 3 demi-journées sur 21 : dimanche toute la journée." in re.sub(
        r"<[^>]+>", "", texts(response)
    ).replace("\xa0", " ")
    assert [zone.name for zone in response.context["zones"]] == ["Centre", "Écart"]
    assert [zone.covered for zone in response.context["zones"]] == [18, 1]
    assert [finding for finding, _ in response.context["save"].fields["constats"].choices] == [
        "Dimanche toute la journée",
        "Écart\xa0: rien sauf samedi après-midi",
    ]


def test_filters_stay_in_the_address(client, coordinator, territory):
    service(territory, kind="clothing", publics=["women"], hours="Tu 09:00-11:00", name="Vestiaire fictif")
    assert page(client, coordinator).context["reading"].outlets == []
    response = page(client, coordinator, types=["clothing"], pour="women")
    assert [one.name for one in response.context["reading"].outlets] == ["Vestiaire fictif"]
    (finding, *_) = response.context["save"].fields["constats"].choices[0]
    assert finding.endswith(" (femmes\xa0; vestiaire)")
    assert not page(client, coordinator, types=["clothing"], pour="students").context["reading"].outlets


def test_an_address_that_makes_no_sense_is_as_usual(client, coordinator, territory):
    service(territory)
    response = page(client, coordinator, mois="2026-99", pour="x", types="y")
    assert response.context["form"].is_usual
    assert response.context["form"].public == ""


def test_an_empty_directory_says_how_to_start(client, coordinator):
    response = page(client, coordinator)
    assert "Rien à compter pour l’instant" in texts(response)
    assert response.context["save"] is None


def test_august_is_compared(client, coordinator, territory):
    service(territory, hours="Mo 09:00-12:00; Aug off", name="Fermé en août")
    service(territory, hours="Tu 09:00-12:00", name="Ouvert en août")
    august = page(client, coordinator).context["august"]
    assert [moment for moment, _, _ in august.lost] == ["lundi matin"]
    assert (august.closed, august.open) == (["Fermé en août"], ["Ouvert en août"])


def save(client, coordinator, constats, **more):
    client.force_login(coordinator.user)
    return client.post(reverse("coverage:save", args=[coordinator.territory.pk]), {"constats": constats} | more)


def test_a_click_makes_a_diagnosis(client, coordinator, territory):
    service(territory)
    response = save(client, coordinator, ["Dimanche toute la journée"])
    diagnostic = Diagnostic.objects.get()
    assert response.url == diagnostic.get_absolute_url()
    assert (diagnostic.territory, diagnostic.started_on) == (territory, timezone.localdate())
    assert diagnostic.created_by == coordinator.user
    assert [(gap.kind, gap.text) for gap in diagnostic.gaps.all()] == [(Gap.Kind.TIME, "Dimanche toute la journée")]
    assert FoodService.Kind.FOOD_PARCEL.label in diagnostic.method
    assert AuditEntry.objects.get(subject=f"diagnostic:{diagnostic.pk}").action == "création"


def test_what_a_diagnosis_says_already_is_not_said_twice(client, coordinator, territory):
    service(territory)
    service(territory, hours="Sa 14:00-16:00", quarter="Écart")
    diagnostic = DiagnosticFactory(territory=territory)
    Gap.objects.create(diagnostic=diagnostic, kind="time", text="Dimanche, toute la journée")
    found = ["Dimanche toute la journée", "Écart\xa0: rien sauf samedi après-midi"]
    for _ in range(2):
        response = save(client, coordinator, found, diagnostic=diagnostic.pk)
        assert response.url == diagnostic.get_absolute_url()
    assert [gap.text for gap in diagnostic.gaps.all()] == [found[1], "Dimanche, toute la journée"]
    (entry,) = AuditEntry.objects.filter(subject=f"diagnostic:{diagnostic.pk}")
    before, after = entry.changes["manques"]
    assert "Écart" in after
    assert "Écart" not in before


@pytest.mark.parametrize(
    "about", [{"finished_on": date(2026, 1, 1)}, {"deleted_at": timezone.now()}, {"territory": None}]
)
def test_only_an_open_diagnosis_of_the_territory_takes_gaps(client, coordinator, territory, about):
    service(territory)
    where = {"territory": TerritoryFactory()} if "territory" in about else {"territory": territory, **about}
    diagnostic = DiagnosticFactory(**where)
    DiagnosticFactory(territory=territory)
    response = save(client, coordinator, ["Dimanche toute la journée"], diagnostic=diagnostic.pk)
    assert response.context["save"].errors.keys() == {"diagnostic"}
    assert not Gap.objects.exists()


@pytest.mark.parametrize("constats", [[], ["Lundi matin"]])
def test_nothing_is_noted_that_was_not_found(client, coordinator, territory, constats):
    service(territory)
    response = save(client, coordinator, constats)
    assert response.context["save"].errors.keys() == {"constats"}
    assert not Diagnostic.objects.exists()


def test_a_long_finding_fits_in_a_gap(territory):
    longest = Gap._meta.get_field("text").max_length
    finding = Finding(Gap.Kind.PLACE, "É" * longest)
    diagnostic, added = note_gaps(territory=territory, diagnostic=None, chosen=[finding], method="", by=UserFactory())
    assert added == 1
    assert len(diagnostic.gaps.get().text) == longest


def test_hours_to_be_asked_for_lead_to_an_entry_that_its_reader_opens(client, coordinator, territory):
    inside = TerritoryFactory()
    inside.parents.add(territory)
    actor = ActorFactory(territories=[inside], visibility="professionals")
    FoodServiceFactory(actor=actor, site=None)
    service(territory)
    assert f'href="{actor.get_absolute_url()}"' in page(client, coordinator).content.decode()
    assert client.get(actor.get_absolute_url()).status_code == 200


def test_as_many_queries_whatever_there_is(client, coordinator, territory, django_assert_num_queries):
    service(territory)
    client.force_login(coordinator.user)
    address = reverse("coverage:coverage", args=[territory.pk])
    client.get(address)
    with django_assert_num_queries(10) as found:
        client.get(address)
    for _ in range(3):
        service(territory, quarter="Ailleurs")
    with django_assert_num_queries(len(found)):
        client.get(address)
