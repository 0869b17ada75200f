"""Making two entries one, and taking it back (ADR 0026). ``by`` is the user who asks."""

import json
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from django.apps import apps
from django.core import serializers
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import CheckConstraint
from django.utils import timezone

from accounts import audit
from accounts.models import User
from actors import listing
from actors.merging import ABSORBED, choices_between, is_empty, narrowest, relations_moved, relations_to, rivals
from actors.models import UNDO_FOR, Actor, FoodService, Member, Merge, NotDuplicate

WIDEST_FIRST = [Member.Access.MANAGER, Member.Access.EDITOR, Member.Access.ATTENDS]


class CannotMergeError(Exception):
    """Why two entries cannot be made one, or a merge cannot be taken back; in French."""


@transaction.atomic
def merge(*, kept: Actor, absorbed: Actor, choices: Mapping[str, str] | None = None, by: User) -> Merge:
    """Makes ``absorbed`` a part of ``kept``: all that led to it leads to ``kept``, and its page too.

    ``choices`` says for each difference (``actors.merging.Choice``) which of both has it: what is not said is as
    ``Choice.default``. Raises ``CannotMergeError`` if one of them is already a part of another.
    """
    kept, absorbed = _locked(kept, absorbed)
    if kept.pk == absorbed.pk or kept.merged_into_id or absorbed.merged_into_id:
        raise CannotMergeError("L’une de ces fiches vient d’être réunie à une autre.")
    before = audit.values(kept)
    work = _Work()
    seen_by = {one.pk: one.visibility for one in (kept, absorbed)}
    work.change(kept, _chosen(kept, absorbed, choices or {}))
    for one in (kept, absorbed):
        _keep_services_hidden(work, one, seen_by[one.pk], kept.visibility)
    work.absorb(kept, absorbed, relations_moved())
    _carry_differences(work, kept, absorbed)
    Actor.objects.filter(pk=absorbed.pk).update(merged_into=kept, changed_at=timezone.now())
    merge = Merge.objects.create(kept=kept, absorbed=absorbed, moved=work.done, by=by)
    audit.note(kept, "réunion d’un doublon", by=by, before=before, fiche=f"{absorbed.name} (n° {absorbed.pk})")
    audit.note(absorbed, "réunie à une autre fiche", by=by, fiche=f"{kept.name} (n° {kept.pk})")
    listing.refresh([kept.pk, absorbed.pk])
    return merge


@transaction.atomic
def undo(*, merge: Merge, by: User) -> list[str]:
    """Takes a merge back: both entries are as they were, with what was added since to the one that was kept.

    What was changed since stays as it is now; each such thing is in the list returned, in French. Raises
    ``CannotMergeError`` after ``UNDO_FOR``, if it was undone, or while a later merge of one of both stands.
    """
    merge = Merge.objects.select_for_update().select_related("kept", "absorbed").get(pk=merge.pk)
    kept, absorbed = _locked(merge.kept, merge.absorbed)
    _check_undoable(merge)
    before = audit.values(kept)
    stays = _Undoing(merge.moved).run()
    Actor.objects.filter(pk=absorbed.pk, merged_into=kept).update(merged_into=None, changed_at=timezone.now())
    merge.undone_at, merge.undone_by = timezone.now(), by
    merge.save(update_fields=["undone_at", "undone_by"])
    kept.refresh_from_db()
    audit.note(kept, "réunion annulée", by=by, before=before, fiche=f"{absorbed.name} (n° {absorbed.pk})")
    audit.note(absorbed, "réunion annulée", by=by, fiche=f"{kept.name} (n° {kept.pk})")
    listing.refresh([kept.pk, absorbed.pk])
    return stays


@transaction.atomic
def tell_apart(*, one: Actor, other: Actor, by: User) -> NotDuplicate:
    """Remembers that these are two structures: they are not suggested again."""
    first, second = sorted((one, other), key=lambda actor: actor.pk)
    said, is_new = NotDuplicate.objects.get_or_create(first=first, second=second, defaults={"by": by})
    if is_new:
        audit.note(first, "pas un doublon", by=by, fiche=f"{second.name} (n° {second.pk})")
    return said


@transaction.atomic
def forget_difference(*, said: NotDuplicate, by: User) -> None:
    """Takes ``tell_apart`` back."""
    audit.note(said.first, "peut-être un doublon", by=by, fiche=f"{said.second.name} (n° {said.second.pk})")
    said.delete()


