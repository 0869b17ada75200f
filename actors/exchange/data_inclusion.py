"""The directory as data·inclusion v1: only what is for everyone, each record valid for the official package.

The schema has one address a structure and no itinerant services: a structure stands at its first place, each stop is
a service of its own. What a reader of the standard fields would not find again (``data_inclusion_reading``) is kept
in our own key, so that an export imported elsewhere gives the same entries.
"""

from collections.abc import Iterable
from datetime import date, datetime
from functools import lru_cache
from typing import Any

import opening_hours
from data_inclusion.schema.v1 import ModeMobilisation, Service, Structure
from django.conf import settings
from django.utils import timezone
from pydantic import BaseModel, ValidationError

from actors.exchange import data_inclusion_codes as codes
from actors.exchange.bundles import Bundle, Cells
from actors.exchange.columns import BY_CODE, Part
from actors.exchange.data_inclusion_reading import EXTENSION, PLACES, read_service, read_structure
from actors.models import OWN_SOURCE, Actor, FoodService, Visibility
from territories.models import Territory

LONGEST_NAME, LONGEST_DESCRIPTION = 150, 10_000
EARLIEST = date(2000, 1, 1)
Record = dict[str, Any]


def write(bundles: Iterable[Bundle]) -> dict[str, list[Record]]:
    """``{"structures": [...], "services": [...]}``, of entries as everyone sees them."""
    document: dict[str, list[Record]] = {"structures": [], "services": []}
    for bundle in bundles:
        structure, services = _records(bundle)
        document["structures"].append(structure)
        document["services"] += services
    return document


def _records(bundle: Bundle) -> tuple[Record, list[Record]]:
    actor = bundle.actor
    tells_contact = bool(actor.contact_name) and actor.contact_visibility == Visibility.PUBLIC
    rows = bundle.rows(words=False, with_contact=tells_contact)
    structure = _valid(Structure, _structure(actor, rows[0], _changed(actor.changed_at)))
    whole = _of_parts(rows[0], Part.ACTOR, Part.CONTACT)
    more: Record = _not_said(whole, read_structure(structure))
    places = [_of_parts(row, Part.PLACE) for row in rows if "service_id" not in row]
    if any(places):
        more[PLACES] = places
    zone = [one.code for one in bundle.territories if one.kind != Territory.Kind.REGION]
    by_uid = {service.uid: service for service in bundle.services}
    services = []
    for row in rows:
        if "service_id" in row:
            standard = _valid(Service, _service(actor, by_uid[row["service_id"]], row, structure, sorted(zone)))
            standard[EXTENSION] = _not_said(_of_parts(row, Part.PLACE, Part.SERVICE), read_service(standard, structure))
            services.append(standard)
    return structure | {EXTENSION: more}, services


def _of_parts(row: Cells, *parts: Part) -> Cells:
    return {code: text for code, text in row.items() if BY_CODE[code].part in parts}


def _not_said(cells: Cells, read: Cells) -> Cells:
    """What a reader of the standard fields would get wrong."""
    return {code: cells.get(code, "") for code in cells | read if cells.get(code, "") != read.get(code, "")}


def _valid(model: type[BaseModel], record: Record) -> Record:
    """``record`` without its empty fields, nor the optional ones that the schema refuses."""
    record = {name: value for name, value in record.items() if value not in (None, "", [])}
    try:
        model.model_validate(record, context={"ignore_warnings": False})
    except ValidationError as error:
        refused = {problem["loc"][0] for problem in error.errors()}
        record = {name: value for name, value in record.items() if name not in refused}
        model.model_validate(record, context={"ignore_warnings": False})
    return record


def _identity(uid: str) -> Record:
    source, separator, _ = uid.partition("--")
    return {"source": source if separator else OWN_SOURCE, "id": uid}


def _place(row: Cells) -> Record:
    point = {name: float(row[f"lieu_{name}"]) for name in ("latitude", "longitude") if f"lieu_{name}" in row}
    return point | {
        "commune": row.get("lieu_commune"),
        "code_postal": row.get("lieu_code_postal"),
        "code_insee": row.get("lieu_code_insee"),
        "adresse": row.get("lieu_adresse"),
        "complement_adresse": row.get("lieu_complement"),
    }


