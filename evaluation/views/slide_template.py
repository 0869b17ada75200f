"""The template of the slides, of every evaluation: see it, replace it, come back to the one that ships."""

from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from alimactiv.access import require
from evaluation.permissions import can_edit_report
from evaluation.report_forms import SlideTemplateForm
from evaluation.reporting import slide_template as templates
from evaluation.reporting.formats import FORMATS


def slide_template(request: HttpRequest) -> HttpResponse:
    require(can_edit_report(request.user))
    form = SlideTemplateForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        templates.replace(file=form.cleaned_data["file"], name=form.cleaned_data["name"], by=request.user)
        messages.success(request, "Les prochains diaporamas prendront ce modèle.")
        return redirect("evaluation:slide_template")
    context = {"form": form, "template": templates.in_force()}
    return render(request, "evaluation/report/slide_template.html", context)


@require_safe
def slide_template_file(request: HttpRequest) -> FileResponse:
    """The template in force, to be edited and given back."""
    require(can_edit_report(request.user))
    template = templates.in_force()
    if template is None:
        raise Http404
    return FileResponse(
        template.file.open("rb"),
        as_attachment=True,
        filename=template.name,
        content_type=FORMATS["slides"].media_type,
    )


@require_POST
def slide_template_remove(request: HttpRequest) -> HttpResponse:
    require(can_edit_report(request.user))
    templates.remove(by=request.user)
    messages.success(request, "Les prochains diaporamas prendront le modèle du site.")
    return redirect("evaluation:slide_template")