def _locked(*actors: Actor) -> list[Actor]:
    """The entries as they are now; two merges of the same entries wait for one another."""
    found = Actor.objects.select_for_update().order_by("pk").in_bulk([actor.pk for actor in actors])
    return [found[actor.pk] for actor in actors]


def _check_undoable(merge: Merge) -> None:
    if merge.undone_at:
        raise CannotMergeError("Cette réunion est déjà annulée.")
    if merge.at <= timezone.now() - UNDO_FOR:
        raise CannotMergeError(f"Plus de {UNDO_FOR.days} jours ont passé\u00a0: cette réunion ne s’annule plus.")
    both = [merge.kept_id, merge.absorbed_id]
    later = Merge.objects.filter(pk__gt=merge.pk, undone_at=None).select_related("kept", "absorbed")
    last = later.filter(models.Q(kept__in=both) | models.Q(absorbed__in=both)).order_by("-pk").first()
    if last:
        raise CannotMergeError(
            f"Une réunion plus récente en dépend\u00a0: annulez d’abord celle de {last.absorbed} et {last.kept}."
        )


def _chosen(kept: Actor, absorbed: Actor, choices: Mapping[str, str]) -> dict[str, Any]:
    """The fields of ``kept`` that take the other's value."""
    taken = [one for one in choices_between(kept, absorbed) if choices.get(one.code, one.default) == ABSORBED]
    values = {name: getattr(absorbed, name) for choice in taken for name in choice.fields}
    return values | ({"search_name": absorbed.search_name} if "name" in values else {})


def _keep_services_hidden(work: "_Work", actor: Actor, before: str, now: str) -> None:
    """The services of an entry that more people read from now on keep the audience that they had."""
    if narrowest(before, now) == now:
        return
    for service in FoodService.objects.filter(actor=actor):
        work.change(service, {"visibility": narrowest(service.visibility, before)})


def _carry_differences(work: "_Work", kept: Actor, absorbed: Actor) -> None:
    """What was told apart from the one is apart from the other: they are one structure."""
    rows = NotDuplicate.objects.filter(models.Q(first=absorbed) | models.Q(second=absorbed))
    for said in rows.select_related("first", "second"):
        other = said.second if said.first_id == absorbed.pk else said.first
        first, second = sorted((kept.pk, other.pk))
        if first != second:
            values = {"by_id": said.by_id, "at": said.at}
            row, is_new = NotDuplicate.objects.get_or_create(first_id=first, second_id=second, defaults=values)
            if is_new:
                work.done["created"].append([row._meta.label, row.pk])


def as_written(record: models.Model) -> dict[str, Any]:
    """A row with all its fields, as JSON keeps it: to the microsecond, which Django's own JSON does not."""
    return json.loads(json.dumps(serializers.serialize("python", [record])[0], default=_plain))


def _plain(value: Any) -> str:
    return value.isoformat() if isinstance(value, date) else str(value)


class _Work:
    """A merge as it is done; ``done`` holds what it takes to undo it."""

    def __init__(self) -> None:
        self.done: dict[str, list] = {"changed": [], "moved": [], "removed": [], "created": []}

    def change(self, record: models.Model, values: Mapping[str, Any]) -> None:
        """Gives a row other values; no timestamp changes but an entry's."""
        before = as_written(record)["fields"]
        for name, value in values.items():
            setattr(record, name, value)
        after = as_written(record)["fields"]
        changes = {name: [before[name], after[name]] for name in values if before[name] != after[name]}
        if changes:
            self.done["changed"].append([record._meta.label, record.pk, changes])
            stamp = {"changed_at": timezone.now()} if isinstance(record, Actor) else {}
            type(record)._base_manager.filter(pk=record.pk).update(**{name: values[name] for name in changes}, **stamp)

    def absorb(self, kept: models.Model, gone: models.Model, relations: Iterable[models.ForeignKey]) -> None:
        """Makes what leads to ``gone`` lead to ``kept``; a row that is there already takes in its double."""
        for field in relations:
            doubles = rivals(field, gone.pk, kept.pk)
            rows = field.model._base_manager.filter(**{field.attname: gone.pk})
            moved = list(rows.exclude(pk__in=doubles).order_by("pk").values_list("pk", flat=True))
            if moved:
                self.done["moved"].append([field.model._meta.label, field.name, gone.pk, kept.pk, moved])
                field.model._base_manager.filter(pk__in=moved).update(**{field.attname: kept.pk})
            found = field.model._base_manager.in_bulk([*doubles, *doubles.values()])
            for double, rival in doubles.items():
                self._take_in(found[rival], found[double], field)

    def _take_in(self, row: models.Model, double: models.Model, field: models.ForeignKey) -> None:
        self.change(row, _completed(row, double, field))
        self.absorb(row, double, relations_to(type(row)))
        self.done["removed"].append(as_written(type(row)._base_manager.get(pk=double.pk)))
        _, deleted = double.delete()
        if deleted != {double._meta.label: 1}:
            raise RuntimeError(f"rows that led to {double!r} would be lost: {deleted}")


