"""Minutes on their way: draft, sent to those who came, final; and the corrections these propose."""

from dataclasses import dataclass

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from accounts import audit
from accounts.audit import subject_of
from accounts.models import User
from coordination.actions import ASSIGNED
from coordination.models import ActionItem, Attendance, Correction, Meeting, Minutes, MutualisationProject, Outcome
from coordination.records import create_record
from outbox.operations import ask_many

State = Minutes.State
REVIEW = "minutes_review"
FINAL = "minutes_final"


class NotInThatStateError(Exception):
    """Someone else sent, closed or reopened these minutes meanwhile: nothing was done."""


@dataclass(frozen=True)
class Recipients:
    """Who gets the minutes: those who came, with an address (each once), and those without."""

    written: list[Attendance]
    unwritten: list[Attendance]

    @property
    def addresses(self) -> list[str]:
        return [attendance.member.email.lower() for attendance in self.written]


def recipients(meeting: Meeting) -> Recipients:
    written, unwritten, seen = [], [], set()
    for attendance in meeting.attendances.filter(present=True).select_related("member", "actor"):
        member = attendance.member
        address = member.email.lower() if member and not member.has_left else ""
        if not address:
            unwritten.append(attendance)
        elif address not in seen:
            seen.add(address)
            written.append(attendance)
    return Recipients(written, unwritten)


@transaction.atomic
def send_for_review(*, minutes: Minutes, by: User) -> int:
    """Sends a draft to those who came, and their actions to those who are to do them. Returns how many get it.

    Raises ``NotInThatStateError`` if it is no draft any more.
    """
    before = minutes.sent_at
    _move(minutes, [State.DRAFT], State.SENT, by, sent_at=timezone.now())
    found = recipients(minutes.meeting)
    ask_many(purpose=REVIEW, step=sent_step(minutes), wanted=[(subject_of(minutes), a) for a in found.addresses])
    _tell_owners(minutes, before)
    return len(found.addresses)


@transaction.atomic
def close(*, minutes: Minutes, by: User) -> int:
    """Makes minutes final and sends them so. Returns how many get them.

    Raises ``NotInThatStateError`` if they are not under review.
    """
    _move(minutes, [State.SENT], State.FINAL, by, final_at=timezone.now())
    found = recipients(minutes.meeting)
    ask_many(purpose=FINAL, step=final_step(minutes), wanted=[(subject_of(minutes), a) for a in found.addresses])
    return len(found.addresses)


@transaction.atomic
def reopen(*, minutes: Minutes, by: User) -> None:
    """Back to a draft, which only the coordination reads. Raises ``NotInThatStateError`` if it is one."""
    _move(minutes, [State.SENT, State.FINAL], State.DRAFT, by)


def sent_step(minutes: Minutes) -> str:
    """Which sending: a reopened draft is sent anew."""
    return minutes.sent_at.isoformat()


def final_step(minutes: Minutes) -> str:
    return minutes.final_at.isoformat()


def _move(minutes: Minutes, former: list[str], state: str, by: User, **dates) -> None:
    """By compare-and-swap: of two clicks, one counts."""
    found = Minutes.objects.filter(pk=minutes.pk, state__in=former)
    if not found.update(state=state, version=F("version") + 1, changed_at=timezone.now(), changed_by=by, **dates):
        raise NotInThatStateError
    was = minutes.get_state_display()
    minutes.refresh_from_db()
    audit.note(minutes, "état", by=by, état=[was, minutes.get_state_display()])


def _tell_owners(minutes: Minutes, before) -> None:
    """One mail for all that minutes ask of a person; once more only for what changed since they were sent before."""
    actions = ActionItem.objects.open().filter(outcome__minutes=minutes).with_owners()
    if before:
        actions = actions.filter(changed_at__gt=before)
    addresses = sorted({member.email.lower() for action in actions for member in action.people()})
    ask_many(purpose=ASSIGNED, step=sent_step(minutes), wanted=[(subject_of(minutes), a) for a in addresses])


@transaction.atomic
def propose_correction(*, minutes: Minutes, attendance: Attendance, text: str) -> Correction:
    """Keeps what someone who came says should change. Raises ``NotInThatStateError`` unless under review."""
    if not Minutes.objects.select_for_update().filter(pk=minutes.pk, state=State.SENT).exists():
        raise NotInThatStateError
    correction = Correction.objects.create(minutes=minutes, attendance=attendance, text=text)
    audit.note(minutes, "correction proposée", by=None, correction=correction.pk)
    return correction


@transaction.atomic
def settle_correction(*, correction: Correction, state: str, by: User) -> None:
    """Says what became of a correction. The coordination writes it in the minutes itself."""
    correction.state = state
    correction.save(update_fields=["state"])
    audit.note(correction.minutes, "correction", by=by, correction=correction.pk, suite=correction.get_state_display())


@transaction.atomic
def lead_to_project(*, decision: Outcome, project: MutualisationProject | None, by: User) -> None:
    """Says which project a decision led to (a new one is kept first), or that it led to none."""
    if project and project.pk is None:
        create_record(record=project, by=by)
    before = str(decision.project or "")
    decision.project = project
    decision.save(update_fields=["project"])
    audit.note(decision.minutes, "projet", by=by, décision=decision.text, projet=[before, str(project or "")])
