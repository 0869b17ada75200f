"""Writes on working groups."""

from django.db import transaction

from accounts import audit
from accounts.models import User
from coordination.models import WorkingGroup


@transaction.atomic
def save_group(*, group: WorkingGroup, by: User) -> WorkingGroup:
    """Keeps a working group, new or changed; a closed one keeps its meetings."""
    before = audit.values(WorkingGroup.objects.select_for_update().get(pk=group.pk)) if group.pk else None
    group.save()
    audit.note(group, "création" if before is None else "modification", by=by, before=before)
    return group
