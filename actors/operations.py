"""Writes on several rows. ``by`` is the user who asks; each leaves a line in the log, without personal data."""

import logging

from django.db import transaction

from accounts.models import User
from actors.models import Actor, Trainee
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
    log.info("user %s added actor %s to territory %s", by.pk, actor.pk, territory.pk)
    return actor
