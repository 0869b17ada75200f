"""A booklet's making: asked for, claimed by one worker, kept; resumed when its worker died."""

from dataclasses import asdict
from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from accounts import audit
from accounts.models import User
from actors.booklet.content import Choices, compose
from actors.booklet.rendering import render
from actors.models import BookletPrint
from territories.models import Territory

State = BookletPrint.State
SILENCE = timedelta(minutes=10)
"""No booklet takes so long: two hundred helps take half a minute."""
MOST_ATTEMPTS = 3


@transaction.atomic
def ask(*, territory: Territory, choices: Choices, by: User) -> BookletPrint:
    """A booklet to be made. One that is being made with the same choices is not asked for twice."""
    said = {"choices": asdict(choices), "for_professionals": choices.for_professionals}
    same = BookletPrint.objects.under_way().filter(territory=territory, by=by).defer("content")
    found = next((one for one in same if _choices(one) == choices), None)
    if found:
        return found
    booklet = BookletPrint.objects.create(territory=territory, by=by, **said)
    audit.note(booklet, "création", by=by)
    return booklet


def process(pk: int) -> None:
    """Make a queued booklet. Does nothing if it is no longer queued.

    A failure is written on the row, then raised for the worker's log.
    """
    claimed = BookletPrint.objects.filter(pk=pk, state=State.QUEUED)
    if not claimed.update(state=State.RUNNING, beat_at=timezone.now()):
        return
    booklet = BookletPrint.objects.select_related("territory").get(pk=pk)
    mine = BookletPrint.objects.filter(pk=pk, state=State.RUNNING, attempts=booklet.attempts)
    try:
        composed = compose(booklet.territory, _choices(booklet))
        mine.update(count=len(composed.cards))
        mine.update(state=State.DONE, content=render(composed))
    except Exception as error:
        reason = f"Une erreur imprévue l’a arrêté ({type(error).__name__}) ; le journal du serveur en dit plus."
        mine.update(state=State.FAILED, reason=reason)
        raise


def _choices(booklet: BookletPrint) -> Choices:
    said = booklet.choices
    return Choices(**said | {"kinds": tuple(said["kinds"]), "publics": tuple(said["publics"])})


def requeue_silent() -> list[int]:
    """Queue again what no worker speaks of any more, give up what was tried too often; returns those queued."""
    queued = []
    for booklet in BookletPrint.objects.silent_since(timezone.now() - SILENCE).defer("content"):
        same = BookletPrint.objects.filter(pk=booklet.pk, state=booklet.state, attempts=booklet.attempts)
        died = booklet.state == State.RUNNING
        if died and booklet.attempts + 1 >= MOST_ATTEMPTS:
            same.update(state=State.FAILED, reason=f"La mise en page s’est interrompue {MOST_ATTEMPTS} fois.")
        elif same.update(state=State.QUEUED, attempts=booklet.attempts + died, beat_at=timezone.now()):
            queued.append(booklet.pk)
    return queued


def forget() -> None:
    """Booklets of more than a month: their hours are no longer true."""
    BookletPrint.objects.forgettable().delete()
