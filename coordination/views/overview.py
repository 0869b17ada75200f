"""My territory: what a coordinator lands on."""

from django.shortcuts import render

from coordination.views import scope


def territory(request, territory: int):
    here = scope.to_read(request, territory)
    return render(request, "coordination/territory.html", here.context("overview"))
