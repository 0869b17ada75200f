"""The forms of an entry, by their code: for who is signed in, for who holds a link, and for what is proposed.

A code, a row of the entry (``target``) and what was typed are all it takes to make a form again.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from django.db import models
from django.http import QueryDict

from actors.forms.entries import ContactForm, IdentityForm, SiteForm, StopForm, SupplyForm, SupplyLineForm
from actors.forms.food_services import FoodServiceForm
from actors.forms.parts import Part
from actors.models import Actor, Confirmation, FoodService, Member, Section, Site, Stop, Supply, SupplyLine

NOT_STORED = {"csrfmiddlewaretoken"}


@dataclass(frozen=True)
class Editable:
    """A kind of part: its form, and the words of its pages. ``add`` is empty for what every entry has once."""

    code: str
    form_class: type[Part]
    label: str
    add: str = ""

    @property
    def section(self) -> Section:
        return self.form_class.section

    @property
    def model(self) -> type[models.Model]:
        return self.form_class._meta.model


EDITABLE = {
    one.code: one
    for one in (
        Editable("identity", IdentityForm, "Présentation"),
        Editable("contact", ContactForm, "Contacts"),
        Editable("site", SiteForm, "Lieu", "Ajouter un lieu"),
        Editable("service", FoodServiceForm, "Service", "Ajouter un service"),
        Editable("stop", StopForm, "Arrêt", "Ajouter un arrêt"),
        Editable("supply", SupplyForm, "Logistique"),
        Editable("supply_line", SupplyLineForm, "Besoin ou surplus", "Ajouter un besoin ou un surplus"),
    )
}


def open_form(
    code: str,
    actor: Actor,
    target: int | None = None,
    data: QueryDict | Mapping[str, list[str]] | None = None,
    *,
    keeps: bool = False,
) -> Part:
    """The form ``code`` on a row of this entry, or on a new one where there can be several and ``target`` is none.

    ``data`` is what was posted, or what ``typed`` kept of it. ``keeps``: with the fields of who keeps the entry.
    Raises ``LookupError`` if there is no such form, or the row is not of this entry.
    """
    editable = EDITABLE[code]
    row = _row(editable, actor, target)
    if data is not None and not isinstance(data, QueryDict):
        data = _as_posted(data)
    more = {"actor": actor} if editable.model is Stop else {}
    return editable.form_class(data, instance=row, keeps=keeps, **more)


def typed(form: Part) -> dict[str, list[str]]:
    """What was typed in a form, to be kept as JSON and given to ``open_form`` again."""
    return {name: form.data.getlist(name) for name in form.data if name not in NOT_STORED}


def role_of(user, actor: Actor) -> Confirmation.Role:
    """In whose name a person signed in says what is right: the structure's if they are of it."""
    if Member.objects.of(user).editors_of_entries().filter(actor=actor).exists():
        return Confirmation.Role.STRUCTURE
    return Confirmation.Role.TEAM if user.is_staff else Confirmation.Role.COORDINATION


def _row(editable: Editable, actor: Actor, target: int | None) -> models.Model:
    if editable.model is Actor:
        if target not in (None, actor.pk):
            raise LookupError(f"{target} is not this entry")
        # A copy: the form's changes are not to be seen on the caller's until they are saved.
        return Actor.objects.get(pk=actor.pk)
    if editable.model is Supply:
        return Supply.objects.filter(actor=actor).first() or Supply(actor=actor)
    if target is None:
        if not editable.add:
            raise LookupError(f"{editable.code} needs a row")
        return Stop() if editable.model is Stop else editable.model(actor=actor)
    rows = {
        Site: actor.sites.all(),
        FoodService: actor.services.all(),
        Stop: Stop.objects.filter(service__actor=actor).select_related("service"),
        SupplyLine: actor.supply_lines.all(),
    }
    found = rows[editable.model].filter(pk=target).first()
    if found is None:
        raise LookupError(f"{editable.code} {target} is not of this entry")
    return found


def _as_posted(data: Mapping[str, list[str]]) -> QueryDict:
    posted = QueryDict(mutable=True)
    for name, values in data.items():
        posted.setlist(name, values)
    return posted
