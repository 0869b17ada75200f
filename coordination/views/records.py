"""Mappings, diagnostics, projects, other actions, political support: the same pages for each kind."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils import timezone

from coordination import records
from coordination.comparison import compare
from coordination.forms.records import RecordForm
from coordination.forms.rows import RowFormSet, as_typed
from coordination.models import Diagnostic
from coordination.models.record import Record
from coordination.timing import timing_of, trainings_of
from coordination.views import scope
from coordination.views.bin import tell_deleted
from coordination.views.details import details_of, former_of
from coordination.views.kinds import KINDS, Kind

CHANGED_MEANWHILE = (
    "Quelqu’un d’autre a enregistré cette page pendant que vous écriviez. Rien n’est perdu : vos textes sont "
    "ci-dessous. Comparez avec la version enregistrée (dans un autre onglet), puis enregistrez de nouveau pour garder "
    "la vôtre."
)
DELETED_MEANWHILE = (
    "Quelqu’un d’autre a mis cette page à la corbeille : rétablissez-la d’abord. Vos textes sont ci-dessous."
)


def log(request, territory: int):
    """What to log, in one tap."""
    here = scope.to_keep(request, territory)
    return render(request, "coordination/log.html", here.context(kinds=list(KINDS.values())))


def record_list(request, territory: int):
    """Projects, diagnostics, mappings, other actions, political support."""
    here = scope.to_keep(request, territory)
    sections = [(kind, list(kind.model.objects.alive().filter(territory=here.territory))) for kind in KINDS.values()]
    return render(request, "coordination/record_list.html", here.context("records", sections=sections))


def record(request, territory: int, kind: Kind, pk: int):
    here = scope.to_keep(request, territory)
    record = here.find(kind.model.objects.select_related("created_by"), pk)
    timing = None
    if hasattr(record, "started_on"):
        timing = timing_of(record.started_on, record.finished_on, trainings_of(here.territory), timezone.localdate())
    context = here.context("records", kind=kind, record=record, timing=timing, **details_of(record))
    return render(request, kind.template, context)


def record_add(request, territory: int, kind: Kind):
    here = scope.to_keep(request, territory)
    return _edit(request, here, kind, kind.model(territory=here.territory))


def record_edit(request, territory: int, kind: Kind, pk: int):
    here = scope.to_keep(request, territory)
    return _edit(request, here, kind, here.find(kind.model.objects.all(), pk))


def record_delete(request, territory: int, kind: Kind, pk: int):
    here = scope.to_keep(request, territory)
    record = here.find(kind.model.objects.all(), pk)
    if request.method == "POST":
        records.delete_record(record=record, by=request.user)
        tell_deleted(request, record)
        return redirect("coordination:record_list", here.territory.pk)
    context = here.context("records", kind=kind, record=record, documents=details_of(record)["documents"])
    return render(request, "coordination/record_delete.html", context)


def diagnostic_compare(request, territory: int, pk: int):
    """A diagnosis beside a former one: the one before it, or ``?avec=`` another."""
    here = scope.to_keep(request, territory)
    found = Diagnostic.objects.prefetch_related("needs", "gaps")
    present = here.find(found, pk)
    chosen = request.GET.get("avec", "")
    former = here.find(found, int(chosen)) if chosen.isdecimal() else former_of(present)
    others = list(Diagnostic.objects.alive().filter(territory=here.territory).exclude(pk=pk))
    context = here.context("records", record=present, former=former, others=others)
    if former:
        context["sections"] = [
            ("Besoins", compare(map(str, former.needs.all()), map(str, present.needs.all()))),
            ("Lieux et horaires non couverts", compare(map(str, former.gaps.all()), map(str, present.gaps.all()))),
            ("Priorités", compare(former.priorities, present.priorities)),
        ]
    return render(request, "coordination/diagnostic_compare.html", context)


def _edit(request, here: scope.Scope, kind: Kind, record: Record):
    title = str(record) if record.pk else kind.add
    form, rows = _forms(request, kind, record)
    if request.method == "POST" and "add" in request.POST:
        form, rows = _one_row_more(request, kind, record)
    elif request.method == "POST" and all([form.is_valid(), *(formset.is_valid() for _, formset in rows)]):
        try:
            saved = _save(request, form, rows)
        except records.ChangedMeanwhileError as error:
            form.data = form.data.copy()
            form.data["read_at"] = error.stored.changed_at.isoformat()
            form.add_error(None, DELETED_MEANWHILE if error.stored.deleted_at else CHANGED_MEANWHILE)
        else:
            return redirect(saved)
    context = here.context("records", kind=kind, record_id=record.pk, title=title, form=form, rows=rows)
    return render(request, "coordination/record_edit.html", context)


def _forms(request, kind: Kind, record: Record) -> tuple[RecordForm, list]:
    data = request.POST or None
    form = kind.form(data, instance=record)
    rows = []
    for spec in kind.rows:
        stored = getattr(record, spec.name).all() if record.pk else []
        initial = [{name: getattr(row, name) for name in spec.formset.form.base_fields} for row in stored]
        kwargs = kind.row_kwargs(spec, form)
        rows.append((spec, spec.formset(data, prefix=spec.name, initial=initial, row_kwargs=kwargs)))
    return form, rows


def _one_row_more(request, kind: Kind, record: Record) -> tuple[RecordForm, list]:
    """The forms as typed, unchecked, with a blank row in the list whose button was pressed."""
    bound, rows = _forms(request, kind, record)
    form = kind.form(instance=record, initial=as_typed(bound, request.POST))
    added = request.POST["add"]
    return form, [
        (spec, formset.with_one_more(request.POST) if spec.name == added else formset.as_typed(request.POST))
        for spec, formset in rows
    ]


def _save(request, form: RecordForm, rows: list[tuple[object, RowFormSet]]) -> Record:
    related = {spec.name: formset.rows for spec, formset in rows}
    if "actors" in form.cleaned_data:
        related["actors"] = form.cleaned_data["actors"]
    record = form.instance
    if record.pk is None:
        records.create_record(record=record, by=request.user, related=related)
        messages.success(request, f"« {record} » est dans le journal.")
    elif records.change_record(
        record=record, by=request.user, related=related, read_at=form.cleaned_data.get("read_at")
    ):
        messages.success(request, "Les changements sont enregistrés.")
    else:
        messages.info(request, "Rien n’a changé.")
    return record
