"""How answers came in, day after day since the opening: the campaign against a former one, or session by session."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date

from django.db.models import QuerySet
from django.utils import timezone

from evaluation.charts import Curve
from evaluation.models import Campaign, Response

Answered = dict[int, date | None]
"""The day of the first answer, by case; ``None`` for those without."""


def former_campaigns(campaign: Campaign) -> QuerySet[Campaign]:
    """Those launched that opened before, the latest first."""
    launched = Campaign.objects.filter(launched_at__isnull=False, opens_on__lt=campaign.opens_on)
    return launched.order_by("-opens_on", "-pk")


def of_campaign(campaign: Campaign, label: str) -> Curve:
    """Over all its territories; two queries."""
    return _curve(label, campaign, _answered(campaign).values())


def by_session(campaign: Campaign) -> list[Curve]:
    """A curve for each of its sessions, in order; two queries."""
    sessions: dict[int, list[date | None]] = defaultdict(list)
    numbers = dict(campaign.invitations.order_by().values_list("case", "case__participation__session__number"))
    for case, day in _answered(campaign).items():
        sessions[numbers[case]].append(day)
    return [_curve(f"Session {number}", campaign, days) for number, days in sorted(sessions.items())]


def _answered(campaign: Campaign) -> Answered:
    """Of all the territories where someone was ever asked: who left or was removed does not shrink the whole."""
    found: Answered = dict.fromkeys(campaign.invitations.order_by().values_list("case", flat=True))
    sent = Response.objects.filter(invitation__campaign=campaign, submitted_at__isnull=False)
    for case, at in sent.order_by("-submitted_at").values_list("invitation__case", "submitted_at"):
        found[case] = timezone.localdate(at)
    return found


def _curve(label: str, campaign: Campaign, days: Iterable[date | None]) -> Curve:
    """From the opening to the closing, or to today; what came with the notice counts on day 0."""
    days = list(days)
    since = sorted(max((day - campaign.opens_on).days, 0) for day in days if day)
    last = max((min(timezone.localdate(), campaign.closes_on) - campaign.opens_on).days, 0, *since)
    marks = sorted({0, *since, last})
    return Curve(label, len(days), [(mark, sum(day <= mark for day in since)) for mark in marks])
