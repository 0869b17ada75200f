"""Writes on several rows. ``by`` is the user who asks: noted on the account concerned, or in the log."""

import logging

from django.db import transaction

from accounts.models import AccountChange, User
from accounts.operations import open_account
from territories.models import Coordinator, Participation, Territory

log = logging.getLogger(__name__)


@transaction.atomic
def add_territory(*, territory: Territory, by: User) -> Territory:
    """Keeps a territory that the official geography has not, as part of its département."""
    territory.save()
    territory.parents.set(
        Territory.objects.filter(kind=Territory.Kind.DEPARTMENT, code=territory.department).exclude(pk=territory.pk)
    )
    log.info("user %s added territory %s", by.pk, territory.pk)
    return territory


@transaction.atomic
def add_coordinator(
    *, territory: Territory, email: str, name: str = "", sign_in_url: str | None = None, by: User
) -> Coordinator:
    """Lets the person with this address act for ``territory``; opens an account if there is none.

    ``name`` and ``sign_in_url`` (see ``open_account``) are for a new account only. Raises ``IntegrityError`` if the
    person coordinates the territory already.
    """
    user = User.objects.filter(email=email.lower()).first() or open_account(
        by=by, email=email, name=name, role=User.Role.NONE, sign_in_url=sign_in_url
    )
    coordinator = Coordinator.objects.create(user=user, territory=territory)
    AccountChange.objects.create(user=user, by=by, what=f"Coordination confiée : {territory}.")
    return coordinator


@transaction.atomic
def remove_coordinator(*, coordinator: Coordinator, by: User) -> None:
    """Ends the right to act for the territory; the account stays."""
    AccountChange.objects.create(user=coordinator.user, by=by, what=f"Coordination retirée : {coordinator.territory}.")
    coordinator.delete()


@transaction.atomic
def remove_participation(*, participation: Participation, by: User) -> None:
    """Erases the participation and the people trained for it.

    Raises ``ProtectedError`` if it is examined by an evaluation.
    """
    log.info(
        "user %s removed territory %s from session %s",
        by.pk,
        participation.territory_id,
        participation.session_id,
    )
    participation.delete()
