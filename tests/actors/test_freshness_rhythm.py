"""What is due, and since when: ``actors/freshness/rhythm.py``."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.utils import timezone

from actors.freshness.rhythm import State, asked_about, months_after, states
from actors.models import Section
from tests.factories import (
    ActorFactory,
    CheckRoundFactory,
    ConfirmationFactory,
    FoodServiceFactory,
    StopFactory,
    SupplyLineFactory,
)

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)


@pytest.mark.parametrize(
    ("since", "months", "until"),
    [
        ("2026-03-03T10:00+00:00", 3, "2026-06-03T09:00+00:00"),  # 11 in Paris, in winter and in summer
        ("2026-11-30T10:00+00:00", 3, "2027-02-28T10:00+00:00"),
        ("2027-11-30T10:00+00:00", 3, "2028-02-29T10:00+00:00"),
        ("2026-02-28T23:30+00:00", 12, "2027-02-28T23:30+00:00"),  # the 1st of March in Paris
        ("2026-10-31T10:00+00:00", 12, "2027-10-31T10:00+00:00"),
    ],
)
def test_months_are_those_of_the_calendar(since, months, until):
    assert months_after(datetime.fromisoformat(since), months) == datetime.fromisoformat(until)


def test_an_entry_has_the_sections_that_it_fills():
    bare, fixed, itinerant, supply = ActorFactory(), FoodServiceFactory().actor, StopFactory(), SupplyLineFactory()
    found = states([bare, fixed, itinerant.service.actor, supply.actor], NOW)
    assert [list(found[one.pk].sections) for one in (bare, fixed, itinerant.service.actor, supply.actor)] == [
        [Section.CONTACT],
        [Section.HOURS, Section.PLACES, Section.SERVICES, Section.CONTACT],
        [Section.HOURS, Section.PLACES, Section.SERVICES, Section.CONTACT],
        [Section.CONTACT, Section.SUPPLY],
    ]


def test_a_service_that_ended_has_no_hours_to_keep():
    service = FoodServiceFactory(ended_on=date(2026, 11, 1))
    assert list(states([service.actor], NOW)[service.actor.pk].sections) == [Section.PLACES, Section.CONTACT]


def test_each_section_has_its_rhythm():
    service = FoodServiceFactory(actor=ActorFactory(created_at=NOW - timedelta(days=2000)), site=None)
    for section in ("hours", "services", "contact"):
        ConfirmationFactory(actor=service.actor, section=section, at=datetime(2026, 8, 23, 9, tzinfo=UTC))
    found = states([service.actor], NOW + timedelta(hours=2))[service.actor.pk]
    assert {section: one.state for section, one in found.sections.items()} == {
        Section.HOURS: State.DUE,
        Section.SERVICES: State.FRESH,
        Section.CONTACT: State.FRESH,
    }
    assert found.due == [Section.HOURS]
    assert states([service.actor], NOW - timedelta(days=1))[service.actor.pk].due == []
    assert found.next_at == found.sections[Section.HOURS].due_at


def test_what_nobody_confirmed_counts_from_the_day_it_was_written():
    service = FoodServiceFactory(actor=ActorFactory(created_at=datetime(2026, 8, 1, tzinfo=UTC)), site=None)
    found = states([service.actor], NOW)[service.actor.pk]
    assert found.due == [Section.HOURS]
    assert {one.words for one in found.sections.values()} == {"Pas encore vérifié"}
    assert found.words == "Pas encore vérifié"


def test_the_last_confirmation_counts_and_says_the_role():
    actor = ActorFactory(contact_name="Camille Exemple")
    ConfirmationFactory(actor=actor, section="contact", at=datetime(2026, 3, 3, 9, tzinfo=UTC), role="structure")
    ConfirmationFactory(actor=actor, section="contact", at=datetime(2025, 3, 3, 9, tzinfo=UTC), role="team")
    ConfirmationFactory(section="contact", at=NOW)
    assert states([actor], NOW)[actor.pk].words == "Vérifié le 3 mars 2026 par la structure"


def test_the_words_of_an_entry_are_those_of_its_hours():
    service = FoodServiceFactory(site=None)
    ConfirmationFactory(actor=service.actor, section="contact", at=NOW)
    assert states([service.actor], NOW)[service.actor.pk].words == "Pas encore vérifié"
    ConfirmationFactory(actor=service.actor, at=datetime(2026, 10, 1, 9, tzinfo=UTC), role="coordination")
    words = states([service.actor], NOW)[service.actor.pk].words
    assert words == "Vérifié le 1er octobre 2026 par la coordination du territoire"


@pytest.mark.parametrize("way", ["called", "not asked"])
def test_what_is_due_is_to_verify_when_nobody_will_answer_by_mail(way):
    old = ActorFactory(created_at=NOW - timedelta(days=400), is_not_asked=way == "not asked")
    fresh = ActorFactory(created_at=NOW - timedelta(days=40), is_not_asked=way == "not asked")
    if way == "called":
        CheckRoundFactory(actor=old, to_call_since=NOW)
        CheckRoundFactory(actor=fresh, to_call_since=NOW)
    found = states([old, fresh], NOW)
    assert (found[old.pk].is_to_verify, found[fresh.pk].is_to_verify) == (True, False)


def test_a_round_that_ended_leaves_nothing_to_verify():
    actor = ActorFactory(created_at=NOW - timedelta(days=400))
    CheckRoundFactory(actor=actor, to_call_since=NOW, closed_at=NOW, outcome="phoned")
    assert states([actor], NOW)[actor.pk].sections[Section.CONTACT].state == State.DUE


def test_entries_that_nobody_reads_are_not_asked_about():
    hidden = ActorFactory()  # for the coordination alone, without a service
    shown, serving = ActorFactory(visibility="professionals"), FoodServiceFactory().actor
    ended = ActorFactory(visibility="public", ended_on=timezone.localdate(NOW))
    merged = ActorFactory(visibility="public", merged_into=shown)
    stopped = FoodServiceFactory(ended_on=timezone.localdate(NOW)).actor
    not_asked = ActorFactory(visibility="public", is_not_asked=True)
    found = set(asked_about(NOW))
    assert found == {shown, serving, not_asked}
    assert found.isdisjoint({hidden, ended, merged, stopped})


def test_states_cost_the_same_for_one_and_for_three(django_assert_num_queries):
    actors = [FoodServiceFactory().actor for _ in range(3)]
    for actor in actors:
        ConfirmationFactory(actor=actor)
        CheckRoundFactory(actor=actor, to_call_since=NOW)
    for some in (actors[:1], actors):
        with django_assert_num_queries(2):
            assert len(states(some, NOW)) == len(some)
