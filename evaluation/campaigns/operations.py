"""The life of a campaign, and of its steps. Whom it asks is ``evaluation.campaigns.recipients``'s.

What is to be mailed follows from the state that these leave: nothing here asks the outbox for anything, save the test
mail and the reminder that someone just asked for.
"""

from collections.abc import Collection
from datetime import date

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts import audit
from accounts.audit import subject_of
from accounts.models import User
from evaluation.campaigns import asking, readiness, texts
from evaluation.campaigns.mails import TEST, works_until
from evaluation.campaigns.progress import QUESTIONNAIRE
from evaluation.campaigns.recipients import add_trainees, candidates
from evaluation.campaigns.schedule import DEFAULT_STEPS
from evaluation.models import Campaign, Step
from outbox import links
from outbox import operations as outbox

State = Campaign.State
CHANGED_MEANWHILE = "La campagne a changé d’état entre-temps : rechargez la page."
NOT_INVITED_YET = "Les invitations ne sont pas encore parties : il n’y a personne à relancer."
DAY_TAKEN = "Une autre étape a déjà ce jour."


# Preparing ------------------------------------------------------------------------------------------


@transaction.atomic
def create(*, campaign: Campaign, sessions: Collection[int], by: User) -> Campaign:
    """Keep a new campaign with the default steps; it asks those of ``sessions`` (numbers) who can be asked."""
    campaign.save()
    Step.objects.bulk_create(
        Step(
            campaign=campaign,
            kind=default.kind,
            days=default.days,
            subject=default.words.subject,
            text=default.words.text,
            partial_subject=default.words.partial_subject,
            partial_text=default.words.partial_text,
        )
        for default in DEFAULT_STEPS
    )
    found = candidates(campaign).people
    chosen = [one for one in found if one.is_preselected and one.case.participation.session.number in sessions]
    add_trainees(campaign=campaign, chosen=chosen)
    audit.note(campaign, "création", by=by, destinataires=len(chosen))
    return campaign


@transaction.atomic
def change(*, campaign: Campaign, fields: Collection[str], by: User) -> None:
    """Keep what was edited of a campaign: these ``fields`` (its form says which), and nothing else of it.

    Raises ``ValidationError`` if it was launched, paused, resumed or ended since ``campaign`` was read.
    """
    locked = _lock(campaign, State(campaign.state))
    before = audit.values(locked)
    for name in fields:
        setattr(locked, name, getattr(campaign, name))
    if audit.note(locked, "modification", by=by, before=before):
        locked.save(update_fields=fields)


@transaction.atomic
def delete(*, campaign: Campaign, by: User) -> None:
    """Forget a campaign that was never launched. Raises ``ValidationError`` once it was."""
    campaign = _lock(campaign, State.DRAFT)
    audit.note(campaign, "suppression", by=by, campagne=campaign.title)
    campaign.delete()


@transaction.atomic
def keep_step(*, step: Step, by: User) -> None:
    """Keep a new or edited step; the audit row is the campaign's.

    Raises ``ValidationError`` for a day that another step has, for what changes a day or adds a step once the campaign
    is launched, and for any change once it was ended.
    """
    locked = _lock(step.campaign, State.DRAFT, State.RUNNING, State.PAUSED)
    stored = Step.objects.filter(pk=step.pk).first() if step.pk else None
    if locked.state != State.DRAFT and (stored is None or stored.days != step.days):
        raise ValidationError(CHANGED_MEANWHILE)
    before = audit.values(stored) if stored else {}
    try:
        with transaction.atomic():
            step.save()
    except IntegrityError:
        raise ValidationError({"days": DAY_TAKEN}) from None
    said = audit.values(step)
    changes = {name: [before.get(name, ""), word] for name, word in said.items() if before.get(name, "") != word}
    if changes:
        audit.note(step.campaign, "étape modifiée" if stored else "étape ajoutée", by=by, étape=str(step), **changes)


@transaction.atomic
def remove_step(*, step: Step, by: User) -> None:
    """Take a step out of a campaign in preparation. Raises ``ValidationError`` once launched, or for the invitation."""
    if step.kind == Step.Kind.INVITATION:
        raise ValidationError("Une campagne a toujours son invitation.")
    _lock(step.campaign, State.DRAFT)
    audit.note(step.campaign, "étape supprimée", by=by, étape=str(step), jours=step.days)
    step.delete()


# Under way ------------------------------------------------------------------------------------------


