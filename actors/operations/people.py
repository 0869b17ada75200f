"""Writes on several rows. ``by`` is the user who asks; each leaves a line in the log, without personal data."""

import logging

from django.db import transaction

from accounts import audit
from accounts.models import User
from actors import listing
from actors.models import Actor, Member, Trainee
from territories.models import Territory

log = logging.getLogger(__name__)


@transaction.atomic
def save_trainee(*, trainee: Trainee, new_actor_name: str = "", new_actor_kind: str = "", by: User) -> Trainee:
    """Keeps a person trained, tied to the account with the same address, if there is one.

    With ``new_actor_name``, the person's structure is a new one, at work on the participation's territory.
    """
    if new_actor_name:
        territory = trainee.participation.territory
        trainee.actor = add_actor(name=new_actor_name, kind=new_actor_kind, territory=territory, by=by)
    trainee.user = User.objects.filter(email=trainee.email.lower()).first() if trainee.email else None
    trainee.save()
    log.info("user %s saved trainee %s of participation %s", by.pk, trainee.pk, trainee.participation_id)
    return trainee


@transaction.atomic
def add_actor(*, name: str, kind: str, territory: Territory, by: User) -> Actor:
    """Adds a structure at work on ``territory``."""
    actor = Actor.objects.create(name=name, kind=kind)
    actor.territories.add(territory)
    audit.note(actor, "création", by=by)
    listing.refresh([actor.pk])
    log.info("user %s added actor %s to territory %s", by.pk, actor.pk, territory.pk)
    return actor


@transaction.atomic
def change_actor(*, actor: Actor, by: User) -> None:
    """Keeps an actor as it now stands, for all the territories where it is at work."""
    before = audit.values(Actor.objects.select_for_update().get(pk=actor.pk))
    if audit.note(actor, "modification", by=by, before=before):
        actor.save()
        listing.refresh([actor.pk])


@transaction.atomic
def save_member(*, member: Member, by: User) -> Member:
    """Keeps a member, tied to the account with the same address, if there is one.

    Who is so tied reads what the territories of the structure show to their members.
    """
    before = audit.values(Member.objects.select_for_update().get(pk=member.pk)) if member.pk else None
    member.user = User.objects.filter(email=member.email.lower()).first() if member.email else None
    member.save()
    audit.note(member, "création" if before is None else "modification", by=by, before=before)
    return member
