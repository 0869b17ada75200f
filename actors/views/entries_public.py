"""The page of an entry, for whoever may read it."""

from django.contrib.auth.decorators import login_not_required
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_safe

from actors.models import Actor
from actors.presenting import present
from actors.visibility import sight_of
from territories.models import Territory


@login_not_required
@require_safe
def entry(request, pk: int):
    """What the reader may see of a structure. An entry merged into another leads there."""
    readable = Actor.objects.visible_to(request.user)
    visible = readable.listed().filter(pk=pk).first()
    if visible is None:
        kept = _kept(get_object_or_404(Actor.objects.exclude(merged_into=None), pk=pk))
        return redirect("directory:entry", get_object_or_404(readable, pk=kept.pk).pk)
    published = Territory.objects.filter(actors=visible, directory__is_published=True).first()
    seen = present(visible, sight_of(request.user, visible))
    context = {"entry": seen, "actor": visible, "published": published}
    return render(request, "actors/entries/public.html", context)


def _kept(actor: Actor) -> Actor:
    """The entry that this one was merged into, however many times; itself if it was not."""
    while actor.merged_into:
        actor = actor.merged_into
    return actor
