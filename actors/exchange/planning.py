"""What a file of entries would do to the directory: found out whole, row by row, before anything is written.

A row with a problem is left out, and says why; the others stand. An import adds and changes: it deletes nothing, and
an empty cell leaves what is there.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db import models

from actors.exchange import matching
from actors.exchange.bundles import Bundle
from actors.exchange.cells import read_cells
from actors.exchange.columns import BY_CODE, OF_PART, OF_SITES_ONLY, OF_STOPS, TERRITORIES, TOUR_NOTE, Column, Part
from actors.exchange.matching import AmbiguousError, Known, known_to
from actors.exchange.placing import Placing
from actors.exchange.rows import Row, plain
from actors.exchange.values import write
from actors.models import Actor, FoodService, Site, Stop, Supply, SupplyLine
from alimactiv.tabular import MAX_PROBLEMS, Problem
from territories.models import Territory

TOLD_EVERY = 200
Progress = Callable[[int, int], None]
Values = dict[str, Any]


class RefusedError(Exception):
    """A row that cannot be taken: the column at fault, and why."""

    def __init__(self, code: str, reason: str):
        super().__init__(reason)
        self.code, self.reason = code, reason


@dataclass
class Touched:
    """An entry that rows speak of: its new rows, and of its changed ones each field as it was."""

    bundle: Bundle
    is_new: bool
    row: Row
    """The first that speaks of it."""
    created: list[models.Model] = field(default_factory=list)
    before: dict[int, tuple[models.Model, Values]] = field(default_factory=dict)
    """By ``id`` of the changed row: models without key cannot be hashed."""
    new_territories: list[Territory] = field(default_factory=list)

    @property
    def is_changed(self) -> bool:
        return bool(self.created or self.before or self.new_territories)


@dataclass
class Plan:
    """``problems`` leave their row out; ``notes`` do not."""

    touched: list[Touched] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    notes: list[Problem] = field(default_factory=list)
    rows: int = 0

    @property
    def left_out(self) -> int:
        """How many rows the problems leave out."""
        return len({(problem.file, problem.line) for problem in self.problems})


def plan(
    rows: list[Row],
    *,
    by=None,
    territory: Territory | None = None,
    locked: bool = False,
    progress: Progress = lambda done, total: None,
) -> Plan:
    """Find out what the rows, by our columns' codes, would do. ``by`` nobody: with the rights of the team.

    ``territory`` is where entries are at work that do not say so. ``locked``: the entries stay as they are read until
    the transaction ends.
    """
    planner = _Planner(
        known_to(rows, territory, by=by, locked=locked), Placing.of(rows, by=by, territory=territory), by
    )
    for done, row in enumerate(rows):
        if done % TOLD_EVERY == 0:
            progress(done, len(rows))
        if len(planner.plan.problems) >= MAX_PROBLEMS:
            planner.plan.problems.append(Problem(row.file, "la suite n’est pas lue : trop de problèmes."))
            break
        planner.take(row)
    planner.end()
    progress(len(rows), len(rows))
    return planner.plan


@dataclass
class _Change:
    """What one row says of one row of the database."""

    target: models.Model
    values: dict[Column, Any]


class _Planner:
    def __init__(self, known: Known, placing: Placing, by):
        self.known, self.placing = known, placing
        self.plan = Plan()
        self.noted: set[tuple] = set()
        self.touched: dict[int, Touched] = {}
        self.said: dict[tuple[int, str], tuple[int, Any]] = {}
        """What a line of this file said of a row's field: another may not say otherwise."""
        self.kept = None if by is None or by.is_staff else set(Actor.objects.kept_by(by).values_list("pk", flat=True))

    def take(self, row: Row) -> None:
        self.plan.rows += 1
        cells = read_cells(row)
        for code, reason in cells.notes:
            self._tell(self.plan.notes, row, code, reason)
        troubles = cells.troubles
        if not troubles:
            try:
                self._apply(row, cells.values)
                return
            except RefusedError as refusal:
                troubles = [(refusal.code, refusal.reason)]
        for code, reason in troubles:
            self._tell(self.plan.problems, row, code, reason)

    def end(self) -> None:
        """Once all rows are in: what only looks alike, and where the new entries are at work."""
        self.plan.touched = list(self.touched.values())
        for touched in self.plan.touched:
            bundle = touched.bundle
            touched.new_territories = self.placing.missing(bundle)
            bundle.territories += touched.new_territories
            alike = self.known.alike(bundle) if touched.is_new else []
            if alike:
                reason = f"ressemble à « {alike[0]} » : vérifiez que ce sont deux structures."
                self._tell(self.plan.notes, touched.row, "structure_nom", reason)
            if not bundle.territories:
                reason = "cette fiche n’est d’aucun territoire : seule l’équipe la verra."
                self._tell(self.plan.notes, touched.row, TERRITORIES, reason)

    def _tell(self, told: list[Problem], row: Row, code: str, reason: str) -> None:
        problem = Problem(row.file, reason, row.line, BY_CODE[code].heading, row.cells.get(code, ""))
        same = (problem.reason, problem.column, problem.value)
        if told is self.plan.notes and same in self.noted:  # a structure says it on each of its rows
            return
        self.noted.add(same)
        told.append(problem)

    def _apply(self, row: Row, values: Values) -> None:
        touched = self._touched(row, values)
        bundle = touched.bundle
        changes = [_Change(bundle.actor, _of(values, Part.ACTOR, Part.CONTACT))]
        changes += self._of_services(row, bundle, values)
        if supply := _of(values, Part.SUPPLY):
            changes.append(_Change(bundle.supply or Supply(actor=bundle.actor), supply))
        of_line = _of(values, Part.LINE)
        if of_line and not _is_there(bundle, of_line):
            changes.append(_Change(SupplyLine(actor=bundle.actor), of_line))
        for change in changes:
            self._check(row, change)
        for change in changes:
            self._write(row, touched, change)
        self._enter(row, touched)

    # The entry ------------------------------------------------------------------------------------

    def _touched(self, row: Row, values: Values) -> Touched:
        name, siret = values.get("structure_nom", ""), values.get("structure_siret", "")
        try:
            bundle = self.known.find(row.cells, name, siret)
        except AmbiguousError:
            reason = "plusieurs fiches portent ce nom : donnez l’identifiant de la bonne."
            raise RefusedError("structure_nom", reason) from None
        if bundle is None:
            if not name:
                raise RefusedError("structure_nom", "le nom de la structure manque.")
            actor = Actor(kind=values.get("structure_type", Actor.Kind.OTHER))
            return Touched(Bundle(actor), True, row)
        actor = bundle.actor
        if actor.merged_into_id:
            raise RefusedError("structure_id", "cette fiche a été réunie à une autre : retirez cet identifiant.")
        if self.kept is not None and actor.pk and actor.pk not in self.kept:
            raise RefusedError("structure_nom", "cette fiche est tenue par une autre coordination.")
        return self.touched.get(id(bundle)) or Touched(bundle, False, row)

    def _enter(self, row: Row, touched: Touched) -> None:
        bundle = touched.bundle
        if id(bundle) not in self.touched:
            self.touched[id(bundle)] = touched
            if touched.is_new:
                self.known.add(bundle)
        for name in self.placing.note(bundle, row.cells.get(TERRITORIES, "")):
            self._tell(self.plan.notes, row, TERRITORIES, f"{name} n’est pas repris : inconnu ici, ou pas à vous.")

    # Its services and places ----------------------------------------------------------------------

    def _of_services(self, row: Row, bundle: Bundle, values: Values) -> list[_Change]:
        of_service, of_place = _of(values, Part.SERVICE), _of(values, Part.PLACE)
        if not of_service:
            return [self._site_change(row, bundle, of_place)] if of_place else []
        is_itinerant = self._is_itinerant(bundle, values)
        site_change = self._site_change(row, bundle, of_place) if of_place and not is_itinerant else None
        site = site_change.target if site_change else None
        service = self._service(row, bundle, values, site, is_itinerant)
        of_itself = {column: value for column, value in of_service.items() if column.code != TOUR_NOTE}
        if not is_itinerant:
            changes = [site_change] if site_change else []
            if site and service.site is not site:
                of_itself[_SITE] = site
            return [*changes, _Change(service, of_itself)]
        of_stop = {column: value for column, value in of_itself.items() if column.code in OF_STOPS}
        of_tour = {column: value for column, value in of_service.items() if column.code not in OF_STOPS}
        changes = [_Change(service, of_tour)]
        if of_place or of_stop:
            changes.append(self._stop_change(row, bundle, service, of_place | of_stop))
        return changes

    def _is_itinerant(self, bundle: Bundle, values: Values) -> bool:
        known = next((one for one in bundle.services if one.uid == values.get("service_id")), None)
        said = values.get("service_itinerant")
        if known is None:
            return bool(said)
        if said is not None and said != known.is_itinerant:
            raise RefusedError("service_itinerant", "l’annuaire dit le contraire : changez-le d’abord là.")
        return known.is_itinerant

    def _site_change(self, row: Row, bundle: Bundle, values: dict[Column, Any]) -> _Change:
        self._locate(row, values)
        found = matching.place_of(bundle.sites, row.cells)
        return _Change(found or self._new(Site, "lieu_id", values, actor=bundle.actor), values)

    def _stop_change(self, row: Row, bundle: Bundle, service: FoodService, values: dict[Column, Any]) -> _Change:
        for code in OF_SITES_ONLY:
            if values.pop(BY_CODE[code], None) is not None:
                self._tell(self.plan.notes, row, code, "un arrêt n’a pas cette information : elle est laissée de côté.")
        self._locate(row, values)
        stops = [stop for stop in bundle.stops if stop.service is service]
        found = matching.place_of(stops, row.cells)
        return _Change(found or self._new(Stop, "lieu_id", values, service=service), values)

    def _new(self, model: type[models.Model], code: str, values: dict[Column, Any], **fields: Any) -> models.Model:
        if (model, values.get(BY_CODE[code])) in self.known.taken:
            raise RefusedError(code, "cet identifiant est celui d’une autre structure, ou d’un autre de ses services.")
        return model(**fields)

    def _locate(self, row: Row, values: dict[Column, Any]) -> None:
        """The commune's code, where the file has none and its name finds it; what we exported is complete."""
        column = BY_CODE["lieu_code_insee"]
        if column not in values and not row.cells.get("lieu_id") and (code := self.placing.insee_code(row)):
            values[column] = code

    def _service(self, row: Row, bundle: Bundle, values: Values, site: Site | None, is_itinerant: bool) -> FoodService:
        kind, name = values.get("service_type", ""), values.get("service_nom", "")
        found = matching.service_of(bundle, row.cells, (kind, plain(name), is_itinerant), site)
        if found:
            return found
        if not kind:
            raise RefusedError("service_type", "le type d’aide manque.")
        new = {"actor": bundle.actor, "kind": kind, "is_itinerant": is_itinerant}
        return self._new(FoodService, "service_id", _of(values, Part.SERVICE), **new)

    # Checking, then writing -----------------------------------------------------------------------

    def _check(self, row: Row, change: _Change) -> None:
        for column, value in change.values.items():
            line, earlier = self.said.get((id(change.target), column.field), (0, value))
            if not _is_same(column, earlier, value):
                told = write(column, earlier, words=True) if column is not _SITE else str(earlier)
                raise RefusedError(column.code, f"la ligne {line} dit autre chose : « {told} ».")
        merged = {column.field: value for column, value in change.values.items()}
        _check_together(change.target, lambda name: merged.get(name, getattr(change.target, name)))

    def _write(self, row: Row, touched: Touched, change: _Change) -> None:
        target = change.target
        is_new = target.pk is None
        if is_new and not any(one is target for one in touched.created):
            touched.created.append(target)
            _attach(touched.bundle, target)
            self.known.taken |= {
                (type(target), value) for column, value in change.values.items() if column.field == "uid"
            }
        for column, value in change.values.items():
            first, _ = self.said.setdefault((id(target), column.field), (row.line, value))
            old = getattr(target, column.field)
            if old == value or first != row.line:
                continue
            if not is_new:
                touched.before.setdefault(id(target), (target, {}))[1].setdefault(column.field, old)
            setattr(target, column.field, value)


