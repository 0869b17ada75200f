"""Sign-in by mailed code: allauth's views, with what they lack."""

from allauth.account import views as allauth_account
from allauth.account.internal.flows.login import record_authentication
from allauth.account.internal.stagekit import get_pending_stage
from allauth.decorators import rate_limit
from allauth.mfa.totp import views as allauth_totp
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.shortcuts import render

from accounts import proconnect
from accounts.demo import DEMO_ACCOUNTS


class RequestLoginCodeView(allauth_account.RequestLoginCodeView):
    def get_initial(self) -> dict:
        """The address may come with the link of a welcome mail."""
        return {"email": self.request.GET.get("email", "")}

    def get_context_data(self, **context) -> dict:
        demo_accounts = DEMO_ACCOUNTS if settings.DEVELOPMENT else []
        with_proconnect = proconnect.is_configured()
        return super().get_context_data(demo_accounts=demo_accounts, with_proconnect=with_proconnect, **context)


request_login_code = rate_limit(action="login")(RequestLoginCodeView.as_view())


@login_not_required
def confirm_login_code(request):
    """allauth sends who comes too late back to the first page without a word."""
    came_too_late = not request.user.is_authenticated and get_pending_stage(request) is None
    if request.method == "POST" and came_too_late:
        messages.error(request, "Ce code a expiré. Demandez-en un nouveau.")
    return allauth_account.confirm_login_code(request)


@login_not_required  # who stands between two codes leaves by it too
def logout(request):
    """allauth's; a session that came through ProConnect is then closed there too.

    By a page of ours: the content policy lets a form lead to this site alone, and ProConnect leads on to others.
    """
    leave = proconnect.sign_out_url(request) if request.method == "POST" else ""
    response = allauth_account.logout(request)
    if not leave:
        return response
    page = render(request, "account/logout_proconnect.html", {"leave": leave})
    page.headers["Refresh"] = f"0; url={leave}"
    page.headers["Cache-Control"] = "no-store"
    return page


class ActivateTOTPView(allauth_totp.ActivateTOTPView):
    def form_valid(self, form):
        """Who has just typed a code is not asked for another one to see the recovery codes."""
        response = super().form_valid(form)
        record_authentication(self.request, self.request.user, method="mfa", type="totp", reauthenticated=True)
        return response
