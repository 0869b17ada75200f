"""What a form says of the personal data that it asks for (RGPD art. 13), in the register's own words."""

from django import template
from django.conf import settings

from privacy.register import HOLDINGS

register = template.Library()
BY_CODE = {holding.code: holding for holding in HOLDINGS}


@register.inclusion_tag("privacy/_notice.html")
def privacy_notice(code: str, controller: str = "", contact: str = "") -> dict:
    """The notice of one kind of data: ``{% privacy_notice "members" %}``. Raises ``KeyError`` for one that is not.

    In two layers, as the guidelines on transparency allow (WP 260, 35 to 37): why, who answers for it and what one may
    ask are in sight, the rest unfolds. ``controller`` and ``contact`` are for a form that another than whoever runs
    the site answers for.
    """
    return {
        "holding": BY_CODE[code],
        "controller": controller or settings.DATA_CONTROLLER,
        "contact": contact or settings.DATA_CONTACT,
    }
