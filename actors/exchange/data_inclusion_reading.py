"""data·inclusion v1 read into rows of the flat table.

What the schema has no field for stands in our own key of each structure and service (``EXTENSION``): cells of the
flat table, which count more than what the fields say. Files from elsewhere have none.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from actors.exchange import data_inclusion_codes as codes
from actors.exchange.bundles import Cells
from actors.exchange.columns import BY_CODE
from actors.exchange.rows import NotReadableError, Row, as_cell
from actors.exchange.values import UID
from actors.exchange.wording import kind_in
from actors.models import Actor, FoodService, Visibility
from alimactiv.tabular import Problem

EXTENSION = "alimactiv"
PLACES = "lieux"
"""In a structure's extension: its places without service."""
Json = Mapping[str, Any]

_PLACE = {
    "adresse": "lieu_adresse",
    "complement_adresse": "lieu_complement",
    "code_postal": "lieu_code_postal",
    "commune": "lieu_commune",
    "code_insee": "lieu_code_insee",
    "latitude": "lieu_latitude",
    "longitude": "lieu_longitude",
}
_STRUCTURE = {
    "nom": "structure_nom",
    "siret": "structure_siret",
    "description": "structure_presentation",
    "telephone": "structure_telephone",
    "courriel": "structure_courriel",
    "site_web": "structure_site_web",
}
_NOTES = {
    "frais_precisions": "service_cout_precision",
    "publics_precisions": "service_publics_precision",
    "conditions_acces": "service_conditions",
}


def read(data: Any) -> tuple[list[Row], list[Problem]]:
    """The rows, and what is left aside. Raises ``NotReadableError`` for what has no structures."""
    structures, services = _listed(data, "structures"), _listed(data, "services")
    if not (isinstance(data, dict) and isinstance(data.get("structures"), list)):
        raise NotReadableError("ce JSON n’a pas de liste « structures » : ce n’est pas un fichier data·inclusion.")
    of_structure: dict[str, list[tuple[int, Json]]] = {}
    for line, service in enumerate(services, start=1):
        of_structure.setdefault(as_cell(service.get("structure_id")), []).append((line, service))
    rows: list[Row] = []
    notes: list[Problem] = []
    for line, structure in enumerate(structures, start=1):
        theirs = of_structure.pop(as_cell(structure.get("id")), [])
        rows += _rows(line, structure, theirs, notes)
    for line, service in (pair for left in of_structure.values() for pair in left):
        rows.append(Row(line, "services", read_service(service, {})))
    return rows, notes


def _listed(data: Any, name: str) -> list[Json]:
    found = data.get(name) if isinstance(data, dict) else None
    return [one for one in found if isinstance(one, dict)] if isinstance(found, list) else []


def _rows(line: int, structure: Json, services: list[tuple[int, Json]], notes: list[Problem]) -> Iterator[Row]:
    ours = structure.get(EXTENSION)
    contact = next((as_cell(service.get("contact_nom_prenom")) for _, service in services), "")
    whole = read_structure(structure) | ({"contact_nom": contact} if contact and ours is None else {}) | _cells(ours)
    told = []
    for number, service in services:
        cells = read_service(service, structure)
        if not cells.get("service_type"):
            reason = "ce service n’est pas une aide alimentaire : il est laissé de côté."
            notes.append(Problem("services", reason, number, "thematiques", as_cell(service.get("nom"))))
            continue
        told.append(Row(number, "services", whole | cells | _cells(service.get(EXTENSION))))
    yield from told
    places = _places(structure, ours, [row.cells for row in told])
    if not told and not places:
        places = [{}]
    yield from (Row(line, "structures", whole | place) for place in places)


def _places(structure: Json, ours: Any, told: list[Cells]) -> list[Cells]:
    """The places of a structure that none of its services names."""
    if isinstance(ours, dict):
        listed = ours.get(PLACES)
        return [_cells(place) for place in listed] if isinstance(listed, list) else []
    own = read_place(structure)
    return [own] if own and not any(own.items() <= cells.items() for cells in told) else []


