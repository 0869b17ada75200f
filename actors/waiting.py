"""What waits for whoever keeps a directory: told on the first page of their territory, done on the desk."""

from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone

from accounts.models import User
from actors.freshness.calls import to_call
from actors.models import Actor, CheckRound, Joining, Proposal
from territories.models import Territory


@dataclass(frozen=True)
class Waiting:
    """How many structures are to be called now, proposals to be decided, and people who say that they belong to one."""

    calls: int
    proposals: int
    claims: int

    def __bool__(self) -> bool:
        return bool(self.calls or self.proposals or self.claims)


def waiting_for(user: User, territory: Territory, now: datetime) -> Waiting:
    """What waits on the entries of a territory that ``user`` keeps, as the tabs of its desk list it."""
    rounds, proposals, claims = CheckRound.objects.open(), Proposal.objects.pending(), Joining.objects.to_decide()
    first, *others = (waiting.order_by().values("actor") for waiting in (rounds, proposals, claims))
    concerned = Actor.objects.listed().of(territory).kept_by(user).filter(pk__in=first.union(*others))
    keys = list(concerned.values_list("pk", flat=True))  # which entries one keeps is long to ask: asked once
    if not keys:
        return Waiting(0, 0, 0)
    kept = Actor.objects.filter(pk__in=keys)
    today = timezone.localdate(now)
    return Waiting(
        calls=sum(1 for row in to_call(kept, now) if not row.waits_on(today)),
        proposals=proposals.filter(actor__in=kept).count(),
        claims=claims.filter(actor__in=kept.active()).count(),
    )
