"""The columns of the flat table: what an entry says, column by column, as a spreadsheet shows it.

A column has a code that never changes (in JSON, GeoJSON and the database) and a French heading (in CSV and .xlsx).
What a column may hold, and how it is checked, comes from the model's own field.
"""

from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property

from django.db import models

from actors.models import Actor, FoodService, Site, Supply, SupplyLine


class Part(StrEnum):
    """What of an entry a column speaks of. ``PLACE``: a site, or a stop of an itinerant service."""

    ACTOR = "structure"
    CONTACT = "personne à joindre"
    PLACE = "lieu"
    SERVICE = "service"
    SUPPLY = "logistique"
    LINE = "besoin ou surplus"


MODELS: dict[Part, type[models.Model]] = {
    Part.ACTOR: Actor,
    Part.CONTACT: Actor,
    Part.PLACE: Site,
    Part.SERVICE: FoodService,
    Part.SUPPLY: Supply,
    Part.LINE: SupplyLine,
}


@dataclass(frozen=True, eq=False)
class Column:
    """``field`` is the model's; ``other_names`` are headings that people's own files have, compared ``normalised``."""

    code: str
    heading: str
    part: Part
    field: str
    other_names: tuple[str, ...] = ()

    @cached_property
    def model_field(self) -> models.Field:
        return MODELS[self.part]._meta.get_field(self.field)


def _columns(part: Part, *rows: tuple) -> list[Column]:
    return [Column(code, heading, part, field, tuple(other)) for code, heading, field, *other in rows]


