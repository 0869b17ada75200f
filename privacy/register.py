"""All that the site keeps about people, from each app's own ``privacy.py``, in the order in which it is erased.

What reads another record comes before it: an answer is found by the trainee's address, a presence by the member's.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta

from accounts import privacy as accounts
from accounts.privacy import Forgetting, Holding, Trace
from actors import privacy as actors
from coordination import privacy as coordination
from evaluation import privacy as evaluation
from outbox import privacy as outbox
from privacy.models import KeptContact

KEPT = timedelta(days=3 * 365)
"""After the last contact (CNIL's recommendation for contacts)."""
NOTICE = timedelta(days=30)
PARTS = (evaluation, coordination, actors, outbox, accounts)
HOLDINGS: list[Holding] = [holding for part in PARTS for holding in part.HOLDINGS]
TRACES: list[Trace] = [trace for part in PARTS for trace in part.TRACES]
FORGETTINGS: list[Forgetting] = [forgetting for part in PARTS for forgetting in part.FORGETTINGS]


def last_contacts() -> dict[str, datetime]:
    """When each person that the site can reach was last in touch, by address in lower case."""
    last: dict[str, datetime] = {}
    sources: Iterable = (*(holding.contacts() for holding in HOLDINGS), KeptContact.moments())
    for source in sources:
        for address, moment in source:
            last[address] = max(moment, last.get(address, moment))
    return last
