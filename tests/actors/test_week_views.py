"""The pages of the week: the public one, its frame, its files, and the coordinator's desk."""

from datetime import date, timedelta
from urllib.parse import urlencode

import page as page_validation
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from actors.models import WeekEdition
from actors.week.languages import LANGUAGES
from actors.week.schedule import LENGTH, coming_monday, this_monday
from actors.week.wording import first_letter_up
from tests.alimactiv.test_content_policy import policy
from tests.factories import (
    ActorFactory,
    CheckRoundFactory,
    ConfirmationFactory,
    CoordinatorFactory,
    DirectoryFactory,
    FoodServiceFactory,
    SiteFactory,
)

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)


@pytest.fixture
def directory():
    return DirectoryFactory(
        territory__name="Fontaine-l’Exemple", embedding_sites="https://www.ville.example\nhttps://ccas.example"
    )


@pytest.fixture
def territory(directory):
    return directory.territory


@pytest.fixture
def coordinator(territory, client):
    coordinator = CoordinatorFactory(territory=territory).user
    client.force_login(coordinator)
    return coordinator


def service(territory, hours="Mo-Su 09:00-12:00", **fields):
    actor = ActorFactory(territories=[territory], visibility=fields.pop("seen_by", "public"), phone="01 99 00 12 01")
    return FoodServiceFactory(site=SiteFactory(actor=actor), opening_hours=hours, **fields)


def address(name: str, territory, **query) -> str:
    return f"{reverse(f'week:{name}', args=[territory.slug])}?{urlencode(query, doseq=True)}"


def text(response) -> str:
    return response.content.decode()


# The page -----------------------------------------------------------------------------------------


def test_the_page_tells_this_week_and_today(client, territory):
    shown, hidden = service(territory), service(territory, seen_by="professionals")
    page = client.get(address("week", territory))
    assert shown.actor.name in text(page)
    assert hidden.actor.name not in text(page)
    assert page.context["view"].week.starts_on == this_monday(timezone.localdate())
    (half_day,) = page.context["today"]["half_days"]
    assert [opening.help.name for opening in half_day.openings] == [shown.actor.name]


def test_professionals_read_no_more_on_it(client, territory, coordinator):
    hidden = service(territory, seen_by="coordination")
    assert hidden.actor.name not in text(client.get(address("week", territory)))


@pytest.mark.parametrize("language", LANGUAGES.values(), ids=LANGUAGES)
def test_the_page_in_each_language(client, territory, language):
    service(territory)
    page = text(client.get(address("week", territory, langue=language.code)))
    assert f'lang="{language.code}"' in page
    assert f'dir="{language.direction}"' in page
    said = [language.words["title"], language.half_days["morning"], first_letter_up(language.weekdays[6])]
    assert [words for words in said if words not in page] == []


def test_dates_and_a_selection_stay_in_the_address(client, territory):
    meal, parcel = service(territory, kind="hot_meal"), service(territory, kind="food_parcel")
    start = timezone.localdate() + 30 * DAY
    query = {"du": start, "au": start + 6 * DAY, "type": ["hot_meal"], "langue": "en"}
    page = client.get(address("week", territory, **query))
    week = page.context["view"].week
    assert (week.starts_on, week.ends_on) == (start, start + 6 * DAY)
    assert [line.key for line in week.lines] == [meal.uid]
    assert all(f"du={start}" in query for _, query in page.context["formats"])
    assert parcel.actor.name not in text(page)


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ({"du": "2026-02-30"}, "Saisissez une date valide."),
        ({"du": timezone.localdate(), "au": timezone.localdate() - DAY}, "La fin est avant le début."),
        ({"du": timezone.localdate(), "au": timezone.localdate() + 300 * DAY}, "au plus six mois"),
        ({"du": date(9999, 12, 31)}, "moins de deux ans"),
        ({"type": "rien"}, "rien"),
    ],
)
def test_what_cannot_be_asked_is_said_beside_its_field(client, territory, query, words):
    service(territory)
    page = client.get(address("week", territory, **query))
    assert words in text(page)
    assert page.context["view"].week.lines
    document = client.get(address("document", territory, **query))
    assert document["Location"] == address("week", territory, **query)


def test_the_page_asks_the_same_queries_whatever_it_holds(client, territory):
    counts = []
    for several in (1, 2):
        for _ in range(several):
            service(territory)
        with CaptureQueriesContext(connection) as queries:
            client.get(address("week", territory))
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_the_territorys_address_leads_to_its_week(client, territory):
    response = client.get(f"/territoires/{territory.slug}/semaine/?langue=ar")
    assert response["Location"] == address("week", territory, langue="ar")


# In a frame, and as files -------------------------------------------------------------------------


def test_only_the_sites_named_show_the_frame(client, territory):
    shown = service(territory)
    response = client.get(address("embed", territory))
    assert policy(response)["frame-ancestors"] == ["https://www.ville.example", "https://ccas.example"]
    assert "X-Frame-Options" not in response
    assert not response.cookies
    assert shown.actor.name in text(response)
    assert client.get(address("week", territory))["X-Frame-Options"] == "DENY"


