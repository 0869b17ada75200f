"""Who is asked to a meeting and who came: chosen in the directory of the territory, or added on the spot."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Q

from accounts import audit
from accounts.models import User
from actors.models import Actor, Member
from actors.operations import add_actor, save_member
from alimactiv.text import normalised
from coordination.models import Attendance, Meeting
from territories.models import Territory

Who = Member | Actor | Attendance
"""A person of the directory, a structure of which nobody knows the person, or someone noted at this meeting only."""


@dataclass(frozen=True)
class Candidate:
    """Someone to tick. ``key`` names them in a form: ``m12`` a member, ``a7`` a structure, ``p3`` an attendance."""

    key: str
    who: Who
    name: str
    structure: str
    email: str = ""

    def __str__(self) -> str:
        return f"{self.name} – {self.structure}" if self.name and self.structure else self.name or self.structure


@dataclass(frozen=True)
class Newcomer:
    """Someone typed rather than ticked. Without a structure, and of no name known here, only the name is kept."""

    name: str
    structure: str = ""
    email: str = ""


def candidates(territory: Territory) -> list[Candidate]:
    """The members in post of the territory's structures, and the structures that have none, by structure."""
    members = Member.objects.current().filter(actor__territories=territory).select_related("actor")
    known = list(members.order_by("actor__name", "name", "pk"))
    without = territory.actors.exclude(pk__in=[m.actor_id for m in known]).order_by("name", "pk")
    found = [_of_member(m) for m in known] + [Candidate(f"a{a.pk}", a, "", a.name) for a in without]
    return sorted(found, key=lambda c: (normalised(c.structure), normalised(c.name)))


def noted(meeting: Meeting, besides: Iterable[Candidate]) -> list[Candidate]:
    """Those of a meeting that are not (any more) in ``besides``: names typed on the spot, people who left."""
    known = {c.key for c in besides}
    rows = meeting.attendances.select_related("member", "actor")
    return [
        Candidate(f"p{row.pk}", row, row.member.name if row.member else row.name, row.actor.name if row.actor else "")
        for row in rows
        if key_of(row) not in known
    ]


def key_of(attendance: Attendance) -> str:
    """The candidate's key that stands for an attendance."""
    if attendance.member_id:
        return f"m{attendance.member_id}"
    return f"a{attendance.actor_id}" if attendance.actor_id and not attendance.name else f"p{attendance.pk}"


def keys_expected(meeting: Meeting) -> set[str]:
    """Who to tick beforehand when a planned meeting is written up: who said to come, or else all who were asked."""
    asked = [a for a in meeting.attendances.all() if a.invited]
    coming = [a for a in asked if a.reply == Attendance.Reply.YES]
    return {key_of(a) for a in coming or asked}


def last_present(territory: Territory) -> tuple[Meeting | None, set[str]]:
    """The territory's last meeting that was held, and the keys of those who came."""
    held = territory.meetings.held().filter(attendances__present=True).order_by("-starts_at", "-pk").first()
    return held, {key_of(a) for a in held.attendances.filter(present=True)} if held else set()


@transaction.atomic
def record_present(*, meeting: Meeting, present: Iterable[Who], newcomers: Iterable[Newcomer] = (), by: User) -> None:
    """Says who came, all of them: whoever was asked and is not named did not; others not named are taken off."""
    before = _present_words(meeting)
    rows = {place(meeting, who, present=True).pk for who in present}
    rows |= {place(meeting, _known(meeting, newcomer, by), present=True).pk for newcomer in newcomers}
    others = meeting.attendances.exclude(pk__in=rows)
    others.update(present=False)
    others.filter(invited=False, corrections=None).delete()
    after = _present_words(meeting)
    if before != after:
        audit.note(meeting, "présences", by=by, présences=[before, after])


def place(meeting: Meeting, who: Who, **values: bool) -> Attendance:
    """The row of ``who`` at this meeting, made if need be, with ``values``. Inside the caller's transaction."""
    if isinstance(who, Attendance):
        row = who
    elif isinstance(who, Member):
        row, _ = Attendance.objects.get_or_create(meeting=meeting, member=who, defaults={"actor": who.actor})
    else:
        row, _ = Attendance.objects.get_or_create(meeting=meeting, member=None, actor=who, name="")
    for name, value in values.items():
        setattr(row, name, value)
    row.save(update_fields=list(values))
    return row


def _known(meeting: Meeting, newcomer: Newcomer, by: User) -> Who:
    """``newcomer`` as the directory has them, added to it if need be.

    A name without a structure is the one member of that name, or else stays a name.
    """
    if not newcomer.structure:
        people = Member.objects.current().filter(actor__territories=meeting.territory)
        namesakes = [m for m in people if normalised(m.name) == normalised(newcomer.name)]
        return namesakes[0] if len(namesakes) == 1 else Attendance.objects.create(meeting=meeting, name=newcomer.name)
    actor = _same(newcomer.structure, meeting.territory.actors.all()) or add_actor(
        name=newcomer.structure, kind=Actor.Kind.OTHER, territory=meeting.territory, by=by
    )
    return _member_of(actor, newcomer.name, newcomer.email.lower(), by)


def _member_of(actor: Actor, name: str, email: str, by: User) -> Member:
    """The structure's member of this address, or else of this name; back if they had left, new if there is none."""
    member = actor.members.filter(email__iexact=email).first() if email else None
    if member is None:
        member = _same(name, actor.members.current().filter(Q(email="") if email else Q()))
    member = member or Member(actor=actor, name=name)
    member.email, member.left_on = member.email or email, None
    return save_member(member=member, by=by)


def _same(name: str, rows) -> Actor | Member | None:
    """The row of this name, whatever its accents and capitals."""
    return next((row for row in rows if normalised(row.name) == normalised(name)), None)


def _of_member(member: Member) -> Candidate:
    return Candidate(f"m{member.pk}", member, member.name, member.actor.name, member.email)


def _present_words(meeting: Meeting) -> str:
    rows = meeting.attendances.filter(present=True).select_related("member", "actor")
    return ", ".join(str(row) for row in rows)
