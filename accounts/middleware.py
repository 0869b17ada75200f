from allauth.account.authentication import get_authentication_records
from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode

# What allauth notes of a sign-in, in words; the last one counts.
METHODS = {"code": "code par courriel", "mfa": "code et second facteur", "socialaccount": "ProConnect"}


def sign_in_middleware(get_response):
    """Tell the audit how the user signed in: ``request.user.sign_in``."""

    def middleware(request):
        if request.user.is_authenticated:
            records = get_authentication_records(request, request.user)
            request.user.sign_in = METHODS.get(records[-1]["method"], records[-1]["method"]) if records else ""
        return get_response(request)

    return middleware


# What ANSA's team still reaches without the second factor that the site asks of it: the way to have one, and out.
WITHOUT_SECOND_FACTOR = frozenset(
    {"mfa_activate_totp", "mfa_reauthenticate", "account_logout", "accessibility", "legal", "healthz"}
)


def second_factor_middleware(get_response):
    """Lead ANSA's team to a second factor before anything else, where ``STAFF_NEEDS_SECOND_FACTOR`` says so.

    The session itself must have given it: one that was open before it was activated may be someone's who only reads
    the mailbox.
    """

    def middleware(request):
        return get_response(request)

    def process_view(request, view, arguments, keywords):
        if not (settings.STAFF_NEEDS_SECOND_FACTOR and request.user.is_authenticated and request.user.is_staff):
            return None
        if request.resolver_match.url_name in WITHOUT_SECOND_FACTOR:
            return None
        if not is_mfa_enabled(request.user):
            messages.info(request, "Activez d’abord la double vérification : ce site la demande à toute l’équipe.")
            return redirect("mfa_activate_totp")
        if _was_given(request):
            return None
        ask = reverse("mfa_reauthenticate")
        return redirect(f"{ask}?{urlencode({'next': request.get_full_path()})}" if request.method == "GET" else ask)

    middleware.process_view = process_view
    return middleware


def _was_given(request: HttpRequest) -> bool:
    """Whether this session has shown the second factor, when it began or since."""
    return any(record["method"] == "mfa" for record in get_authentication_records(request, request.user))
