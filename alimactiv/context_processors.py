from alimactiv.development import mailbox_is_open


def site(request):
    """What every page may show: whether there is a mailbox to read the mails of the demonstration."""
    return {"MAILBOX_ENABLED": mailbox_is_open()}
