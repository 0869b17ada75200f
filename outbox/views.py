from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.db import DatabaseError
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST

from alimactiv.access import require
from alimactiv.development import mailbox_is_open
from outbox import health, links, operations, purposes
from outbox.decisions import Action, Decision
from outbox.filters import MailFilter
from outbox.forms import BounceForm
from outbox.mailbox import read_mails
from outbox.models import Bounce, Mail, OptOut
from outbox.permissions import can_manage_mails, can_read_health
from outbox.planning import plan

SHOWN = 50


@login_not_required
def mailbox(request):
    """The mails that would have left, in development; one needs them to sign in. Elsewhere, 404."""
    if not mailbox_is_open():
        raise Http404
    mails = read_mails(Path(settings.EMAIL_FILE_PATH), limit=SHOWN)
    return render(request, "outbox/mailbox.html", {"mails": mails, "shown": SHOWN})


# For the staff ------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Row:
    """A mail as the staff reads it."""

    mail: Mail
    label: str
    decision: Decision | None
    """What would be done with it now, if it is still to be sent."""
    can_requeue: bool

    @property
    def is_overdue(self) -> bool:
        """It may leave at this moment: if it stays so, the worker or the mail server is down."""
        return self.decision is not None and self.decision.action == Action.SEND


def _rows(mails: list[Mail]) -> list[Row]:
    waiting = Mail.objects.filter(pk__in=[mail.pk for mail in mails], state=Mail.State.DUE)
    decisions = {mail.pk: decision for mail, decision in plan(timezone.now(), waiting)}
    return [
        Row(mail, purposes.label_of(mail.purpose), decisions.get(mail.pk), mail.state in operations.REQUEUABLE)
        for mail in mails
    ]


def mail_list(request):
    require(can_manage_mails(request.user))
    found = MailFilter(request.GET, queryset=Mail.objects.all())
    page = Paginator(found.qs, SHOWN).get_page(request.GET.get("page"))
    to_check = Mail.objects.filter(state=Mail.State.TO_CHECK)
    context = {
        "filter": found,
        "page_obj": page,
        "rows": _rows(list(page)),
        "to_check": _rows(list(to_check.order_by("claimed_at", "pk")[:SHOWN])),
        "to_check_count": to_check.count(),
    }
    return render(request, "outbox/mail_list.html", context)


@require_POST
def requeue(request, pk: int):
    require(can_manage_mails(request.user))
    mail = get_object_or_404(Mail, pk=pk)
    try:
        operations.requeue(mail=mail, by=request.user)
    except ValidationError as error:
        messages.error(request, error.message)
    else:
        messages.success(request, f"Le courriel à {mail.recipient} est de nouveau à envoyer.")
    return redirect("outbox:mail_list")


@require_POST
def mark_sent(request, pk: int):
    require(can_manage_mails(request.user))
    mail = get_object_or_404(Mail, pk=pk)
    try:
        operations.mark_sent(mail=mail, by=request.user)
    except ValidationError as error:
        messages.error(request, error.message)
    else:
        messages.success(request, f"Le courriel à {mail.recipient} est noté comme envoyé.")
    return redirect("outbox:mail_list")


def address_list(request):
    """The addresses that get nothing, or not everything; POST adds one whose server answered by mail."""
    require(can_manage_mails(request.user))
    form = BounceForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        operations.record_bounce(**form.cleaned_data, by=request.user)
        messages.success(request, f"Plus rien ne partira vers {form.cleaned_data['address']}.")
        return redirect("outbox:address_list")
    text = request.GET.get("q", "").strip()
    refusals = Paginator(OptOut.objects.filter(address__icontains=text), SHOWN)
    page = refusals.get_page(request.GET.get("page"))
    context = {
        "text": text,
        "form": form,
        "bounces": list(Bounce.objects.filter(address__icontains=text)),
        "page_obj": page,
        "opt_outs": [(refusal, purposes.label_of(refusal.purpose)) for refusal in page],
    }
    return render(request, "outbox/address_list.html", context)


@require_POST
def lift_bounce(request, pk: int):
    require(can_manage_mails(request.user))
    bounce = get_object_or_404(Bounce, pk=pk)
    operations.lift_bounce(bounce=bounce, by=request.user)
    messages.success(request, f"Les courriels peuvent de nouveau partir vers {bounce.address}.")
    return redirect("outbox:address_list")


@require_POST
def opt_in(request, pk: int):
    require(can_manage_mails(request.user))
    refusal = get_object_or_404(OptOut, pk=pk)
    operations.opt_in(address=refusal.address, purpose=refusal.purpose, by=request.user)
    messages.success(request, f"{refusal.address} recevra de nouveau {purposes.label_of(refusal.purpose)}.")
    return redirect("outbox:address_list")


# Whether all works ---------------------------------------------------------------------------------


@login_not_required
def healthz(request):
    """For the supervisor of the web process, in plain lines: 200 as long as pages can be served, 503 otherwise.

    A worker that is down is no reason to restart the web process: it is told, the answer stays 200.
    """
    try:
        bad = [line for line in health.lines(timezone.now()) if line.level != health.Level.GOOD]
    except DatabaseError:
        return HttpResponse("down\ndatabase: does not answer\n", status=503, content_type="text/plain")
    said = ["degraded", *(f"{line.code}: {line.plain}" for line in bad)] if bad else ["ok"]
    return HttpResponse("\n".join([*said, ""]), content_type="text/plain")


def health_page(request):
    require(can_read_health(request.user))
    now = timezone.now()
    lines = health.lines(now)
    bad = sum(line.level != health.Level.GOOD for line in lines)
    return render(request, "outbox/health.html", {"lines": lines, "bad": bad, "moment": health.moment(now)})


# For who receives mails ---------------------------------------------------------------------------


@login_not_required
@csrf_exempt  # mail programs post here by themselves (RFC 8058); the token says who
@require_http_methods(["GET", "HEAD", "POST"])
def unsubscribe(request, token: str):
    """GET shows, POST stops the mails of one purpose to one address, or (``reinscrire``) starts them again."""
    link = links.find(token, links.UNSUBSCRIBE)
    if link is None:
        return render(request, "outbox/link_over.html", status=404)
    if request.method == "POST":
        change = operations.opt_in if "reinscrire" in request.POST else operations.opt_out
        change(address=link.recipient, purpose=link.subject)
    context = {
        "address": link.recipient,
        "label": purposes.label_of(link.subject),
        "is_out": OptOut.objects.filter(address=link.recipient, purpose=link.subject).exists(),
    }
    return render(request, "outbox/unsubscribe.html", context)
