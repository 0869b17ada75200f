from actors.models.actors import (
    OWN_SOURCE,
    Actor,
    Audience,
    Directory,
    Visibility,
    at_work_on,
    is_professional,
    new_uid,
)
from actors.models.booklets import BookletPrint
from actors.models.duplicates import UNDO_FOR, Merge, NotDuplicate
from actors.models.exchanges import DirectoryImport, WeekEdition
from actors.models.freshness import CheckCall, CheckRound, Confirmation, Proposal, Section
from actors.models.listing import Listing, Opening, Word
from actors.models.people import JOINING_LINK_LIFE, Joining, Member, Trainee
from actors.models.places import FoodService, Place, Site, Stop, Supply, SupplyLine

__all__ = [
    "JOINING_LINK_LIFE",
    "OWN_SOURCE",
    "UNDO_FOR",
    "Actor",
    "Audience",
    "BookletPrint",
    "CheckCall",
    "CheckRound",
    "Confirmation",
    "Directory",
    "DirectoryImport",
    "FoodService",
    "Joining",
    "Listing",
    "Member",
    "Merge",
    "NotDuplicate",
    "Opening",
    "Place",
    "Proposal",
    "Section",
    "Site",
    "Stop",
    "Supply",
    "SupplyLine",
    "Trainee",
    "Visibility",
    "WeekEdition",
    "Word",
    "at_work_on",
    "is_professional",
    "new_uid",
]
