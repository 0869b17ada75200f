"""Asking the outbox for the mails that campaigns owe: the work of the beat task, harmless however often it is done."""

from collections import defaultdict
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from accounts.audit import subject_of
from evaluation.campaigns.progress import QUESTIONNAIRE, progress
from evaluation.campaigns.schedule import due_step
from evaluation.models import Campaign, Step
from outbox.operations import ask_many


def ask_due(now: datetime) -> int:
    """Ask for every mail that is due in the campaigns under way; how many."""
    under_way = Campaign.objects.under_way(timezone.localdate(now)).order_by("pk")
    return sum(ask(campaign, now) for campaign in under_way)


@transaction.atomic
def ask(campaign: Campaign, now: datetime) -> int:
    """Ask for the mails due in one campaign; as many queries whatever its recipients, and a few per 500 mails.

    The outbox keeps one row per invitation, step and address, so that nobody gets a step twice. The campaign is
    locked: two rounds at once would otherwise each ask for another step, one before midnight and one after.
    """
    campaign = Campaign.objects.select_for_update().get(pk=campaign.pk)
    steps = list(campaign.steps.all())
    wanted: dict[Step, list[tuple[str, str]]] = defaultdict(list)
    for one in progress(campaign, campaign.invitations.standing().in_full()):
        if step := due_step(one, steps, campaign, now):
            wanted[step].append((subject_of(one.invitation), one.invitation.email))
    for step, pairs in wanted.items():
        ask_many(purpose=QUESTIONNAIRE, step=step.code, wanted=pairs, due_at=now, again=True)
    return sum(map(len, wanted.values()))