def _cells(extension: Any) -> Cells:
    """The flat table's cells among what an extension holds."""
    if not isinstance(extension, dict):
        return {}
    return {code: as_cell(value) for code, value in extension.items() if code in BY_CODE}


def read_place(record: Json) -> Cells:
    """What the fields of a structure or service say of its address."""
    return {code: text for name, code in _PLACE.items() if (text := as_cell(record.get(name)))}


def read_structure(structure: Json) -> Cells:
    """What the schema's own fields say of a structure; who publishes it there means it for everyone."""
    cells = {code: text for name, code in _STRUCTURE.items() if (text := as_cell(structure.get(name)))}
    networks = _texts(structure.get("reseaux_porteurs"))
    kinds = [codes.OUR_KINDS[network] for network in networks if network in codes.OUR_KINDS]
    labels = [codes.NETWORK_LABELS[one] for one in networks if one in codes.NETWORK_LABELS.keys() - codes.OUR_KINDS]
    cells["structure_type"] = (kinds or [Actor.Kind.OTHER.value])[0]
    cells["structure_visibilite"] = Visibility.PUBLIC.value
    if labels:
        cells["structure_reseau"] = labels[0]
    return cells | _identified("structure_id", structure)


def read_service(service: Json, structure: Json) -> Cells:
    """What the schema's own fields say of a service and of its place, which is its structure's where it has none.

    Without ``service_type``: it is no food aid.
    """
    cells = read_place(service) or read_place(structure)
    cells |= _identified("service_id", service)
    cells |= {"service_type": _kind(service), "service_visibilite": Visibility.PUBLIC.value}
    cells["service_nom"], cells["horaires"] = as_cell(service.get("nom")), as_cell(service.get("horaires_accueil"))
    cells["service_cout"] = codes.OUR_FEES.get(as_cell(service.get("frais")), "")
    description = [as_cell(service.get("description"))]
    for name, code in _NOTES.items():
        cells[code], rest = _fitting(code, as_cell(service.get(name)))
        description += [rest] if rest else []
    cells["service_description"] = "\n\n".join(filter(None, description))
    cells |= _publics(service, cells["service_publics_precision"])
    persons = _texts(service.get("mobilisable_par"))
    if persons:
        needs = FoodService.Need.NO if codes.PERSONS in persons else FoodService.Need.YES
        cells["service_orientation"] = needs.value
    return {code: text for code, text in cells.items() if text}


def _texts(value: Any) -> list[str]:
    return [one for one in value if isinstance(one, str)] if isinstance(value, list) else []


def _identified(code: str, record: Json) -> Cells:
    uid = as_cell(record.get("id"))
    return {code: uid} if UID.fullmatch(uid) else {}


def _kind(service: Json) -> str:
    themes = _texts(service.get("thematiques"))
    if codes.FOOD in themes:
        return (kind_in(as_cell(service.get("nom"))) or FoodService.Kind.FOOD_PARCEL).value
    return FoodService.Kind.CLOTHING.value if codes.CLOTHES in themes else ""


def _fitting(code: str, text: str) -> tuple[str, str]:
    """``text`` for its column, or, too long for it, for the description."""
    column = BY_CODE[code]
    return (text, "") if len(text) <= column.model_field.max_length else ("", f"{column.heading}\u00a0: {text}")


def _publics(service: Json, note: str) -> Cells:
    """Publics that have no code here are told in words, so that nobody is let in whom the service does not mean."""
    named = _texts(service.get("publics"))
    known = [codes.OUR_PUBLICS[one] for one in named if one in codes.OUR_PUBLICS]
    others = [codes.PUBLIC_LABELS.get(one, "") for one in named if one not in {codes.EVERYONE, *codes.OUR_PUBLICS}]
    ordered = [code for code in FoodService.Public.values if code in known]
    cells = {"service_publics": ", ".join(ordered)}
    if any(others) and not note:
        cells["service_publics_precision"] = ", ".join(filter(None, others))[:200]
    return cells
