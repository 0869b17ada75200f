"""Making an edition of a territory's printed week."""

from django.db import transaction
from django.db.models import Max

from accounts import audit
from accounts.models import User
from actors.models import WeekEdition
from actors.week.content import freeze
from actors.week.schedule import Week
from territories.models import Territory


@transaction.atomic
def make_edition(*, territory: Territory, week: Week, by: User) -> WeekEdition:
    """``week`` kept as it is, under the territory's next number."""
    # Two at a time would take one number.
    Territory.objects.select_for_update().get(pk=territory.pk)
    last = territory.week_editions.aggregate(Max("number"))["number__max"] or 0
    edition = WeekEdition.objects.create(
        territory=territory,
        number=last + 1,
        starts_on=week.starts_on,
        ends_on=week.ends_on,
        content=freeze(week),
        by=by,
    )
    audit.note(edition, "édition", by=by, lieux=str(len(week.lines)))
    return edition
