from urllib.parse import urlencode

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse

from alimactiv.access import require
from territories import operations
from territories.filters import TerritoryFilter
from territories.forms import MergeForm, TerritoryChoiceForm, TerritoryForm
from territories.models import Territory
from territories.permissions import can_manage_territories, can_see_coordinators

PAGE_SIZE = 50


def territory_list(request):
    """All territories, those in the network first."""
    require(can_manage_territories(request.user))
    shown = TerritoryFilter(request.GET, queryset=Territory.objects.all())
    found = shown.qs.network_first().prefetch_related("participations__session", "coordinators")
    page = Paginator(found, PAGE_SIZE).get_page(request.GET.get("page"))
    return render(request, "territories/territory_list.html", {"filter": shown, "page_obj": page})


def territory_search(request):
    """What a ``TerritoryChoiceForm`` shows as one types; without htmx, the list searched for the same text."""
    require(can_manage_territories(request.user))
    text = request.GET.get("q", "")
    if request.htmx:
        return render(request, "territories/_choices.html", {"form": TerritoryChoiceForm(initial={"q": text})})
    return redirect(f"{reverse('territories:territory_list')}?{urlencode({'q': text})}")


def my_territories(request):
    """Where coordinators start their day."""
    territories = Territory.objects.filter(coordinators__user=request.user)
    territories = list(territories.prefetch_related("participations__session"))
    return render(request, "territories/my_territories.html", {"territories": territories})


def territory(request, pk: int):
    territory = _find(request, pk)
    shows_coordinators = can_see_coordinators(request.user, territory)
    department = Territory.objects.filter(kind=Territory.Kind.DEPARTMENT, code=territory.department).first()
    children = territory.children.current().order_by("kind").values("kind").annotate(count=Count("pk"))
    return render(
        request,
        "territories/territory.html",
        {
            "territory": territory,
            "department": department,
            "parents": list(territory.parents.all()),
            "children": [(Territory.Kind(row["kind"]), row["count"]) for row in children],
            "merged_from": list(territory.merged_from.all()),
            "participations": list(territory.participations.select_related("session")),
            "shows_coordinators": shows_coordinators,
            "coordinators": list(territory.coordinators.select_related("user")) if shows_coordinators else [],
            "can_manage": can_manage_territories(request.user),
            "opens_all": request.user.is_staff or request.user.is_steering_reader,
        },
    )


def territory_create(request):
    require(can_manage_territories(request.user))
    form = TerritoryForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        territory = operations.add_territory(territory=form.save(commit=False), by=request.user)
        messages.success(request, f"{territory} est ajouté.")
        return redirect(territory)
    return render(request, "territories/territory_create.html", {"form": form})


def territory_edit(request, pk: int):
    territory = _find(request, pk)
    require(can_manage_territories(request.user))
    form = TerritoryForm(request.POST or None, instance=territory)
    if request.method == "POST" and form.is_valid():
        form.save()
        messages.success(request, "Les changements sont enregistrés.")
        return redirect(territory)
    return render(request, "territories/territory_edit.html", {"territory": _find(request, pk), "form": form})


def territory_merge(request, pk: int):
    """Notes that a territory is now part of another; both stay."""
    territory = _find(request, pk)
    require(can_manage_territories(request.user))
    if request.method == "POST" and "search" not in request.POST:
        form = MergeForm(request.POST, merged=territory)
        if form.is_valid():
            territory.merged_into = form.cleaned_data["territory"]
            territory.valid_to = form.cleaned_data["valid_to"]
            territory.save(update_fields=["merged_into", "valid_to"])
            messages.success(request, f"{territory} est réuni à {territory.merged_into}.")
            return redirect(territory)
    else:
        form = MergeForm(initial={"valid_to": territory.valid_to, **request.POST.dict()}, merged=territory)
    return render(request, "territories/territory_merge.html", {"territory": territory, "form": form})


def territory_unmerge(request, pk: int):
    territory = _find(request, pk)
    require(can_manage_territories(request.user))
    if request.method == "POST":
        territory.merged_into = territory.valid_to = None
        territory.save(update_fields=["merged_into", "valid_to"])
        messages.success(request, f"{territory} est de nouveau un territoire à part entière.")
        return redirect(territory)
    return render(request, "territories/territory_unmerge.html", {"territory": territory})


def _find(request, pk: int) -> Territory:
    """The territory if one may open its page. Raises ``Http404`` otherwise."""
    visible = Territory.objects.visible_to(request.user)
    return get_object_or_404(visible.select_related("merged_into"), pk=pk)
