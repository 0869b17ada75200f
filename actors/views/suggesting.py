"""« Signaler une erreur »: anyone says what is wrong in an entry that they read; the coordinator decides."""

from allauth.core import ratelimit
from django.contrib.auth.decorators import login_not_required
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache

from actors.editing import EDITABLE
from actors.forms.freshness import AuthorForm, RemarkForm
from actors.freshness.content import content_of
from actors.freshness.parts import AUTHOR, filled, open_part
from actors.models import Actor, Section
from actors.operations.proposals import Author, Change, propose
from actors.visibility import sight_of

TOO_MANY = "Beaucoup de messages sont partis d’ici depuis une heure. Réessayez plus tard, ou téléphonez à la structure."
NOTHING_CHANGED = "Rien n’a changé dans ce formulaire : corrigez ce qui est faux, ou dites-le en quelques mots."


@login_not_required
@never_cache
def suggest(request, actor: int):
    """What is wrong: a part to correct, or a remark."""
    found = _find(request, actor)
    form = RemarkForm(request.POST or None, prefix=AUTHOR)
    if request.method == "POST" and form.is_valid() and _may_send(request, form):
        if not form.is_by_a_machine:
            author, comment = Author(form.cleaned_data["email"]), form.cleaned_data["comment"]
            propose(actor=found, section=Section.CONTACT, author=author, comment=comment)
        return redirect("freshness:suggested", found.pk)
    sections = content_of(found, sight_of(request.user, found).audience).values()
    context = {"actor": found, "sections": sections, "form": form}
    return render(request, "actors/freshness/suggest.html", context)


@login_not_required
@never_cache
def suggest_part(request, actor: int, code: str, target: int | None = None):
    """One part, with what it should say."""
    found = _find(request, actor)
    try:
        form = open_part(code, found, target, sight_of(request.user, found).audience, request.POST or None)
    except LookupError as error:
        raise Http404 from error
    author = AuthorForm(request.POST or None, prefix=AUTHOR)
    if request.method == "POST" and form.is_valid() and author.is_valid():
        changes = form.changes()
        if not changes:
            form.add_error(None, NOTHING_CHANGED)
        elif _may_send(request, form):
            if not author.is_by_a_machine:
                change = Change(code, target, filled(form), changes)
                sender = Author(author.cleaned_data["email"])
                propose(actor=found, section=form.section, author=sender, change=change)
            return redirect("freshness:suggested", found.pk)
    editable = EDITABLE[code]
    context = {"actor": found, "form": form, "author": author, "editable": editable}
    context["title"] = editable.title_of(form.instance)
    return render(request, "actors/freshness/suggest_part.html", context)


@login_not_required
def suggested(request, actor: int):
    return render(request, "actors/freshness/suggested.html", {"actor": _find(request, actor)})


def _find(request, pk: int) -> Actor:
    return get_object_or_404(Actor.objects.listed().visible_to(request.user), pk=pk)


def _may_send(request, form) -> bool:
    """Within the limits of one visitor; otherwise the form says so."""
    if ratelimit.consume(request, action="directory_suggestion"):
        return True
    form.add_error(None, TOO_MANY)
    return False
