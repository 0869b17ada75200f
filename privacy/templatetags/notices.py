"""What a form says of the personal data that it asks for (RGPD art. 13), in the register's own words."""

from django import template

from privacy.register import HOLDINGS

register = template.Library()
BY_CODE = {holding.code: holding for holding in HOLDINGS}


@register.inclusion_tag("privacy/_notice.html")
def privacy_notice(code: str) -> dict:
    """The notice of one kind of data: ``{% privacy_notice "members" %}``. Raises ``KeyError`` for one that is not."""
    return {"holding": BY_CODE[code]}
