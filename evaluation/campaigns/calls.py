"""Who is to be called today, and why: worked out when the page is read, never stored. And what came of each call.

A person is called when the day of the campaign's call has come and they are still silent; sooner, from the invitation's
day on, when no mail reaches them; and on the day that a former call set. Whoever asked not to be called is called in
no campaign: the same person is the same trainee, or the same address.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from django.db import transaction
from django.utils import timezone

from accounts import audit
from accounts.models import User
from evaluation.campaigns.progress import Progress, progress_in
from evaluation.models import Call, Campaign, Invitation, Step

Outcome = Call.Outcome
QUIET = {Outcome.NO_ANSWER: timedelta(days=1), Outcome.WILL_ANSWER: timedelta(days=5)}
"""How long a call leaves the person alone."""


class Why(StrEnum):
    """From the most pressing on."""

    AGAIN = "again"
    ANSWERED = "answered"
    REMINDED = "reminded"
    REFUSED = "refused"
    NO_ADDRESS = "no_address"
    OPTED_OUT = "opted_out"


WHY_WORDS = {
    Why.AGAIN: "À rappeler, comme convenu",
    Why.ANSWERED: "A répondu au téléphone : ses réponses sont à saisir",
    Why.REMINDED: "N’a pas encore répondu",
    Why.REFUSED: "Son adresse est refusée par le serveur de courriel",
    Why.NO_ADDRESS: "Pas d’adresse de courriel",
    Why.OPTED_OUT: "Ne veut plus recevoir ces courriels",
}


@dataclass(frozen=True)
class ToCall:
    """A person to be called, since the day on which the reason came up."""

    campaign: Campaign
    progress: Progress
    why: Why
    since: date

    @property
    def words(self) -> str:
        return WHY_WORDS[self.why]


def to_call(today: date) -> list[ToCall]:
    """Over all the campaigns under way, those with a telephone number first; as many queries whatever there is."""
    campaigns = list(Campaign.objects.under_way(today).prefetch_related("steps"))
    asked = Invitation.objects.standing().filter(campaign__in=campaigns, declined_at=None).in_full()
    return among(campaigns, progress_in(campaigns, asked.filter(response__submitted_at=None)), today)


def among(campaigns: Iterable[Campaign], found: Iterable[Progress], today: date) -> list[ToCall]:
    """The same, of ``found``, persons of ``campaigns`` under way; one query, and one for steps not prefetched."""
    by_key = {campaign.pk: (campaign, steps_of(campaign)) for campaign in campaigns}
    refused = _refusals()
    chosen = []
    for one in found:
        campaign, steps = by_key[one.invitation.campaign_id]
        reason = reason_to_call(one, steps, today)
        if reason and refused.isdisjoint(_same_person(one.invitation)):
            chosen.append(ToCall(campaign, one, *reason))
    return sorted(chosen, key=_rank)


def steps_of(campaign: Campaign) -> dict[Step.Kind, date]:
    """When its invitation leaves and when calls begin, as far as it has such steps; no query once prefetched."""
    return {
        Step.Kind(step.kind): campaign.opens_on + timedelta(days=step.days)
        for step in campaign.steps.all()
        if step.kind in (Step.Kind.INVITATION, Step.Kind.CALL)
    }


def reason_to_call(one: Progress, steps: dict[Step.Kind, date], today: date) -> tuple[Why, date] | None:
    """Why a person of a campaign with these ``steps``, who never refused calls, is to be called, and since when."""
    if not one.is_silent:
        return None
    if one.calls:
        last, called_on = one.calls[0], timezone.localdate(one.calls[0].at)
        if last.outcome == Outcome.CALL_AGAIN:
            return (Why.AGAIN, last.again_on) if last.again_on <= today else None
        if last.outcome == Outcome.ANSWERED:
            return Why.ANSWERED, called_on
        if last.outcome in QUIET and called_on + QUIET[last.outcome] > today:
            return None
    return next(
        (
            (why, steps[kind])
            for why, kind, holds in (
                (Why.REMINDED, Step.Kind.CALL, True),
                (Why.REFUSED, Step.Kind.INVITATION, bool(one.bounce)),
                (Why.NO_ADDRESS, Step.Kind.INVITATION, not one.invitation.email),
                (Why.OPTED_OUT, Step.Kind.INVITATION, one.opted_out),
            )
            if holds and kind in steps and steps[kind] <= today
        ),
        None,
    )


def _refusals() -> set[tuple[str, object]]:
    """What tells the persons who asked not to be called any more, in any campaign."""
    calls = Call.objects.filter(outcome=Outcome.STOP).select_related("invitation")
    return {key for call in calls for key in _same_person(call.invitation)}


def _same_person(one: Invitation) -> set[tuple[str, object]]:
    keys = {("invitation", one.pk), ("trainee", one.trainee_id), ("address", one.email.lower())}
    return {(name, value) for name, value in keys if value}


def _rank(one: ToCall) -> Sequence:
    invitation = one.progress.invitation
    return (
        not invitation.phone,
        list(Why).index(one.why) if one.why in (Why.AGAIN, Why.ANSWERED) else len(Why),
        one.campaign.closes_on,
        invitation.case.participation.session.number,
        invitation.case.label,
        invitation.name,
    )


@transaction.atomic
def note_call(*, call: Call, by: User) -> None:
    """Keep what came of a call that ``by`` made."""
    call.by = by
    call.save()
    audit.note(call.invitation, "appel noté", by=by, **_words(call))


@transaction.atomic
def remove_call(*, call: Call, by: User) -> None:
    """Take back a call noted by mistake; what it said stays in the trace."""
    audit.note(call.invitation, "appel retiré", by=by, **_words(call))
    call.delete()


def _words(call: Call) -> dict[str, str]:
    told = [str(Call._meta.get_field(name).verbose_name) for name in ("outcome", "again_on", "note")]
    said = audit.values(call)
    return {name: said[name] for name in told if said[name]}