_SITE = Column("lieu_adresse", "Adresse", Part.SERVICE, "site")


_WRITTEN_FREELY = {"name", "address", "address_extra", "city", "quarter", "network"}


def _is_same(column: Column, earlier: Any, value: Any) -> bool:
    """Whether two lines say one thing: a name or an address may be written in two ways."""
    return earlier == value or (column.field in _WRITTEN_FREELY and plain(earlier) == plain(value))


def _of(values: Values, *parts: Part) -> dict[Column, Any]:
    return {column: values[column.code] for part in parts for column in OF_PART[part] if column.code in values}


def _is_there(bundle: Bundle, values: dict[Column, Any]) -> bool:
    """Whether the entry tells this need or surplus already: it has no identifier."""
    wanted = {column.field: values.get(column) for column in OF_PART[Part.LINE]}
    return any(all((getattr(line, name) or None) == value for name, value in wanted.items()) for line in bundle.lines)


def _attach(bundle: Bundle, row: models.Model) -> None:
    lists: dict[type, list] = {Site: bundle.sites, FoodService: bundle.services, Stop: bundle.stops}
    lists[SupplyLine] = bundle.lines
    if isinstance(row, Supply):
        bundle.supply = row
    elif not isinstance(row, Actor):
        lists[type(row)].append(row)


