"""The directory in and out as files: upload, columns, dry run, import, undo; export."""

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from accounts import audit
from accounts.models import AuditEntry
from actors.exchange import exporting, reading, runs
from actors.exchange.columns import COLUMNS
from actors.exchange.exporting import FORMATS
from actors.forms.exchange import ColumnsForm, DirectoryFileForm, ExportForm
from actors.models import Actor, DirectoryImport
from actors.tasks import run_directory_import
from actors.views import desk as desks
from actors.views.directory_api import PER_PAGE
from alimactiv.tabular_writing import write_xlsx

SHOWN = 20
State, Step = DirectoryImport.State, DirectoryImport.Step


def desk(request, territory: int):
    """What was imported and exported lately, and the forms to do so. POST takes a file."""
    here = desks.to_keep(request, territory)
    form = DirectoryFileForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        return _hand_in(request, here, form)
    context = here.context(
        "exchange",
        form=form,
        export_form=ExportForm(),
        runs=list(_runs(here).select_related("by")[:SHOWN]),
        exports=list(
            AuditEntry.objects.exports().filter(subject=audit.subject_of(here.territory)).select_related("by")[:SHOWN]
        ),
    )
    return render(request, "actors/exchange/desk.html", context)


def _hand_in(request, here: desks.Desk, form: DirectoryFileForm):
    file = form.cleaned_data["file"]
    with transaction.atomic():
        run = runs.hand_in(
            content=form.content, name=file.name, source=form.source, territory=here.territory, by=request.user
        )
        if form.source.is_ours:
            _ask(request, run, Step.CHECK)
    return redirect("exchange:run" if form.source.is_ours else "exchange:columns", here.territory.pk, run.pk)


def _ask(request, run: DirectoryImport, step: Step, mapping: dict[str, str] | None = None) -> bool:
    asked = runs.ask(run=run, step=step, by=request.user, mapping=mapping)
    if asked:
        _send(run)
    return asked


def _send(run: DirectoryImport) -> None:
    # Robust: with the broker down the run stays queued, and the schedule takes it up again.
    transaction.on_commit(lambda: run_directory_import.delay(run.pk), robust=True)


def _runs(here: desks.Desk):
    return DirectoryImport.objects.filter(territory=here.territory).defer("content", "changes")


def _find(here: desks.Desk, pk: int) -> DirectoryImport:
    return get_object_or_404(_runs(here).select_related("by"), pk=pk)


def columns(request, territory: int, pk: int):
    """What the columns of an uploaded table mean."""
    here = desks.to_keep(request, territory)
    run = _find(here, pk)
    if run.state not in (State.UPLOADED, State.CHECKED) or not run.mapping:
        return redirect("exchange:run", here.territory.pk, run.pk)
    source = reading.columns_of(bytes(run.content), run.file_name)
    form = ColumnsForm(request.POST or None, source=source, chosen=run.mapping["chosen"])
    if request.method == "POST" and form.is_valid():
        with transaction.atomic():
            _ask(request, run, Step.CHECK, form.mapping)
        return redirect("exchange:run", here.territory.pk, run.pk)
    return render(request, "actors/exchange/columns.html", here.context("exchange", run=run, form=form))


@never_cache
@require_GET
def run(request, territory: int, pk: int):
    """How an import goes, what it would change or changed; htmx asks for it again while it is under way."""
    here = desks.to_keep(request, territory)
    found = _find(here, pk)
    if found.state == State.UPLOADED:
        return redirect("exchange:columns", here.territory.pk, found.pk)
    counts = found.counts
    context = here.context(
        "exchange",
        run=found,
        problems=[one for one in found.problems if one["level"] == "problem"],
        notes=[one for one in found.problems if one["level"] == "note"],
        tables=[(words, table) for words, table in counts.get("tables", {}).items() if any(table.values())],
        can_be_undone=runs.can_be_undone(found),
        can_be_resumed=runs.can_be_resumed(found),
    )
    template = "actors/exchange/_run.html" if request.htmx else "actors/exchange/run.html"
    return render(request, template, context)


@require_POST
def confirm(request, territory: int, pk: int):
    """Import what the dry run showed."""
    here = desks.to_keep(request, territory)
    found = _find(here, pk)
    with transaction.atomic():
        if not found.counts.get("changed") or not _ask(request, found, Step.WRITE):
            messages.info(request, "Cet import a déjà été demandé, ou n’a rien à écrire.")
    return redirect("exchange:run", here.territory.pk, found.pk)


@require_POST
def resume(request, territory: int, pk: int):
    """Go on with an import that was interrupted."""
    here = desks.to_keep(request, territory)
    found = _find(here, pk)
    with transaction.atomic():
        if runs.resume(run=found, by=request.user):
            _send(found)
        else:
            messages.info(request, "Cet import a déjà repris, ou son fichier n’est plus conservé.")
    return redirect("exchange:run", here.territory.pk, found.pk)


def undo(request, territory: int, pk: int):
    """Take back a whole import."""
    here = desks.to_keep(request, territory)
    found = _find(here, pk)
    if not runs.can_be_undone(found):
        raise Http404
    if request.method == "POST":
        with transaction.atomic():
            _ask(request, found, Step.UNDO)
        return redirect("exchange:run", here.territory.pk, found.pk)
    return render(request, "actors/exchange/undo.html", here.context("exchange", run=found))


@require_POST
def export(request, territory: int):
    """The territory's directory as a file, as far as the reader sees it; who took it is noted."""
    here = desks.to_keep(request, territory)
    form = ExportForm(request.POST)
    if not form.is_valid():
        messages.error(request, "Choisissez un format dans la liste.")
        return redirect("exchange:desk", here.territory.pk)
    wanted = FORMATS[form.cleaned_data["format"]]
    with_contacts = form.cleaned_data["with_contacts"] and not wanted.public
    actors = Actor.objects.of(here.territory)
    kinds = set(form.cleaned_data["kinds"])
    entries = list(exporting.with_kinds(exporting.entries_for(actors, wanted, user=request.user), kinds))
    exporting.note(wanted, territory=here.territory, entries=len(entries), with_contacts=with_contacts, by=request.user)
    name = f"annuaire-{here.territory.slug}-{timezone.localdate():%Y-%m-%d}{wanted.suffix}"
    return _attached(wanted.render(entries, with_contacts), wanted.media_type, name)


@require_GET
def model(request):
    """An empty table with all headings."""
    wanted = FORMATS["xlsx"]
    content = write_xlsx({exporting.SHEET: ([column.heading for column in COLUMNS], [])})
    return _attached(content, wanted.media_type, "annuaire-modele.xlsx")


def _attached(content: bytes, media_type: str, name: str) -> HttpResponse:
    response = HttpResponse(content, content_type=media_type)
    response["Content-Disposition"] = content_disposition_header(True, name)
    return response


@login_not_required
@require_GET
def api(request):
    """How other sites read the published directories."""
    address = request.build_absolute_uri(reverse("api:directory"))
    return render(request, "actors/exchange/api.html", {"address": address, "per_page": PER_PAGE})
