"""The desk of entries: the list, a new one, the parts, what ends and what is taken out. Who opens what: the table."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest
from django.urls import reverse
from django.utils import timezone

from actors.editing import open_form
from actors.freshness.rhythm import states
from actors.models import Actor, FoodService
from alimactiv.french import dated
from tests.actors.filled_forms import as_shown
from tests.factories import (
    ActorFactory,
    CheckRoundFactory,
    ConfirmationFactory,
    CoordinatorFactory,
    FoodServiceFactory,
    MemberFactory,
    SiteFactory,
    SupplyLineFactory,
    TerritoryFactory,
    UserFactory,
)
from tests.pages import refusals, texts

pytestmark = pytest.mark.django_db


@pytest.fixture
def territory():
    return TerritoryFactory()


@pytest.fixture
def coordinator(client, territory):
    """Signed in."""
    user = CoordinatorFactory(territory=territory).user
    client.force_login(user)
    return user


@pytest.fixture
def actor(territory):
    return ActorFactory(name="Le Panier fictif", territories=[territory])


def url(name: str, *args) -> str:
    return reverse(f"entries:{name}", args=[arg if isinstance(arg, int | str) else arg.pk for arg in args])


def touched(code: str, actor, target=None, **values):
    data = as_shown(open_form(code, actor, target))
    for name, value in values.items():
        data[name] = value
    return data


def names(response) -> list[str]:
    return [row.actor.name for row in response.context["rows"]]


# The list -----------------------------------------------------------------------------------------


def test_the_list_has_what_is_of_the_territory_and_readable(client, territory, coordinator):
    inside = TerritoryFactory()
    inside.parents.add(territory)
    ActorFactory(name="Ici", territories=[territory])
    ActorFactory(name="Dedans", territories=[inside], visibility="professionals")
    ActorFactory(name="Dedans, cachée", territories=[inside])
    ActorFactory(name="Ailleurs", territories=[TerritoryFactory()], visibility="public")
    ActorFactory(name="Réunie", territories=[territory], merged_into=ActorFactory())
    ActorFactory(name="Cessée", territories=[territory], ended_on=date(2026, 1, 1))
    response = client.get(url("list", territory))
    assert names(response) == ["Dedans", "Ici"]
    assert [row.can_edit for row in response.context["rows"]] == [False, True]


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({"q": "epicerie"}, ["L’Épicerie fictive"]),
        ({"q": "pan"}, ["Le Panier fictif"]),
        ({"q": "anier"}, []),
        ({"kind": "ccas"}, ["Le CCAS fictif"]),
        ({"visibility": "public"}, ["L’Épicerie fictive"]),
        ({"state": "cessees"}, ["L’Ancien fictif"]),
        ({"state": "a-verifier"}, ["Le CCAS fictif"]),
        ({"kind": "unheard"}, ["L’Épicerie fictive", "Le CCAS fictif", "Le Panier fictif"]),
    ],
)
def test_the_list_is_filtered(client, territory, coordinator, actor, asked, found):
    now = timezone.now()
    here = {"territories": [territory], "created_at": now}
    ActorFactory(name="L’Épicerie fictive", visibility="public", **here)
    long_ago = datetime(2020, 1, 1, tzinfo=ZoneInfo("Europe/Paris"))
    ActorFactory(name="Le CCAS fictif", kind="ccas", territories=[territory], created_at=long_ago)
    ActorFactory(name="L’Ancien fictif", ended_on=date(2026, 1, 1), **here)
    assert names(client.get(url("list", territory), asked)) == found


def test_the_list_says_where_each_stands(client, territory, coordinator, actor):
    at = datetime(2020, 3, 3, 9, tzinfo=ZoneInfo("Europe/Paris"))
    ConfirmationFactory(actor=actor, section="contact", at=at)
    CheckRoundFactory(actor=actor, to_call_since=at)
    page = texts(client.get(url("list", territory)))
    assert "à vérifier" in page
    assert "Vérifié le 3 mars 2020 par la structure" in page


def test_an_empty_list_says_how_to_begin_and_a_filter_that_finds_nothing_says_so(client, territory, coordinator):
    assert "Aucune fiche pour l’instant" in texts(client.get(url("list", territory)))
    assert "Aucune fiche ne répond à ces critères" in texts(client.get(url("list", territory), {"q": "rien"}))


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_asks_as_many_queries_whatever_it_holds(
    client, territory, coordinator, count, django_assert_num_queries
):
    for _ in range(count):
        FoodServiceFactory(site__actor__territories=[territory])
    client.get(url("list", territory))
    with django_assert_num_queries(10):
        client.get(url("list", territory))


def test_the_list_has_pages(client, territory, coordinator):
    for number in range(51):
        ActorFactory(name=f"Association {number:02}", territories=[territory])
    assert names(client.get(url("list", territory), {"page": 2})) == ["Association 50"]


# A new one ----------------------------------------------------------------------------------------

NEW = {"name": "L’Étal fictif", "kind": "association", "visibility": "public"}


def test_a_structure_is_added_in_one_page(client, territory, coordinator):
    place = {"address": "3 rue de l’Exemple", "postcode": "93140", "city": "Bondy", "service_kind": "social_grocery"}
    response = client.post(url("add", territory), NEW | place | {"phone": "0199001201"})
    added = Actor.objects.get()
    assert response.url == url("edit", added)
    assert (added.visibility, added.phone) == ("public", "01 99 00 12 01")
    assert added.services.get().site.city == "Bondy"


def test_a_name_a_kind_and_who_sees_it_are_enough(client, territory, coordinator):
    client.post(url("add", territory), NEW)
    assert list(Actor.objects.of(territory)) == [Actor.objects.get()]


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"name": ""}, "name"),
        ({"kind": ""}, "kind"),
        ({"visibility": ""}, "visibility"),
        ({"siret": "12"}, "siret"),
        ({"postcode": "9314", "city": "Bondy"}, "postcode"),
        ({"address": "3 rue de l’Exemple"}, "city"),
        ({"service_kind": "unheard"}, "service_kind"),
    ],
)
def test_what_is_missing_is_told_and_nothing_typed_is_lost(client, territory, coordinator, wrong, field):
    response = client.post(url("add", territory), NEW | {"phone": "01 99 00 12 01"} | wrong)
    assert list(refusals(response)) == [field]
    assert "01 99 00 12 01" in texts(response)
    assert not Actor.objects.exists()


def test_what_looks_like_another_is_asked_about_first(client, territory, coordinator):
    ActorFactory(name="L’Étal fictif", territories=[territory])
    response = client.post(url("add", territory), NEW)
    assert "déjà dans l’annuaire" in texts(response)
    assert Actor.objects.count() == 1
    client.post(url("add", territory), NEW | {"is_other": "1"})
    assert Actor.objects.count() == 2


def test_who_sees_a_new_entry_is_not_chosen_for_one(client, territory, coordinator):
    assert "checked" not in texts(client.get(url("add", territory)))


# A part -------------------------------------------------------------------------------------------


def test_a_part_is_changed(client, actor, coordinator):
    response = client.post(url("part", actor, "contact"), touched("contact", actor, phone="0199001201"), follow=True)
    actor.refresh_from_db()
    assert actor.phone == "01 99 00 12 01"
    assert response.redirect_chain == [(f"{url('edit', actor)}?reste=contact#section-contact", 302)]
    assert not actor.confirmations.exists()
    assert 'name="section" value="contact"> Le reste est juste' in texts(response)
    response = client.post(url("confirm", actor), {"section": "contact"}, follow=True)
    assert "noté comme vérifié aujourd’hui" in texts(response)
    assert "Le reste est juste" not in texts(response)
    assert [(one.section, one.role) for one in actor.confirmations.all()] == [("contact", "coordination")]


def test_the_only_part_of_a_section_leaves_nothing_to_say(client, actor, coordinator):
    service = FoodServiceFactory(actor=actor, site=None)
    data = touched("service", actor, service.pk, name="Colis")
    response = client.post(url("row", actor, "service", service.pk), data, follow=True)
    assert response.redirect_chain == [(url("edit", actor), 302)]
    assert "noté comme vérifié aujourd’hui" in texts(response)
    assert "Le reste est juste" not in texts(response)


def test_what_an_entry_does_not_have_is_not_said_right(client, actor, coordinator):
    assert client.post(url("confirm", actor), {"section": "places"}).status_code == 404
    assert client.post(url("confirm", actor), {"section": "inconnu"}).status_code == 404
    assert "Le reste est juste" not in texts(client.get(url("edit", actor) + "?reste=places"))
    assert not actor.confirmations.exists()


def test_a_member_changes_it_in_the_name_of_the_structure(client, actor):
    client.force_login(MemberFactory(actor=actor, user=UserFactory()).user)
    check = CheckRoundFactory(actor=actor)
    client.post(url("part", actor, "contact"), touched("contact", actor, phone="0199001201"))
    check.refresh_from_db()
    assert check.outcome == check.Outcome.ANSWERED
    client.post(url("confirm", actor), {"section": "contact"})
    assert [(one.section, one.role) for one in actor.confirmations.all()] == [("contact", "structure")]


def test_a_member_says_in_one_tap_that_all_is_right(client, actor):
    FoodServiceFactory(actor=actor)
    check = CheckRoundFactory(actor=actor)
    member = MemberFactory(actor=actor, user=UserFactory(), access="editor")
    client.force_login(member.user)
    shown = texts(client.get(url("edit", actor)))
    assert "Tout est juste" in shown
    assert f'<li> <a href="{reverse("membership:mine")}">Mes structures</a>' in shown
    client.post(url("confirm", actor))
    freshness = states([actor.pk])[actor.pk]
    assert {section: state.words for section, state in freshness.sections.items()} == {
        section: f"Vérifié le {dated(timezone.localdate())} par la structure" for section in freshness.sections
    }
    check.refresh_from_db()
    assert check.outcome == check.Outcome.ANSWERED


def test_a_coordinator_does_not_answer_for_the_structure(client, coordinator, actor):
    assert "Tout est juste" not in texts(client.get(url("edit", actor)))


def test_errors_stand_beside_their_field(client, actor, coordinator):
    data = touched("contact", actor, phone="12", website="panier.example")
    response = client.post(url("part", actor, "contact"), data)
    assert list(refusals(response)) == ["phone"]
    assert "panier.example" in texts(response)


def test_the_second_of_two_reads_what_the_first_changed(client, actor, coordinator):
    data = touched("contact", actor, website="https://panier.example")
    client.post(url("part", actor, "contact"), touched("contact", actor, phone="0199001201"))
    response = client.post(url("part", actor, "contact"), data)
    page = texts(response)
    assert "Quelqu’un d’autre a enregistré cette partie" in page
    assert "<ins>01 99 00 12 01</ins>" in page
    actor.refresh_from_db()
    assert actor.website == ""
    data["read"] = response.context["form"]["read"].value()
    assert client.post(url("part", actor, "contact"), data).status_code == 302
    actor.refresh_from_db()
    assert (actor.phone, actor.website) == ("", "https://panier.example")


def test_a_row_is_added_changed_and_taken_out(client, actor, coordinator):
    data = touched("supply_line", actor, direction="need", text="Duvets")
    client.post(url("part", actor, "supply_line"), data)
    line = actor.supply_lines.get()
    client.post(url("row", actor, "supply_line", line), touched("supply_line", actor, line.pk, text="Dix duvets"))
    line.refresh_from_db()
    assert line.text == "Dix duvets"
    client.get(url("remove", actor, "supply_line", line))
    assert actor.supply_lines.exists()
    client.post(url("remove", actor, "supply_line", line))
    assert not actor.supply_lines.exists()


def test_hours_are_changed_by_their_own_form(client, actor, coordinator):
    service = FoodServiceFactory(site=SiteFactory(actor=actor))
    address = url("row", actor, "hours", service)
    data = touched("hours", actor, service.pk)
    data.setlist("slot-0-days", ["0"])
    data["slot-0-starts"], data["slot-0-ends"] = "09:00", "12:00"
    more = data.copy()
    more["press"] = "add-slot"
    assert client.post(address, more).status_code == 200
    service.refresh_from_db()
    assert service.opening_hours == ""
    assert client.post(address, data).status_code == 302
    service.refresh_from_db()
    assert service.opening_hours.startswith("Mo 09:00-12:00")


@pytest.mark.parametrize("code", ["unheard", "hours", "stop_hours"])
def test_an_unknown_part_is_not_found(client, actor, coordinator, code):
    assert client.get(url("part", actor, code)).status_code == 404


def test_only_what_can_be_taken_out_is(client, actor, coordinator):
    service = FoodServiceFactory(site=SiteFactory(actor=actor))
    assert client.post(url("remove", actor, "service", service)).status_code == 404
    response = client.post(url("remove", actor, "site", service.site))
    assert "Des services sont notés à ce lieu" in texts(response)
    assert actor.sites.exists()


# What ends ----------------------------------------------------------------------------------------


def test_a_structure_ends_and_takes_up_again(client, actor, coordinator):
    day = timezone.localdate()
    assert client.post(url("end", actor), {"on": day.isoformat()}).status_code == 302
    actor.refresh_from_db()
    assert actor.ended_on == day
    assert "Elle a repris son activité" in texts(client.get(url("edit", actor)))
    client.post(url("reopen", actor))
    actor.refresh_from_db()
    assert actor.ended_on is None


def test_what_has_not_happened_is_not_noted(client, actor, coordinator):
    response = client.post(url("end", actor), {"on": "2999-01-01"})
    assert "pas encore venu" in refusals(response)["on"]


def test_a_service_stops_and_is_taken_up_again(client, actor, coordinator):
    service = FoodServiceFactory(site=SiteFactory(actor=actor))
    client.post(url("service_end", actor, service), {"on": timezone.localdate().isoformat()})
    assert FoodService.objects.get().has_ended
    assert "Reprendre" in texts(client.get(url("edit", actor)))
    client.post(url("service_resume", actor, service))
    assert not FoodService.objects.get().has_ended


# Who reads it, where ------------------------------------------------------------------------------


def test_visibility_is_chosen(client, actor, coordinator):
    client.post(url("visibility", actor), {"visibility": "public"})
    actor.refresh_from_db()
    assert actor.visibility == "public"
    response = client.post(url("visibility", actor), {"visibility": "anyone"})
    assert list(refusals(response)) == ["visibility"]


def test_a_structure_is_at_work_on_more_of_ones_territories(client, actor, territory, coordinator):
    second = CoordinatorFactory(user=coordinator).territory
    theirs = TerritoryFactory()
    actor.territories.add(theirs)
    form = client.get(url("territories", actor)).context["form"]
    assert set(form.fields["territories"].queryset) == {territory, second}
    client.post(url("territories", actor), {"territories": [second.pk]})
    assert set(actor.territories.all()) == {second, theirs}
    response = client.post(url("territories", actor), {"territories": [theirs.pk]})
    assert list(refusals(response)) == ["territories"]


def test_who_gives_an_entry_away_is_led_back_to_their_list(client, actor, territory, coordinator):
    actor.territories.add(TerritoryFactory())
    response = client.post(url("territories", actor), {})
    assert response.url == url("list", territory)


def test_a_structure_is_at_work_somewhere(client, actor, coordinator):
    response = client.post(url("territories", actor), {})
    assert "au moins dans un territoire" in refusals(response)["territories"]


def test_members_are_not_shown_what_only_a_coordinator_does(client, actor):
    client.force_login(MemberFactory(actor=actor, user=UserFactory()).user)
    page = client.get(url("edit", actor)).content.decode()
    for name in ("visibility", "territories", "end"):
        assert url(name, actor) not in page
    assert url("history", actor) in page


def test_the_history_tells_what_was_done(client, actor, coordinator):
    assert "Rien n’a encore été noté" in texts(client.get(url("history", actor)))
    client.post(url("part", actor, "contact"), touched("contact", actor, phone="0199001201"))
    page = texts(client.get(url("history", actor)))
    assert "<ins>01 99 00 12 01</ins>" in page
    assert str(coordinator) in page


@pytest.mark.parametrize("count", [1, 3])
def test_the_page_of_an_entry_asks_as_many_queries_whatever_it_holds(
    client, actor, coordinator, count, django_assert_num_queries
):
    for _ in range(count):
        FoodServiceFactory(site=SiteFactory(actor=actor))
        SupplyLineFactory(actor=actor)
    client.get(url("edit", actor))
    with django_assert_num_queries(16):
        client.get(url("edit", actor))
