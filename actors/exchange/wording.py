"""How people's own files say what our columns have codes for."""

import re

from actors.models import Actor, FoodService
from alimactiv.text import normalised

YES_NO = {
    **dict.fromkeys(["oui", "o", "x", "1", "vrai", "true", "yes"], FoodService.Need.YES),
    **dict.fromkeys(["non", "n", "0", "faux", "false", "no"], FoodService.Need.NO),
}
FEES = {
    "gratuite": FoodService.Fee.FREE,
    "participation": FoodService.Fee.CONTRIBUTION,
    "participation financiere": FoodService.Fee.CONTRIBUTION,
    "payante": FoodService.Fee.PAID,
}

_Structure = Actor.Kind
STRUCTURES = {
    **dict.fromkeys(["asso", "association loi 1901", "associations", "associatif"], _Structure.ASSOCIATION),
    **dict.fromkeys(["cias", "centre communal d action sociale"], _Structure.CCAS),
    **dict.fromkeys(["mairie", "ville", "collectivite"], _Structure.COMMUNE),
    **dict.fromkeys(["communaute de communes", "agglomeration", "metropole"], _Structure.EPCI),
    **dict.fromkeys(["conseil departemental"], _Structure.DEPARTMENT),
    **dict.fromkeys(["societe", "commerce", "magasin"], _Structure.COMPANY),
    **dict.fromkeys(["collectif"], _Structure.CITIZENS),
    **dict.fromkeys(["autre"], _Structure.OTHER),
}
EVERYONE = {"tous", "toutes", "tout public", "tous publics", "tous les publics", "tout le monde", "tous public"}
_Public = FoodService.Public
PUBLICS = {
    **dict.fromkeys(["famille", "parents"], _Public.FAMILIES),
    **dict.fromkeys(["bebes", "enfants en bas age", "nourrissons"], _Public.BABIES),
    **dict.fromkeys(["jeune", "jeunes adultes"], _Public.YOUNG),
    **dict.fromkeys(["etudiants", "etudiant", "etudiante"], _Public.STUDENTS),
    **dict.fromkeys(["femme", "femmes seules", "femmes isolees"], _Public.WOMEN),
    **dict.fromkeys(["seniors", "senior", "retraites", "personne agee"], _Public.SENIORS),
    **dict.fromkeys(["personnes handicapees", "handicap"], _Public.DISABLED),
    **dict.fromkeys(["sdf", "sans abri", "sans domicile", "personnes a la rue"], _Public.HOMELESS),
    **dict.fromkeys(["migrants", "refugies", "exiles", "demandeurs d asile"], _Public.EXILED),
    **dict.fromkeys(["demandeurs d emploi", "chomeurs"], _Public.JOBSEEKERS),
    **dict.fromkeys(["salaries", "travailleurs", "travailleurs pauvres"], _Public.WORKING),
    **dict.fromkeys(["qpv", "habitants qpv", "habitants du quartier"], _Public.QPV_RESIDENTS),
}

# The first that fits: what is narrower comes before what is wider.
_KINDS = [
    (FoodService.Kind.STREET_OUTREACH, r"maraude|tournee de rue"),
    (FoodService.Kind.HOME_DELIVERY, r"livraison|portage"),
    (FoodService.Kind.NUTRITION_WORKSHOP, r"atelier"),
    (FoodService.Kind.SHARED_KITCHEN, r"cuisine"),
    (FoodService.Kind.COMMUNITY_GARDEN, r"jardin"),
    (FoodService.Kind.LOGISTICS_HUB, r"plateforme"),
    (FoodService.Kind.SHARED_STORAGE, r"stockage|entrepot"),
    (FoodService.Kind.SOCIAL_GROCERY, r"epicerie"),
    (FoodService.Kind.FOOD_VOUCHER, r"cheque|ticket|bons? (alimentaires?|d achat)"),
    (FoodService.Kind.CLOTHING, r"vestiaire|vetement|habillement"),
    (FoodService.Kind.HOT_MEAL, r"repas|restaurant|soupe|petits? dejeuners?|gouter|diner"),
    (FoodService.Kind.DAY_CENTRE, r"accueil de jour"),
    (FoodService.Kind.FOOD_PARCEL, r"colis|panier|distribution|aide alimentaire|denrees"),
]


def kind_in(text: str) -> FoodService.Kind | None:
    """The kind of food aid that a text speaks of, by its words.

    >>> kind_in("Distribution de paniers"), kind_in("Cours de français")
    (FoodService.Kind.FOOD_PARCEL, None)
    """
    words = normalised(text)
    return next((kind for kind, pattern in _KINDS if re.search(rf"\b({pattern})", words)), None)
