"""Writing an entry: what is kept, noted in its history, confirmed and found; and what is never lost on the way."""

from datetime import date

import pytest
from django.utils import timezone

from accounts.history import history_of
from actors.editing import open_form
from actors.models import Actor, Confirmation, FoodService, Listing, Section, Site, Stop, SupplyLine
from actors.operations import entries as operations
from tests.actors.filled_forms import as_shown, filled
from tests.factories import (
    ActorFactory,
    CoordinatorFactory,
    FoodServiceFactory,
    SiteFactory,
    StopFactory,
    SupplyLineFactory,
    TerritoryFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db

COORDINATION = Confirmation.Role.COORDINATION
NB = "\u00a0"


@pytest.fixture
def territory():
    return TerritoryFactory()


@pytest.fixture
def by(territory):
    return CoordinatorFactory(territory=territory).user


@pytest.fixture
def actor(territory):
    return ActorFactory(name="Le Panier fictif", territories=[territory], phone="01 99 00 12 01")


def save(form, actor, by, **more):
    assert form.is_valid(), form.errors
    return operations.save_part(form=form, actor=actor, by=by, role=more.pop("role", COORDINATION), **more)


def events(actor) -> list[tuple[str, str, dict]]:
    """What was done, by whom, with which words; confirmations, which are noted too, left out."""
    return [
        (event.action, event.who, {change.name: (change.before, change.after) for change in event.changes})
        for event in history_of(actor)
        if event.action != "confirmation"
    ]


# A part -------------------------------------------------------------------------------------------


def test_what_changes_is_kept_and_noted(actor, by):
    saved = save(filled("contact", actor, phone="0199001202"), actor, by)
    assert (saved.has_changed, saved.is_confirmed) == (True, False)
    actor.refresh_from_db()
    assert actor.phone == "01 99 00 12 02"
    assert events(actor) == [
        (f"contacts{NB}: modification", str(by), {"téléphone": ("01 99 00 12 01", "01 99 00 12 02")})
    ]


def test_the_only_part_of_a_section_confirms_it_and_one_of_several_does_not(actor, by):
    """Whoever corrects one stop, one service, one place said nothing of the others."""
    site, bus = SiteFactory(actor=actor), FoodServiceFactory(actor=actor, site=None, is_itinerant=True)
    stop = StopFactory(service=bus)
    FoodServiceFactory(actor=actor, site=site, ended_on=date(2020, 1, 1))
    only = [("stop_hours", stop), ("service", bus), ("supply", None), ("supply_line", None)]
    typed = {
        "service": {"is_itinerant": "on"},
        "supply": {"has_freezer": "True"},
        "supply_line": {"direction": "need", "text": "Duvets"},
    }

    def confirmed(code, row):
        Confirmation.objects.all().delete()
        saved = save(filled(code, actor, row and row.pk, **typed.get(code, {})), actor, by)
        found = [(one.section, one.role, one.by, one.by_phone) for one in actor.confirmations.all()]
        assert saved.is_confirmed == bool(found)
        return found

    assert [confirmed(code, row) for code, row in only] == [
        [(Section.HOURS, COORDINATION, by, False)],
        [(Section.SERVICES, COORDINATION, by, False)],
        [(Section.SUPPLY, COORDINATION, by, False)],
        [],  # beside the logistics, which were typed just before
    ]
    assert [confirmed(code, row) for code, row in (("site", site), ("stop", stop))] == [[], []]
    other = FoodServiceFactory(actor=actor, site=site)
    assert [confirmed(*one) for one in (("stop_hours", stop), ("hours", other), ("service", bus))] == [[], [], []]
    assert [confirmed(code, None) for code in ("identity", "contact")] == [[], []]


def test_an_empty_section_is_confirmed_by_its_first_row(actor, by):
    save(filled("site", actor, name="La halle"), actor, by)
    assert [one.section for one in actor.confirmations.all()] == [Section.PLACES]


def test_saving_what_was_there_notes_no_change(actor, by):
    service = FoodServiceFactory(site=SiteFactory(actor=actor))
    saved = save(filled("service", actor, service.pk), actor, by)
    assert (saved.has_changed, saved.is_confirmed) == (False, True)
    assert events(actor) == []


def test_a_confirmation_of_nothing_leaves_no_trace(actor, by):
    save(filled("contact", actor), actor, by)
    assert history_of(actor) == []


def test_who_came_by_a_link_or_was_on_the_telephone(actor):
    service = FoodServiceFactory(site=SiteFactory(actor=actor))
    form = filled("service", actor, service.pk, name="Colis")
    save(form, actor, None, role=Confirmation.Role.STRUCTURE, by_phone=True)
    assert history_of(actor)[0].sign_in == "lien reçu par courriel"
    confirmed = Confirmation.objects.get()
    assert (confirmed.role, confirmed.by, confirmed.by_phone) == (Confirmation.Role.STRUCTURE, None, True)


def test_a_new_row_is_noted_with_its_words(actor, by):
    assert save(filled("supply_line", actor, direction="need", text="Duvets"), actor, by).has_changed
    line = SupplyLine.objects.get()
    assert (line.actor, line.text) == (actor, "Duvets")
    words = {"sens": (None, "besoin"), "précision": (None, "Duvets")}
    assert events(actor) == [(f"besoin ou surplus{NB}: création", str(by), words)]


def test_a_row_is_named_in_the_history_of_its_entry(actor, by):
    site = SiteFactory(actor=actor, name="La halle")
    save(filled("site", actor, site.pk, access_note="Sonnez"), actor, by)
    changes = {"fiche": (None, "La halle"), "pour venir": ("", "Sonnez")}
    assert events(actor) == [(f"lieu{NB}: modification", str(by), changes)]


def test_hours_are_kept_and_told_in_sentences(actor, by):
    service = FoodServiceFactory(site=SiteFactory(actor=actor))
    slot = {"slot-0-days": ["0"], "slot-0-starts": "09:00", "slot-0-ends": "12:00", "public_holidays": "closed"}
    save(filled("hours", actor, service.pk, hours_note="Sonnez.", **slot), actor, by)
    service.refresh_from_db()
    assert service.opening_hours == "Mo 09:00-12:00; PH off"
    assert service.hours_note == "Sonnez."
    said = f"Le lundi de 9{NB}h à 12{NB}h.\nFermé les jours fériés."
    assert events(actor)[0][2]["horaires"] == ("", said)
    assert Confirmation.objects.get().section == Section.HOURS


def test_what_is_saved_is_found_at_once(actor, by):
    service = FoodServiceFactory(site=SiteFactory(actor=actor))
    save(filled("service", actor, service.pk, kind="hot_meal", name="La cantine fictive"), actor, by)
    listing = Listing.objects.get(service=service)
    assert listing.kind == "hot_meal"
    assert " cantine " in listing.search_text


def test_a_form_writes_its_own_columns_only(actor, by):
    form = filled("identity", actor, name="Le Grand Panier fictif")
    Actor.objects.filter(pk=actor.pk).update(phone="01 99 00 12 09")  # by another form, meanwhile
    save(form, actor, by)
    actor.refresh_from_db()
    assert (actor.name, actor.phone) == ("Le Grand Panier fictif", "01 99 00 12 09")


# Two at a time ------------------------------------------------------------------------------------


def test_the_second_is_told_what_the_first_changed_and_writes_nothing(actor, by):
    data = as_shown(open_form("contact", actor))
    data["website"] = "https://panier.example"
    save(filled("contact", actor, phone="0199001202"), actor, UserFactory())
    second = open_form("contact", actor, None, data)
    assert second.is_valid()
    with pytest.raises(operations.ChangedMeanwhileError) as raised:
        operations.save_part(form=second, actor=actor, by=by, role=COORDINATION)
    assert raised.value.changes == {"téléphone": ["01 99 00 12 01", "01 99 00 12 02"]}
    actor.refresh_from_db()
    assert (actor.phone, actor.website) == ("01 99 00 12 02", "")

    second.read_again(raised.value.stored)
    again = open_form("contact", actor, None, second.data)
    save(again, actor, by)
    actor.refresh_from_db()
    assert (actor.phone, actor.website) == ("01 99 00 12 01", "https://panier.example")
    assert events(actor)[0][2] == {
        "téléphone": ("01 99 00 12 02", "01 99 00 12 01"),
        "site web": ("", "https://panier.example"),
    }


def test_two_parts_of_one_row_do_not_stand_in_each_others_way(actor, by):
    data = as_shown(open_form("identity", actor))
    save(filled("contact", actor, phone="0199001202"), actor, UserFactory())
    save(open_form("identity", actor, None, data), actor, by)
    actor.refresh_from_db()
    assert actor.phone == "01 99 00 12 02"


@pytest.mark.parametrize("read", ["", "nonsense", "[]"])
def test_who_sends_no_trace_of_what_they_read_is_not_stopped(actor, by, read):
    save(filled("contact", actor, read=read, phone="0199001202"), actor, by)
    actor.refresh_from_db()
    assert actor.phone == "01 99 00 12 02"


def test_a_row_removed_meanwhile_does_not_come_back(actor, by):
    line = SupplyLineFactory(actor=actor)
    form = filled("supply_line", actor, line.pk, text="Duvets")
    assert form.is_valid()
    line.delete()
    with pytest.raises(operations.GoneMeanwhileError):
        operations.save_part(form=form, actor=actor, by=by, role=COORDINATION)
    assert not SupplyLine.objects.exists()


# A whole entry ------------------------------------------------------------------------------------


def test_a_new_entry_with_its_first_place_and_service(territory, by):
    made = operations.add_entry(
        actor=Actor(name="L’Étal fictif", kind="association", visibility="public"),
        territory=territory,
        site=Site(address="3 rue de l’Exemple", city="Fontaine-l’Exemple"),
        service=FoodService(kind="social_grocery"),
        by=by,
    )
    assert list(made.territories.all()) == [territory]
    service = made.services.get()
    assert (service.kind, service.site) == ("social_grocery", made.sites.get())
    assert events(made)[0][:2] == ("création", str(by))
    sections = {Section.CONTACT, Section.PLACES, Section.SERVICES}
    assert set(made.confirmations.values_list("section", "role")) == {(one, COORDINATION) for one in sections}
    assert Listing.objects.get().service == service


def test_a_new_entry_with_a_name_only(territory, by):
    made = operations.add_entry(actor=Actor(name="L’Étal fictif", kind="association"), territory=territory, by=by)
    assert not made.sites.exists()
    assert not made.services.exists()
    assert [one.section for one in made.confirmations.all()] == [Section.CONTACT]


def test_visibility_is_noted_once(actor, by):
    operations.change_visibility(actor=actor, visibility="public", by=by)
    operations.change_visibility(actor=actor, visibility="public", by=by)
    actor.refresh_from_db()
    assert actor.visibility == "public"
    words = {"qui voit la fiche": ("coordination du territoire seulement", "tout le monde")}
    assert events(actor) == [("visibilité", str(by), words)]


def test_an_entry_that_ends_is_found_no_more_and_comes_back(actor, by):
    FoodServiceFactory(site=SiteFactory(actor=actor))
    day = timezone.localdate()
    operations.end_entry(actor=actor, on=day, by=by)
    actor.refresh_from_db()
    assert actor.has_ended
    assert not Listing.objects.exists()
    operations.reopen(actor=actor, by=by)
    actor.refresh_from_db()
    assert actor.ended_on is None
    assert Listing.objects.count() == 1
    assert events(actor) == [
        ("reprise d’activité", str(by), {"date": (day.isoformat(), "")}),
        ("fin d’activité", str(by), {"date": ("", day.isoformat())}),
    ]


def test_the_territories_of_others_stay(actor, territory, by):
    mine, theirs = TerritoryFactory(), TerritoryFactory()
    actor.territories.add(theirs)
    operations.set_territories(actor=actor, keep=[mine], of=[territory, mine], by=by)
    assert set(actor.territories.all()) == {mine, theirs}
    before, after = events(actor)[0][2]["territoires"]
    assert (set(before.split(", ")), set(after.split(", "))) == (
        {str(territory), str(theirs)},
        {str(mine), str(theirs)},
    )
    operations.set_territories(actor=actor, keep=[mine], of=[territory, mine], by=by)
    assert len(events(actor)) == 1


# Its rows -----------------------------------------------------------------------------------------


def test_a_service_stops_and_is_taken_up_again(actor, by):
    service = FoodServiceFactory(site=SiteFactory(actor=actor), opening_hours="Mo 09:00-12:00")
    operations.end_service(service=service, on=date(2026, 1, 31), by=by)
    service.refresh_from_db()
    assert service.has_ended
    assert not Listing.objects.filter(service=service).exists()
    operations.resume_service(service=service, by=by)
    service.refresh_from_db()
    assert (service.ended_on, service.opening_hours) == (None, "Mo 09:00-12:00")
    assert Listing.objects.filter(service=service).exists()
    assert [action for action, _, _ in events(actor)] == [f"service{NB}: reprise", f"service{NB}: arrêt"]


@pytest.mark.parametrize("ended_on", [None, date(2026, 1, 31)])
def test_a_place_that_a_service_names_is_not_removed(actor, by, ended_on):
    service = FoodServiceFactory(site=SiteFactory(actor=actor), ended_on=ended_on)
    with pytest.raises(operations.InUseError) as raised:
        operations.remove_site(site=service.site, by=by)
    assert raised.value.services == [service]
    assert Site.objects.filter(pk=service.site.pk).exists()


def test_what_is_removed_leaves_its_words_in_the_history(actor, by):
    site = SiteFactory(actor=actor, name="La halle", address="3 rue de l’Exemple", postcode="", city="")
    stop = StopFactory(service=FoodServiceFactory(actor=actor, site=None, is_itinerant=True), name="La gare", city="")
    line = SupplyLineFactory(actor=actor, product="fresh")
    operations.remove_site(site=site, by=by)
    operations.remove_stop(stop=stop, by=by)
    operations.remove_supply_line(line=line, by=by)
    assert not Site.objects.exists()
    assert not Stop.objects.exists()
    assert not SupplyLine.objects.exists()
    assert [(action, words) for action, _, words in events(actor)] == [
        (f"besoin ou surplus{NB}: retrait", {"sens": (None, "besoin"), "produit": (None, "fruits et légumes")}),
        (f"arrêt{NB}: retrait", {"nom du lieu": (None, "La gare")}),
        (f"lieu{NB}: retrait", {"nom du lieu": (None, "La halle"), "adresse": (None, "3 rue de l’Exemple")}),
    ]


def test_either_coordination_of_a_shared_entry_edits_it_and_reads_who_did(territory, by):
    other = CoordinatorFactory()
    actor = ActorFactory(territories=[territory, other.territory])
    for user in (by, other.user):
        assert Actor.objects.kept_by(user).filter(pk=actor.pk).exists()
        save(filled("contact", actor, phone=f"019900120{user.pk % 10}"), actor, user)
    assert {who for _, who, _ in events(actor)} == {str(by), str(other.user)}
