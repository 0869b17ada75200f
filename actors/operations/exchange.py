"""Writing a planned import into the directory, and taking the whole of it back.

Many rows are written at once, past the models' ``save``: what that would set is set here.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import models, transaction
from django.utils import timezone

from accounts import audit
from accounts.models import User
from actors import listing
from actors.exchange.bundles import Bundle, bundles
from actors.exchange.planning import Plan, Touched
from actors.models import Actor, FoodService, Listing, Site, Stop, Supply, SupplyLine
from alimactiv.text import normalised

BATCH = 1000
KINDS: list[type[models.Model]] = [Actor, Site, FoodService, Stop, Supply, SupplyLine]
"""Each after those that it points to."""
OWN = {Site, FoodService, Stop, Supply, SupplyLine, Listing, Actor.territories.through}
"""What an entry is made of: all else that points to it is others' work."""
MODELS = {model._meta.model_name: model for model in KINDS}
Change = dict[str, Any]


@transaction.atomic
def write_import(*, plan: Plan, file_name: str, by: User | None) -> list[Change]:
    """Writes what a plan made in this very transaction would do; gives what it takes to undo it, entry by entry."""
    touched = [one for one in plan.touched if one.is_changed]
    _create(touched)
    _update(touched)
    links = Actor.territories.through
    links.objects.bulk_create(
        [links(actor=one.bundle.actor, territory=territory) for one in touched for territory in one.new_territories],
        BATCH,
    )
    audit.note_all(((one.bundle.actor, *_told(one, file_name)) for one in touched), by=by)
    return [_change(one) for one in touched]


def _create(touched: Iterable[Touched]) -> None:
    new = defaultdict(list)
    for one in touched:
        for row in one.created:
            new[type(row)].append(row)
    for actor in new[Actor]:
        actor.search_name = normalised(actor.name)
    for model in KINDS:
        model.objects.bulk_create(new[model], BATCH)


def _update(touched: Iterable[Touched]) -> None:
    """An entry counts as changed by whatever changes in it: who asks for what is new gets it."""
    now = timezone.now()
    changed = defaultdict(list)
    names = defaultdict(set)
    for one in touched:
        before = dict(one.before)
        if not one.is_new:
            before.setdefault(id(one.bundle.actor), (one.bundle.actor, {}))
        for row, fields in before.values():
            changed[type(row)].append(row)
            names[type(row)] |= fields.keys()
            if hasattr(row, "changed_at"):
                row.changed_at = now
                names[type(row)].add("changed_at")
            if isinstance(row, Actor):
                row.search_name = normalised(row.name)
                names[Actor].add("search_name")
    for model in KINDS:
        if names[model]:
            model.objects.bulk_update(changed[model], sorted(names[model]), BATCH)


def _told(one: Touched, file_name: str) -> tuple[str, dict[str, Any]]:
    """The action and its words in the entry's history."""
    if one.is_new:
        return "création par import", {"fichier": file_name, "nom": one.bundle.actor.name}
    words: dict[str, Any] = {"fichier": file_name}
    for row, fields in one.before.values():
        which = "" if isinstance(row, Actor) else f" ({row})"
        for name, old in fields.items():
            words[f"{row._meta.get_field(name).verbose_name}{which}"] = [_word(row, name, old), _word(row, name)]
    for row in one.created:
        words.setdefault(f"{row._meta.verbose_name} : ajout", ", ".join(_added(one, type(row))))
    if one.new_territories:
        words["territoires : ajout"] = ", ".join(str(territory) for territory in one.new_territories)
    return "modification par import", words


def _added(one: Touched, model: type[models.Model]) -> Iterator[str]:
    return (str(row) for row in one.created if type(row) is model)


_NOW = object()


def _word(row: models.Model, name: str, value: Any = _NOW) -> str:
    """A field's words, as the history tells them."""
    value = getattr(row, name) if value is _NOW else value
    choices = dict(row._meta.get_field(name).flatchoices)
    if isinstance(value, list):
        return ", ".join(choices.get(code, code) for code in value)
    if isinstance(value, bool):
        return "oui" if value else "non"
    return "" if value is None else str(choices.get(value, value))


def _change(one: Touched) -> Change:
    created = defaultdict(list)
    for row in one.created:
        created[row._meta.model_name].append(row.pk)
    before = [
        [row._meta.model_name, row.pk, {name: _as_json(value) for name, value in fields.items()}]
        for row, fields in one.before.values()
    ]
    return {
        "actor": one.bundle.actor.pk,
        "name": one.bundle.actor.name,
        "line": one.row.line,
        "created": created,
        "before": before,
        "territories": [territory.pk for territory in one.new_territories],
        "digest": one.bundle.digest(),
    }


