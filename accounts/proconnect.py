"""Signing in with ProConnect, the State's OpenID Connect for agents of public bodies, when it is configured.

ProConnect signs what it says of a person (a JWT), where other providers answer in plain JSON.
"""

import logging
from urllib.parse import urlencode

from allauth.account.internal.decorators import login_not_required
from allauth.socialaccount.adapter import get_adapter
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

logger = logging.getLogger(__name__)

PROVIDER_ID = "proconnect"
SIGNED = "application/jwt"
FOR_SIGN_OUT = "proconnect_id_token"
"""Where the session keeps what ProConnect wants back to close its own session."""


def is_configured() -> bool:
    return bool(settings.SOCIALACCOUNT_PROVIDERS)


class ProConnectAdapter(OpenIDConnectOAuth2Adapter):
    def complete_login(self, request, app, token, **kwargs):
        request.session[FOR_SIGN_OUT] = kwargs["response"].get("id_token", "")
        return super().complete_login(request, app, token, **kwargs)

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

    Empty for another session, for a provider that has no such address, and for one that does not answer.
    """
    token = request.session.get(FOR_SIGN_OUT)
    if not (token and is_configured()):
        return ""
    try:
        leave = ProConnectAdapter(request, PROVIDER_ID).openid_config.get("end_session_endpoint")
    except RequestException as error:
        logger.warning("ProConnect does not say how to sign out: %s", error)
        return ""
    if not leave:
        return ""
    back = build_absolute_uri(request, reverse(settings.ACCOUNT_LOGOUT_REDIRECT_URL))
    asked = {"id_token_hint": token, "post_logout_redirect_uri": back, "state": get_random_string(32)}
    return f"{leave}?{urlencode(asked)}"


def _answered_by(view_class, request, provider_id: str):
    try:
        return view_class.adapter_view(ProConnectAdapter(request, provider_id))(request)
    except SocialApp.DoesNotExist:
        raise Http404 from None
