from django.shortcuts import render

from coordination.permissions import logbooks_read_by
from coordination.search import search as find
from territories.models import Territory


def search(request):
    """Over all that one may see, or one territory of it (``territoire``)."""
    text = request.GET.get("q", "").strip()[:200]
    readable = Territory.objects.all() if request.user.is_staff else logbooks_read_by(request.user)
    chosen = request.GET.get("territoire", "")
    territory = readable.filter(pk=int(chosen)).first() if chosen.isdecimal() else None
    context = {
        "text": text,
        "territory": territory,
        "territories": list(logbooks_read_by(request.user)),
        "sections": find(request.user, text, territory),
    }
    return render(request, "coordination/search.html", context)
