"""Workbooks in and out: upload, dry run, import, and the exported file."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_GET, require_POST

from accounts import audit
from alimactiv.tabular import MEDIA_TYPES
from evaluation.models import ImportRun
from evaluation.permissions import can_export, can_manage_evaluations
from evaluation.tasks import run_import
from evaluation.views.dossier import find_evaluation
from evaluation.workbook import exporting, runs
from evaluation.workbook.changes import TABLE_WORDS
from evaluation.workbook.forms import WorkbookForm
from evaluation.workbook.schema import TABLES

SHOWN_RUNS = 20
WRITERS = {"xlsx": exporting.as_xlsx, "zip": exporting.as_zip}


def _only_managers(request) -> None:
    if not can_manage_evaluations(request.user):
        raise PermissionDenied("Importer un classeur est réservé à l’équipe ANSA.")


def _queue(run: ImportRun) -> None:
    # Robust: with the broker down the run stays queued, and the schedule takes it up again.
    transaction.on_commit(lambda: run_import.delay(str(run.pk)), robust=True)


def import_workbook(request):
    _only_managers(request)
    form = WorkbookForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        with transaction.atomic():
            run = runs.hand_in(file=form.cleaned_data["file"], by=request.user)
            _queue(run)
        return redirect(run)
    recent = list(ImportRun.objects.select_related("by")[:SHOWN_RUNS])
    return render(request, "evaluation/import_workbook.html", {"form": form, "runs": recent, "tables": TABLES.values()})


@require_GET
def import_run(request, run):
    """How an import goes; htmx asks for it again while it is under way."""
    _only_managers(request)
    found = get_object_or_404(ImportRun.objects.select_related("by", "evaluation"), pk=run)
    tables = [(TABLE_WORDS[name], changes) for name, changes in found.changes.items()]
    name = "evaluation/_import_run.html" if request.htmx else "evaluation/import_run.html"
    return render(request, name, {"run": found, "tables": tables, "changes_nothing": _changes_nothing(found)})


def _changes_nothing(run: ImportRun) -> bool:
    return all(not (table["added"] or table["updated"]) for table in run.changes.values())


@require_POST
def confirm_import(request, run):
    _only_managers(request)
    found = get_object_or_404(ImportRun, pk=run)
    with transaction.atomic():
        if runs.confirm(run=found, by=request.user):
            _queue(found)
        else:
            messages.info(request, "Cet import a déjà été demandé.")
    return redirect(found)


@require_POST
def resume_import(request, run):
    """Go on with an import that was interrupted."""
    _only_managers(request)
    found = get_object_or_404(ImportRun, pk=run)
    with transaction.atomic():
        if runs.resume(run=found, by=request.user):
            _queue(found)
        else:
            messages.info(request, "Cet import a déjà repris, ou son fichier n’est plus conservé.")
    return redirect(found)


def export_workbook(request, code: str):
    """What the workbook holds; POST gives it, and leaves a trace."""
    evaluation = find_evaluation(request.user, code)
    if not can_export(request.user):
        raise PermissionDenied("Exporter un classeur est réservé à l’équipe ANSA.")
    if request.method != "POST":
        return render(request, "evaluation/export_workbook.html", {"evaluation": evaluation, "tables": TABLES.values()})
    form = request.POST.get("format", "xlsx")
    suffix = form if form in WRITERS else "xlsx"
    words = {"évaluation": evaluation.title, "format": f".{suffix}"}
    audit.note_export(evaluation, "du classeur d’évaluation", by=request.user, **words)
    response = HttpResponse(WRITERS[suffix](evaluation), content_type=MEDIA_TYPES[f".{suffix}"])
    response["Content-Disposition"] = content_disposition_header(True, f"{evaluation.code}.{suffix}")
    return response