def _structure(actor: Actor, row: Cells, changed_on: str) -> Record:
    return {
        **_identity(actor.uid),
        "nom": _name(row["structure_nom"], actor.get_kind_display()),
        "date_maj": changed_on,
        "description": row.get("structure_presentation", "")[:LONGEST_DESCRIPTION],
        "lien_source": f"{settings.SITE_URL}{actor.get_absolute_url()}",
        "siret": actor.siret,
        **_place(row),
        "telephone": row.get("structure_telephone"),
        "courriel": row.get("structure_courriel"),
        "site_web": row.get("structure_site_web"),
        "reseaux_porteurs": codes.networks_of(actor),
    }


def _service(actor: Actor, service: FoodService, row: Cells, structure: Record, zone: list[str]) -> Record:
    kind = service.get_kind_display()
    tells_contact = bool(actor.contact_name) and actor.contact_visibility == Visibility.PUBLIC
    return {
        **_identity(row["lieu_id"] if service.is_itinerant and "lieu_id" in row else service.uid),
        "structure_id": actor.uid,
        "nom": _name(row.get("service_nom", ""), kind.capitalize()),
        "description": _description(row.get("service_description", ""), f"{kind.capitalize()} – {structure['nom']}"),
        "lien_source": structure.get("lien_source"),
        "date_maj": _changed(service.changed_at),
        "type": codes.TYPES[FoodService.Kind(service.kind)],
        "thematiques": [codes.CLOTHES if service.kind == FoodService.Kind.CLOTHING else codes.FOOD],
        "frais": codes.FEES.get(FoodService.Fee(service.fee)),
        "frais_precisions": row.get("service_cout_precision"),
        "publics": sorted({codes.PUBLICS[code] for code in service.publics if code in codes.PUBLICS})
        or [codes.EVERYONE],
        "publics_precisions": row.get("service_publics_precision"),
        "conditions_acces": _conditions(service, row.get("service_conditions", "")),
        **_place(row),
        "telephone": row.get("structure_telephone"),
        "courriel": structure.get("courriel"),
        "modes_accueil": [codes.ON_SITE] if _has_address(row) else None,
        "zone_eligibilite": zone,
        "contact_nom_prenom": actor.contact_name if tells_contact else None,
        "modes_mobilisation": _ways_in(service, row, structure),
        "mobilisable_par": _who_asks(service),
        "horaires_accueil": _hours(row.get("horaires", "")),
    }


def _name(text: str, kind: str) -> str:
    """Between 3 and 150 characters, without a final stop."""
    text = text.rstrip(". ") or kind
    if len(text) < 3:
        text = f"{text} ({kind})"
    return text if len(text) <= LONGEST_NAME else f"{text[: LONGEST_NAME - 1]}…"


def _description(text: str, otherwise: str) -> str:
    return (text if len(text) >= 5 else otherwise)[:LONGEST_DESCRIPTION]


def _conditions(service: FoodService, text: str) -> str:
    asked = {
        "Des papiers sont demandés.": service.papers,
        "Une orientation par un service social est demandée.": service.referral,
        "Une inscription est demandée.": service.registration,
    }
    return " ".join([*(words for words, need in asked.items() if need == FoodService.Need.YES), text]).strip()


def _has_address(row: Cells) -> bool:
    return any(code in row for code in ("lieu_adresse", "lieu_commune", "lieu_latitude"))


def _ways_in(service: FoodService, row: Cells, structure: Record) -> list[str]:
    just_come = FoodService.Need.YES not in (service.registration, service.referral) and _has_address(row)
    ways = {
        ModeMobilisation.SE_PRESENTER: just_come,
        ModeMobilisation.TELEPHONER: bool(row.get("structure_telephone")),
        ModeMobilisation.ENVOYER_UN_COURRIEL: "courriel" in structure,
    }
    return [way.value for way, is_one in ways.items() if is_one]


def _who_asks(service: FoodService) -> list[str]:
    who = {
        FoodService.Need.YES: [codes.PROFESSIONALS],
        FoodService.Need.NO: [codes.PROFESSIONALS, codes.PERSONS],
    }
    return who.get(FoodService.Need(service.referral), [])


def _changed(at: datetime) -> str:
    return min(max(timezone.localdate(at), EARLIEST), timezone.localdate()).isoformat()


@lru_cache(maxsize=10_000)
def _hours(text: str) -> str:
    """Hours that anybody's reader of OSM hours reads: the schema does not check them."""
    return text if text and opening_hours.validate(text) else ""
