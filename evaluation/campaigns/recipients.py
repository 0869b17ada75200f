"""Whom a campaign asks: who can be, and who joins, leaves, is replaced or gets another address."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts import audit
from accounts.audit import subject_of
from accounts.models import User
from actors.models import Trainee
from actors.operations import save_trainee
from evaluation.campaigns.progress import QUESTIONNAIRE
from evaluation.models import Campaign, Case, Invitation
from outbox import links
from outbox.models import Bounce, OptOut

ALREADY_ASKED = "Une personne est déjà sollicitée à cette adresse pour ce territoire."
NO_LONGER_ASKED = "Cette personne n’est plus sollicitée : il n’y a rien à changer."
OTHER_TRAINEE = "Une autre personne formée pour ce territoire a déjà cette adresse."


# Who can be asked -----------------------------------------------------------------------------------


@dataclass(frozen=True)
class Candidate:
    """A trainee of a case, and what stands in the way of asking."""

    case: Case
    trainee: Trainee
    barrier: str = ""
    """Why the person cannot be asked at all, in French."""
    no_mail: str = ""
    """Why no mail would reach a person who can be asked (by telephone), in French."""
    is_asked: bool = False

    @property
    def is_preselected(self) -> bool:
        return not self.barrier and not self.no_mail


@dataclass(frozen=True)
class Candidates:
    people: list[Candidate]
    without_trainee: list[Case]
    """The counted cases for which nobody is known."""


def candidates(campaign: Campaign) -> Candidates:
    """The trainees of all that the campaign's evaluation examines; five queries."""
    cases = list(campaign.evaluation.cases.in_full())
    counted = set(campaign.evaluation.cases.counted().values_list("pk", flat=True))
    by_participation = {case.participation_id: case for case in cases}
    trainees = list(Trainee.objects.filter(participation__in=by_participation).select_related("actor"))
    no_mail = _no_mail({trainee.email.lower() for trainee in trainees if trainee.email})
    asked = set(campaign.invitations.standing().values_list("case_id", "trainee_id"))
    today = timezone.localdate()
    people = []
    for trainee in trainees:
        case = by_participation[trainee.participation_id]
        people.append(
            Candidate(
                case=case,
                trainee=trainee,
                barrier=_barrier(trainee, is_counted=case.pk in counted, today=today),
                no_mail=no_mail.get(trainee.email.lower(), "") if trainee.email else "Pas d’adresse de courriel.",
                is_asked=(case.pk, trainee.pk) in asked,
            )
        )
    rank = {case.pk: number for number, case in enumerate(cases)}
    people.sort(key=lambda one: (rank[one.case.pk], one.trainee.name, one.trainee.pk))
    known = {one.case.pk for one in people}
    return Candidates(people, [case for case in cases if case.pk in counted - known])


def _barrier(trainee: Trainee, *, is_counted: bool, today: date) -> str:
    if not is_counted:
        return "Ce territoire n’est pas compté dans l’évaluation."
    if trainee.in_post_until and trainee.in_post_until < today:
        return "N’est plus en poste."
    return ""


def _no_mail(addresses: Collection[str]) -> dict[str, str]:
    """Why the outbox would not write to an address."""
    opted_out = OptOut.objects.filter(address__in=addresses, purpose=QUESTIONNAIRE).values_list("address", flat=True)
    bounces = Bounce.objects.filter(address__in=addresses).values_list("address", "reason")
    return dict.fromkeys(opted_out, "Ne veut plus de ces courriels.") | {
        address: f"Adresse refusée : {reason}" for address, reason in bounces
    }


# Who joins and leaves -------------------------------------------------------------------------------


def add_trainees(*, campaign: Campaign, chosen: Iterable[Candidate]) -> None:
    """Ask these too; who is asked already stays so. Inside the caller's transaction, which leaves the audit row.

    Raises ``ValidationError`` for one whose address is asked already, for the same case.
    """
    new = [
        Invitation(
            campaign=campaign,
            case=one.case,
            trainee=one.trainee,
            name=one.trainee.name,
            email=one.trainee.email,
            phone=one.trainee.phone,
        )
        for one in chosen
        if not one.is_asked
    ]
    taken = {(case, email.lower()) for case, email in campaign.invitations.standing().values_list("case", "email")}
    if twice := [one.name for one in new if one.email and (one.case_id, one.email.lower()) in taken]:
        raise ValidationError(f"{ALREADY_ASKED} Décochez ou retirez l’un des deux : {', '.join(twice)}.")
    Invitation.objects.bulk_create(new)


