"""What making one entry of two changes: which rows lead to another entry, which of them double, what one may choose.

Nothing here names an app above: relations are read from the models (ADR 0026).
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import models
from django.db.models import F, Q

from actors.models import Actor, Visibility
from alimactiv.french import dated

STAYS = frozenset({"Listing.actor", "Merge.kept", "Merge.absorbed", "NotDuplicate.first", "NotDuplicate.second"})
"""What is not moved: the index is derived, and what was said of duplicates is history (carried over otherwise)."""
NOT_CHOSEN = frozenset({"id", "uid", "search_name", "created_at", "changed_at", "merged_into"})
"""The fields of an entry that each keeps, or that are derived."""
TOGETHER = {
    "contact": (
        "Personne à joindre",
        ["contact_name", "contact_role", "contact_phone", "contact_email", "contact_visibility"],
    ),
    "not_asked": ("Relances", ["is_not_asked", "not_asked_reason"]),
}
"""Fields that are chosen as one: a person's address is no use under another's name."""
NARROWEST_LAST = [Visibility.PUBLIC, Visibility.PROFESSIONALS, Visibility.COORDINATION]
KEPT, ABSORBED = "kept", "absorbed"


def relations_to(model: type[models.Model]) -> list[models.ForeignKey]:
    """Every foreign key of the project that leads to ``model``, those of many-to-many tables among them."""
    found = [one for one in model._meta.get_fields(include_hidden=True) if one.auto_created and not one.concrete]
    return sorted((one.field for one in found if not one.many_to_many), key=name_of)


def name_of(field: models.Field) -> str:
    """``Site.actor``"""
    return f"{field.model._meta.object_name}.{field.name}"


def relations_moved() -> list[models.ForeignKey]:
    """Those to an entry that a merge makes lead to the entry that is kept."""
    return [field for field in relations_to(Actor) if name_of(field) not in STAYS]


def rivals(field: models.ForeignKey, gone: int, kept: int) -> dict[int, int]:
    """The rows leading to ``gone`` that may not lead to ``kept`` too, each with the row that has its place there."""
    found: dict[int, int] = {}
    for others, condition in _unique_with(field):
        rows = field.model._base_manager.filter(condition)
        asked = {f"part{number}": other for number, other in enumerate(others)}
        taken = {tuple(parts): pk for pk, *parts in _parts(rows, field, kept, asked)}
        for pk, *parts in _parts(rows, field, gone, asked):
            rival = taken.get(tuple(parts))
            if rival is not None and None not in parts:
                found.setdefault(pk, rival)
    return found


def _parts(rows: models.QuerySet, field: models.ForeignKey, target: int, asked: Mapping[str, Any]) -> Iterable[tuple]:
    return rows.filter(**{field.attname: target}).annotate(**asked).order_by().values_list("pk", *asked)


def _unique_with(field: models.ForeignKey) -> Iterator[tuple[list[Any], Q]]:
    """The rules by which rows with the same ``field`` must differ: in what besides, and among which rows."""
    meta = field.model._meta
    if field.unique:
        yield [], Q()
    for names in meta.unique_together:
        if field.name in names:
            yield [F(name) for name in names if name != field.name], Q()
    for rule in meta.constraints:
        if isinstance(rule, models.UniqueConstraint):
            parts = [*rule.expressions, *map(F, rule.fields)]
            if F(field.name) in parts:
                yield [part for part in parts if part != F(field.name)], rule.condition or Q()


@dataclass(frozen=True)
class Choice:
    """A field, or fields chosen as one, in which two entries differ; ``default`` is ``kept`` or ``absorbed``."""

    code: str
    label: str
    kept: str
    absorbed: str
    default: str
    fields: list[str]


@dataclass(frozen=True)
class Move:
    """So many rows of a kind lead to the entry kept instead; ``doubled`` of them are there already."""

    label: str
    count: int
    doubled: int


@dataclass(frozen=True)
class Preview:
    """What a merge would do."""

    kept: Actor
    absorbed: Actor
    choices: list[Choice]
    moves: list[Move]

    @property
    def hides(self) -> bool:
        """Whether one of the entries is read by more people than the other."""
        return self.kept.visibility != self.absorbed.visibility


def preview(kept: Actor, absorbed: Actor) -> Preview:
    """What making ``absorbed`` a part of ``kept`` would do. As many queries for many rows as for one."""
    return Preview(kept, absorbed, choices_between(kept, absorbed), [*_moves(kept, absorbed)])


def choices_between(kept: Actor, absorbed: Actor) -> list[Choice]:
    """What one has to choose, with the choice that loses least and shows nothing to more people."""
    return [
        Choice(code, label, _words(kept, names), _words(absorbed, names), _default(kept, absorbed, names), names)
        for code, label, names in _chosen_as_one()
        if any(getattr(kept, name) != getattr(absorbed, name) for name in names)
        and _words(kept, names) != _words(absorbed, names)
    ]


def _chosen_as_one() -> Iterator[tuple[str, str, list[str]]]:
    grouped = {name for _, names in TOGETHER.values() for name in names}
    for field in Actor._meta.concrete_fields:
        if field.name not in NOT_CHOSEN | grouped:
            yield field.name, str(field.verbose_name).capitalize(), [field.name]
    for code, (label, names) in TOGETHER.items():
        yield code, label, names


def _words(actor: Actor, names: list[str]) -> str:
    """Fields as they are read on screen; a group that says nothing but its own audience is empty."""
    if len(names) > 1 and says_nothing(actor, names):
        return ""
    if names == TOGETHER["not_asked"][1]:
        return f"Ne pas relancer\u00a0: {actor.not_asked_reason or 'sans raison donnée'}"
    said = [getattr(actor, f"get_{name}_display", lambda name=name: getattr(actor, name))() for name in names]
    return ", ".join(dated(one) if isinstance(one, date) else str(one) for one in said if one)


def _default(kept: Actor, absorbed: Actor, names: list[str]) -> str:
    name = names[0]
    if name == "visibility":
        return KEPT if narrowest(kept.visibility, absorbed.visibility) == kept.visibility else ABSORBED
    if name == "ended_on":
        return ABSORBED if absorbed.ended_on is None else KEPT
    return ABSORBED if says_nothing(kept, names) else KEPT


def narrowest(*visibilities: str) -> str:
    return max(visibilities, key=lambda one: NARROWEST_LAST.index(Visibility(one)))


def says_nothing(record: models.Model, names: Iterable[str]) -> bool:
    return all(is_empty(record._meta.get_field(name), getattr(record, name)) for name in names)


def is_empty(field: models.Field, value: Any) -> bool:
    """Whether a value says nothing: none, no text, an answer that nobody gave yet."""
    has_plain_default = field.has_default() and not callable(field.default)
    return value is False or value in field.empty_values or (has_plain_default and value == field.default)


def _moves(kept: Actor, absorbed: Actor) -> Iterator[Move]:
    for field in relations_moved():
        count = field.model._base_manager.filter(**{field.attname: absorbed.pk}).count()
        doubled = len(rivals(field, absorbed.pk, kept.pk))
        if count:
            yield Move(_label(field), count, doubled)


def _label(field: models.ForeignKey) -> str:
    """What the rows are called; those of a many-to-many table, as what they link to."""
    meta = field.model._meta
    if meta.auto_created:
        others = [other for other in meta.concrete_fields if other.is_relation and other != field]
        meta = others[0].related_model._meta
    if field.model is Actor:
        return "Fiches déjà réunies"
    name = str(meta.verbose_name_plural)
    return name[0].upper() + name[1:]
