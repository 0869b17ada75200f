"""The forms of an entry for who may not read all of it: without what they do not see, and kept as they typed it."""

from collections.abc import Mapping

from django.http import QueryDict

from actors.editing import EDITABLE, open_form, typed
from actors.forms.parts import Part
from actors.freshness.content import content_of
from actors.models import Actor, Audience, Section, Visibility
from actors.visibility import AUDIENCES

AUTHOR = "author"
"""The prefix of what a page asks of who fills a form, beside it."""
PERSON = ("contact_name", "contact_role", "contact_phone", "contact_email", "contact_visibility")
RESERVED = {
    "contact": (Audience.COORDINATION, PERSON),  # or those to whom the entry shows this person
    "identity": (Audience.PROFESSIONALS, ("siret", "accreditation")),
    "service": (Audience.PROFESSIONALS, ("visibility",)),
}
"""By form, the fields that only this audience and nearer ones are shown; a browser always sends those it shows."""


def open_part(code: str, actor: Actor, target: int | None, audience: Audience, data: QueryDict | None = None) -> Part:
    """``editing.open_form`` for this audience. Raises ``LookupError`` also for what it does not see."""
    if EDITABLE[code].section == Section.SUPPLY and audience < Audience.PROFESSIONALS:
        raise LookupError("supply is not for everyone")
    seen = {(row.code, row.target) for section in content_of(actor, audience).values() for row in section.rows}
    if target is not None and (code, target) not in seen:
        raise LookupError(f"{code} {target} is not shown")
    form = open_form(code, actor, target, data)
    if audience < Audience.COORDINATION:
        _offer_only(form, seen)
    nearest, names = RESERVED.get(code, (Audience.EVERYONE, ()))
    if code == "contact":
        nearest = AUDIENCES[Visibility(actor.contact_visibility)]
    return form if audience >= nearest else _without(form, names)


def _offer_only(form: Part, seen: set[tuple[str, int | None]]) -> None:
    """Among a structure's places and services, those that the reader sees."""
    for name in form.fields.keys() & {"site", "service"}:
        field = form.fields[name]
        field.queryset = field.queryset.filter(pk__in=[key for code, key in seen if code == name])


def reopen_part(code: str, actor: Actor, target: int | None, data: Mapping[str, list[str]]) -> Part:
    """The form as its author filled it: with the fields that they were shown, and no others."""
    form = open_form(code, actor, target, data)
    _, names = RESERVED.get(code, (Audience.EVERYONE, ()))
    return _without(form, [name for name in names if name not in data])


def _without(form: Part, names) -> Part:
    for name in names:
        form.fields.pop(name, None)
    if names:
        form.remember()
    return form


def filled(form: Part) -> dict[str, list[str]]:
    """What was typed in the form, without what the same page asks of its author.

    Nor what a made-up request adds of the fields that its author was not shown: it would be accepted unseen.
    """
    not_shown = {name for _, names in RESERVED.values() for name in names} - form.fields.keys()
    return {
        name: values
        for name, values in typed(form).items()
        if name not in not_shown and not name.startswith(f"{AUTHOR}-")
    }
