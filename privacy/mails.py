"""The warning before someone is forgotten."""

from django.template.loader import render_to_string

from outbox.purposes import Message, NoLongerDue, Purpose
from privacy.register import KEPT, NOTICE, last_contacts

KEEP = "retention_keep"
SUBJECT = "retention"
LINK_DAYS = 60


def render(mail, links) -> Message:
    moment = last_contacts().get(mail.recipient)
    if moment is None or mail.claimed_at - moment < KEPT - NOTICE:
        raise NoLongerDue("La personne a donné signe de vie, ou n’est plus connue.")
    page = links.page("privacy:keep", links.token(KEEP, days=LINK_DAYS))
    context = {"page": page, "days": NOTICE.days}
    return Message(
        subject="Alim'Activ : vos données seront bientôt effacées",
        text=render_to_string("privacy/email/warning.txt", context),
        html=render_to_string("privacy/email/warning.html", context),
    )


WARNING = Purpose(
    code="retention_warning",
    label="les avertissements avant effacement",
    render=render,
    can_opt_out=False,
)