COLUMNS = [
    *_columns(
        Part.ACTOR,
        ("structure_id", "Identifiant de la structure", "uid"),
        (
            "structure_nom",
            "Structure",
            "name",
            *("nom de la structure", "nom structure", "nom", "association", "organisme", "raison sociale", "acteur"),
        ),
        ("structure_type", "Type de structure", "kind", "statut", "statut juridique", "categorie"),
        ("structure_siret", "SIRET", "siret", "n siret", "numero siret"),
        ("structure_habilitation", "Habilitation à l’aide alimentaire", "accreditation", "habilitation"),
        ("structure_reseau", "Réseau ou fédération", "network", "reseau", "federation", "tete de reseau"),
        ("structure_presentation", "Présentation", "description", "presentation de la structure", "missions"),
        ("structure_telephone", "Téléphone", "phone", "tel", "telephone de la structure", "numero de telephone"),
        (
            "structure_courriel",
            "Adresse de courriel",
            "email",
            *("courriel", "mail", "e mail", "email", "adresse mail", "adresse e mail", "adresse electronique"),
        ),
        ("structure_site_web", "Site web", "website", "site internet", "site", "url"),
        ("structure_visibilite", "Qui voit la fiche", "visibility", "visibilite"),
        ("structure_fin", "A cessé son activité le", "ended_on"),
        ("structure_territoires", "Territoires", "territories", "territoire"),
    ),
    *_columns(
        Part.CONTACT,
        (
            "contact_nom",
            "Personne à joindre",
            "contact_name",
            *("contact", "nom du contact", "referent", "responsable", "interlocuteur"),
        ),
        ("contact_fonction", "Sa fonction", "contact_role", "fonction", "fonction du contact"),
        ("contact_telephone", "Son téléphone", "contact_phone", "telephone du contact", "portable"),
        ("contact_courriel", "Son adresse de courriel", "contact_email", "mail du contact", "courriel du contact"),
        ("contact_visibilite", "Qui voit cette personne", "contact_visibility"),
    ),
    *_columns(
        Part.PLACE,
        ("lieu_id", "Identifiant du lieu", "uid"),
        ("lieu_nom", "Nom du lieu", "name", "lieu", "lieu de distribution", "site de distribution"),
        ("lieu_adresse", "Adresse", "address", "rue", "voie", "adresse postale", "numero et voie"),
        ("lieu_complement", "Complément d’adresse", "address_extra", "complement", "complement adresse"),
        ("lieu_code_postal", "Code postal", "postcode", "cp"),
        ("lieu_commune", "Commune", "city", "ville", "localite"),
        (
            "lieu_code_insee",
            "Code INSEE de la commune",
            "insee_code",
            "code insee",
            "insee",
            "code commune",
            "citycode",
        ),
        ("lieu_quartier", "Quartier", "quarter"),
        ("lieu_latitude", "Latitude", "latitude", "lat"),
        ("lieu_longitude", "Longitude", "longitude", "lon", "lng", "long"),
        ("lieu_accessible", "Accessible en fauteuil roulant", "is_step_free", "accessible pmr", "pmr", "accessibilite"),
        ("lieu_acces", "Pour venir", "access_note", "acces", "transports"),
    ),
    *_columns(
        Part.SERVICE,
        ("service_id", "Identifiant du service", "uid"),
        (
            "service_type",
            "Type d’aide",
            "kind",
            *("type de service", "type aide", "type", "activite", "nature de l aide", "service"),
        ),
        ("service_nom", "Nom du service", "name", "nom service", "intitule", "intitule du service"),
        ("service_itinerant", "Itinérant", "is_itinerant"),
        ("service_description", "Description du service", "description", "description", "detail"),
        ("service_publics", "Publics", "publics", "public", "public accueilli", "publics accueillis"),
        ("service_publics_precision", "Précision sur les publics", "publics_note"),
        ("service_cout", "Coût", "fee", "tarif", "prix", "frais", "participation"),
        ("service_cout_precision", "Précision sur le coût", "fee_note"),
        ("service_papiers", "Papiers demandés", "papers", "papiers", "justificatifs"),
        ("service_orientation", "Orientation demandée", "referral", "orientation", "sur orientation"),
        ("service_inscription", "Inscription demandée", "registration", "inscription", "sur inscription"),
        ("service_conditions", "Conditions d’accès", "conditions", "conditions", "modalites d acces"),
        ("service_choix", "Choix des produits", "choice", "choix"),
        ("service_produits", "Produits", "products", "produits distribues"),
        ("service_langues", "Langues parlées", "languages", "langues"),
        ("service_capacite", "Capacité", "capacity"),
        ("service_capacite_unite", "Unité de capacité", "capacity_unit"),
        ("horaires", "Horaires (OSM)", "opening_hours", "horaires", "opening hours", "horaires d ouverture"),
        ("horaires_precision", "Précision sur les horaires", "hours_note", "jours et horaires"),
        ("tournee_precision", "Précision sur les horaires de la tournée", "hours_note"),
        ("service_visibilite", "Qui voit ce service", "visibility"),
        ("service_fin", "Service arrêté le", "ended_on"),
    ),
    *_columns(
        Part.SUPPLY,
        ("logistique_stockage", "Stockage (m²)", "storage_area", "surface de stockage", "stockage"),
        ("logistique_chambre_froide", "Chambre froide", "has_cold_room"),
        ("logistique_congelateur", "Congélateur", "has_freezer"),
        ("logistique_vehicules", "Véhicules", "vehicles", "nombre de vehicules"),
        ("logistique_frigorifiques", "Dont frigorifiques", "refrigerated_vehicles", "vehicules frigorifiques"),
        ("logistique_partage", "Ce qui peut être prêté ou partagé", "shares"),
    ),
    *_columns(
        Part.LINE,
        ("besoin_sens", "Besoin ou surplus", "direction"),
        ("besoin_produit", "Produit cherché ou proposé", "product"),
        ("besoin_precision", "Précision sur le besoin ou le surplus", "text"),
        ("besoin_jusqu_au", "Besoin ou surplus jusqu’au", "until"),
    ),
]
BY_CODE = {column.code: column for column in COLUMNS}
OF_PART = {part: [column for column in COLUMNS if column.part == part] for part in Part}

TERRITORIES = "structure_territoires"
HOURS = "horaires"
TOUR_NOTE = "tournee_precision"
"""What is said of the hours of an itinerant service as a whole; of each stop, it is ``horaires_precision``."""
HOURS_IN_PROSE = "horaires_precision"
OF_STOPS = (HOURS, HOURS_IN_PROSE)
"""Columns of a service that are those of the stop when the service is itinerant."""
OF_SITES_ONLY = ("lieu_accessible", "lieu_acces")
