"""The pages of a mail's link: a structure says that its entry is right, or what is not. No account is needed.

Whoever keeps the entry changes it at once; from the structure's other addresses, changes wait for the coordinator.
A link's address is a secret: the site's policy for referrers ("same-origin") shows it to no other site. Stricter
("no-referrer"), browsers would send forms from an origin that nobody can check.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps

from allauth.core import ratelimit
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from actors.editing import EDITABLE
from actors.forms.freshness import ClosedForm, SomeoneElseForm
from actors.freshness.addressees import CHECK, known_addresses
from actors.freshness.content import audience_at, content_of
from actors.freshness.mails import NEW_LINK
from actors.freshness.parts import filled, open_part
from actors.freshness.rhythm import states
from actors.models import Actor, Audience, Confirmation, Member, Proposal, Section
from actors.operations.entries import ChangedMeanwhileError, GoneMeanwhileError, Saved, save_part
from actors.operations.freshness import confirm, hand_to_call_list
from actors.operations.proposals import Author, Change, propose
from outbox import links
from outbox.operations import ask

STRUCTURE = Confirmation.Role.STRUCTURE


@dataclass(frozen=True)
class Access:
    """An entry, opened by who reads mail at one of the structure's addresses."""

    actor: Actor
    recipient: str
    token: str
    is_keeper: bool
    """They keep the entry: what they change is changed at once."""

    @property
    def audience(self) -> Audience:
        return Audience.COORDINATION if self.is_keeper else audience_at(self.actor, self.recipient)

    @property
    def author(self) -> Author:
        return Author(self.recipient, is_contact=True)

    def go(self, name: str, *args) -> HttpResponse:
        return redirect(f"freshness:{name}", self.token, *args)


def by_link(view: Callable) -> Callable:
    """For who has a link sent to an address that is still the structure's; without it, a page that offers another."""

    @login_not_required
    @never_cache
    @wraps(view)
    def opened(request: HttpRequest, token: str, **kwargs) -> HttpResponse:
        access = _access(token)
        if access is None:
            response = render(request, "actors/freshness/no_link.html", {"token": token}, status=404)
        else:
            response = view(request, access, **kwargs)
        response.headers["X-Robots-Tag"] = "noindex"
        return response

    return opened


def _access(token: str) -> Access | None:
    link = links.find(token, CHECK)
    actor = Actor.objects.active().filter(pk=link.subject.rpartition(":")[2]).first() if link else None
    if actor is None or link.recipient not in known_addresses(actor):
        return None
    keepers = Member.objects.active().editors_of_entries().filter(actor=actor, email__iexact=link.recipient)
    return Access(actor, link.recipient, token, keepers.exists())


@by_link
def check(request, access: Access):
    """The entry, as it reads; one button says that all of it is right, or the rest once a part is corrected."""
    content = content_of(access.actor, access.audience)
    if request.method == "POST":
        corrected = _waiting(access).values_list("section", flat=True) if "rest" in request.POST else []
        confirm(actor=access.actor, sections=[one for one in content if one not in corrected], role=STRUCTURE)
        return access.go("thanks")
    freshness = states([access.actor])[access.actor.pk]
    sections = [(part, freshness.sections.get(section), _adds(section)) for section, part in content.items()]
    context = {"access": access, "actor": access.actor, "sections": sections, "freshness": freshness}
    return render(request, "actors/freshness/check.html", context)


def _adds(section: Section) -> list:
    """The kinds of rows that one can add to a section."""
    return [one for one in EDITABLE.values() if one.section == section and one.add and one.code != "stop"]


@by_link
def thanks(request, access: Access):
    freshness = states([access.actor])[access.actor.pk]
    waiting = set(_waiting(access).values_list("section", flat=True))
    to_say = {*freshness.due, request.GET.get("reste")} - waiting
    context = {
        "access": access,
        "actor": access.actor,
        "freshness": freshness,
        "waiting": waiting,
        "to_say": [section for section in freshness.sections if section in to_say],
    }
    return render(request, "actors/freshness/thanks.html", context)


def _waiting(access: Access):
    """What who holds this link would change, and that nobody decided yet."""
    return Proposal.objects.pending().filter(actor=access.actor, author_email=access.recipient.lower())


@by_link
def check_part(request, access: Access, code: str, target: int | None = None):
    """One part of the entry, to be corrected."""
    try:
        form = open_part(code, access.actor, target, access.audience, request.POST or None)
    except LookupError as error:
        raise Http404 from error
    changes = {}
    if request.method == "POST" and form.is_valid():
        try:
            saved = _keep(access, form, code, target)
        except ChangedMeanwhileError as error:
            changes = error.changes
            form.read_again(error.stored)
        except GoneMeanwhileError:
            messages.error(request, "Cette partie de la fiche a été retirée entre-temps.")
            return access.go("check")
        else:
            if saved and saved.has_changed:
                messages.success(request, "L’annuaire dit maintenant ce que vous avez écrit.")
            rest = f"?reste={form.section}" if saved and not saved.is_confirmed else ""
            return redirect(reverse("freshness:thanks", args=[access.token]) + rest)
    context = {"access": access, "actor": access.actor, "form": form, "changes": changes}
    context |= {"editable": EDITABLE[code], "title": EDITABLE[code].title_of(form.instance)}
    return render(request, "actors/freshness/check_part.html", context)


def _keep(access: Access, form, code: str, target: int | None) -> Saved | None:
    """At once for a keeper; otherwise it waits, and nothing is saved.

    Who changes nothing says that the part is right.
    """
    changes = form.changes()
    if access.is_keeper or not changes:
        return save_part(form=form, actor=access.actor, by=None, role=STRUCTURE)
    change = Change(code, target, filled(form), changes)
    propose(actor=access.actor, section=form.section, author=access.author, change=change)
    return None


@by_link
def closed(request, access: Access):
    """The structure has closed: the coordinator is told."""
    form = ClosedForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        propose(actor=access.actor, section=Section.CONTACT, author=access.author, comment=form.remark())
        hand_to_call_list(actor=access.actor)
        return access.go("thanks")
    return render(request, "actors/freshness/closed.html", {"access": access, "actor": access.actor, "form": form})


@by_link
def someone_else(request, access: Access):
    """Someone else is to be written to: the coordinator is told, and this address gets no second mail."""
    form = SomeoneElseForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        remark = form.remark(access.recipient)
        propose(actor=access.actor, section=Section.CONTACT, author=access.author, comment=remark)
        hand_to_call_list(actor=access.actor)
        return access.go("thanks")
    context = {"access": access, "actor": access.actor, "form": form}
    return render(request, "actors/freshness/someone_else.html", context)


@login_not_required
@never_cache
@require_POST
def new_link(request, token: str):
    """Another link, to the address of the one that works no more; the answer is the same whether or not it is known."""
    link = links.find_ended(token, CHECK)
    is_allowed = ratelimit.consume(request, action="directory_link", key=token)
    if link and is_allowed:
        minute = timezone.now().isoformat(timespec="minutes")
        ask(purpose=NEW_LINK, subject=link.subject, step=minute, recipient=link.recipient)
    return render(request, "actors/freshness/new_link_asked.html")
