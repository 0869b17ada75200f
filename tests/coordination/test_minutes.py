"""What minutes say, the actions this makes, and what nobody overwrites unread."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.audit import subject_of
from accounts.models import AuditEntry
from coordination import minutes as operations
from coordination.minutes import FinalMinutesError, OutcomeRow, StaleMinutesError
from coordination.models import ActionItem, Minutes, Outcome
from tests.factories import (
    ActorFactory,
    CoordinatorFactory,
    MeetingFactory,
    MemberFactory,
    MinutesFactory,
    ProjectFactory,
    TerritoryFactory,
    UserFactory,
)
from tests.pages import texts

pytestmark = pytest.mark.django_db
Kind = Outcome.Kind


@pytest.fixture
def territory():
    return TerritoryFactory()


@pytest.fixture
def by(territory):
    return CoordinatorFactory(territory=territory, user__name="Camille Fictive").user


@pytest.fixture
def minutes(territory):
    return MinutesFactory(meeting__territory=territory)


@pytest.fixture
def member(territory):
    return MemberFactory(actor=ActorFactory(territories=[territory]), user=UserFactory())


def said(minutes) -> list[tuple]:
    return [(o.kind, o.text) for o in Minutes.objects.get(pk=minutes.pk).outcomes.all()]


def edit(minutes) -> str:
    return reverse("coordination:minutes_edit", args=[minutes.meeting.territory_id, minutes.meeting_id])


def posted(version, *rows, text="", **more) -> dict:
    """What the page posts; a row is (pk, kind, text, owner, day)."""
    data = {"version": version, "text": text, "rows-TOTAL_FORMS": len(rows), "rows-INITIAL_FORMS": 0} | more
    for number, row in enumerate(rows):
        names = ("pk", "kind", "text", "owner", "due_on")
        data |= {f"rows-{number}-{name}": value for name, value in zip(names, row, strict=False)}
    return data


class TestOutcomesAndActions:
    def test_an_action_outcome_makes_one_action(self, minutes, member, by):
        rows = [
            OutcomeRow(Kind.DECISION, "Ouvrir un lieu"),
            OutcomeRow(Kind.ACTION, "Appeler", owner_member=member, due_on=date(2026, 6, 1)),
        ]
        operations.write_outcomes(minutes=minutes, rows=rows, by=by)
        action = ActionItem.objects.get()
        assert (action.title, action.owner_member, action.due_on) == ("Appeler", member, date(2026, 6, 1))
        assert (action.territory, action.meeting) == (minutes.meeting.territory, minutes.meeting)
        assert minutes.outcomes.get(kind=Kind.ACTION).action == action
        operations.write_outcomes(minutes=minutes, rows=[OutcomeRow.of(o) for o in minutes.outcomes.all()], by=by)
        assert ActionItem.objects.get() == action

    def test_rewriting_an_outcome_rewrites_its_action(self, minutes, member, by):
        operations.write_outcomes(minutes=minutes, rows=[OutcomeRow(Kind.ACTION, "Appeler")], by=by)
        outcome = minutes.outcomes.get()
        row = OutcomeRow(Kind.ACTION, "Écrire", owner_actor=member.actor, due_on=date(2026, 7, 1), pk=outcome.pk)
        operations.write_outcomes(minutes=minutes, rows=[row], by=by)
        action = ActionItem.objects.get()
        assert (action.title, action.owner_actor, action.due_on) == ("Écrire", member.actor, date(2026, 7, 1))

    def test_what_was_put_off_since_is_not_brought_back(self, minutes, member, by):
        """The outcome says what the meeting said; its action goes on living."""
        day, later = date(2026, 6, 1), date(2026, 9, 1)
        operations.write_outcomes(minutes=minutes, rows=[OutcomeRow(Kind.ACTION, "Appeler", due_on=day)], by=by)
        ActionItem.objects.update(due_on=later, owner_member=member)
        row = OutcomeRow(Kind.ACTION, "Appeler demain", due_on=day, pk=minutes.outcomes.get().pk)
        operations.write_outcomes(minutes=minutes, rows=[row], by=by)
        action = ActionItem.objects.get()
        assert (action.title, action.due_on, action.owner_member) == ("Appeler demain", later, member)
        assert minutes.outcomes.get().due_on == day

    @pytest.mark.parametrize("rows", [[], [OutcomeRow(Kind.DECISION, "Appeler")]])
    def test_the_action_of_what_is_no_action_any_more_goes_to_the_bin(self, minutes, by, rows):
        operations.write_outcomes(minutes=minutes, rows=[OutcomeRow(Kind.ACTION, "Appeler")], by=by)
        pk = minutes.outcomes.get().pk
        rows = [OutcomeRow(row.kind, row.text, pk=pk) for row in rows]
        operations.write_outcomes(minutes=minutes, rows=rows, by=by)
        assert not ActionItem.objects.alive().exists()
        assert ActionItem.objects.in_bin().count() == 1

    def test_an_outcome_of_other_minutes_is_never_rewritten(self, minutes, by):
        other = MinutesFactory()
        foreign = Outcome.objects.create(minutes=other, kind=Kind.DECISION, text="Ailleurs")
        operations.write_outcomes(minutes=minutes, rows=[OutcomeRow(Kind.DECISION, "Ici", pk=foreign.pk)], by=by)
        assert (said(minutes), said(other)) == ([("decision", "Ici")], [("decision", "Ailleurs")])


class TestVersions:
    def test_each_save_raises_the_version_and_is_audited(self, minutes, by):
        rows = [OutcomeRow(Kind.DECISION, "Oui")]
        saved = operations.save_minutes(minutes=minutes, version=1, text="Bonjour", rows=rows, by=by)
        assert (saved.version, saved.text, saved.changed_by) == (2, "Bonjour", by)
        entry = AuditEntry.objects.get(subject=subject_of(minutes))
        assert (entry.by, entry.changes["texte libre"]) == (by, ["", "Bonjour"])

    def test_a_save_over_an_unread_version_writes_nothing(self, minutes, by):
        operations.save_minutes(minutes=minutes, version=1, text="A", rows=[OutcomeRow(Kind.DECISION, "A")], by=by)
        other = UserFactory()
        with pytest.raises(StaleMinutesError) as stale:
            operations.save_minutes(minutes=minutes, version=1, text="B", rows=[], by=other)
        assert (stale.value.minutes.text, said(minutes)) == ("A", [("decision", "A")])

    def test_a_meeting_logged_meanwhile_counts_as_a_version(self, minutes, by):
        operations.write_outcomes(minutes=minutes, rows=[OutcomeRow(Kind.DECISION, "A")], by=by)
        with pytest.raises(StaleMinutesError):
            operations.save_minutes(minutes=minutes, version=1, text="B", rows=[], by=by)

    def test_saving_the_same_again_is_no_conflict(self, minutes, by):
        rows = [OutcomeRow(Kind.DECISION, "A")]
        operations.save_minutes(minutes=minutes, version=1, text="A", rows=rows, by=by)
        again = operations.save_minutes(minutes=minutes, version=1, text="A", rows=rows, by=by)
        assert again.version == 2

    def test_final_minutes_cannot_be_written(self, minutes, by):
        Minutes.objects.update(state="final", final_at="2026-05-06T08:00Z")
        with pytest.raises(FinalMinutesError):
            operations.save_minutes(minutes=minutes, version=1, text="B", rows=[], by=by)


class TestEditing:
    def test_the_first_save_begins_the_minutes(self, client, territory, by):
        meeting = MeetingFactory(territory=territory)
        client.force_login(by)
        address = reverse("coordination:minutes_edit", args=[territory.pk, meeting.pk])
        assert client.get(address).status_code == 200
        assert not Minutes.objects.exists()
        assert client.post(address, posted(0, ("", "decision", "Oui"), text="Bien")).status_code == 302
        assert said(meeting.minutes) == [("decision", "Oui")]

    def test_blank_rows_are_no_rows_and_an_emptied_one_disappears(self, client, minutes, by):
        outcome = Outcome.objects.create(minutes=minutes, kind=Kind.DECISION, text="Oui")
        client.force_login(by)
        client.post(edit(minutes), posted(1, (outcome.pk, "decision", ""), ("", "action", "")))
        assert said(minutes) == []

    def test_line_breaks_are_the_same_whoever_posts_them(self, client, minutes, by):
        client.force_login(by)
        client.post(edit(minutes), posted(1, ("", "decision", "Sur deux\r\nlignes"), text="A\r\nB"))
        assert (said(minutes), Minutes.objects.get().text) == ([("decision", "Sur deux lignes")], "A\nB")

    def test_rows_move_up_and_away(self, client, minutes, by):
        rows = [("", "decision", "A"), ("", "decision", "B"), ("", "decision", "C")]
        client.force_login(by)
        response = client.post(edit(minutes), posted(1, *rows, up="2"))
        assert response.url == edit(minutes) + "#releve"
        assert [text for _, text in said(minutes)] == ["A", "C", "B"]
        client.post(edit(minutes), posted(2, *rows, remove="0"))
        assert [text for _, text in said(minutes)] == ["B", "C"]

    @pytest.mark.parametrize(
        ("row", "field", "words"),
        [
            (("", "action", "", "", "2026-06-01"), "text", "Dites ce qui est à faire."),
            (("", "decision", "Oui", "", "2026-06-01"), "due_on", "Seule une action"),
            (("", "action", "Oui", "m999999"), "owner", "pas dans l’annuaire"),
            (("", "action", "Oui", "", "demain"), "due_on", "date"),
        ],
    )
    def test_errors_stand_beside_the_field_and_nothing_is_lost(self, client, minutes, by, row, field, words):
        client.force_login(by)
        response = client.post(edit(minutes), posted(1, row, text="Gardez-moi"))
        assert words in str(response.context["outcomes"][0].errors[field])
        assert "Gardez-moi" in texts(response)
        assert said(minutes) == []

    def test_someone_of_another_territory_cannot_be_given_an_action(self, client, minutes, by):
        stranger = MemberFactory(actor=ActorFactory(territories=[TerritoryFactory()]))
        client.force_login(by)
        page = texts(client.get(edit(minutes)))
        assert stranger.name not in page
        client.post(edit(minutes), posted(1, ("", "action", "Oui", f"m{stranger.pk}")))
        assert said(minutes) == []

    def test_autosaving_answers_with_the_version_and_the_rows_numbers(self, client, minutes, by):
        client.force_login(by)
        response = client.post(edit(minutes), posted(1, ("", "decision", "Oui")), headers={"hx-request": "true"})
        page, outcome = texts(response), minutes.outcomes.get()
        assert 'id="id_version" value="2" hx-swap-oob="true"' in page
        assert f'id="id_rows-0-pk" value="{outcome.pk}" hx-swap-oob="true"' in page
        client.post(edit(minutes), posted(2, (outcome.pk, "decision", "Oui !")), headers={"hx-request": "true"})
        assert minutes.outcomes.get() == outcome

    def test_two_editors_see_both_texts_and_merge(self, client, minutes, by):
        kept = Outcome.objects.create(minutes=minutes, kind=Kind.DECISION, text="Ensemble")
        client.force_login(by)
        theirs = posted(1, (kept.pk, "decision", "Leur phrase"), ("", "decision", "Leur ajout"), text="Leur texte")
        client.post(edit(minutes), theirs)
        mine = posted(1, (kept.pk, "decision", "Ma phrase"), ("", "decision", "Mon ajout"), text="Mon texte")
        response = client.post(edit(minutes), mine)
        page = texts(response)
        for words in ("Leur phrase", "Leur ajout", "Leur texte", "Ma phrase", "Mon ajout", "Mon texte"):
            assert words in page
        assert said(minutes) == [("decision", "Leur phrase"), ("decision", "Leur ajout")]
        added = minutes.outcomes.get(text="Leur ajout")
        merged = posted(
            2,
            (kept.pk, "decision", "Ma phrase"),
            ("", "decision", "Mon ajout"),
            (added.pk, "decision", "Leur ajout"),
            text="Mon texte",
            keep_text="both",
        )
        client.post(edit(minutes), merged | {"rows-0-take": "on"})
        minutes.refresh_from_db()
        assert [text for _, text in said(minutes)] == ["Leur phrase", "Mon ajout", "Leur ajout"]
        assert minutes.text == "Mon texte\n\nLeur texte"

    def test_what_the_other_took_away_stays_unless_one_empties_it(self, client, minutes, by):
        taken = Outcome.objects.create(minutes=minutes, kind=Kind.DECISION, text="Ensemble")
        client.force_login(by)
        client.post(edit(minutes), posted(1))
        page = texts(client.post(edit(minutes), posted(1, (taken.pk, "decision", "Ensemble, en mai"))))
        assert "retirée entre-temps" in page
        assert said(minutes) == []
        client.post(edit(minutes), posted(2, (taken.pk, "decision", "Ensemble, en mai")))
        assert said(minutes) == [("decision", "Ensemble, en mai")]

    def test_two_who_begin_at_once(self, client, territory, by):
        meeting = MeetingFactory(territory=territory)
        address = reverse("coordination:minutes_edit", args=[territory.pk, meeting.pk])
        client.force_login(by)
        client.post(address, posted(0, text="Première"))
        assert "pendant que vous écriviez" in texts(client.post(address, posted(0, text="Seconde")))
        assert meeting.minutes.text == "Première"

    def test_minutes_closed_meanwhile_keep_what_was_typed_on_the_page(self, client, minutes, by):
        Minutes.objects.update(state="final", final_at="2026-05-06T08:00Z")
        client.force_login(by)
        assert client.get(edit(minutes)).status_code == 302
        response = client.post(edit(minutes), posted(1, text="Trop tard"))
        assert "devenu définitif pendant que vous écriviez" in texts(response)
        assert "Trop tard" in texts(response)
        assert Minutes.objects.get().text == ""


class TestReading:
    @pytest.mark.parametrize(
        ("typed", "shown", "hidden"),
        [
            ("<script>alert(1)</script>", "&lt;script&gt;", "<script>alert"),
            ("[clic](javascript:alert(1))", "[clic](javascript:alert(1))", 'href="javascript'),
            ("![x](https://ailleurs.test/pixel)", '!<a href="https://ailleurs.test/pixel"', 'src="https://ailleurs'),
            ("# Titre", "<h3>Titre</h3>", "<h1>Titre"),
            ("**gras**", "<strong>gras</strong>", "**gras**"),
        ],
    )
    def test_free_text_is_safe(self, client, minutes, by, typed, shown, hidden):
        Minutes.objects.update(text=typed)
        client.force_login(by)
        page = texts(client.get(minutes.get_absolute_url()))
        assert shown in page
        assert hidden not in page

    def test_a_decision_and_its_project_show_each_other(self, client, minutes, by):
        decision = Outcome.objects.create(minutes=minutes, kind=Kind.DECISION, text="Ouvrir un lieu")
        client.force_login(by)
        arguments = [minutes.meeting.territory_id, minutes.meeting_id, decision.pk]
        address = reverse("coordination:decision_project", args=arguments)
        assert client.get(address).context["form"]["title"].value() == "Ouvrir un lieu"
        client.post(address, {"project": "", "title": "Stockage commun"})
        decision.refresh_from_db()
        assert (decision.project.title, decision.project.territory) == ("Stockage commun", minutes.meeting.territory)
        assert decision.project.get_absolute_url() in texts(client.get(minutes.get_absolute_url()))
        assert "Ouvrir un lieu" in texts(client.get(decision.project.get_absolute_url()))
        client.post(address, {"project": "", "title": ""})
        decision.refresh_from_db()
        assert decision.project is None

    def test_a_project_of_another_territory_is_no_choice(self, client, minutes, by):
        foreign = ProjectFactory()
        decision = Outcome.objects.create(minutes=minutes, kind=Kind.DECISION, text="Ouvrir")
        client.force_login(by)
        arguments = [minutes.meeting.territory_id, minutes.meeting_id, decision.pk]
        response = client.post(reverse("coordination:decision_project", args=arguments), {"project": foreign.pk})
        assert response.status_code == 200
        decision.refresh_from_db()
        assert decision.project is None

    @pytest.mark.parametrize("name", ["minutes", "minutes_edit"])
    def test_queries_do_not_grow_with_the_rows(self, client, minutes, member, by, django_assert_num_queries, name):
        client.force_login(by)
        address = reverse(f"coordination:{name}", args=[minutes.meeting.territory_id, minutes.meeting_id])

        def fill(count):
            rows = [OutcomeRow(Kind.ACTION, f"Action {n}", owner_member=member) for n in range(count)]
            operations.write_outcomes(minutes=minutes, rows=rows, by=by)

        fill(1)
        with CaptureQueriesContext(connection) as one:
            client.get(address)
        fill(3)
        with django_assert_num_queries(len(one)):
            client.get(address)
