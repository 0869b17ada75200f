"""What a territory shows of its logbook to those around it, and what these see of the territories inside."""

from dataclasses import dataclass
from datetime import date, datetime, time

from django.db import transaction
from django.db.models import Count, Max, Q
from django.utils import timezone

from accounts import audit
from accounts.models import User
from coordination.attention import OVER
from coordination.models import Meeting, MutualisationProject, Sharing
from coordination.warnings import ACTIVE_MONTHS, months_before
from territories.models import Territory

MIN_UNSHARED = 3
"""Fewer territories that share nothing are left out of the totals: one could tell their part by subtraction."""


@dataclass(frozen=True)
class Inside:
    """A territory inside another: its meetings held in 12 months, its open projects, its last meeting."""

    territory: Territory
    meetings: int
    projects: int
    last_meeting: date | None


@dataclass(frozen=True)
class Aggregates:
    """The sharing territories one by one, and the totals of ``counted`` territories."""

    shared: list[Inside]
    unshared: list[Territory]
    counted: int
    meetings: int
    projects: int

    @property
    def leaves_out(self) -> bool:
        """Whether the unshared ones are too few to be in the totals."""
        return bool(self.unshared) and self.counted == len(self.shared)


@transaction.atomic
def set_sharing(*, territory: Territory, shares_records: bool, by: User) -> None:
    """Shows, or no longer shows, the territory's own figures to those around it."""
    sharing, _ = Sharing.objects.select_for_update().get_or_create(territory=territory)
    before = audit.values(sharing)
    sharing.shares_records = shares_records
    if audit.note(sharing, "partage", by=by, before=before):
        sharing.save()


def inside(territory: Territory, today: date) -> Aggregates:
    """What the coordinators of ``territory`` see of the coordinated territories inside it."""
    parts = Territory.objects.filter(parents=territory, coordinators__isnull=False).distinct()
    found = _figures(list(parts), today)
    sharing = set(Sharing.objects.filter(territory__in=parts, shares_records=True).values_list("territory", flat=True))
    shared = [one for one in found if one.territory.pk in sharing]
    unshared = [one for one in found if one.territory.pk not in sharing]
    counted = shared + (unshared if len(unshared) >= MIN_UNSHARED else [])
    return Aggregates(
        shared=shared,
        unshared=[one.territory for one in unshared],
        counted=len(counted),
        meetings=sum(one.meetings for one in counted),
        projects=sum(one.projects for one in counted),
    )


def _figures(parts: list[Territory], today: date) -> list[Inside]:
    since = timezone.make_aware(datetime.combine(months_before(today, ACTIVE_MONTHS), time.min))
    held = Meeting.objects.held().filter(territory__in=parts).order_by().values("territory")
    recent = Count("pk", filter=Q(starts_at__gte=since))
    meetings = {row["territory"]: row for row in held.annotate(recent=recent, last=Max("starts_at"))}
    under_way = MutualisationProject.objects.alive().filter(territory__in=parts).exclude(stage__in=OVER)
    projects = dict(under_way.order_by().values_list("territory").annotate(Count("pk")))
    nothing = {"recent": 0, "last": None}
    return [
        Inside(
            part,
            meetings=meetings.get(part.pk, nothing)["recent"],
            projects=projects.get(part.pk, 0),
            last_meeting=(last := meetings.get(part.pk, nothing)["last"]) and timezone.localdate(last),
        )
        for part in parts
    ]
