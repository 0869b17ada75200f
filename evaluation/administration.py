"""Writes of the administration pages that touch, or depend on, more than one row."""

import logging
from collections.abc import Collection

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models.deletion import ProtectedError

from evaluation.criteria import SHIPPED_CODES, SHIPPED_FAMILIES
from evaluation.models import Case, Criterion, Evaluation, Family, PublishedFigure
from territories.models import Participation, Territory

logger = logging.getLogger(__name__)


@transaction.atomic
def examine_sessions(*, evaluation: Evaluation, numbers: Collection[int], by) -> int:
    """Have an evaluation examine every participation of these sessions, in its scope; returns how many are new.

    A territory keeps the name that the evaluation already gives it; two territories never share one.
    """
    known = evaluation.cases.select_related("participation")
    labels = {case.participation.territory_id: case.label for case in known}
    found = (
        Participation.objects.filter(session__number__in=numbers)
        .exclude(cases__evaluation=evaluation)
        .select_related("territory")
    )
    cases = []
    for participation in found:
        territory = participation.territory
        if territory.pk not in labels:
            labels[territory.pk] = _free_label(territory, set(labels.values()))
        cases.append(Case(evaluation=evaluation, participation=participation, label=labels[territory.pk]))
    Case.objects.bulk_create(cases, ignore_conflicts=True)
    logger.info("%s: user %d added %d participations", evaluation.code, by.pk, len(cases))
    return len(cases)


def _free_label(territory: Territory, taken: Collection[str]) -> str:
    return territory.name if territory.name not in taken else f"{territory.name} ({territory.code})"


@transaction.atomic
def set_scope(*, evaluation: Evaluation, shown: Collection[int], kept: Collection[int], by) -> None:
    """Of the cases that were ``shown`` (ids), put those ``kept`` in the evaluation's scope and the others out of it."""
    cases = evaluation.cases.filter(pk__in=shown)
    cases.filter(pk__in=kept).update(in_scope=True)
    cases.exclude(pk__in=kept).update(in_scope=False)
    logger.info("%s: user %d set the scope of %d participations", evaluation.code, by.pk, len(shown))


@transaction.atomic
def rename_territory(*, case: Case, label: str, by) -> None:
    """Change the name that an evaluation gives a territory, in all of its participations.

    Raises ``ValidationError`` if another territory of the evaluation has that name: a workbook tells territories
    apart by their names.
    """
    cases = Case.objects.filter(evaluation=case.evaluation_id)
    same = {"participation__territory": case.participation.territory_id}
    if cases.filter(label__iexact=label).exclude(**same).exists():
        raise ValidationError({"label": "Un autre territoire de cette évaluation porte déjà ce nom."})
    cases.filter(pk__in=cases.filter(**same).values("pk")).update(label=label)
    logger.info("evaluation %d: user %d renamed %s to %s", case.evaluation_id, by.pk, case.label, label)


@transaction.atomic
def remove_case(*, case: Case, by) -> None:
    """Have an evaluation no longer examine a participation.

    Raises ``ValidationError`` if anything was gathered about it or someone asked: it can then only be put out of scope.
    """
    locked = Case.objects.select_for_update().get(pk=case.pk)  # nothing is gathered meanwhile
    if Case.objects.recorded().filter(pk=case.pk).exists():
        raise ValidationError(
            "Des éléments ont été recueillis sur cette participation, ou quelqu’un est invité à répondre : elle peut "
            "seulement être mise hors du périmètre."
        )
    locked.delete()
    logger.info("evaluation %d: user %d removed %s", case.evaluation_id, by.pk, case.label)


@transaction.atomic
def delete_criterion(*, criterion: Criterion, by) -> None:
    """Delete a criterion that staff added and nobody has used.

    Raises ``ValidationError`` if it ships with the product, or if evidence, a ruling, a coding, a question or a
    published figure names it.
    """
    if criterion.code in SHIPPED_CODES:
        raise ValidationError("Ce critère est livré avec le site : il ne peut pas être supprimé.")
    if PublishedFigure.objects.filter(code=criterion.code).exists():
        raise ValidationError("Un chiffre publié porte sur ce critère : supprimez d’abord ce chiffre.")
    code = criterion.code
    _delete(
        criterion,
        "Des constats, des arbitrages, des codages ou des questions portent sur ce critère : il ne peut plus être "
        "supprimé.",
    )
    logger.info("user %d deleted the criterion %s", by.pk, code)


@transaction.atomic
def delete_family(*, family: Family, by) -> None:
    """Delete a family that staff added. Raises ``ValidationError`` if it ships or still has criteria."""
    if family.code in SHIPPED_FAMILIES:
        raise ValidationError("Cette famille est livrée avec le site : elle ne peut pas être supprimée.")
    code = family.code
    _delete(family, "Cette famille a encore des critères : supprimez-les ou déplacez-les d’abord.")
    logger.info("user %d deleted the family %s", by.pk, code)


def _delete(row: Criterion | Family, refusal: str) -> None:
    try:
        row.delete()
    except ProtectedError:
        raise ValidationError(refusal) from None
