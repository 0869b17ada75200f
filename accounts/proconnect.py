"""Signing in with ProConnect, the State's OpenID Connect for agents of public bodies, when it is configured.

ProConnect signs what it says of a person (a JWT), where other providers answer in plain JSON.
"""

from allauth.account.internal.decorators import login_not_required
from allauth.core.internal.httpkit import add_query_params
from allauth.socialaccount.adapter import get_adapter
from allauth.socialaccount.helpers import render_authentication_error
from allauth.socialaccount.internal import jwtkit
from allauth.socialaccount.models import SocialApp
from allauth.socialaccount.providers.oauth2.views import OAuth2CallbackView, OAuth2LoginView
from allauth.socialaccount.providers.openid_connect.views import OpenIDConnectOAuth2Adapter
from allauth.utils import build_absolute_uri
from django.conf import settings
from django.http import Http404
from django.urls import reverse
from django.utils.crypto import get_random_string
from requests import RequestException

PROVIDER_ID = "proconnect"
SIGNED = "application/jwt"
FOR_SIGN_OUT = "proconnect_sign_out"
"""Where the session keeps ProConnect's address that closes its own session, and what it wants back there."""


def is_configured() -> bool:
    return bool(settings.SOCIALACCOUNT_PROVIDERS)


class ProConnectAdapter(OpenIDConnectOAuth2Adapter):
    def complete_login(self, request, app, token, **kwargs):
        login = super().complete_login(request, app, token, **kwargs)
        leave, id_token = self.openid_config.get("end_session_endpoint"), kwargs["response"].get("id_token")
        if leave and id_token:
            request.session[FOR_SIGN_OUT] = [leave, id_token]
        return login

    def _fetch_user_info(self, access_token: str) -> dict:
        """Who signs in. Raises ``OAuth2Error`` if ProConnect's signature, name or addressee is not right."""
        with get_adapter().get_requests_session() as session:
            answer = session.get(self.profile_url, headers={"Authorization": f"Bearer {access_token}"})
            answer.raise_for_status()
        if not answer.headers.get("Content-Type", "").startswith(SIGNED):
            return answer.json()
        return jwtkit.verify_and_decode(
            credential=answer.text,
            keys_url=self.openid_config["jwks_uri"],
            issuer=self.openid_config["issuer"],
            audience=self.get_provider().app.client_id,
            lookup_kid=jwtkit.lookup_kid_jwk,
        )


@login_not_required
def login(request, provider_id: str):
    """A page that asks for a press (GET), then the way to ProConnect (POST)."""
    return _answered_by(OAuth2LoginView, request, provider_id)


@login_not_required
def callback(request, provider_id: str):
    """Where ProConnect sends back to."""
    return _answered_by(OAuth2CallbackView, request, provider_id)


def sign_out_url(request) -> str:
    """Where a session that came through ProConnect is closed there too (OpenID Connect RP-Initiated Logout 1.0).

    Empty for another session, and for a provider that has no such address. Nothing is asked of it: nobody waits for a
    provider that is slow, to leave.
    """
    leave, id_token = request.session.get(FOR_SIGN_OUT, ("", ""))
    if not leave:
        return ""
    back = build_absolute_uri(request, reverse(settings.ACCOUNT_LOGOUT_REDIRECT_URL))
    asked = {"id_token_hint": id_token, "post_logout_redirect_uri": back, "state": get_random_string(32)}
    return add_query_params(leave, asked)


def _answered_by(view_class, request, provider_id: str):
    adapter = ProConnectAdapter(request, provider_id)
    try:
        return view_class.adapter_view(adapter)(request)
    except SocialApp.DoesNotExist:
        raise Http404 from None
    except RequestException as error:  # allauth waits for some of them alone
        return render_authentication_error(request, adapter.get_provider(), exception=error)
