"""The pages by which a coordinator, or a structure's own members, keep an entry of the directory right."""

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse

from accounts.history import history_of
from actors import editing
from actors.duplicates import LookAlike, look_alikes
from actors.entry_list import EntryFilter, rows
from actors.forms.new_entries import NewEntryForm
from actors.freshness.rhythm import states
from actors.models import Actor, Confirmation, Section
from actors.operations import entries as operations
from actors.permissions import can_answer_for, can_edit_entry, can_keep_entry
from actors.views.desk import to_keep
from alimactiv.access import require
from territories.models import Territory

PER_PAGE = 50


@dataclass(frozen=True)
class Editor:
    """Someone who may change an entry. ``keeps``: as its coordinator; ``territory``: the desk that they come from."""

    actor: Actor
    keeps: bool
    territory: Territory | None

    def context(self, **more: Any) -> dict[str, Any]:
        """What ``actors/entries/base.html`` needs, and ``more``."""
        return {"actor": self.actor, "keeps": self.keeps, "territory": self.territory} | more


def to_edit(request, pk: int) -> Editor:
    """For who changes what an entry says.

    Raises ``Http404`` for who does not see it, ``PermissionDenied`` for who only reads it.
    """
    user = request.user
    actor = get_object_or_404(Actor.objects.listed().visible_to(user), pk=pk)
    require(can_edit_entry(user, actor))
    keeps = can_keep_entry(user, actor)
    return Editor(actor, keeps, _desk_territory(user, actor) if keeps else None)


def entry_list(request, territory: int):
    """All the entries of a territory's directory that its coordinator reads, and where each stands."""
    desk = to_keep(request, territory)
    entries = Actor.objects.listed().of(desk.territory).visible_to(request.user)
    form = EntryFilter(request.GET)
    page = Paginator(form.filter(entries, desk.territory), PER_PAGE).get_page(request.GET.get("page"))
    context = desk.context("entries", form=form, page_obj=page, rows=rows(page.object_list, request.user))
    return render(request, "actors/entries/list.html", context)


def entry_add(request, territory: int):
    """A structure new to the directory."""
    desk = to_keep(request, territory)
    form = NewEntryForm(request.POST or None)
    alike = _look_alikes(request, desk.territory, form) if request.method == "POST" and form.is_valid() else []
    if request.method == "POST" and form.is_valid() and not alike:
        actor = operations.add_entry(
            actor=form.instance,
            territory=desk.territory,
            site=form.site,
            service=form.service,
            role=Confirmation.Role.TEAM if request.user.is_staff else Confirmation.Role.COORDINATION,
            by=request.user,
        )
        messages.success(request, f"{actor} est dans l’annuaire. Complétez maintenant sa fiche.")
        return redirect("entries:edit", actor.pk)
    return render(request, "actors/entries/add.html", desk.context("entries", form=form, look_alikes=alike))


def entry(request, actor: int):
    """An entry, section by section: when each was confirmed, and what one can change."""
    editor = to_edit(request, actor)
    actor = editor.actor
    freshness = states([actor.pk])[actor.pk]
    sections = [(found, freshness.sections.get(found.section)) for found in editing.parts(actor)]
    rest = request.GET.get("reste")
    others = [one for one in actor.territories.all() if one != editor.territory]
    return render(
        request,
        "actors/entries/entry.html",
        editor.context(
            sections=sections,
            freshness=freshness,
            others=others,
            rest=rest if rest in freshness.sections else None,
            answers=can_answer_for(request.user, actor) and not actor.has_ended,
        ),
    )


def part(request, actor: int, code: str, target: int | None = None):
    """One part of an entry: a form."""
    editor = to_edit(request, actor)
    actor = editor.actor
    form = _open(editor, code, target, request.POST if request.method == "POST" else None)
    editable, changes = editing.EDITABLE[code], {}
    title = editable.title_of(form.instance)
    if request.method == "POST" and form.is_valid():
        try:
            saved = operations.save_part(
                form=form, actor=actor, by=request.user, role=editing.role_of(request.user, actor)
            )
        except operations.ChangedMeanwhileError as error:
            changes = error.changes
            form.read_again(error.stored)
        except operations.GoneMeanwhileError as error:
            raise Http404 from error
        else:
            return _tell_saved(request, actor, form.section, saved)
    context = editor.context(form=form, editable=editable, title=title, changes=changes)
    return render(request, "actors/entries/part.html", context)


def history(request, actor: int):
    """All that was done to an entry."""
    editor = to_edit(request, actor)
    return render(request, "actors/entries/history.html", editor.context(events=history_of(editor.actor)))


def _look_alikes(request, territory: Territory, form: NewEntryForm) -> list[LookAlike]:
    """What may be the same structure; nothing once one has said that it is another."""
    if "is_other" in request.POST:
        return []
    typed = {name: form.cleaned_data[name] for name in ("name", "siret", "city", "postcode")}
    return look_alikes(request.user, territory=territory, **typed)


def _open(editor: Editor, code: str, target: int | None, data):
    try:
        return editing.open_form(code, editor.actor, target, data, keeps=editor.keeps)
    except LookupError as error:
        raise Http404 from error


def _tell_saved(request, actor: Actor, section: Section, saved: operations.Saved):
    """Back to the entry; at the section, to say that the rest of it is right, if the part saved is not all of it."""
    said = "C’est enregistré" if saved.has_changed else "Rien n’a changé"
    page = reverse("entries:edit", args=[actor.pk])
    if saved.is_confirmed:
        messages.success(request, f"{said}, et noté comme vérifié aujourd’hui.")
        return redirect(page)
    messages.success(request, f"{said}.")
    return redirect(f"{page}?reste={section}#section-{section}")


def _desk_territory(user, actor: Actor) -> Territory | None:
    """The territory whose desk leads to this entry."""
    found = actor.territories.all()
    return found.first() if user.is_staff else found.filter(coordinators__user=user).first()
