"""Who coordinates a territory: invite a colleague, hand over, leave; and what the territories around may see."""

from urllib.parse import urlencode

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from coordination import sharing
from coordination.models import Sharing
from coordination.views import scope
from territories import operations
from territories.forms import CoordinatorForm


def coordinator_list(request, territory: int):
    """The coordinators, and the form that invites one more."""
    here = scope.to_keep(request, territory)
    form = CoordinatorForm(request.POST or None, territory=here.territory)
    if request.method == "POST" and form.is_valid():
        email = form.cleaned_data["email"]
        address = f"{reverse('account_login')}?{urlencode({'email': email})}"
        coordinator = operations.add_coordinator(
            territory=here.territory,
            email=email,
            name=form.cleaned_data["name"],
            sign_in_url=request.build_absolute_uri(address) if form.cleaned_data["notify"] else None,
            by=request.user,
        )
        messages.success(request, f"{coordinator.user} coordonne maintenant {here.territory} avec vous.")
        return redirect("coordination:coordinator_list", here.territory.pk)
    people = list(here.territory.coordinators.select_related("user"))
    is_shared = Sharing.objects.filter(territory=here.territory, shares_records=True).exists()
    context = here.context(form=form, coordinators=people, is_shared=is_shared)
    return render(request, "coordination/coordinator_list.html", context)


def coordination_leave(request, territory: int):
    """Leave the coordination oneself; nobody leaves last without having read that they do."""
    here = scope.to_keep(request, territory)
    mine = get_object_or_404(here.territory.coordinators.select_related("user", "territory"), user=request.user)
    is_last = not here.territory.coordinators.exclude(pk=mine.pk).exists()
    must_confirm = is_last and request.method == "POST" and "confirm" not in request.POST
    if request.method == "POST" and not must_confirm:
        operations.remove_coordinator(coordinator=mine, by=request.user)
        messages.success(request, f"Vous ne coordonnez plus {here.territory}.")
        return redirect("landing")
    context = here.context(is_last=is_last, must_confirm=must_confirm)
    return render(request, "coordination/leave.html", context)


@require_POST
def share(request, territory: int):
    """Show, or stop showing, this territory's figures to the coordinators of those around it."""
    here = scope.to_keep(request, territory)
    shares = "share" in request.POST
    sharing.set_sharing(territory=here.territory, shares_records=shares, by=request.user)
    messages.success(
        request, f"Les territoires qui vous englobent {'voient' if shares else 'ne voient plus'} vos chiffres."
    )
    return redirect("coordination:coordinator_list", here.territory.pk)


def inside(request, territory: int):
    """What the coordinators of a département or an EPCI see of the territories inside it."""
    here = scope.to_keep(request, territory)
    found = sharing.inside(here.territory, timezone.localdate())
    return render(request, "coordination/inside.html", here.context(aggregates=found))
