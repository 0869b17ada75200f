"""The demonstration's logbook: a town that does not exist, and a year of its coordination.

Real territories get no invented life: all that is told here says that it is fictional, and every address ends in
``@demo.alimactiv.example``, where no mail arrives.
"""

from django.db import transaction

from accounts.models import User
from coordination.demo import beginnings, meetings, projects
from coordination.demo.town import Town, find_town
from territories.models import Territory


@transaction.atomic
def create_demo_logbook(*, coordinator: User, association: User) -> Territory:
    """The fictional town with its last twelve months, kept by ``coordinator``; ``association`` is one of its members.

    Made once: what was changed in it since stays as it is. No mail leaves.
    """
    found = find_town()
    if found:
        return found
    town = Town.found(coordinator, association)
    beginnings.tell(town)
    projects.tell(town, decided_in=meetings.tell(town))
    return town.territory
