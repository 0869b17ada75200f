"""Minutes on their way: who gets them, what they say when they leave, the corrections that come back."""

from datetime import date

import pytest
from django.urls import reverse

from accounts.audit import subject_of
from accounts.models import AuditEntry
from coordination import minutes as writing
from coordination import sending
from coordination.minutes import OutcomeRow
from coordination.models import Correction, Minutes, Outcome
from outbox import links, purposes
from outbox.links import MailLinks
from outbox.models import Mail
from outbox.purposes import NoLongerDue
from tests.factories import (
    ActorFactory,
    AttendanceFactory,
    CoordinatorFactory,
    MemberFactory,
    MinutesFactory,
    TerritoryFactory,
    UserFactory,
)
from tests.pages import texts

pytestmark = pytest.mark.django_db
Kind = Outcome.Kind
State = Minutes.State


@pytest.fixture
def territory():
    return TerritoryFactory()


@pytest.fixture
def by(territory):
    return CoordinatorFactory(territory=territory).user


@pytest.fixture
def actor(territory):
    return ActorFactory(territories=[territory])


@pytest.fixture
def minutes(territory, actor, by):
    minutes = MinutesFactory(meeting__territory=territory, meeting__title="Réunion fictive de mai")
    writing.write_outcomes(minutes=minutes, rows=[OutcomeRow(Kind.DECISION, "Ouvrir un lieu")], by=by)
    AttendanceFactory(meeting=minutes.meeting, member__actor=actor, member__email="Present@exemple.test")
    AttendanceFactory(meeting=minutes.meeting, member__actor=actor, member__email="")
    AttendanceFactory(meeting=minutes.meeting, member__actor=actor, member__email="absente@exemple.test", present=False)
    left = MemberFactory(actor=actor, email="partie@exemple.test", left_on=date(2026, 1, 1))
    AttendanceFactory(meeting=minutes.meeting, member=left)
    AttendanceFactory(meeting=minutes.meeting, member__actor=ActorFactory(), member__email="present@exemple.test")
    return minutes


def asked() -> set[tuple]:
    return set(Mail.objects.values_list("purpose", "subject", "recipient"))


def rendered(mail):
    return purposes.get(mail.purpose).render(mail, MailLinks(mail))


def page(minutes, name, *more) -> str:
    return reverse(f"coordination:{name}", args=[minutes.meeting.territory_id, minutes.meeting_id, *more])


def test_those_who_came_and_have_an_address_get_it_once(minutes, by):
    assert sending.send_for_review(minutes=minutes, by=by) == 1
    assert asked() == {("minutes_review", subject_of(minutes), "present@exemple.test")}


def test_the_preview_shows_who_gets_it_and_who_does_not(client, minutes, by):
    client.force_login(by)
    shown = texts(client.get(page(minutes, "minutes_send")))
    assert "Present@exemple.test" in shown
    assert "Sans adresse, à prévenir autrement (2)" in shown
    assert "absente@exemple.test" not in shown
    assert not Mail.objects.exists()


def test_states_follow_each_other_and_each_move_is_audited(minutes, by):
    sending.send_for_review(minutes=minutes, by=by)
    with pytest.raises(sending.NotInThatStateError):
        sending.send_for_review(minutes=minutes, by=by)
    sending.close(minutes=minutes, by=by)
    with pytest.raises(sending.NotInThatStateError):
        sending.close(minutes=minutes, by=by)
    sending.reopen(minutes=minutes, by=by)
    with pytest.raises(sending.NotInThatStateError):
        sending.reopen(minutes=minutes, by=by)
    moves = AuditEntry.objects.filter(subject=subject_of(minutes), action="état").order_by("pk")
    assert [entry.changes["état"][1] for entry in moves] == ["envoyé pour relecture", "définitif", "brouillon"]


def test_a_draft_cannot_be_closed_and_a_meeting_not_held_has_nothing_to_send(client, minutes, by):
    with pytest.raises(sending.NotInThatStateError):
        sending.close(minutes=minutes, by=by)
    minutes.meeting.status = "planned"
    minutes.meeting.save()
    client.force_login(by)
    client.post(page(minutes, "minutes_send"))
    assert Minutes.objects.get().state == State.DRAFT


