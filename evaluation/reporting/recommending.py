"""The order of recommendations; what they say is kept by ``evaluation.recording``."""

from django.db import transaction
from django.db.models import Max

from accounts import audit
from accounts.models import User
from evaluation import recording
from evaluation.models import Recommendation


@transaction.atomic
def keep(*, recommendation: Recommendation, by: User) -> None:
    """Save a new recommendation, the last of its kind, or a corrected one."""
    if recommendation.pk is None:
        same = Recommendation.objects.filter(evaluation=recommendation.evaluation, kind=recommendation.kind)
        recommendation.position = (same.aggregate(last=Max("position"))["last"] or 0) + 1
    recording.keep(row=recommendation, by=by)


@transaction.atomic
def move(*, recommendation: Recommendation, up: bool, by: User) -> None:
    """Put it before the one above it, or after the one below, among those of its kind; at the end, nothing moves."""
    same = Recommendation.objects.select_for_update().filter(
        evaluation=recommendation.evaluation, kind=recommendation.kind
    )
    rows = list(same)
    here = rows.index(recommendation)
    there = here + (-1 if up else 1)
    if not 0 <= there < len(rows):
        return
    rows[here], rows[there] = rows[there], rows[here]
    for position, row in enumerate(rows, start=1):
        row.position = position
    Recommendation.objects.bulk_update(rows, ["position"])
    audit.note(recommendation.evaluation, "recommandation ou suite : ordre", by=by, intitulé=recommendation.heading)
