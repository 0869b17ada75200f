"""Where each person of a campaign stands, read for its pages, its mails and its calls; nothing is stored of it."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from django.db.models import Count, Q

from accounts.audit import subject_of
from evaluation.models import Call, Campaign, Invitation, Response
from outbox.models import Bounce, Mail, OptOut

QUESTIONNAIRE = "questionnaire"
"""The purpose of the mails and of the links that open a questionnaire."""
LEFT = (Mail.State.SENT, Mail.State.TO_CHECK)


class Status(StrEnum):
    """From the end to the beginning: a person has the first that is true."""

    DONE = "done"
    ENDED = "ended"
    DECLINED = "declined"
    PARTIAL = "partial"
    OPENED = "opened"
    BOUNCED = "bounced"
    OPTED_OUT = "opted_out"
    SENT = "sent"
    WAITING = "waiting"


STATUS_WORDS = {
    Status.DONE: "a répondu",
    Status.ENDED: "n’est plus sollicité·e",
    Status.DECLINED: "a décliné",
    Status.PARTIAL: "réponse commencée",
    Status.OPENED: "a ouvert le questionnaire",
    Status.BOUNCED: "adresse refusée",
    Status.OPTED_OUT: "ne veut plus de courriels",
    Status.SENT: "courriel envoyé",
    Status.WAITING: "rien d’envoyé",
}


@dataclass(frozen=True)
class Progress:
    """What is known of one person, at one moment."""

    invitation: Invitation
    status: Status
    mails: Mapping[str, Mail] = field(default_factory=dict)
    """The mail of each step (``Step.code``) to the person's present address."""
    bounce: str = ""
    opted_out: bool = False
    """They want no more mails of this kind, whatever they have begun."""
    answered: int = 0
    """Questions answered so far."""
    wrote_at: datetime | None = None
    """When the last answer was saved."""
    calls: tuple[Call, ...] = ()
    """The last one first."""
    covered: bool = False
    """One answer is enough for the territory, and someone else gave it."""

    @property
    def words(self) -> str:
        """The status, in French."""
        return STATUS_WORDS[self.status]

    @property
    def last_left_at(self) -> datetime | None:
        """When the last mail left, or may have left."""
        return max(
            (mail.sent_at or mail.claimed_at for mail in self.mails.values() if mail.state in LEFT), default=None
        )

    @property
    def awaits_mail(self) -> bool:
        """A mail is asked for, or leaving, and nobody knows yet what becomes of it."""
        return any(mail.state in (Mail.State.DUE, Mail.State.CLAIMED) for mail in self.mails.values())

    @property
    def is_silent(self) -> bool:
        """Still asked, and has neither answered to the end nor declined, nor is covered by someone else's answer."""
        return self.status not in (Status.ENDED, Status.DONE, Status.DECLINED) and not self.covered


def progress(campaign: Campaign, invitations: Iterable[Invitation] | None = None) -> list[Progress]:
    """Where each person of ``campaign`` (or of its ``invitations``, ``in_full``) stands; seven queries at most."""
    return progress_in([campaign], campaign.invitations.in_full() if invitations is None else invitations)


def progress_in(campaigns: Iterable[Campaign], invitations: Iterable[Invitation]) -> list[Progress]:
    """Where the persons of ``invitations``, ``in_full``, stand, all of them of ``campaigns``; as many queries."""
    chosen = list(invitations)
    addresses = {invitation.email.lower() for invitation in chosen}
    mails: dict[tuple[str, str], dict[str, Mail]] = defaultdict(dict)
    for mail in Mail.objects.filter(purpose=QUESTIONNAIRE, subject__in=[subject_of(one) for one in chosen]):
        mails[mail.subject, mail.recipient][mail.step] = mail
    bounces = dict(Bounce.objects.filter(address__in=addresses).values_list("address", "reason"))
    opted_out = {*OptOut.objects.filter(address__in=addresses, purpose=QUESTIONNAIRE).values_list("address", flat=True)}
    answered = _answered(chosen)
    calls: dict[int, list[Call]] = defaultdict(list)
    for call in Call.objects.filter(invitation__in=chosen).select_related("by"):
        calls[call.invitation_id].append(call)
    responded = _responders(campaigns)
    found = []
    for one in chosen:
        address = one.email.lower()
        theirs = mails.get((subject_of(one), address), {})
        bounce = bounces.get(address, "")
        response = getattr(one, "response", None)
        found.append(
            Progress(
                invitation=one,
                status=_status(one, response, answered.get(one.pk, 0), bounce, address in opted_out, theirs),
                mails=theirs,
                bounce=bounce,
                opted_out=address in opted_out,
                answered=answered.get(one.pk, 0),
                wrote_at=response.saved_at if response else None,
                calls=tuple(calls[one.pk]),
                covered=bool(responded.get((one.campaign_id, one.case_id), set()) - {one.pk}),
            )
        )
    return found


def _answered(chosen: list[Invitation]) -> dict[int, int]:
    """How many questions each has answered."""
    given = Q(answers__is_asked=True, answers__value__isnull=False)
    responses = Response.objects.filter(invitation__in=chosen)
    return dict(responses.annotate(n=Count("answers", filter=given)).values_list("invitation_id", "n"))


def _responders(campaigns: Iterable[Campaign]) -> dict[tuple[int, int], set[int]]:
    """The invitations answered to the end, by campaign and case, where one answer is enough for a territory."""
    found: dict[tuple[int, int], set[int]] = defaultdict(set)
    concerned = [campaign.pk for campaign in campaigns if campaign.one_per_territory]
    done = Invitation.objects.filter(campaign__in=concerned, response__submitted_at__isnull=False)
    for campaign, case, pk in done.order_by().values_list("campaign", "case", "pk"):
        found[campaign, case].add(pk)
    return found


def _status(
    one: Invitation,
    response: Response | None,
    answered: int,
    bounce: str,
    opted_out: bool,
    mails: Mapping[str, Mail],
) -> Status:
    states = (
        (Status.DONE, response is not None and response.submitted_at is not None),
        (Status.ENDED, one.ended_at is not None),
        (Status.DECLINED, one.declined_at is not None),
        (Status.PARTIAL, answered > 0),
        (Status.OPENED, response is not None),
        (Status.BOUNCED, bool(bounce)),
        (Status.OPTED_OUT, opted_out),
        (Status.SENT, any(mail.state in LEFT for mail in mails.values())),
    )
    return next((status for status, holds in states if holds), Status.WAITING)
