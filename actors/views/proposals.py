"""The desk's part on proposals: what outsiders would change, beside what the entry says."""

from dataclasses import dataclass

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.shortcuts import get_object_or_404, redirect, render

from actors.editing import EDITABLE
from actors.forms.freshness import DecisionForm
from actors.forms.parts import Part
from actors.freshness.parts import reopen_part
from actors.models import Proposal
from actors.operations import proposals as operations
from actors.operations.entries import ChangedMeanwhileError, GoneMeanwhileError
from actors.views.desk import Desk, to_keep

SHOWN = 20
NEEDS_REASON = "Pour refuser, dites pourquoi."


@dataclass(frozen=True)
class Difference:
    """One field: as its author read it, as it stands, as they want it."""

    name: str
    before: str
    now: str
    after: str

    @property
    def has_changed_since(self) -> bool:
        return self.now != self.before


def proposal_list(request, territory: int):
    desk = to_keep(request, territory)
    here = _to_decide(desk)
    context = {
        "pending": [(one, _stored_words(one)) for one in here.pending()],
        "decided": list(here.exclude(state=Proposal.State.PENDING).order_by("-decided_at", "-pk")[:SHOWN]),
    }
    return render(request, "actors/freshness/proposal_list.html", desk.context("proposals", **context))


def proposal(request, territory: int, pk: int):
    """One proposal, to accept as it is, to accept with changes, or to refuse."""
    desk = to_keep(request, territory)
    found = get_object_or_404(_to_decide(desk), pk=pk)
    if found.state != Proposal.State.PENDING:
        context = {"proposal": found, "differences": _stored_words(found)}
        return render(request, "actors/freshness/proposal_decided.html", desk.context("proposals", **context))
    form, is_gone = _form_of(found, request.POST if "accept" in request.POST else None)
    decision = DecisionForm(request.POST or None)
    if request.method == "POST" and decision.is_valid():
        response = _decide(request, desk, found, form, decision)
        if response:
            return response
    differences = _differences(found, form)
    context = {
        "proposal": found,
        "actor": found.actor,
        "form": form,
        "is_gone": is_gone,
        "differences": differences,
        "has_changed": any(one.has_changed_since for one in differences),
        "decision": decision,
        "editable": EDITABLE.get(found.form),
    }
    return render(request, "actors/freshness/proposal.html", desk.context("proposals", **context))


def _to_decide(desk: Desk):
    """The proposals on entries that the reader keeps: those on others are for another desk."""
    return Proposal.objects.filter(actor__in=desk.kept.values("pk")).select_related("actor")


def _form_of(found: Proposal, posted) -> tuple[Part | None, bool]:
    """The form as its author filled it, or as the coordinator did; and whether what it changes is gone."""
    if not found.form:
        return None, False
    try:
        form = reopen_part(found.form, found.actor, found.target, posted or found.data)
    except LookupError:
        return None, True
    return form, False


def _decide(request, desk: Desk, found: Proposal, form: Part | None, decision: DecisionForm):
    reason = decision.cleaned_data["reason"]
    try:
        if "refuse" in request.POST:
            if not reason:
                decision.add_error("reason", NEEDS_REASON)
                return None
            operations.refuse(proposal=found, reason=reason, by=request.user)
            messages.success(request, "La proposition est refusée.")
        elif form is None and found.form:
            return None
        elif form is None or form.is_valid():
            operations.accept(proposal=found, form=form, reason=reason, by=request.user)
            messages.success(request, "La proposition est acceptée." if form else "La remarque est classée.")
        else:
            return None
    except ValidationError as error:
        messages.error(request, error.message)
    except GoneMeanwhileError:
        messages.error(request, "Cette partie de la fiche a été retirée entre-temps.")
        return None
    except ChangedMeanwhileError as error:
        form.read_again(error.stored)
        messages.warning(request, "La fiche a changé depuis : comparez, puis acceptez de nouveau.")
        return None
    return redirect("freshness:proposal_list", desk.territory.pk)


def _stored_words(found: Proposal) -> list[Difference]:
    return [
        Difference(name, found.before.get(name, ""), found.before.get(name, ""), after)
        for name, after in found.after.items()
    ]


def _differences(found: Proposal, form: Part | None) -> list[Difference]:
    now = form.before if form else found.before
    return [
        Difference(name, found.before.get(name, ""), now.get(name, ""), after) for name, after in found.after.items()
    ]
