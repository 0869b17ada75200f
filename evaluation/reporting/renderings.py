"""A format's making: asked for once, claimed by a worker, kept; resumed when its worker died, tried again when asked.

Claimed by compare-and-swap; a constraint holds one at a time for a snapshot. What is made is kept beside its
snapshot, which never changes: asking again gives the same file.
"""

import hashlib
from datetime import timedelta

from django.core.files.base import ContentFile
from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.text import slugify

from accounts.models import User
from evaluation.models import Rendering, ReportSnapshot
from evaluation.models.reports import AlteredError
from evaluation.reporting import slide_template
from evaluation.reporting.formats import FORMATS

State = Rendering.State
SILENCE = timedelta(minutes=10)
MOST_ATTEMPTS = 3


def ask(*, snapshot: ReportSnapshot, format: str, by: User) -> Rendering:
    """The making of one format: a new one, the one under way or done, or the one that failed, queued again.

    Slides made with another template than today's are made again.
    """
    rendering, _ = Rendering.objects.get_or_create(snapshot=snapshot, format=format, defaults={"by": by})
    again = Q(state=State.FAILED)
    if FORMATS[format].takes_template:
        again |= Q(state=State.DONE) & ~Q(template=slide_template.digest())
    if Rendering.objects.filter(again, pk=rendering.pk).update(
        state=State.QUEUED, by=by, attempts=0, stage="", failure="", heartbeat_at=timezone.now()
    ):
        rendering.refresh_from_db()
    return rendering


def process(rendering_id) -> None:
    """Make one queued format. Does nothing if it is no longer queued, or while another of its snapshot is made.

    A failure is written on the row, then raised for the worker's log.
    """
    queued = Rendering.objects.filter(pk=rendering_id, state=State.QUEUED)
    try:
        with transaction.atomic():
            claimed = queued.update(state=State.RUNNING, stage="Mise en page", heartbeat_at=timezone.now())
    except IntegrityError:
        return  # its turn comes when that one ends
    if not claimed:
        return
    rendering = Rendering.objects.select_related("snapshot__evaluation").get(pk=rendering_id)
    mine = Rendering.objects.filter(pk=rendering_id, state=State.RUNNING, attempts=rendering.attempts)
    try:
        template = slide_template.in_force() if FORMATS[rendering.format].takes_template else None
        content = FORMATS[rendering.format].render(
            rendering.snapshot.as_values, **({"template": slide_template.read(template)} if template else {})
        )
        mine.update(stage="Enregistrement", heartbeat_at=timezone.now())
        former = rendering.file.name  # slides made again
        rendering.file.save(name_of(rendering), ContentFile(content), save=False)
        kept = mine.update(
            state=State.DONE,
            file=rendering.file.name,
            size=len(content),
            sha256=hashlib.sha256(content).hexdigest(),
            template=template.sha256 if template else "",
            finished_at=timezone.now(),
        )
        useless = former if kept else rendering.file.name
        if useless:
            rendering.file.storage.delete(useless)
    except Exception as error:
        mine.update(state=State.FAILED, failure=_reason(error), finished_at=timezone.now())
        raise


def _reason(error: Exception) -> str:
    if isinstance(error, AlteredError):
        return "Le contenu du rapport ne correspond plus à son empreinte : rien n’en est tiré."
    return f"Une erreur imprévue l’a arrêté ({type(error).__name__}) ; le journal du serveur en dit plus."


def name_of(rendering: Rendering) -> str:
    """``rapport-sessions-1-3-n2.pdf``, with ``-public`` for a public one. As it is taken away: a storage may have
    kept it under another."""
    snapshot = rendering.snapshot
    public = "-public" if snapshot.public else ""
    code = slugify(snapshot.evaluation.code) or "evaluation"
    return f"rapport-{code}-n{snapshot.number}{public}{FORMATS[rendering.format].suffix}"


def next_of(rendering_id) -> list:
    """The formats of the same snapshot whose turn has come (ids): none while one of them is being made."""
    same = Rendering.objects.filter(snapshot__renderings=rendering_id)
    if same.filter(state=State.RUNNING).exists():
        return []
    return list(same.filter(state=State.QUEUED).values_list("pk", flat=True))


def requeue_silent() -> list:
    """Queue again what no worker speaks of any more, give up what was tried too often; returns the ids queued."""
    queued = []
    for rendering in Rendering.objects.silent_since(timezone.now() - SILENCE):
        same = Rendering.objects.filter(pk=rendering.pk, state=rendering.state, attempts=rendering.attempts)
        died = rendering.state == State.RUNNING
        if died and rendering.attempts + 1 >= MOST_ATTEMPTS:
            failure = f"La mise en forme s’est interrompue {MOST_ATTEMPTS} fois avant sa fin."
            same.update(state=State.FAILED, failure=failure, finished_at=timezone.now())
        elif same.update(state=State.QUEUED, attempts=rendering.attempts + died, heartbeat_at=timezone.now()):
            queued.append(rendering.pk)
    return queued
