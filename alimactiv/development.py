from django.conf import settings


def mailbox_is_open() -> bool:
    """Whether mails can be read on the site: in development only, when they go to a folder.

    They hold sign-in codes: on any other site this must be false.
    """
    return settings.DEVELOPMENT and settings.EMAIL_BACKEND == "django.core.mail.backends.filebased.EmailBackend"
