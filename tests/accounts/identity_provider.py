"""An OpenID Connect provider on loopback: allauth's own, with one person signed in and one client.

Run as ``python identity_provider.py PORT CALLBACK EMAIL plain|signed|forged``; with ``signed``, what it tells of the
person is a JWT, as ProConnect's is; ``forged`` signs it with a key that it does not publish.
"""

import sys
from urllib.parse import urljoin
from wsgiref.simple_server import make_server

import jwt
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from django.conf import settings

PORT, CALLBACK, EMAIL, MODE = sys.argv[1:] if len(sys.argv) == 5 else ("0", "", "", "plain")
CLIENT_ID, SECRET = "alimactiv", "secret-of-the-test"


def new_key() -> str:
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    form = serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    return key.private_bytes(*form).decode()


KEY = new_key()


def signed_middleware(get_response):
    """What ``/userinfo`` says, as a JWT."""

    def middleware(request):
        import json

        response = get_response(request)
        if MODE == "plain" or not request.path.endswith("/userinfo"):
            return response
        published = jwks(request)
        said = json.loads(response.content) | {"aud": CLIENT_ID, "iss": f"http://127.0.0.1:{PORT}"}
        key = KEY if MODE == "signed" else new_key()
        response.content = jwt.encode(said, key, algorithm="RS256", headers={"kid": published})
        response.headers["Content-Type"] = "application/jwt; charset=utf-8"
        return response

    return middleware


def jwks(request) -> str:
    """The name of the key that the provider publishes."""
    import json

    from django.test import Client

    return json.loads(Client().get("/.well-known/jwks.json", HTTP_HOST=request.get_host()).content)["keys"][0]["kid"]


def signed_in_middleware(get_response):
    def middleware(request):
        from django.contrib.auth import get_user_model

        if request.path.endswith(("/authorize", "/logout")):
            request.user = get_user_model().objects.get()
        return get_response(request)

    return middleware


def main() -> None:
    settings.configure(
        DEBUG=True,
        SECRET_KEY="of-the-test",
        ALLOWED_HOSTS=["127.0.0.1"],
        DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}},
        DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
        USE_TZ=True,
        TEMPLATES=[{"BACKEND": "django.template.backends.django.DjangoTemplates", "APP_DIRS": True}],
        INSTALLED_APPS=[
            *("django.contrib.auth", "django.contrib.contenttypes", "django.contrib.sessions"),
            *("django.contrib.messages", "allauth", "allauth.account", "allauth.idp.oidc"),
        ],
        MIDDLEWARE=[
            "django.contrib.sessions.middleware.SessionMiddleware",
            "django.contrib.auth.middleware.AuthenticationMiddleware",
            "django.contrib.messages.middleware.MessageMiddleware",
            "allauth.account.middleware.AccountMiddleware",
            f"{__name__}.signed_in_middleware",
            f"{__name__}.signed_middleware",
        ],
        AUTHENTICATION_BACKENDS=["allauth.account.auth_backends.AuthenticationBackend"],
        ACCOUNT_LOGIN_METHODS={"email"},
        IDP_OIDC_PRIVATE_KEY=KEY,
        IDP_OIDC_RP_INITIATED_LOGOUT_ASKS_FOR_OP_LOGOUT=False,  # as ProConnect does, of a token that it knows
    )
    import django

    django.setup()
    from allauth.account.models import EmailAddress
    from allauth.idp.oidc.models import Client
    from django.contrib.auth import get_user_model
    from django.contrib.auth.hashers import make_password
    from django.core.handlers.wsgi import WSGIHandler
    from django.core.management import call_command
    from django.urls import include, path

    settings.ROOT_URLCONF = (path("", include("allauth.idp.urls")),)
    call_command("migrate", verbosity=0)
    user = get_user_model().objects.create_user("personne", EMAIL)
    EmailAddress.objects.create(user=user, email=EMAIL, verified=True, primary=True)
    client = Client(id=CLIENT_ID, name="Alim'Activ", secret=make_password(SECRET), skip_consent=True)
    client.set_redirect_uris([CALLBACK])
    client.set_post_logout_redirect_uris([urljoin(CALLBACK, "/")])
    client.set_scopes(["openid", "email", "profile"])
    client.save()
    with make_server("127.0.0.1", int(PORT), WSGIHandler()) as server:
        server.serve_forever()


if __name__ == "__main__":
    main()
