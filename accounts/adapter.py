import logging

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core import context as allauth_context
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from django.shortcuts import render

logger = logging.getLogger(__name__)


class AccountAdapter(DefaultAccountAdapter):
    """Accounts are opened by ANSA's staff: nobody signs up alone."""

    error_messages = DefaultAccountAdapter.error_messages | {
        "incorrect_code": "Ce n’est pas le code du dernier courriel reçu. Vérifiez-le, chiffre par chiffre.",
        "too_many_login_attempts": "Trop d’essais. Patientez quelques minutes, puis recommencez.",
    }

    def is_open_for_signup(self, request) -> bool:
        return False

    def send_mail(self, template_prefix: str, email: str, context: dict) -> None:
        """Send, or answer with a page that says that the mail could not leave (503)."""
        try:
            super().send_mail(template_prefix, email, context)
        except OSError as error:  # smtplib's errors are among them
            logger.exception("%s not sent", template_prefix)
            request = allauth_context.request
            raise ImmediateHttpResponse(render(request, "accounts/mail_not_sent.html", status=503)) from error


class SocialAccountAdapter(DefaultSocialAccountAdapter):
    """ProConnect signs in the account with the address that it vouches for; it opens none."""

    def is_open_for_signup(self, request, sociallogin) -> bool:
        return False

    def on_authentication_error(self, request, provider, error=None, exception=None, extra_context=None) -> None:
        logger.warning("ProConnect refused: %s", error, exc_info=exception)
