from urllib.parse import urlencode

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse

from alimactiv.access import require
from territories import operations
from territories.forms import CoordinatorForm
from territories.models import Coordinator, Territory
from territories.permissions import can_manage_territories


def coordinator_add(request, pk: int):
    territory = get_object_or_404(Territory.objects.visible_to(request.user), pk=pk)
    require(can_manage_territories(request.user))
    form = CoordinatorForm(request.POST or None, territory=territory)
    if request.method == "POST" and form.is_valid():
        email = form.cleaned_data["email"]
        address = f"{reverse('account_login')}?{urlencode({'email': email})}"
        coordinator = operations.add_coordinator(
            territory=territory,
            email=email,
            name=form.cleaned_data["name"],
            sign_in_url=request.build_absolute_uri(address) if form.cleaned_data["notify"] else None,
            by=request.user,
        )
        messages.success(request, f"{coordinator.user} coordonne maintenant {territory}.")
        return redirect(territory)
    return render(request, "territories/coordinator_add.html", {"territory": territory, "form": form})


def coordinator_remove(request, pk: int):
    visible = Coordinator.objects.filter(territory__in=Territory.objects.visible_to(request.user))
    coordinator = get_object_or_404(visible.select_related("user", "territory"), pk=pk)
    require(can_manage_territories(request.user))
    if request.method == "POST":
        operations.remove_coordinator(coordinator=coordinator, by=request.user)
        messages.success(request, f"{coordinator.user} ne coordonne plus {coordinator.territory}.")
        return redirect(coordinator.territory)
    return render(request, "territories/coordinator_remove.html", {"coordinator": coordinator})
