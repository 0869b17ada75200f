"""The pages of the directory: list, map's points, a territory's own, the frame for other sites, its publication."""

import re
from datetime import timedelta
from html import unescape

import pytest
from django.contrib.auth.models import AnonymousUser
from django.urls import reverse
from django.utils import timezone

from accounts.models import AuditEntry
from actors.listing import refresh
from actors.models import Actor, Directory, Listing
from actors.results import distance_in_words
from tests.alimactiv.test_content_policy import policy
from tests.factories import (
    ActorFactory,
    ConfirmationFactory,
    CoordinatorFactory,
    DirectoryFactory,
    FoodServiceFactory,
    MemberFactory,
    TerritoryFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db
SEARCH = "/annuaire/"
NEAR = {"latitude": 48.9, "longitude": 2.48}


@pytest.fixture
def town():
    return TerritoryFactory(name="Exempleville", code="93010", population=5000, **NEAR)


@pytest.fixture
def directory(town):
    return DirectoryFactory(territory=town, introduction="Tenu par la coordination fictive.")


def add(directory, **about):
    about = {
        "site__actor__visibility": "public",
        "site__actor__territories": [directory.territory],
        "site__insee_code": "93010",
        "site__latitude": 48.905,
        "site__longitude": 2.48,
    } | about
    service = FoodServiceFactory(**about)
    refresh([service.actor_id])
    return service


def text(response) -> str:
    """What one reads on the page, without its tags, spaces made one."""
    body = re.sub(r"<script.*?</script>", " ", response.content.decode(), flags=re.S)
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", body)).split())


def names(response) -> list[str]:
    return [result.actor.name for result in response.context["results"]]


def test_nothing_is_listed_before_one_asks_but_the_open_directories(client, directory):
    add(directory)
    DirectoryFactory(territory__name="Fermée", is_published=False, published_at=None)
    page = client.get(SEARCH)
    assert names(page) == []
    assert "Exempleville" in text(page)
    assert "Fermée" not in text(page)


def test_a_result_says_what_who_comes_must_know(client, directory):
    service = add(
        directory,
        site__actor__name="Le Panier",
        site__actor__phone="01 99 00 12 34",
        site__address="3 rue de l’Exemple",
        name="Distribution du mardi",
        fee="free",
        papers="no",
        referral="yes",
        publics=["families"],
        opening_hours="24/7",
    )
    ConfirmationFactory(actor=service.actor)
    said = text(client.get(SEARCH, {"ou": "Exempleville"}))
    for words in (
        "1 résultat",
        "À 5 km ou moins de Exempleville (93)",
        "Distribution du mardi Le Panier",
        "à 560 m – 3 rue de l’Exemple, 00000 Fontaine-l’Exemple",
        "Ouvert maintenant",
        "01 99 00 12 34",
        "Colis alimentaire",
        "Gratuit",
        "Sans papiers à montrer",
        "Sur orientation d’un service social",
        "Pour : familles",
        "par la structure",
    ):
        assert words in said, words


def test_what_is_not_known_is_said(client, directory):
    add(directory, site__actor__is_not_asked=True, site__actor__created_at="2020-01-01T00:00Z")
    said = text(client.get(SEARCH, {"q": "colis"}))
    assert "Horaires non renseignés" in said
    assert "◐ à vérifier" in said


def test_the_filters_stay_in_the_address_from_page_to_page(client, directory):
    for _ in range(21):
        add(directory, fee="free")
    page = client.get(SEARCH, {"gratuit": "on", "ou": "Exempleville", "rayon": "10"})
    assert len(names(page)) == 20
    following = re.search(r'href="(\?[^"]*page=2[^"]*)"', page.content.decode())[1]
    following = unescape(following)
    assert "gratuit=on" in following
    assert len(names(client.get(SEARCH + following))) == 1


@pytest.mark.parametrize(
    ("number", "shown"),
    [("1", 20), ("2", 1), ("x", 20), ("", 20), (" 2", 1), ("0", 1), ("-1", 1), ("3", 1), ("²", 20), ("9" * 30, 1)],
)
def test_every_page_tells_how_many_there_are_and_where(client, directory, number, shown):
    """One that is no number is the first, one that is not there is the last."""
    for n in range(21):
        add(directory, site__latitude=48 + n / 100)
    page = client.get(SEARCH, {"q": "colis", "page": number})
    assert len(names(page)) == shown
    assert page.context["page_obj"].number == (1 if shown == 20 else 2)
    assert page.context["page_obj"].paginator.count == 21
    assert page.context["map_data"]["bounds"] == [[48, 2.48], [48.2, 2.48]]


def test_a_mistyped_word_is_said_to_be_another(client, directory):
    add(directory, kind="social_grocery", site__actor__name="L’Étal")
    page = client.get(SEARCH, {"q": "epicrie"})
    assert "Résultats pour « épicerie »" in text(page)
    assert "q=%C3%A9picerie" in page.context["map_data"]["points"]


def test_who_wrote_a_postcode_is_not_told_to_write_one(client):
    errors = client.get(SEARCH, {"ou": "00999"}).context["form"].errors
    assert errors["ou"] == ["Nous ne trouvons pas «\u00a000999\u00a0». Essayez le nom de la commune."]


def test_nothing_found_is_not_said_to_be_no_help(client, directory):
    assert "Cela ne veut pas dire qu’il n’y a pas d’aide" in text(client.get(SEARCH, {"q": "zzzzzz"}))


def test_an_unknown_place_is_an_error_beside_its_field_and_nothing_is_lost(client, directory):
    add(directory)
    page = client.get(SEARCH, {"q": "colis", "ou": "zzz"})
    assert page.context["form"].errors["ou"] == [
        "Nous ne trouvons pas «\u00a0zzz\u00a0». Essayez le nom de la commune, ou son code postal."
    ]
    assert names(page) == []
    assert 'value="colis"' in page.content.decode()


@pytest.mark.parametrize(
    "asked", [{"type": "x"}, {"rayon": "3"}, {"jour": "x"}, {"heure": "x"}, {"lat": "x", "lon": "2"}, {"page": "x"}]
)
def test_an_address_made_up_by_hand_is_answered(client, directory, asked):
    assert client.get(SEARCH, asked).status_code == 200


def test_around_me(client, directory):
    service = add(directory)
    page = client.get(SEARCH, {"lat": "48.9", "lon": "2.48", "ou": "Autour de moi"})
    assert names(page) == [service.actor.name]
    assert "À 5 km ou moins de votre position" in text(page)
    unknown = client.get(SEARCH, {"ou": "Autour de moi"})
    assert list(unknown.context["form"].errors) == ["ou"]
    elsewhere = client.get(SEARCH, {"lat": "48.9", "lon": "2.48", "ou": "zzz"})
    assert list(elsewhere.context["form"].errors) == ["ou"]


def test_nothing_found_says_how_to_find_more(client, directory):
    page = client.get(SEARCH, {"q": "colis", "ou": "Exempleville", "rayon": "10"})
    assert page.context["asked"].wider == "q=colis&ou=Exempleville&rayon=25"
    assert "115" in text(page)


def test_a_namesake_is_one_press_away(client, directory):
    TerritoryFactory(name="Exempleville", code="97411", department="974", population=10)
    page = client.get(SEARCH, {"ou": "Exempleville", "gratuit": "on"})
    assert page.context["asked"].namesakes == [("Exempleville (974)", "ou=Exempleville+%28974%29&gratuit=on&rayon=5")]


def test_the_folded_questions_say_what_they_ask(client, directory):
    said = text(client.get(SEARCH, {"ou": "Exempleville", "rayon": "10", "type": "hot_meal", "heure": "09:30"}))
    assert "Plus de filtres : 10 km, repas chaud, 9 h 30" in said
    assert "Plus de filtres :" not in text(client.get(SEARCH, {"ou": "Exempleville", "gratuit": "on"}))
    assert client.get(SEARCH, {"heure": "x"}).context["form"].has_folded_errors


def test_the_day_that_was_understood_is_said(client, directory):
    said = text(client.get(SEARCH, {"jour": "mardi", "heure": "09:30"}))
    assert re.search(r"Ouvert mardi \w+ \w+ à 9 h 30\.", said)


def queries(client, django_assert_max_num_queries, **asked) -> int:
    with django_assert_max_num_queries(30) as captured:
        client.get(SEARCH, asked)
    return len(captured)


@pytest.mark.parametrize("asked", [{"ou": "Exempleville"}, {"q": "colis"}, {"q": "coils"}, {}])
def test_as_many_queries_for_one_as_for_three(client, directory, django_assert_max_num_queries, asked):
    add(directory, opening_hours="Mo 09:00-12:00")
    one = queries(client, django_assert_max_num_queries, **asked)
    for _ in range(2):
        add(directory, opening_hours="Mo 09:00-12:00")
        DirectoryFactory()
    assert queries(client, django_assert_max_num_queries, **asked) == one


# A territory's own ---------------------------------------------------------------------------------


def test_a_territory_and_what_is_inside_it(client, directory):
    inside = DirectoryFactory()
    inside.territory.parents.add(directory.territory)
    here, there = add(directory), add(inside)
    add(DirectoryFactory())
    page = client.get(reverse("directory:territory", args=[directory.territory.slug]))
    assert names(page) == [here.actor.name, there.actor.name]
    assert "Tenu par la coordination fictive." in text(page)
    assert reverse("week:week", args=[directory.territory.slug]) in page.content.decode()


def test_a_territory_that_is_not_open_is_for_professionals(client, town):
    address = reverse("directory:territory", args=[town.slug])
    actor = ActorFactory(visibility="public", territories=[town])
    refresh([actor.pk])
    assert client.get(address).status_code == 404
    client.force_login(UserFactory())
    assert client.get(address).status_code == 404
    client.force_login(MemberFactory(user=UserFactory()).user)
    page = client.get(address)
    assert names(page) == [actor.name]
    assert "n’a pas ouvert son annuaire" in text(page)
    assert client.get(SEARCH + "nulle-part-00000/").status_code == 404


# The map's points -----------------------------------------------------------------------------------


def points(client, **asked) -> list[dict]:
    return client.get(reverse("directory:points"), {"bbox": "2,48,3,49"} | asked).json()["features"]


def test_the_map_answers_the_same_questions_as_the_list(client, directory):
    add(directory, fee="free", kind="food_parcel")
    add(directory, fee="paid", kind="hot_meal")
    add(directory, site__actor__visibility="professionals")
    (point,) = points(client)
    assert sorted(place["what"] for place in point["properties"]["places"]) == ["Colis alimentaire", "Repas chaud"]
    for asked, what in (({"gratuit": "on"}, "Colis alimentaire"), ({"type": "hot_meal"}, "Repas chaud")):
        (point,) = points(client, **asked)
        assert [place["what"] for place in point["properties"]["places"]] == [what]
    assert points(client, bbox="0,40,1,41") == []
    assert points(client, territoire=directory.territory.slug) != []
    assert points(client, territoire=TerritoryFactory().slug) == []
    assert client.get(reverse("directory:points"), {"bbox": "2,48,3,49", "territoire": "a-1\0"}).status_code == 404
    assert points(client, ou="zzz") == []


@pytest.mark.parametrize("bbox", ["", "1,2,3", "a,b,c,d", "3,48,2,49", "nan,nan,nan,nan", "2,48,2,49"])
def test_a_part_of_the_map_that_is_none(client, bbox):
    assert client.get(reverse("directory:points"), {"bbox": bbox}).status_code == 400


def test_the_map_is_kept_by_browsers_until_it_changes(client, directory):
    add(directory)
    address, asked = reverse("directory:points"), {"bbox": "2,48,3,49"}
    first = client.get(address, asked)
    assert first.headers["Cache-Control"] == "public, max-age=300"
    assert client.get(address, asked, headers={"If-None-Match": first.headers["ETag"]}).status_code == 304
    add(directory)
    assert client.get(address, asked, headers={"If-None-Match": first.headers["ETag"]}).status_code == 200
    client.force_login(UserFactory(is_staff=True))
    assert client.get(address, asked).headers["Cache-Control"] == "private, no-cache"


# On other sites ---------------------------------------------------------------------------------------


def test_the_frame_is_for_the_sites_named_and_sets_no_cookie(client, directory):
    directory.embedding_sites = "https://www.ville.example\nhttps://*.asso.example"
    directory.save()
    service, hidden = add(directory), add(directory, site__actor__visibility="professionals")
    client.force_login(UserFactory(is_staff=True))  # where one happens to be signed in
    client.cookies.clear()
    page = client.get(reverse("directory:embed", args=[directory.territory.slug]))
    assert names(page) == [service.actor.name]
    assert hidden.actor.name not in page.content.decode()
    assert policy(page)["frame-ancestors"] == ["https://www.ville.example", "https://*.asso.example"]
    assert "X-Frame-Options" not in page.headers
    assert not page.cookies
    assert f'href="{service.actor.get_absolute_url()}" target="_blank" rel="noopener"' in " ".join(
        page.content.decode().split()
    )


def test_the_frame_shows_what_everyone_sees_whoever_is_signed_in(client, directory):
    service = add(directory)
    add(directory, site__actor__visibility="professionals")
    client.force_login(UserFactory(is_staff=True))
    assert names(client.get(reverse("directory:embed", args=[directory.territory.slug]))) == [service.actor.name]


def test_a_frame_for_nobody(client, directory, town):
    address = reverse("directory:embed", args=[town.slug])
    assert policy(client.get(address))["frame-ancestors"] == ["'none'"]
    Directory.objects.update(is_published=False, published_at=None)
    assert client.get(address).status_code == 404


def test_every_other_page_refuses_frames(client, directory):
    assert client.get(SEARCH).headers["X-Frame-Options"] == "DENY"


# Publication --------------------------------------------------------------------------------------------


@pytest.fixture
def coordinator(town):
    return CoordinatorFactory(territory=town).user


@pytest.fixture
def desk(client, town, coordinator):
    client.force_login(coordinator)
    return reverse("directory:publication", args=[town.pk])


def readable() -> set[Actor]:
    return {listing.actor for listing in Listing.objects.visible_to(AnonymousUser())}


def test_opening_and_closing_change_at_once_what_everyone_finds(client, town, desk, coordinator):
    public = ActorFactory(visibility="public", territories=[town])
    kept = ActorFactory(visibility="professionals", territories=[town])
    refresh([public.pk, kept.pk])
    data = {
        "introduction": "Bienvenue.",
        "embedding_sites": "https://WWW.Ville.example/accueil\n\nhttps://www.ville.example",
    }
    assert readable() == set()
    client.post(desk, data)
    directory = Directory.objects.get(territory=town)
    assert (directory.is_published, directory.introduction) == (False, "Bienvenue.")
    assert directory.embedding_sites == "https://www.ville.example"
    client.post(desk, data | {"publish": ""})
    assert readable() == {public}
    closing = reverse("directory:unpublish", args=[town.pk])
    assert client.get(closing).status_code == 200
    assert readable() == {public}
    client.post(closing)
    client.post(closing)
    assert readable() == set()
    directory.refresh_from_db()
    assert directory.embedding_sites == "https://www.ville.example"
    done = AuditEntry.objects.filter(subject=f"directory:{directory.pk}").order_by("pk").values_list("action", "by")
    assert list(done) == [(what, coordinator.pk) for what in ("modification", "ouverture à tout le monde", "fermeture")]


def test_the_desk_counts_what_each_will_see(client, town, desk):
    verified = FoodServiceFactory(site__actor__visibility="public", site__actor__territories=[town])
    ConfirmationFactory(actor=verified.actor)
    FoodServiceFactory(site__actor__visibility="public", site__actor__territories=[town])
    ActorFactory(visibility="public", territories=[town])
    ActorFactory(visibility="professionals", territories=[town])
    ActorFactory(visibility="coordination", territories=[town], ended_on="2020-01-01")
    ActorFactory(visibility="public", territories=[TerritoryFactory()])
    readers = client.get(desk).context["readers"]
    assert (readers.everyone, readers.professionals, readers.coordination, readers.unverified) == (3, 1, 0, 1)


def test_the_entries_counted_as_unverified_are_listed(client, town, desk):
    """Those, and no others: neither another's inside it, nor those that professionals alone read."""
    old, never, inside = (FoodServiceFactory(site__actor__visibility="public").actor for _ in range(3))
    for actor in (old, never):
        actor.territories.add(town)
    ConfirmationFactory(actor=old, at=timezone.now() - timedelta(days=100))
    commune = TerritoryFactory()
    commune.parents.add(town)
    inside.territories.add(commune)
    verified = FoodServiceFactory(site__actor__visibility="public", site__actor__territories=[town]).actor
    ConfirmationFactory(actor=verified)
    FoodServiceFactory(site__actor__visibility="professionals", site__actor__territories=[town])
    page = client.get(desk)
    link = re.search(r'href="([^"]+\?state=[^"]+)">Les voir</a>', page.content.decode())[1]
    listed = [row.actor for row in client.get(link).context["rows"]]
    assert (page.context["readers"].unverified, {*listed}) == (2, {old, never})


@pytest.mark.parametrize(
    "site", ["www.ville.example", "https://ville.example; script-src *", "https://", "*", "https://a b"]
)
def test_only_addresses_of_sites_may_embed(client, town, desk, site):
    page = client.post(desk, {"introduction": "", "embedding_sites": site})
    assert list(page.context["form"].errors) == ["embedding_sites"]
    assert not Directory.objects.exists()


def test_the_code_to_copy_is_there_once_it_would_work(client, town, desk):
    assert "<iframe" not in unescape(client.get(desk).content.decode())
    DirectoryFactory(territory=town, embedding_sites="https://www.ville.example")
    page = unescape(client.get(desk).content.decode())
    frames = [reverse(f"{name}:embed", args=[town.slug]) for name in ("directory", "week")]
    assert [frame for frame in frames if f'{frame}" title=' in page] == frames


# Words ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kilometres", "words"),
    [
        (None, ""),
        (0, "à 10\u00a0m"),
        (0.994, "à 990\u00a0m"),
        (0.999, "à 1\u00a0km"),
        (1.04, "à 1\u00a0km"),
        (9.94, "à 9,9\u00a0km"),
        (9.96, "à 10\u00a0km"),
        (24.6, "à 25\u00a0km"),
    ],
)
def test_distances_in_words(kilometres, words):
    assert distance_in_words(kilometres) == words


def test_the_home_page_leads_to_the_search(client):
    page = client.get("/")
    assert f'action="{SEARCH}"' in page.content.decode()
