from evaluation.models.campaigns import Call, Campaign, Invitation, Step
from evaluation.models.criteria import Criterion, Family
from evaluation.models.dossier import Case, Evaluation, Interview, PublishedFigure, Respondents
from evaluation.models.evidence import Evidence, Ruling
from evaluation.models.imports import ImportRun
from evaluation.models.questionnaires import Item, Page, Question, Questionnaire, Version
from evaluation.models.reports import (
    Recommendation,
    Rendering,
    ReportOpening,
    ReportSection,
    ReportSnapshot,
    SlideTemplate,
)
from evaluation.models.responses import Answer, Coding, Response

__all__ = [
    "Answer",
    "Call",
    "Campaign",
    "Case",
    "Coding",
    "Criterion",
    "Evaluation",
    "Evidence",
    "Family",
    "ImportRun",
    "Interview",
    "Invitation",
    "Item",
    "Page",
    "PublishedFigure",
    "Question",
    "Questionnaire",
    "Recommendation",
    "Rendering",
    "ReportOpening",
    "ReportSection",
    "ReportSnapshot",
    "Respondents",
    "Response",
    "Ruling",
    "SlideTemplate",
    "Step",
    "Version",
]
