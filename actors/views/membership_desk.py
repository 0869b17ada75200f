"""The desk's tab « Membres »: what waits for a decision, and the structures that nobody looks after."""

from django.core.paginator import Paginator
from django.shortcuts import render

from actors.models import Joining
from actors.views import desk

PAGE_SIZE = 50


def member_list(request, territory: int):
    here = desk.to_keep(request, territory)
    actors = here.kept.active()
    arrivals = Joining.objects.filter(actor__in=actors.values("pk")).select_related("actor", "invited_by")
    without = Paginator(actors.without_member(), PAGE_SIZE)
    context = here.context(
        "members",
        claims=list(arrivals.to_decide()),
        invitations=list(arrivals.unanswered()),
        without_manager=list(actors.without_manager()),
        page_obj=without.get_page(request.GET.get("page")),
    )
    return render(request, "actors/membership/list.html", context)
