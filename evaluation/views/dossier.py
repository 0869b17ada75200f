"""What every page of an evaluation starts from."""

from dataclasses import dataclass

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.shortcuts import get_object_or_404

from evaluation.evidence import Reading, read
from evaluation.filters import CaseFilter
from evaluation.models import Case, Evaluation
from evaluation.permissions import can_read_whole


@dataclass(frozen=True)
class Dossier:
    """An evaluation as one reader sees it through the filters of the address."""

    evaluation: Evaluation
    filter: CaseFilter
    reading: Reading
    sees_all: bool
    """The reader may see every territory, not only theirs."""
    is_whole: bool
    """Every counted territory is read: the figures can be held against the published ones."""
    query: str
    """The address's filters, to be added to links: ``?session=1`` or nothing."""


def find_evaluation(user, code: str) -> Evaluation:
    """The evaluation if ``user`` may know of it. Raises ``Http404`` otherwise."""
    return get_object_or_404(Evaluation.objects.visible_to(user), code__iexact=code)


def open_dossier(request: HttpRequest, code: str, *, whole_only: bool = True) -> Dossier:
    """Read an evaluation for a page.

    ``whole_only`` pages speak of all territories: raises ``PermissionDenied`` for who sees only their own.
    Raises ``Http404`` for who may not know of the evaluation.
    """
    evaluation = find_evaluation(request.user, code)
    sees_all = can_read_whole(request.user)
    if whole_only and not sees_all:
        raise PermissionDenied("Cette page parle de tous les territoires : elle est réservée à l’équipe et au COPIL.")
    visible = evaluation.cases.visible_to(request.user)
    found = CaseFilter(request.GET, evaluation=evaluation, queryset=visible)
    is_whole = sees_all and not found.is_narrowing
    reading = read(evaluation, None if is_whole else found.qs)
    return Dossier(evaluation, found, reading, sees_all, is_whole, found.query)


def open_case(request: HttpRequest, code: str, case_id: int) -> tuple[Dossier, Case]:
    """One case for a page of its own; the filters of the address are carried along and do not narrow it.

    The reading has the case's row alone, or none if figures do not count it. Raises ``Http404`` for who may not know
    of the case.
    """
    evaluation = find_evaluation(request.user, code)
    case = get_object_or_404(evaluation.cases.visible_to(request.user).in_full(), pk=case_id)
    carried = CaseFilter(request.GET, evaluation=evaluation, queryset=evaluation.cases.none())
    reading = read(evaluation, evaluation.cases.filter(pk=case.pk))
    return Dossier(evaluation, carried, reading, can_read_whole(request.user), False, carried.query), case
