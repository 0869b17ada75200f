"""Sign-in and second factor: the pages of allauth that this site has, under the names allauth reverses."""

from allauth.account import views as account
from allauth.mfa.base import views as mfa
from allauth.mfa.recovery_codes import views as recovery_codes
from allauth.mfa.totp import views as totp
from allauth.socialaccount import views as social
from allauth.usersessions import views as sessions
from django.contrib.auth.decorators import login_not_required
from django.urls import path

from accounts import proconnect
from accounts import views_sign_in as views

urlpatterns = [
    path("connexion/", views.request_login_code, name="account_login"),
    # allauth reverses these two as well. Signing up is asking ANSA: the sign-in page says so.
    path("connexion/", views.request_login_code, name="account_request_login_code"),
    path("connexion/", views.request_login_code, name="account_signup"),
    path("connexion/code/", views.confirm_login_code, name="account_confirm_login_code"),
    path("connexion/second-code/", mfa.authenticate, name="mfa_authenticate"),
    path("proconnect/", proconnect.login, {"provider_id": proconnect.PROVIDER_ID}, name="openid_connect_login"),
    path(
        "proconnect/retour/",
        proconnect.callback,
        {"provider_id": proconnect.PROVIDER_ID},
        name="openid_connect_callback",
    ),
    path("proconnect/annule/", social.login_cancelled, name="socialaccount_login_cancelled"),
    path("proconnect/refus/", login_not_required(social.login_error), name="socialaccount_login_error"),
    path("sessions/", sessions.list_usersessions, name="usersessions_list"),
    path("ferme/", account.account_inactive, name="account_inactive"),
    path("deconnexion/", views.logout, name="account_logout"),
    path("double-verification/", mfa.index, name="mfa_index"),
    path("double-verification/confirmer/", mfa.reauthenticate, name="mfa_reauthenticate"),
    path("double-verification/activer/", views.ActivateTOTPView.as_view(), name="mfa_activate_totp"),
    path("double-verification/desactiver/", totp.deactivate_totp, name="mfa_deactivate_totp"),
    path("codes-de-secours/", recovery_codes.view_recovery_codes, name="mfa_view_recovery_codes"),
    path(
        "codes-de-secours/nouveaux/",
        recovery_codes.generate_recovery_codes,
        name="mfa_generate_recovery_codes",
    ),
    path(
        "codes-de-secours/codes-de-secours.txt",
        recovery_codes.download_recovery_codes,
        name="mfa_download_recovery_codes",
    ),
]
