"""Joining a structure from outside: « C’est ma structure », and the links of the mails. No account is needed."""

from allauth.core import ratelimit
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.cache import never_cache

from actors.forms.membership import ClaimForm
from actors.models import Actor, Joining, Member
from actors.operations import joining as operations
from outbox import links

LIMIT = "membership_claim"
"""How often one may claim: its rates are in the settings (``ACCOUNT_RATE_LIMITS``)."""


@login_not_required
@never_cache
def claim(request, actor: int):
    """« C’est ma structure ». The answer is the same whether the address is known here or not."""
    found = get_object_or_404(Actor.objects.active().visible_to(request.user), pk=actor)
    user = request.user
    if user.is_authenticated and Member.objects.of(user).filter(actor=found).exists():
        return redirect("membership:mine")
    form = ClaimForm(request.POST or None, user=user)
    if request.method == "POST" and form.is_valid():
        if ratelimit.consume(request, action=LIMIT, key=form.cleaned_data["email"].lower()):
            operations.claim(actor=found, **form.cleaned_data, by=user if user.is_authenticated else None)
            return render(request, "actors/membership/claim_sent.html", {"actor": found, "form": form})
        form.add_error(None, "Trop de demandes en peu de temps. Réessayez demain, ou écrivez à la coordination.")
    return render(request, "actors/membership/claim.html", {"actor": found, "form": form})


@login_not_required
@never_cache
def claim_prove(request, token: str):
    """The link of a claim's mail: it shows the claim, and its button proves the address."""
    joining = _of_link(token, operations.CLAIM)
    if joining is None:
        return render(request, "actors/membership/link_over.html", status=404)
    if request.method == "POST":
        try:
            operations.prove(joining=joining)
        except operations.AlreadySettledError:
            return render(request, "actors/membership/link_over.html", status=404)
        return render(request, "actors/membership/claim_proved.html", {"joining": joining})
    return render(request, "actors/membership/claim_prove.html", {"joining": joining})


@login_not_required
@never_cache
def invitation(request, token: str):
    """The link of an invitation: it shows who invites to what, and its buttons accept or decline."""
    joining = _of_link(token, operations.INVITATION)
    if joining is None:
        return render(request, "actors/membership/link_over.html", status=404)
    if request.method != "POST":
        return render(request, "actors/membership/invitation.html", {"joining": joining})
    try:
        if "decline" in request.POST:
            operations.decline(joining=joining)
            return render(request, "actors/membership/invitation_declined.html", {"joining": joining})
        operations.accept(joining=joining)
    except operations.AlreadySettledError:
        return render(request, "actors/membership/link_over.html", status=404)
    if request.user.is_authenticated and request.user.email == joining.email:
        messages.success(request, f"Bienvenue parmi les membres de «\u00a0{joining.actor}\u00a0».")
        return redirect("membership:mine")
    sign_in = f"{reverse('account_login')}?{urlencode({'email': joining.email, 'next': reverse('membership:mine')})}"
    return render(request, "actors/membership/invitation_accepted.html", {"joining": joining, "sign_in": sign_in})


def _of_link(token: str, purpose: str) -> Joining | None:
    """The arrival that a link is about, if nobody has settled it."""
    link = links.find(token, purpose)
    if link is None:
        return None
    pk = link.subject.rpartition(":")[2]
    found = Joining.objects.filter(state=Joining.State.SENT, actor__merged_into=None, email=link.recipient, pk=pk)
    return found.select_related("actor", "invited_by").first()