def test_the_mail_has_the_pdf_and_a_link_of_its_own(minutes, by):
    sending.send_for_review(minutes=minutes, by=by)
    mail = Mail.objects.get()
    message = rendered(mail)
    [pdf] = message.attachments
    assert (pdf.name, pdf.mimetype, pdf.content[:5]) == ("compte-rendu-2026-05-05.pdf", "application/pdf", b"%PDF-")
    token = message.text.split("/relecture/")[1].split("/")[0]
    assert links.find(token, sending.REVIEW).recipient == "present@exemple.test"
    assert message.reply_to == by.email


def test_mails_of_a_former_state_have_nothing_to_tell(minutes, by):
    sending.send_for_review(minutes=minutes, by=by)
    first = Mail.objects.get()
    sending.reopen(minutes=minutes, by=by)
    with pytest.raises(NoLongerDue):
        rendered(first)
    sending.send_for_review(minutes=Minutes.objects.get(), by=by)
    with pytest.raises(NoLongerDue):
        rendered(first)
    second = Mail.objects.exclude(pk=first.pk).get()
    assert rendered(second).subject == "À relire : Réunion fictive de mai"
    sending.close(minutes=Minutes.objects.get(), by=by)
    with pytest.raises(NoLongerDue):
        rendered(second)
    final = Mail.objects.get(purpose="minutes_final")
    assert rendered(final).attachments[0].mimetype == "application/pdf"
    minutes.meeting.attendances.update(present=False)
    with pytest.raises(NoLongerDue):
        rendered(final)


class TestCorrections:
    @pytest.fixture
    def address(self, minutes, by):
        sending.send_for_review(minutes=minutes, by=by)
        attendance = minutes.meeting.attendances.get(member__email="Present@exemple.test")
        token = links.make(
            purpose=sending.REVIEW, subject=subject_of(attendance), recipient="present@exemple.test", days=1
        )
        return reverse("coordination:minutes_review", args=[token])

    def test_get_shows_and_post_proposes_without_an_account(self, client, address):
        assert "Ouvrir un lieu" in texts(client.get(address))
        assert not Correction.objects.exists()
        assert client.post(address, {"text": "Dix, pas douze"}).status_code == 302
        correction = Correction.objects.get()
        assert (correction.text, correction.state) == ("Dix, pas douze", "proposed")
        assert "Dix, pas douze" in texts(client.get(address))

    def test_an_empty_correction_is_refused_in_words(self, client, address):
        assert client.post(address, {"text": " "}).context["form"].errors
        assert not Correction.objects.exists()

    def test_the_page_shows_nothing_of_a_draft_taken_back(self, client, address, minutes, by):
        sending.reopen(minutes=minutes, by=by)
        assert "Ouvrir un lieu" not in texts(client.get(address))
        response = client.post(address, {"text": "Dix, pas douze"})
        assert response.status_code == 409
        assert "Dix, pas douze" in texts(response)
        assert not Correction.objects.exists()

    def test_final_minutes_take_no_correction(self, client, address, minutes, by):
        sending.close(minutes=Minutes.objects.get(), by=by)
        assert "Transmettre à la coordination" not in texts(client.get(address))
        assert client.post(address, {"text": "Dix"}).status_code == 409
        assert not Correction.objects.exists()

    @pytest.mark.parametrize("purpose", ["meeting_reply", "unsubscribe"])
    def test_a_link_made_for_something_else_opens_nothing(self, client, minutes, purpose):
        attendance = minutes.meeting.attendances.first()
        token = links.make(purpose=purpose, subject=subject_of(attendance), recipient="a@exemple.test", days=1)
        assert client.get(reverse("coordination:minutes_review", args=[token])).status_code == 404

    @pytest.mark.parametrize("state", ["accepted", "declined"])
    def test_the_coordination_settles_it(self, client, address, minutes, by, state):
        client.post(address, {"text": "Dix"})
        correction = Correction.objects.get()
        client.force_login(by)
        assert "1 correction proposée attend" in texts(client.get(minutes.get_absolute_url()))
        settle = page(minutes, "correction_settle", correction.pk)
        assert client.get(settle).status_code == 405
        client.post(settle, {"state": state})
        correction.refresh_from_db()
        assert correction.state == state
        assert AuditEntry.objects.filter(subject=subject_of(minutes), action="correction", by=by).exists()

    def test_members_do_not_read_what_others_propose(self, client, address, minutes, actor):
        client.post(address, {"text": "Dix, pas douze"})
        client.force_login(MemberFactory(actor=actor, user=UserFactory()).user)
        shown = texts(client.get(minutes.get_absolute_url()))
        assert "Ouvrir un lieu" in shown
        assert "Dix, pas douze" not in shown


