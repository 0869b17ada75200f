"""Who opens a questionnaire: the person invited, by the link of a mail, or the team, which types for the person."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.crypto import salted_hmac
from django.views.decorators.cache import never_cache

from accounts.models import User
from alimactiv.access import require
from evaluation.campaigns.progress import QUESTIONNAIRE
from evaluation.models import Campaign, Invitation, Page, Response
from evaluation.permissions import can_answer_for
from outbox import links


@dataclass(frozen=True)
class Access:
    """One invitation, opened by someone: the same pages, under two addresses.

    A link's address is a secret: the site's policy for referrers ("same-origin") shows it to no other site. Stricter
    ("no-referrer"), browsers would send forms from an origin that nobody can check.
    """

    invitation: Invitation
    by: User | None = None
    token: str = ""

    @property
    def campaign(self) -> Campaign:
        return self.invitation.campaign

    @property
    def response(self) -> Response | None:
        return getattr(self.invitation, "response", None)

    @property
    def may_answer(self) -> bool:
        invitation = self.invitation
        return self.campaign.is_open and not invitation.declined_at and not invitation.ended_at

    @property
    def device_key(self) -> str:
        """Under which a device keeps what it could not send: another for each person, and no secret."""
        return salted_hmac("answering", f"{self.invitation.pk} {self.by.pk if self.by else ''}").hexdigest()[:16]

    def url(self, name: str, *args: int) -> str:
        if self.by:
            return reverse(f"campaigns:enter_{name}", args=[self.campaign.pk, self.invitation.pk, *args])
        return reverse(f"answering:{name}", args=[self.token, *args])

    def page_url(self, page: Page) -> str:
        return self.url("page", page.pk)

    @property
    def start(self) -> str:
        if self.by:
            return reverse("campaigns:enter", args=[self.campaign.pk, self.invitation.pk])
        return self.url("start")

    @property
    def review(self) -> str:
        return self.url("review")

    @property
    def thanks(self) -> str:
        return self.url("thanks")

    @property
    def declining(self) -> str:
        return self.url("decline")

    @property
    def handing_on(self) -> str:
        return self.url("hand_on")


def by_link(view: Callable) -> Callable:
    """For who has a link of this purpose, for this invitation; without it, a page that says what to do."""

    @login_not_required
    @never_cache
    @wraps(view)
    def opened(request: HttpRequest, token: str, **kwargs) -> HttpResponse:
        invitation = _invited(token)
        if invitation is None:
            return render(request, "evaluation/answering/no_link.html", status=404)
        return view(request, Access(invitation, token=token), **kwargs)

    return opened


def _invited(token: str) -> Invitation | None:
    """Whom a link still invites, or invited until they handed it on."""
    link = links.find(token, QUESTIONNAIRE)
    kind, _, pk = link.subject.partition(":") if link else ("", "", "")
    if kind != Invitation._meta.model_name or not pk.isdecimal():
        return None
    found = _launched().filter(pk=pk).first()
    gone = (Invitation.Ending.REPLACED, Invitation.Ending.REMOVED)
    return None if found is None or found.ending in gone else found


def on_behalf(view: Callable) -> Callable:
    """For the team, which types what a person says on the telephone."""

    @never_cache
    @wraps(view)
    def opened(request: HttpRequest, campaign: int, invitation: int, **kwargs) -> HttpResponse:
        require(can_answer_for(request.user))
        found = get_object_or_404(_launched().standing(), campaign=campaign, pk=invitation)
        return view(request, Access(found, by=request.user), **kwargs)

    return opened


def _launched():
    found = Invitation.objects.exclude(campaign__state=Campaign.State.DRAFT)
    return found.select_related(
        "campaign__evaluation", "case__participation", "case__evaluation", "response", "successor", "predecessor"
    )