@transaction.atomic
def launch(*, campaign: Campaign, by: User) -> None:
    """From now on what is due is sent. Raises ``ValidationError`` if it is not ready, or no draft any more."""
    locked = _lock(campaign, State.DRAFT)
    if problems := readiness.problems(locked):
        raise ValidationError(problems)
    _move(campaign, State.DRAFT, State.RUNNING, "lancement", by, launched_at=timezone.now())


def pause(*, campaign: Campaign, by: User) -> None:
    """No mail leaves until ``resume``; answers are still taken. Raises ``ValidationError`` if it is not running."""
    _move(campaign, State.RUNNING, State.PAUSED, "mise en pause", by)


def resume(*, campaign: Campaign, by: User) -> None:
    """Mails leave again: the latest step due, not those of the pause. Raises ``ValidationError`` if not paused."""
    _move(campaign, State.PAUSED, State.RUNNING, "reprise", by)


@transaction.atomic
def end(*, campaign: Campaign, by: User) -> None:
    """No more mail, no more answer; its links say so. Raises ``ValidationError`` if it is not under way."""
    locked = _lock(campaign, State.RUNNING, State.PAUSED)
    _move(campaign, State(locked.state), State.ENDED, "arrêt", by)


@transaction.atomic
def extend(*, campaign: Campaign, closes_on: date, by: User) -> None:
    """Take answers until a later day; the links already sent work until then.

    Raises ``ValidationError`` for a day that is not later, or is past, and for a campaign that was never launched or
    was ended.
    """
    locked = _lock(campaign, State.RUNNING, State.PAUSED)
    if closes_on <= locked.closes_on or closes_on < timezone.localdate():
        raise ValidationError("Choisissez un jour après la date de clôture actuelle, et pas encore passé.")
    before = audit.values(locked)
    campaign.closes_on = locked.closes_on = closes_on
    locked.save(update_fields=["closes_on"])
    held = locked.invitations.standing().select_for_update().order_by("pk")  # no mail makes a link meanwhile
    subjects = [subject_of(invitation) for invitation in held]
    links.extend(purpose=QUESTIONNAIRE, subjects=subjects, until=works_until(locked))
    audit.note(locked, "prolongation", by=by, before=before)


@transaction.atomic
def remind_silent(*, campaign: Campaign, by: User) -> int:
    """Write today to all those who are silent and await no mail; how many. Once a day: again, it reaches nobody twice.

    Raises ``ValidationError`` if the campaign is not under way, and before the day of its invitations: who had the
    reminder would get the invitation after it.
    """
    locked = _lock(campaign, State.RUNNING)
    if locked.closes_on < timezone.localdate():
        raise ValidationError("La campagne est close : prolongez-la d’abord.")
    if not locked.has_invited:
        raise ValidationError(NOT_INVITED_YET)
    words = texts.EXTRA
    Step.objects.get_or_create(
        campaign=locked,
        on=timezone.localdate(),
        defaults={
            "kind": Step.Kind.EXTRA,
            "subject": words.subject,
            "text": words.text,
            "partial_subject": words.partial_subject,
            "partial_text": words.partial_text,
        },
    )
    asked = asking.ask(locked, timezone.now())
    audit.note(locked, "relance à la demande", by=by, courriels=asked)
    return asked


def send_test(*, step: Step, by: User) -> None:
    """Send a step, as it will read, to who asks for it, at once. Raises ``ValidationError`` for a call."""
    if step.kind == Step.Kind.CALL:
        raise ValidationError("Un appel ne s’envoie pas.")
    moment = timezone.now().isoformat()
    outbox.ask(purpose=TEST, subject=subject_of(step), step=moment, recipient=by.email)


def _lock(campaign: Campaign, *states: State) -> Campaign:
    """The campaign as it is stored, held until the transaction ends. Raises ``ValidationError`` in another state."""
    locked = Campaign.objects.select_for_update().get(pk=campaign.pk)
    if locked.state not in states:
        raise ValidationError(CHANGED_MEANWHILE)
    return locked


@transaction.atomic
def _move(campaign: Campaign, former: State, state: State, action: str, by: User, **dates) -> None:
    locked = _lock(campaign, former)
    locked.state = campaign.state = state
    for name, moment in dates.items():
        setattr(locked, name, moment)
        setattr(campaign, name, moment)
    locked.save(update_fields=["state", *dates])
    audit.note(locked, action, by=by)