class TestRoles:
    """Every page of minutes, every role; drafts are the coordination's alone."""

    KEPT = (200, 200, 403, 404, 404, 404, 302)
    ROLES = ("staff", "coordinator", "member", "elsewhere", "reader", "plain", "anonymous")
    DRAFT = {
        "minutes": (200, 200, 404, 404, 404, 404, 302),
        "minutes_pdf": (200, 200, 404, 404, 404, 404, 302),
        "minutes_edit": KEPT,
        "minutes_send": KEPT,
        "minutes_reopen": KEPT,
    }
    SENT = {
        "minutes": (200, 200, 200, 404, 404, 404, 302),
        "minutes_pdf": (200, 200, 200, 404, 404, 404, 302),
        "minutes_edit": KEPT,
        "minutes_close": KEPT,
        "minutes_reopen": KEPT,
    }

    @pytest.fixture
    def people(self, minutes, actor, by):
        return {
            "staff": UserFactory(is_staff=True),
            "coordinator": by,
            "member": MemberFactory(actor=actor, user=UserFactory()).user,
            "elsewhere": CoordinatorFactory().user,
            "reader": UserFactory(is_steering_reader=True),
            "plain": UserFactory(),
            "anonymous": None,
        }

    def answers(self, client, people, address) -> tuple:
        found = []
        for role in self.ROLES:
            client.logout()
            if people[role]:
                client.force_login(people[role])
            found.append(client.get(address).status_code)
        return tuple(found)

    @pytest.mark.parametrize("name", DRAFT)
    def test_draft(self, client, minutes, people, name):
        assert self.answers(client, people, page(minutes, name)) == self.DRAFT[name]

    @pytest.mark.parametrize("name", SENT)
    def test_sent(self, client, minutes, people, by, name):
        sending.send_for_review(minutes=minutes, by=by)
        assert self.answers(client, people, page(minutes, name)) == self.SENT[name]

    def test_lists_and_the_years_pdf(self, client, minutes, people, by):
        territory = minutes.meeting.territory_id
        year = reverse("coordination:minutes_year_pdf", args=[territory, 2026])
        assert self.answers(client, people, year) == (404, 404, 404, 404, 404, 404, 302)
        sending.send_for_review(minutes=minutes, by=by)
        assert self.answers(client, people, year) == (200, 200, 200, 404, 404, 404, 302)
        listed = reverse("coordination:minutes_list", args=[territory])
        assert self.answers(client, people, listed) == (200, 200, 200, 404, 404, 404, 302)

    def test_members_find_no_draft_in_the_list(self, client, minutes, people, by):
        listed = reverse("coordination:minutes_list", args=[minutes.meeting.territory_id])
        client.force_login(people["member"])
        assert "Réunion fictive de mai" not in texts(client.get(listed))
        sending.send_for_review(minutes=minutes, by=by)
        assert "Réunion fictive de mai" in texts(client.get(listed))

    @pytest.mark.parametrize("role", ["member", "elsewhere", "plain"])
    @pytest.mark.parametrize("name", ["minutes_edit", "minutes_send", "minutes_reopen"])
    def test_nobody_else_acts(self, client, minutes, people, role, name):
        client.force_login(people[role])
        data = {"version": 2, "text": "X", "rows-TOTAL_FORMS": 0, "rows-INITIAL_FORMS": 0}
        assert client.post(page(minutes, name), data).status_code in {403, 404}
        assert (Minutes.objects.get().state, Minutes.objects.get().text) == (State.DRAFT, "")
