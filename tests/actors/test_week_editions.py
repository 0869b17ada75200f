"""Editions of the week: what they keep, and what changed since one (``operations/week.py``, ``week/content.py``)."""

import json
from dataclasses import replace
from datetime import date, time

import pytest

from accounts.models import AuditEntry
from actors.operations.week import make_edition
from actors.week.content import differences, freeze, thaw
from actors.week.languages import LANGUAGES
from actors.week.pattern import Regular, Slot
from actors.week.presenting import View
from actors.week.schedule import LENGTH, build
from tests.actors.test_week_rendering import line, week
from tests.factories import (
    ActorFactory,
    DirectoryFactory,
    FoodServiceFactory,
    SiteFactory,
    UserFactory,
    WeekEditionFactory,
)

START = date(2026, 1, 5)
OTHER = Regular(Slot(time(14), time(16)))


def found(before, after) -> list[tuple]:
    return [
        (one.line.key, one.before is None, one.after is None, one.hours_changed, one.place_changed, one.access_changed)
        for one in differences(before, after)
    ]


def test_what_is_the_same_is_not_told():
    other_period = replace(week(line(changes=(), verified_on=None, is_to_verify=True)), starts_on=date(2026, 4, 6))
    assert found(week(line()), other_period) == []


def test_each_difference_is_told_for_what_it_is():
    days = ((OTHER,), *line().days[1:])
    before = week(line("a"), line("b"), line("c"), line("gone"), line("same"))
    after = week(
        line("new"), line("a", days=days), line("b", address=("1 rue d’Ailleurs",)), line("c", phone=""), line("same")
    )
    assert found(before, after) == [
        ("new", True, False, False, False, False),
        ("a", False, False, True, False, False),
        ("b", False, False, False, True, False),
        ("c", False, False, False, False, True),
        ("gone", False, True, False, False, False),
    ]


@pytest.mark.parametrize("language", LANGUAGES.values(), ids=LANGUAGES)
def test_differences_are_said_with_what_was_before(language):
    after = week(line("a", days=((OTHER,), *((),) * 6), address=("1 rue d’Ailleurs",), phone=""), line("new"))
    hours, new, gone = View(after, language).since(week(line("a"), line("gone")))
    assert [len(told.parts) for told in (hours, new, gone)] == [3, 0, 0]
    assert "1 rue d’Ailleurs" in hours.parts[1][0]
    assert "12 rue de l’Exemple" in hours.parts[1][1]
    assert (new.what, gone.what) == (language.words["added"], language.words["gone"])


@pytest.mark.django_db
class TestMaking:
    def test_it_keeps_the_week_as_it_was(self):
        territory = DirectoryFactory().territory
        site = SiteFactory(actor=ActorFactory(territories=[territory], visibility="public"))
        service = FoodServiceFactory(site=site, opening_hours="Mo-Fr 09:00-12:00; 2026 Jan 20 off")
        made = build(territory, START, START + LENGTH, contact="CCAS fictif")
        edition = make_edition(territory=territory, week=made, by=UserFactory())
        service.opening_hours = ""
        service.save()
        edition.refresh_from_db()
        assert thaw(edition.content) == made
        assert (edition.starts_on, edition.ends_on) == (START, START + LENGTH)
        assert json.loads(json.dumps(freeze(made))) == freeze(made)

    def test_it_takes_the_territorys_next_number_and_is_audited(self):
        territory, by = DirectoryFactory().territory, UserFactory()
        WeekEditionFactory(number=12)  # another territory's
        WeekEditionFactory(territory=territory, number=4)
        edition = make_edition(territory=territory, week=build(territory, START, START + LENGTH), by=by)
        assert edition.number == 5
        (note,) = AuditEntry.objects.all()
        assert (note.subject, note.action, note.by) == (f"weekedition:{edition.pk}", "édition", by)
