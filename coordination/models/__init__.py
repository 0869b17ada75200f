from coordination.models.actions import ActionItem
from coordination.models.activities import (
    Diagnostic,
    FundingLine,
    Gap,
    Mapping,
    MutualisationProject,
    Need,
    OtherAction,
    Partner,
)
from coordination.models.documents import Document
from coordination.models.meetings import AgendaItem, Attendance, Meeting, WorkingGroup
from coordination.models.minutes import Correction, Minutes, Outcome
from coordination.models.territory import CalendarFeed, PoliticalSupport, Sharing

__all__ = [
    "ActionItem",
    "AgendaItem",
    "Attendance",
    "CalendarFeed",
    "Correction",
    "Diagnostic",
    "Document",
    "FundingLine",
    "Gap",
    "Mapping",
    "Meeting",
    "Minutes",
    "MutualisationProject",
    "Need",
    "OtherAction",
    "Outcome",
    "Partner",
    "PoliticalSupport",
    "Sharing",
    "WorkingGroup",
]