@transaction.atomic
def choose(*, campaign: Campaign, shown: Collection[int], kept: Collection[int], by: User) -> None:
    """In preparation: of the trainees ``shown`` (ids), ask those ``kept`` and not the others.

    One who cannot be asked is left out. Raises ``ValidationError`` once launched (people are then added or removed one
    by one), and for an address that is asked already.
    """
    locked = Campaign.objects.select_for_update().get(pk=campaign.pk)
    if locked.state != Campaign.State.DRAFT:
        raise ValidationError("La campagne est lancée : ajoutez ou retirez les personnes une par une.")
    people = [one for one in candidates(locked).people if one.trainee.pk in shown]
    chosen = [one for one in people if one.trainee.pk in kept and not one.barrier]
    others = {one.trainee.pk for one in people} - {one.trainee.pk for one in chosen}
    locked.invitations.filter(trainee__in=others).delete()
    add_trainees(campaign=locked, chosen=chosen)
    audit.note(locked, "destinataires", by=by, nombre=locked.invitations.count())


@transaction.atomic
def add(*, invitation: Invitation, by: User) -> Invitation:
    """Ask one more person, of the campaign's evaluation. Raises ``ValidationError`` if they are asked already."""
    _save(invitation)
    audit.note(invitation, "ajout à la campagne", by=by, campagne=str(invitation.campaign), nom=invitation.name)
    return invitation


@transaction.atomic
def remove(*, invitation: Invitation, by: User) -> None:
    """Ask a person no more; what they answered stays. In preparation they are simply forgotten.

    Raises ``ValidationError`` for one who is not asked any more.
    """
    current = _lock(invitation)
    if current.campaign.state == Campaign.State.DRAFT:
        audit.note(current.campaign, "destinataire retiré·e", by=by, nom=current.name)
        current.delete()
        return
    _end(current, Invitation.Ending.REMOVED)
    audit.note(current, "retrait de la campagne", by=by)


@transaction.atomic
def replace(*, invitation: Invitation, new: Trainee, left_on: date, by: User) -> Invitation:
    """Ask ``new``, a trainee not kept yet or one of the same participation, instead of someone who left on that day.

    The one who left is no longer in post; their links open nothing any more, and what they answered stays. Raises
    ``ValidationError`` for one who is not asked any more or has answered to the end, and for an address taken.
    """
    current = _lock(invitation)
    response = getattr(current, "response", None)
    if response and response.submitted_at:
        raise ValidationError("Cette personne a répondu : il n’y a pas lieu de la remplacer.")
    if current.trainee:
        current.trainee.in_post_until = left_on
        save_trainee(trainee=current.trainee, by=by)
    _save_trainee(new, by)
    successor = Invitation(
        campaign=current.campaign,
        case=current.case,
        trainee=new,
        name=new.name,
        email=new.email,
        phone=new.phone,
    )
    _end(current, Invitation.Ending.REPLACED)
    _save(successor)
    current.successor = successor
    current.save(update_fields=["successor"])
    audit.note(current, "remplacement", by=by, remplacé_par=successor.name)
    return successor


@transaction.atomic
def correct(*, invitation: Invitation, by: User) -> None:
    """Keep a corrected name, address or number, also with the trainee; the links sent to another address close.

    The latest step due goes to the new address. Raises ``ValidationError`` for one who is not asked any more, and for
    an address taken.
    """
    stored = _lock(invitation)
    before = audit.values(stored)
    _save(invitation, ["name", "email", "phone"])
    if stored.email.lower() != invitation.email.lower():
        links.revoke(purpose=QUESTIONNAIRE, subject=subject_of(stored), recipient=stored.email)
    if stored.trainee:
        stored.trainee.name, stored.trainee.email = invitation.name, invitation.email
        stored.trainee.phone = invitation.phone
        _save_trainee(stored.trainee, by)
    audit.note(invitation, "coordonnées corrigées", by=by, before=before)


def _lock(invitation: Invitation) -> Invitation:
    """The invitation as it is stored, held until the transaction ends; whoever answers by it waits or is done."""
    current = Invitation.objects.select_for_update().get(pk=invitation.pk)
    if current.ended_at:
        raise ValidationError(NO_LONGER_ASKED)
    return current


def _end(current: Invitation, ending: str) -> None:
    current.ended_at, current.ending = timezone.now(), ending
    current.save(update_fields=["ended_at", "ending"])
    links.revoke(purpose=QUESTIONNAIRE, subject=subject_of(current))


def _save(invitation: Invitation, fields: Collection[str] | None = None) -> None:
    """All of it, or these ``fields``: what the person did meanwhile is theirs."""
    try:
        with transaction.atomic():
            invitation.save(update_fields=fields)
    except IntegrityError:
        raise ValidationError({"email": ALREADY_ASKED}) from None


def _save_trainee(trainee: Trainee, by: User) -> None:
    try:
        with transaction.atomic():
            save_trainee(trainee=trainee, by=by)
    except IntegrityError:
        raise ValidationError({"email": OTHER_TRAINEE}) from None