@pytest.mark.parametrize("name", ["document", "calendar"])
def test_a_file_is_not_sent_again_until_it_changes(client, territory, name):
    shown = service(territory)
    first = client.get(address(name, territory))
    again = client.get(address(name, territory), headers={"if-none-match": first["ETag"]})
    assert (first.status_code, again.status_code) == (200, 304)
    assert first["Cache-Control"] == "public, max-age=300"
    shown.opening_hours = "Mo-Su 14:00-16:00"
    shown.save()
    assert client.get(address(name, territory), headers={"if-none-match": first["ETag"]}).status_code == 200


def test_no_shared_cache_keeps_what_is_not_published(client, directory, coordinator):
    directory.is_published = False
    directory.save()
    for name in ("document", "calendar"):
        assert client.get(address(name, directory.territory))["Cache-Control"] == "private, max-age=300"


def test_the_document_in_each_format(client, territory):
    service(territory)
    for format in ("a4", "a3", "grand", "inconnu"):
        data = client.get(address("document", territory, format=format)).content
        assert list(page_validation.validate_pdf_bytes(data).failures) == []


# The desk -----------------------------------------------------------------------------------------


def desk(territory, **query) -> str:
    return f"{reverse('week:prepare', args=[territory.pk])}?{urlencode(query, doseq=True)}"


def test_it_warns_of_what_is_not_verified(client, territory, coordinator):
    fine, doubtful, unknown = service(territory), service(territory), service(territory, "")
    ConfirmationFactory(actor=fine.actor)
    ConfirmationFactory(actor=doubtful.actor, at=timezone.now() - timedelta(days=200))
    CheckRoundFactory(actor=doubtful.actor, to_call_since=timezone.now())
    page = client.get(desk(territory))
    assert [help.name for help in page.context["to_verify"]] == [doubtful.actor.name]
    assert [help.name for help in page.context["view"].unknown] == [unknown.actor.name]
    assert "Horaires à vérifier avant d’imprimer" in text(page)


def test_an_edition_is_made_of_what_was_chosen(client, territory, coordinator):
    chosen, other = service(territory), service(territory)
    response = client.post(desk(territory, fiche=[chosen.actor_id]), {"contact": "CCAS fictif"}, follow=True)
    edition = WeekEdition.objects.get()
    assert [line["key"] for line in edition.content["lines"]] == [chosen.uid]
    assert (edition.content["contact"], edition.by, edition.starts_on) == (
        "CCAS fictif",
        coordinator,
        coming_monday(timezone.localdate()),
    )
    assert edition.ends_on - edition.starts_on == LENGTH
    assert reverse("week:edition", args=[edition.pk]) in text(response)
    assert "CCAS fictif" in text(client.get(address("week", territory)))
    assert [told.help.name for told in response.context["told"]] == [other.actor.name]


def test_looking_makes_no_edition_and_a_mistake_neither(client, territory, coordinator):
    service(territory)
    client.get(desk(territory, contact="CCAS"))
    response = client.post(desk(territory), {"contact": "x" * 201})
    assert "x" * 201 in text(response)
    client.post(desk(territory, au="2000-01-01"), {"contact": ""})
    assert not WeekEdition.objects.exists()


def test_the_preview_is_the_week_of_the_desk(client, territory, coordinator):
    service(territory)
    page = client.get(desk(territory, type=["hot_meal"], format="a3"))
    week = page.context["week"]
    assert page.context["preview"] == f"type=hot_meal&format=a3&du={week.starts_on}&au={week.ends_on}"


def test_an_edition_is_printed_with_what_changed(client, territory, coordinator):
    service(territory)
    client.post(desk(territory), {"contact": ""})
    service(territory)
    client.post(desk(territory), {"contact": ""})
    last = WeekEdition.objects.get(number=2)
    url = reverse("week:edition", args=[last.pk])
    plain, told = (client.get(url, query).content for query in ({"langue": "ar"}, {"changements": "on"}))
    assert plain.startswith(b"%PDF")
    assert list(page_validation.validate_pdf_bytes(told).failures) == []


def test_the_desk_asks_the_same_queries_whatever_it_holds(client, territory, coordinator):
    counts = []
    for several in (1, 2):
        for _ in range(several):
            service(territory)
        with CaptureQueriesContext(connection) as queries:
            client.get(desk(territory))
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_the_desk_leads_to_entries_that_its_reader_opens(client, territory, coordinator):
    """Also to those of a territory inside it, which another desk keeps."""
    inside = DirectoryFactory().territory
    inside.parents.add(territory)
    for hours in ("Mo 09:00-12:00", ""):
        entry = service(inside, hours=hours).actor
        assert f'href="{entry.get_absolute_url()}"' in text(client.get(reverse("week:prepare", args=[territory.pk])))
        assert client.get(entry.get_absolute_url()).status_code == 200


def test_an_empty_week_says_how_to_start(client, territory, coordinator):
    assert "Aucun lieu à montrer pour l’instant" in text(client.get(desk(territory)))
