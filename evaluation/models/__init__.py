from evaluation.models.criteria import Criterion, Family
from evaluation.models.dossier import Case, Evaluation, Interview, PublishedFigure, Respondents
from evaluation.models.evidence import Evidence, Ruling
from evaluation.models.imports import ImportRun
from evaluation.models.reports import Recommendation, Rendering, ReportOpening, ReportSection, ReportSnapshot

__all__ = [
    "Case",
    "Criterion",
    "Evaluation",
    "Evidence",
    "Family",
    "ImportRun",
    "Interview",
    "PublishedFigure",
    "Recommendation",
    "Rendering",
    "ReportOpening",
    "ReportSection",
    "ReportSnapshot",
    "Respondents",
    "Ruling",
]