def _as_json(value: Any) -> Any:
    if isinstance(value, models.Model):
        return value.pk
    return value.isoformat() if isinstance(value, date) else value


# Undoing ------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Kept:
    """An entry that stays as it is, and why."""

    change: Change
    reason: str


@transaction.atomic
def undo_import(*, changes: list[Change], file_name: str, by: User) -> list[Kept]:
    """Takes back what an import did, but to entries that others changed or used since: gives those."""
    actors = Actor.objects.filter(pk__in=[change["actor"] for change in changes]).order_by("pk")
    stored = {bundle.actor.pk: bundle for bundle in bundles(actors, locked=True)}
    used = _used([change for change in changes if change["actor"] in stored])
    kept, undone = [], []
    for change in changes:
        reason = _why_not(change, stored.get(change["actor"]), used)
        if reason:
            kept.append(Kept(change, reason))
        else:
            undone.append(change)
    _put_back(undone, stored)
    _delete(undone)
    gone = {change["actor"] for change in undone if "actor" in change["created"]}
    subjects = [(stored[change["actor"]].actor, "import annulé", {"fichier": file_name}) for change in undone]
    audit.note_all(subjects, by=by)
    listing.refresh(change["actor"] for change in undone if change["actor"] not in gone)
    return kept


def _why_not(change: Change, bundle: Bundle | None, used: set[tuple[str, int]]) -> str:
    if bundle is None:
        return "la fiche n’existe plus"
    if bundle.actor.merged_into_id or bundle.digest() != change["digest"]:
        return "la fiche a été modifiée depuis"
    rows = {(name, pk) for name, pks in change["created"].items() for pk in pks}
    return "la fiche a servi depuis : membres, vérifications, réunions ou autres" if rows & used else ""


def _used(changes: list[Change]) -> set[tuple[str, int]]:
    """Of the rows that an import created, those that others point to."""
    created = defaultdict(list)
    for change in changes:
        for name, pks in change["created"].items():
            created[name] += pks
    found = set()
    for name, pks in created.items():
        for relation in _pointing_to(MODELS[name]):
            field = relation.field.name
            for start in range(0, len(pks), BATCH):
                rows = relation.related_model._base_manager.filter(**{f"{field}__in": pks[start : start + BATCH]})
                found |= {(name, pk) for pk in rows.values_list(field, flat=True)}
    return found


def _pointing_to(model: type[models.Model]) -> list[models.ManyToOneRel]:
    """The foreign keys of others' models, those of many-to-many tables included."""
    relations = model._meta.get_fields(include_hidden=True)
    return [one for one in relations if isinstance(one, models.ManyToOneRel) and one.related_model not in OWN]


def _put_back(changes: list[Change], stored: dict[int, Bundle]) -> None:
    now = timezone.now()
    changed, names = defaultdict(dict), defaultdict(set)
    for change in changes:
        bundle = stored[change["actor"]]
        rows = {(row._meta.model_name, row.pk): row for row in bundle.all_rows()}
        for name, pk, fields in change["before"]:
            row = rows[name, pk]
            for field_name, value in fields.items():
                field = row._meta.get_field(field_name)
                setattr(row, field.attname, field.to_python(value))
            changed[type(row)][pk] = row
            names[type(row)] |= fields.keys()
        if "actor" not in change["created"]:
            changed[Actor][bundle.actor.pk] = bundle.actor
            bundle.actor.search_name = normalised(bundle.actor.name)
            names[Actor] |= {"search_name", "changed_at"}
    for model in KINDS:
        for row in changed[model].values():
            if hasattr(row, "changed_at"):
                row.changed_at = now
                names[model].add("changed_at")
        if names[model]:
            model.objects.bulk_update(changed[model].values(), sorted(names[model]), BATCH)


def _delete(changes: list[Change]) -> None:
    links = Actor.territories.through.objects
    by_territory = defaultdict(list)
    for change in changes:
        for territory in change["territories"]:
            by_territory[territory].append(change["actor"])
    for territory, actors in by_territory.items():
        links.filter(territory=territory, actor__in=actors).delete()
    for model in reversed(KINDS):
        name = model._meta.model_name
        pks = [pk for change in changes for pk in change["created"].get(name, ())]
        for start in range(0, len(pks), BATCH):
            model.objects.filter(pk__in=pks[start : start + BATCH]).delete()
