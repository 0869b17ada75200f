from allauth.account.authentication import get_authentication_records

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
