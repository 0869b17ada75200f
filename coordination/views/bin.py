"""What was deleted and can still come back, and what was done to a record."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.html import format_html

from accounts.history import history_of
from coordination import records
from coordination.models.record import UNDO_FOR, Record
from coordination.records import RECORDS
from coordination.views import scope


def tell_deleted(request, record: Record) -> None:
    """After a deletion: say so, with the way back."""
    address = reverse("coordination:record_restore", args=[record.territory_id, record.slug, record.pk])
    text = "« {} » est dans la corbeille pour {} jours. <a href='{}'>Annuler la suppression</a>"
    messages.success(request, format_html(text, record, UNDO_FOR.days, address))


def record_bin(request, territory: int):
    """All that can still be brought back, the latest deleted first."""
    here = scope.to_keep(request, territory)
    deleted = [
        record
        for model in RECORDS
        for record in model.objects.in_bin().filter(territory=here.territory).select_related("deleted_by")
    ]
    deleted.sort(key=lambda record: record.deleted_at, reverse=True)
    rows = [(record, record._meta.verbose_name, record.deleted_at + UNDO_FOR) for record in deleted]
    return render(request, "coordination/bin.html", here.context(rows=rows))


def record_restore(request, territory: int, model: type[Record], pk: int):
    here = scope.to_keep(request, territory)
    record = get_object_or_404(model.objects.in_bin(), territory=here.territory, pk=pk)
    if request.method == "POST":
        try:
            records.restore_record(record=record, by=request.user)
        except records.CannotRestoreError as error:
            raise Http404 from error
        messages.success(request, f"« {record} » est de retour dans le journal.")
        return redirect(record)
    return render(request, "coordination/restore.html", here.context(record=record))


def record_history(request, territory: int, model: type[Record], pk: int):
    """Who did what to a record, when, through which sign-in; also of one that is in the bin."""
    here = scope.to_keep(request, territory)
    record = get_object_or_404(model, territory=here.territory, pk=pk)
    context = here.context("records", record=record, events=history_of(record))
    return render(request, "coordination/history.html", context)
