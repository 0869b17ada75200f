"""Freezing a report: its content whole, canonical, hashed and numbered, never changed afterwards."""

import hashlib

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from accounts import audit
from accounts.models import User
from evaluation.models import Evaluation, ReportSnapshot
from evaluation.report import INSIDE, as_json, build, canonical
from evaluation.reporting.layout import chosen
from evaluation.reporting.outline import Edition
from evaluation.reporting.release import Release
from evaluation.reporting.wording import french_date


@transaction.atomic
def freeze(*, evaluation: Evaluation, title: str, by: User, release: Release = INSIDE) -> ReportSnapshot:
    """Keep the report of ``evaluation`` as it stands, with the sections chosen, under the next number."""
    Evaluation.objects.select_for_update().get(pk=evaluation.pk)  # nobody else takes this number
    number = (evaluation.snapshots.aggregate(last=Max("number"))["last"] or 0) + 1
    made_at = timezone.now()
    edition = Edition(
        number=number,
        title=title,
        made_on=french_date(timezone.localdate(made_at)),
        author="" if release.public else str(by),
        public=release.public,
        threshold=release.threshold,
    )
    report = build(evaluation, release=release, chosen=chosen(evaluation), edition=edition)
    content = canonical(as_json(report))
    snapshot = ReportSnapshot.objects.create(
        evaluation=evaluation,
        number=number,
        title=report.title,  # without the names that a public one withholds
        made_at=made_at,
        by=by,
        content=content,
        sha256=hashlib.sha256(content.encode()).hexdigest(),
        public=release.public,
        threshold=release.threshold,
        named=sorted(release.named),
    )
    audit.note(snapshot, "rapport figé", by=by, numéro=number, empreinte=snapshot.sha256)
    return snapshot
