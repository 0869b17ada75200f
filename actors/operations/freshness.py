"""What is confirmed of an entry, and by whom."""

from collections.abc import Iterable

from django.db import transaction

from accounts.models import User
from actors.models import Actor, Confirmation, Section


@transaction.atomic
def confirm(
    *,
    actor: Actor,
    sections: Iterable[Section],
    role: Confirmation.Role,
    by: User | None = None,
    by_phone: bool = False,
) -> None:
    """Notes that these sections are right today; ``by`` is nobody for who came by a link."""
    Confirmation.objects.bulk_create(
        Confirmation(actor=actor, section=section, role=role, by=by, by_phone=by_phone) for section in sections
    )