def _check_together(target: models.Model, value: Callable[[str], Any]) -> None:
    """What no single cell can get wrong; the database holds the same rules."""
    if isinstance(target, (Site, Stop)):
        if (value("latitude") is None) != (value("longitude") is None):
            raise RefusedError("lieu_latitude", "la latitude et la longitude vont ensemble.")
        if value("latitude") is not None and not (abs(value("latitude")) <= 90 and abs(value("longitude")) <= 180):
            raise RefusedError("lieu_latitude", "ces coordonnées ne sont pas sur Terre.")
    elif isinstance(target, FoodService):
        if value("capacity") is not None and not value("capacity_unit"):
            raise RefusedError("service_capacite_unite", "l’unité de la capacité manque.")
    elif isinstance(target, Supply):
        cold = value("refrigerated_vehicles")
        if cold is not None and (value("vehicles") is None or cold > value("vehicles")):
            raise RefusedError("logistique_frigorifiques", "il y a plus de véhicules frigorifiques que de véhicules.")
    elif isinstance(target, SupplyLine):
        if not value("direction"):
            raise RefusedError("besoin_sens", "dites si c’est un besoin ou un surplus.")
        if not (value("product") or value("text")):
            raise RefusedError("besoin_produit", "dites quel produit, ou précisez.")


def counted(touched: Iterable[Touched]) -> dict[str, dict[str, int]]:
    """How many rows of each kind are new, changed, or as they were; by the kind's French plural."""
    found = {words: {"added": 0, "changed": 0, "unchanged": 0} for words in COUNTED.values()}
    for one in touched:
        bundle = one.bundle
        new = {id(row) for row in one.created}
        rows = [
            bundle.actor,
            *bundle.sites,
            *bundle.services,
            *bundle.stops,
            *filter(None, [bundle.supply]),
            *bundle.lines,
        ]
        for row in rows:
            state = "added" if id(row) in new else "changed" if id(row) in one.before else "unchanged"
            if isinstance(row, Actor) and state == "unchanged" and one.is_changed:
                state = "changed"
            found[COUNTED[type(row)]][state] += 1
    return found


COUNTED: dict[type[models.Model], str] = {
    Actor: "structures",
    Site: "lieux",
    FoodService: "services",
    Stop: "arrêts",
    Supply: "logistiques",
    SupplyLine: "besoins et surplus",
}
