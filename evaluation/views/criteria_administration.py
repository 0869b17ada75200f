"""Families and criteria: the shipped ones and those that the team adds. For the team."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from alimactiv.access import require
from evaluation import administration
from evaluation.administration_forms import (
    CriterionEditForm,
    CriterionForm,
    FamilyEditForm,
    FamilyForm,
    ShippedCriterionForm,
)
from evaluation.criteria import KIND_HEADINGS, SHIPPED_CODES, SHIPPED_FAMILIES, Kind
from evaluation.models import Criterion, Family
from evaluation.permissions import can_manage_evaluations


@dataclass(frozen=True)
class KindFamilies:
    """The families of one kind, each with its criteria; shipped codes cannot be deleted."""

    label: str
    families: Sequence[tuple[Family, Sequence[Criterion]]]


def criteria(request: HttpRequest) -> HttpResponse:
    require(can_manage_evaluations(request.user))
    families = Family.objects.prefetch_related("criteria")
    kinds = [
        KindFamilies(
            KIND_HEADINGS[kind], [(family, list(family.criteria.all())) for family in families if family.kind == kind]
        )
        for kind in Kind
    ]
    context = {"kinds": kinds, "shipped": SHIPPED_CODES, "shipped_families": SHIPPED_FAMILIES}
    return render(request, "evaluation/criteria.html", context)


def family_add(request: HttpRequest) -> HttpResponse:
    require(can_manage_evaluations(request.user))
    return _edit(request, FamilyForm(request.POST or None), "evaluation/family_add.html", {})


def family_edit(request: HttpRequest, family: str) -> HttpResponse:
    require(can_manage_evaluations(request.user))
    found = get_object_or_404(Family, pk=family)
    form = FamilyEditForm(request.POST or None, instance=found)
    return _edit(request, form, "evaluation/family_edit.html", {"family": found})


def family_delete(request: HttpRequest, family: str) -> HttpResponse:
    require(can_manage_evaluations(request.user))
    found = get_object_or_404(Family, pk=family)
    if request.method == "POST":
        try:
            administration.delete_family(family=found, by=request.user)
        except ValidationError as refusal:
            messages.error(request, refusal.message)
        else:
            messages.success(request, f"La famille « {found.label} » est supprimée.")
        return redirect("evaluation:criteria")
    return render(request, "evaluation/family_delete.html", {"family": found})


def criterion_add(request: HttpRequest) -> HttpResponse:
    require(can_manage_evaluations(request.user))
    return _edit(request, CriterionForm(request.POST or None), "evaluation/criterion_add.html", {})


def criterion_edit(request: HttpRequest, criterion: str) -> HttpResponse:
    require(can_manage_evaluations(request.user))
    found = get_object_or_404(Criterion.objects.select_related("family"), pk=criterion)
    form_class = ShippedCriterionForm if found.code in SHIPPED_CODES else CriterionEditForm
    form = form_class(request.POST or None, instance=found)
    return _edit(request, form, "evaluation/criterion_edit.html", {"criterion": found})


def criterion_delete(request: HttpRequest, criterion: str) -> HttpResponse:
    require(can_manage_evaluations(request.user))
    found = get_object_or_404(Criterion.objects.select_related("family"), pk=criterion)
    if request.method == "POST":
        try:
            administration.delete_criterion(criterion=found, by=request.user)
        except ValidationError as refusal:
            messages.error(request, refusal.message)
        else:
            messages.success(request, f"Le critère « {found.label} » est supprimé.")
        return redirect("evaluation:criteria")
    return render(request, "evaluation/criterion_delete.html", {"criterion": found})


def _edit(request: HttpRequest, form, template: str, context: dict) -> HttpResponse:
    if form.is_valid():
        saved = form.save()
        messages.success(request, f"« {saved.label} » est enregistré.")
        return redirect("evaluation:criteria")
    return render(request, template, context | {"form": form})
