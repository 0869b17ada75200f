from django.conf import settings


def site(request):
    """What every page may show: whether the demonstration mailbox and accounts are on."""
    return {"MAILBOX_ENABLED": settings.DEVELOPMENT}
