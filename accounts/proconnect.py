"""Signing in with ProConnect, the State's OpenID Connect for agents of public bodies, when it is configured.

ProConnect signs what it says of a person (a JWT), where other providers answer in plain JSON.
"""

from allauth.account.internal.decorators import login_not_required
from allauth.socialaccount.adapter import get_adapter
from allauth.socialaccount.internal import jwtkit
from allauth.socialaccount.models import SocialApp
from allauth.socialaccount.providers.oauth2.views import OAuth2CallbackView, OAuth2LoginView
from allauth.socialaccount.providers.openid_connect.views import OpenIDConnectOAuth2Adapter
from django.conf import settings
from django.http import Http404

PROVIDER_ID = "proconnect"
SIGNED = "application/jwt"


def is_configured() -> bool:
    return bool(settings.SOCIALACCOUNT_PROVIDERS)


class ProConnectAdapter(OpenIDConnectOAuth2Adapter):
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


def _answered_by(view_class, request, provider_id: str):
    try:
        return view_class.adapter_view(ProConnectAdapter(request, provider_id))(request)
    except SocialApp.DoesNotExist:
        raise Http404 from None
