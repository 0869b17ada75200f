"""Links by which readers without an account (COPIL) open one frozen report: they end, can be revoked, are logged.

What is logged is a press of a button, never a GET: mail scanners open every link (ADR 15).
"""

from dataclasses import dataclass

from django.db import transaction

from accounts import audit
from accounts.models import User
from evaluation.models import ReportOpening, ReportSnapshot
from outbox import links
from outbox.models import Link

PURPOSE = "report"


@dataclass(frozen=True)
class Reader:
    """Who opens which report by which link."""

    link: Link
    snapshot: ReportSnapshot


@transaction.atomic
def invite(*, snapshot: ReportSnapshot, recipient: str, days: int, by: User) -> str:
    """A token that opens ``snapshot`` to ``recipient`` for some days; any former link of theirs opens nothing more."""
    subject = audit.subject_of(snapshot)
    links.revoke(purpose=PURPOSE, subject=subject, recipient=recipient)
    audit.note(snapshot, "lien de lecture : création", by=by, destinataire=recipient, jours=days)
    return links.make(purpose=PURPOSE, subject=subject, recipient=recipient, days=days)


@transaction.atomic
def revoke(*, snapshot: ReportSnapshot, recipient: str, by: User) -> int:
    """Make ``recipient``'s link open nothing more; how many there were."""
    ended = links.revoke(purpose=PURPOSE, subject=audit.subject_of(snapshot), recipient=recipient)
    if ended:
        audit.note(snapshot, "lien de lecture : révocation", by=by, destinataire=recipient)
    return ended


def links_of(snapshot: ReportSnapshot) -> list[Link]:
    """The links of a report that still work, the latest first."""
    return list(Link.objects.open().filter(purpose=PURPOSE, subject=audit.subject_of(snapshot)).order_by("-created_at"))


def find(token: str) -> Reader | None:
    """Whom a token is for, and the report that it opens."""
    link = links.find(token, PURPOSE)
    if link is None:
        return None
    number = int(link.subject.partition(":")[2])
    snapshot = ReportSnapshot.objects.select_related("evaluation").filter(pk=number).first()
    return Reader(link, snapshot) if snapshot else None


def note_opening(*, reader: Reader, what: str) -> ReportOpening:
    """Log that a link was used: ``ReportOpening.READ``, or a format's code."""
    return ReportOpening.objects.create(snapshot=reader.snapshot, recipient=reader.link.recipient, what=what)
