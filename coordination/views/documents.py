"""A territory's documents: private files, read by who may see what they belong to."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import FileResponse, Http404
from django.shortcuts import redirect, render
from django.urls import reverse

from coordination import documents, records
from coordination.forms.documents import DocumentForm, NewDocumentForm
from coordination.models import Document
from coordination.models.record import Record
from coordination.views import scope
from coordination.views.bin import tell_deleted

PAGE_SIZE = 50


def document_list(request, territory: int):
    here = scope.to_read(request, territory)
    found = here.seen(Document.objects.alive()).select_related("created_by", *Document.ATTACHED_TO)
    page = Paginator(found, PAGE_SIZE).get_page(request.GET.get("page"))
    return render(request, "coordination/document_list.html", here.context("documents", page_obj=page))


def document(request, territory: int, pk: int):
    """The file itself: always a download, never a page of this site."""
    here = scope.to_read(request, territory)
    document = here.find(Document.objects.all(), pk)
    try:
        file = document.file.open("rb")
    except FileNotFoundError as error:
        raise Http404 from error
    response = FileResponse(file, as_attachment=True, filename=document.filename, content_type=document.media_type)
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    response["Cache-Control"] = "private, no-store"
    return response


def document_add(request, territory: int):
    """A new document; ``?joindre=projets-12`` proposes the record it goes with."""
    here = scope.to_keep(request, territory)
    form = NewDocumentForm(
        request.POST or None,
        request.FILES or None,
        instance=Document(territory=here.territory),
        attachable=_attachable(here),
        initial={"attached": request.GET.get("joindre", "")},
    )
    if request.method == "POST" and form.is_valid():
        document = documents.add_document(
            document=form.instance, file=form.cleaned_data["file"], accepted=form.accepted, by=request.user
        )
        messages.success(request, f"« {document} » est déposé.")
        return redirect(document.attached_to or _list_address(here))
    return render(request, "coordination/document_add.html", here.context("documents", form=form))


def document_edit(request, territory: int, pk: int):
    here = scope.to_keep(request, territory)
    document = here.find(Document.objects.select_related(*Document.ATTACHED_TO), pk)
    title = str(document)
    form = DocumentForm(request.POST or None, instance=document, attachable=_attachable(here))
    if request.method == "POST" and form.is_valid():
        records.change_record(record=form.instance, by=request.user)
        messages.success(request, "Les changements sont enregistrés.")
        return redirect(_list_address(here))
    context = here.context("documents", form=form, document_id=document.pk, title=title)
    return render(request, "coordination/document_edit.html", context)


def document_delete(request, territory: int, pk: int):
    here = scope.to_keep(request, territory)
    document = here.find(Document.objects.all(), pk)
    if request.method == "POST":
        records.delete_record(record=document, by=request.user)
        tell_deleted(request, document)
        return redirect(_list_address(here))
    return render(request, "coordination/document_delete.html", here.context("documents", document=document))


def _list_address(here: scope.Scope) -> str:
    return reverse("coordination:document_list", args=[here.territory.pk])


def _attachable(here: scope.Scope) -> list[Record]:
    """The territory's records that a document can go with."""
    models = [Document._meta.get_field(name).related_model for name in Document.ATTACHED_TO]
    return [record for model in models for record in model.objects.alive().filter(territory=here.territory)]
