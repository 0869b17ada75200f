"""Where and when no food aid is open on a territory: as table, grid and map; kept in a diagnosis."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from actors.coverage import reading
from actors.coverage.grid import holes
from actors.models import FoodService
from actors.views import desk
from alimactiv.french import dated
from coordination import coverage_shown as shown
from coordination.coverage import DAYS, HALVES, in_words, note_gaps
from coordination.coverage_shown import SIGNS, Reading, Shown
from coordination.forms.coverage import CoverageForm, SaveForm
from coordination.records import ChangedMeanwhileError


def coverage(request, territory: int):
    here = desk.to_keep(request, territory)
    form = CoverageForm(request.GET, today=timezone.localdate())
    return _page(request, here, form, _read(here, form))


@require_POST
def save(request, territory: int):
    """What was ticked goes into a diagnosis."""
    here = desk.to_keep(request, territory)
    chosen = CoverageForm(request.POST, today=timezone.localdate())
    found = _read(here, chosen)
    form = SaveForm(request.POST, territory=here.territory, found=found.findings)
    if not form.is_valid():
        return _page(request, here, chosen, found, form)
    try:
        diagnostic, added = note_gaps(
            territory=here.territory,
            diagnostic=form.cleaned_data["diagnostic"],
            chosen=form.chosen,
            method=_method(chosen),
            by=request.user,
        )
    except ChangedMeanwhileError:
        form.add_error("diagnostic", "Quelqu’un vient de supprimer ce diagnostic : choisissez-en un autre.")
        return _page(request, here, chosen, found, form)
    if added:
        noted = f"{added} manques sont notés" if added > 1 else "Un manque est noté"
        messages.success(request, f"{noted} dans ce diagnostic. Il se modifie et se supprime comme les autres.")
    else:
        messages.info(request, "Ce diagnostic disait déjà tout cela : rien n’a été ajouté.")
    return redirect(diagnostic)


def _read(here: desk.Desk, form: CoverageForm) -> Reading:
    counted = reading.count(here.territory, user=here.user, kinds=form.kinds, public=form.public)
    return Reading(counted, form.month, form.about)


def _method(form: CoverageForm) -> str:
    kinds = ", ".join(FoodService.Kind(kind).label for kind in form.kinds)
    month = dated(form.month.start, "F Y")
    return f"Calculé d’après les horaires de l’annuaire, pour {month}. Types d’aide comptés : {kinds}."


def _page(request, here: desk.Desk, form: CoverageForm, found: Reading, save_form: SaveForm | None = None):
    zones = [shown.zone(one) for one in found.zones]
    if save_form is None and found.counted.sources and found.findings:
        save_form = SaveForm(territory=here.territory, found=found.findings)
    empty = holes(found.whole)
    context = here.context(
        "coverage",
        form=form,
        reading=found,
        signs=[Shown("", *sign) for sign in SIGNS.values()],
        days=DAYS,
        halves=list(HALVES.values()),
        week=shown.week(found.whole),
        empty=in_words(empty) if empty else "",
        empty_count=len(empty),
        zones=[zone for zone in zones if zone.covered],
        bare=[zone for zone in zones if not zone.covered],
        publics=shown.publics(found),
        august=shown.august(found),
        map_data=shown.map_data(found),
        save=save_form,
    )
    return render(request, "coordination/coverage/coverage.html", context)
