"""The coordinator's desk for the printed week: prepare it, make an edition, print those that were made."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from actors.forms.week import DocumentForm, EditionForm, PrepareForm
from actors.models import WeekEdition
from actors.operations.week import make_edition
from actors.views.desk import to_keep
from actors.views.week import contact_of, live_address
from actors.week.content import thaw
from actors.week.languages import FRENCH, LANGUAGES
from actors.week.presenting import View
from actors.week.rendering import FORMAT_NAMES, Format, Former, Imprint
from actors.week.rendering import render as draw
from actors.week.schedule import build, coming_monday, is_published

EDITIONS = 20


def prepare(request: HttpRequest, territory: int) -> HttpResponse:
    """By GET the week to be, as the address asks for it; by POST its edition."""
    desk = to_keep(request, territory)
    form = PrepareForm(request.GET, first_day=coming_monday(timezone.localdate()), territory=desk.territory)
    form.is_valid()
    edition_form = EditionForm(request.POST or None, initial={"contact": contact_of(desk.territory)})
    if request.method == "POST" and form.is_valid() and edition_form.is_valid():
        week = build(desk.territory, form.start, form.end, form.selection, contact=edition_form.cleaned_data["contact"])
        made = make_edition(territory=desk.territory, week=week, by=request.user)
        messages.success(request, f"L’édition n°\u00a0{made.number} est faite\u00a0: imprimez-la ci-dessous.")
        return redirect(f"{reverse('week:prepare', args=[desk.territory.pk])}#editions")
    week = build(desk.territory, form.start, form.end, form.selection)
    editions = list(desk.territory.week_editions.defer("content")[:EDITIONS])
    last = desk.territory.week_editions.first()
    view = View(week, LANGUAGES[FRENCH])
    context = desk.context(
        "week",
        form=form,
        edition_form=edition_form,
        week=week,
        view=view,
        to_verify=[view.helps[line.key] for line in week.to_verify],
        last=last,
        told=view.since(thaw(last.content)) if last else [],
        editions=editions,
        languages=LANGUAGES.values(),
        formats=FORMAT_NAMES.items(),
        query=request.GET.urlencode(),
        preview=_preview(request, form),
        is_published=is_published(desk.territory),
    )
    return render(request, "actors/week/prepare.html", context)


def _preview(request: HttpRequest, form: PrepareForm) -> str:
    """The document of these choices: its first day is said, for that of the public page is another."""
    query = request.GET.copy()
    query["du"], query["au"] = form.start.isoformat(), form.end.isoformat()
    return query.urlencode()


@require_safe
def edition(request: HttpRequest, pk: int) -> HttpResponse:
    """An edition as it was made, in the format and language asked for."""
    made = get_object_or_404(WeekEdition.objects.select_related("territory"), pk=pk)
    to_keep(request, made.territory_id)
    wanted = DocumentForm(request.GET)
    wanted.is_valid()
    asked = wanted.cleaned_data
    format = Format(asked.get("format") or Format.A4)
    imprint = Imprint(timezone.localdate(made.created_at), live_address(made.territory), number=made.number)
    since = _former(made) if asked.get("changements") else None
    data = draw(thaw(made.content), asked.get("langue") or FRENCH, format, imprint, since)
    response = HttpResponse(data, content_type="application/pdf")
    name = f"semaine-{made.territory.slug}-{made.number}-{format}.pdf"
    response["Content-Disposition"] = f'inline; filename="{name}"'
    response["Cache-Control"] = "private"
    return response


def _former(made: WeekEdition) -> Former | None:
    """The edition before."""
    before = made.territory.week_editions.filter(number__lt=made.number).first()
    return before and Former(thaw(before.content), before.number, timezone.localdate(before.created_at))
