"""Every write on an entry of the directory: noted in the entry's history, found by searches at once.

The history of an entry holds what was done to all its rows, also to those that are no more: each line is noted of
the structure itself.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Protocol

from django.db import models, transaction
from django.utils import timezone

from accounts import audit
from accounts.models import User
from actors import listing
from actors.freshness.rhythm import count_parts
from actors.models import Actor, Confirmation, FoodService, Section, Site, Stop, SupplyLine, Visibility
from actors.operations.freshness import confirm
from territories.models import Territory


def differences(before: Mapping[str, str], after: Mapping[str, str]) -> dict[str, list[str]]:
    """By name, the words before and after of what is not the same; what one of them does not have is empty there."""
    names = [*after, *(name for name in before if name not in after)]
    pairs = {name: [before.get(name, ""), after.get(name, "")] for name in names}
    return {name: pair for name, pair in pairs.items() if pair[0] != pair[1]}


class PartForm(Protocol):
    """What ``save_part`` asks of a valid form (``actors/forms/parts.py``)."""

    instance: models.Model
    section: Section
    noun: str

    def values(self) -> dict[str, Any]: ...
    def words_of(self, row: models.Model) -> dict[str, str]: ...
    def said(self, changes: dict[str, list[str]]) -> dict[str, list[str]]: ...
    def changed_meanwhile(self, stored: models.Model) -> dict[str, list[str]]: ...


@dataclass(frozen=True)
class Saved:
    """What came of ``save_part``."""

    has_changed: bool
    is_confirmed: bool
    """Its section: the other parts, if there are, are still to be said right."""


class ChangedMeanwhileError(Exception):
    """Others changed this part since it was read: ``changes``, by field, before and after; ``stored`` as it stands."""

    def __init__(self, stored: models.Model, changes: dict[str, list[str]]):
        super().__init__(stored)
        self.stored, self.changes = stored, changes


class GoneMeanwhileError(Exception):
    """Others removed this part since it was read."""


class InUseError(Exception):
    """A place that services still name cannot be removed: ``services``."""

    def __init__(self, services: list[FoodService]):
        super().__init__(services)
        self.services = services


@transaction.atomic
def save_part(
    *, form: PartForm, actor: Actor, by: User | None, role: Confirmation.Role, by_phone: bool = False
) -> Saved:
    """Keeps what a valid form says of a part of the entry; its section is confirmed if this is all that it holds.

    Who corrects one stop says nothing of the others. ``by`` is nobody for who came by a link. Raises
    ``ChangedMeanwhileError`` if others changed the part since the form was opened, ``GoneMeanwhileError`` if they
    removed it.
    """
    _lock(actor)
    is_new = form.instance.pk is None
    row = form.instance if is_new else _stored(form)
    before = {} if is_new else form.words_of(row)
    for name, value in form.values().items():
        setattr(row, name, value)
    row.save()
    _touch(actor)
    changes = form.said(differences(before, form.words_of(row)))
    if is_new:
        audit.note(actor, f"{form.noun} : création", by=by, **{name: after for name, (_, after) in changes.items()})
    elif changes:
        which = {} if isinstance(row, Actor) else {"fiche": str(row)}
        audit.note(actor, f"{form.noun} : modification", by=by, **which, **changes)
    is_all = count_parts(actor, form.section, timezone.now()) == 1
    confirm(actor=actor, sections=[form.section] if is_all else [], role=role, by=by, by_phone=by_phone)
    listing.refresh([actor.pk])
    return Saved(bool(changes), is_all)


@transaction.atomic
def add_entry(
    *,
    actor: Actor,
    territory: Territory,
    by: User,
    role: Confirmation.Role = Confirmation.Role.COORDINATION,
    site: Site | None = None,
    service: FoodService | None = None,
) -> Actor:
    """Adds a structure at work on ``territory``, with its first place and service if they are given.

    What is typed now is true today: the sections it fills are confirmed.
    """
    actor.save()
    actor.territories.add(territory)
    sections = [Section.CONTACT]
    if site:
        site.actor = actor
        site.save()
        sections.append(Section.PLACES)
    if service:
        service.actor, service.site = actor, site
        service.save()
        sections.append(Section.SERVICES)
    told = {"nom": actor.name, "territoire": str(territory), "qui voit la fiche": actor.get_visibility_display()}
    told |= {name: str(row) for name, row in (("lieu", site), ("service", service)) if row}
    audit.note(actor, "création", by=by, **told)
    confirm(actor=actor, sections=sections, role=role, by=by)
    listing.refresh([actor.pk])
    return actor


@transaction.atomic
def change_visibility(*, actor: Actor, visibility: Visibility, by: User) -> None:
    """Opens the entry to more readers, or to fewer."""
    stored = _lock(actor)
    before = stored.get_visibility_display()
    stored.visibility = actor.visibility = visibility
    if before == stored.get_visibility_display():
        return
    stored.save(update_fields=["visibility"])
    audit.note(actor, "visibilité", by=by, **{"qui voit la fiche": [before, stored.get_visibility_display()]})
    listing.refresh([actor.pk])


@transaction.atomic
def set_territories(*, actor: Actor, keep: Iterable[Territory], of: Iterable[Territory], by: User) -> None:
    """Notes on which territories, among those ``of`` who asks, the structure is at work: ``keep``; others stay."""
    _lock(actor)
    before = set(actor.territories.all())
    after = (before - set(of)) | set(keep)
    if before == after:
        return
    actor.territories.set(after)
    words = [", ".join(sorted(map(str, found))) for found in (before, after)]
    audit.note(actor, "territoires", by=by, territoires=words)
    listing.refresh([actor.pk])


@transaction.atomic
def end_entry(*, actor: Actor, on: date, by: User) -> None:
    """Notes that the structure has ceased. Its entry stays readable and says so; nothing of it is found any more."""
    _set_end(_lock(actor), actor, on, "fin d’activité", by)
    actor.ended_on = on


@transaction.atomic
def reopen(*, actor: Actor, by: User) -> None:
    """Takes back the end of a structure."""
    _set_end(_lock(actor), actor, None, "reprise d’activité", by)
    actor.ended_on = None


@transaction.atomic
def end_service(*, service: FoodService, on: date, by: User) -> None:
    """Notes that a service has stopped. It can be taken up again."""
    _lock(service.actor)
    _set_end(service, service.actor, on, "service : arrêt", by)


@transaction.atomic
def resume_service(*, service: FoodService, by: User) -> None:
    """Takes back the end of a service."""
    _lock(service.actor)
    _set_end(service, service.actor, None, "service : reprise", by)


@transaction.atomic
def remove_site(*, site: Site, by: User) -> None:
    """Takes a place out of the entry. Raises ``InUseError`` while services, even ended ones, are there."""
    _lock(site.actor)
    services = list(site.services.all())
    if services:
        raise InUseError(services)
    _remove(site, site.actor, "lieu : retrait", by)


@transaction.atomic
def remove_stop(*, stop: Stop, by: User) -> None:
    """Takes a stop out of an itinerant service."""
    _lock(stop.service.actor)
    _remove(stop, stop.service.actor, "arrêt : retrait", by)


@transaction.atomic
def remove_supply_line(*, line: SupplyLine, by: User) -> None:
    """Takes out a need that is met, a surplus that is gone."""
    _lock(line.actor)
    _remove(line, line.actor, "besoin ou surplus : retrait", by)


def _lock(actor: Actor) -> Actor:
    """One writer of an entry at a time. Gives the entry as the database has it."""
    return Actor.objects.select_for_update().get(pk=actor.pk)


def _touch(actor: Actor) -> None:
    """An entry changes with its rows: others ask for what changed since a day, and not every row keeps its own."""
    Actor.objects.filter(pk=actor.pk).update(changed_at=timezone.now())


def _stored(form: PartForm) -> models.Model:
    row = type(form.instance)._base_manager.filter(pk=form.instance.pk).first()
    if row is None:
        raise GoneMeanwhileError
    changes = form.changed_meanwhile(row)
    if changes:
        raise ChangedMeanwhileError(row, changes)
    return row


def _set_end(row: Actor | FoodService, actor: Actor, on: date | None, action: str, by: User) -> None:
    before, row.ended_on = row.ended_on, on
    if before == on:
        return
    row.save(update_fields=["ended_on", "changed_at"])
    which = {} if isinstance(row, Actor) else {"service": str(row)}
    audit.note(actor, action, by=by, **which, date=[str(before or ""), str(on or "")])
    listing.refresh([actor.pk])


def _remove(row: models.Model, actor: Actor, action: str, by: User) -> None:
    """Deletes a row; the history keeps its words, so that it can be typed in again."""
    words = {name: word for name, word in audit.values(row).items() if word and name not in ("structure", "service")}
    row.delete()
    _touch(actor)
    audit.note(actor, action, by=by, **words)
    listing.refresh([actor.pk])