def _completed(row: models.Model, double: models.Model, field: models.ForeignKey) -> dict[str, Any]:
    """What ``row`` does not say and its double does, as far as the table's rules let it."""
    if isinstance(row, Member):
        return _completed_member(row, double)
    values: dict[str, Any] = {}
    trial = type(row)._base_manager.get(pk=row.pk)
    for one in row._meta.concrete_fields:
        if one in (field, row._meta.pk) or one.unique or getattr(one, "auto_now", False):
            continue
        mine, theirs = getattr(trial, one.attname), getattr(double, one.attname)
        if mine == theirs or not is_empty(one, mine) or is_empty(one, theirs):
            continue
        setattr(trial, one.attname, theirs)
        if _is_allowed(trial):
            values[one.name] = getattr(double, one.name)
        else:
            setattr(trial, one.attname, mine)
    return values


def _completed_member(row: Member, double: Member) -> dict[str, Any]:
    """One person noted in both entries: there as long as they are in one of them, with the wider rights of those."""
    here = [one for one in (row, double) if not one.has_left]
    last = max((one.left_on for one in (row, double) if one.left_on), default=None)
    return {
        "user": row.user or double.user,
        "role": row.role or double.role,
        "access": min((one.access for one in here or [row]), key=WIDEST_FIRST.index),
        "left_on": None if here else last,
    }


def _is_allowed(record: models.Model) -> bool:
    try:
        for rule in record._meta.constraints:
            if isinstance(rule, CheckConstraint):
                rule.validate(type(record), record)
    except ValidationError:
        return False
    return True


class _Undoing:
    """A merge as it is taken back; ``stays`` says what is left as it is now, because someone changed it since."""

    def __init__(self, done: Mapping[str, list]):
        self.done, self.stays = done, []

    def run(self) -> list[str]:
        for written in reversed(self.done["removed"]):
            self._make_again(written)
        for label, name, gone, there, keys in reversed(self.done["moved"]):
            self._move_back(apps.get_model(label)._meta.get_field(name), gone, there, keys)
        for label, pk, changes in reversed(self.done["changed"]):
            self._change_back(apps.get_model(label), pk, changes)
        for label, pk in self.done["created"]:
            apps.get_model(label)._base_manager.filter(pk=pk).delete()
        return self.stays

    def _make_again(self, written: dict[str, Any]) -> None:
        """A row that had been taken in by its double, with the key that it had."""
        (found,) = serializers.deserialize("python", [written])
        row = found.object
        for field in row._meta.concrete_fields:
            target = getattr(row, field.attname) if isinstance(field, models.ForeignKey) else None
            if target is not None and not field.related_model._base_manager.filter(pk=target).exists():
                if not field.null:
                    self.stays.append(f"{_named(row)}\u00a0: ce dont elle dépend a été effacé.")
                    return
                setattr(row, field.attname, None)
        found.save()

    def _move_back(self, field: models.ForeignKey, gone: int, there: int, keys: list[int]) -> None:
        rows = field.model._base_manager.filter(pk__in=keys)
        elsewhere = rows.exclude(**{field.attname: there})
        taken = rivals(field, there, gone)
        for row in [*elsewhere, *rows.filter(pk__in=taken)]:
            self.stays.append(f"{_named(row)}\u00a0: reste où cela a été mis depuis.")
        rows.filter(**{field.attname: there}).exclude(pk__in=taken).update(**{field.attname: gone})

    def _change_back(self, model: type[models.Model], pk: int, changes: dict[str, list]) -> None:
        record = model._base_manager.filter(pk=pk).first()
        if record is None:
            return
        now, values = as_written(record)["fields"], {}
        for name, (before, after) in changes.items():
            field = model._meta.get_field(name)
            if now[name] == after:
                values[field.attname] = field.to_python(before)
            else:
                self.stays.append(f"{_named(record)}\u00a0: {field.verbose_name}, changé depuis.")
        stamp = {"changed_at": timezone.now()} if model is Actor else {}
        model._base_manager.filter(pk=pk).update(**values, **stamp)


def _named(record: models.Model) -> str:
    return f"{str(record._meta.verbose_name).capitalize()} «\u00a0{record}\u00a0»"
