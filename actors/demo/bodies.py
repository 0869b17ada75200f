"""The public bodies of the fictional town, and who else takes part."""

from datetime import date, timedelta

from actors.demo.telling import (
    DOMAIN,
    FREE,
    HEART,
    LINDENS,
    MILLS,
    NO_PAPERS,
    PROFESSIONALS,
    Accreditation,
    Direction,
    Fee,
    Kind,
    Language,
    Need,
    Product,
    Public,
    Spot,
    Told,
    Unit,
    everything,
    next_one,
    off,
)
from actors.models import Section


def bodies(today: date) -> dict[str, Told]:
    """By the key that the logbook has for a structure (``coordination/demo/town.py``)."""
    august = next_one(8, 1, today)
    return {
        "ccas": Told(
            {
                "accreditation": Accreditation.NOT_REQUIRED_PUBLIC,
                "description": "Accueil, orientation, aides d’urgence et portage de repas.",
                "phone": "01 99 00 12 04",
                "email": f"ccas@{DOMAIN}",
                "website": f"https://ccas.{DOMAIN}",
            },
            [
                Spot(
                    "1 place de la Mairie imaginaire",
                    HEART,
                    20,
                    40,
                    "Hôtel de ville fictif",
                    {"is_step_free": True, "address_extra": "Rez-de-chaussée, guichet 2"},
                )
            ],
            [
                (
                    0,
                    {
                        "kind": Kind.FOOD_VOUCHER,
                        "name": "Chèques alimentaires du CCAS",
                        "papers": Need.YES,
                        "referral": Need.NO,
                        "registration": Need.NO,
                        "conditions": "Après un entretien, sans rendez-vous le matin.",
                        "opening_hours": "Mo-Fr 09:00-12:00; PH off",
                        **FREE,
                    },
                ),
                (
                    0,
                    {
                        "kind": Kind.HOME_DELIVERY,
                        "name": "Portage de repas",
                        "publics": [Public.SENIORS, Public.DISABLED],
                        "fee": Fee.PAID,
                        "fee_note": "Selon les ressources",
                        "registration": Need.YES,
                        "papers": Need.YES,
                        "referral": Need.NO,
                        "opening_hours": "Mo-Fr 11:00-13:00",
                    },
                ),
                (
                    0,
                    {
                        "kind": Kind.FOOD_PARCEL,
                        "name": "Colis d’urgence du CCAS",
                        "referral": Need.YES,
                        "papers": Need.NO,
                        "registration": Need.NO,
                        "conditions": "Remis le jour même, sur appel d’un service social.",
                        "opening_hours": "Mo-Th 09:00-12:00,14:00-17:00; Fr 09:00-12:00; PH off",
                        **FREE,
                        **PROFESSIONALS,
                    },
                ),
            ],
            confirmed=everything(9),
        ),
        "mairie": Told(
            {
                "accreditation": Accreditation.NOT_REQUIRED_PUBLIC,
                "description": "Le foyer-restaurant, la cuisine partagée, et un local de stockage prêté.",
                "phone": "01 99 00 12 05",
                "email": f"mairie@{DOMAIN}",
            },
            [
                Spot("8 allée des Tilleuls fictifs", LINDENS, -820, 620, "Foyer-restaurant fictif"),
                Spot("27 rue des Moulins", MILLS, 860, -1080, "Local fictif de la rue des Moulins"),
            ],
            [
                (
                    0,
                    {
                        "kind": Kind.HOT_MEAL,
                        "name": "Foyer-restaurant",
                        "publics": [Public.SENIORS, Public.JOBSEEKERS, Public.STUDENTS],
                        "fee": Fee.CONTRIBUTION,
                        "fee_note": "De 1 € à 4 €",
                        "papers": Need.NO,
                        "referral": Need.NO,
                        "registration": Need.YES,
                        "capacity": 50,
                        "capacity_unit": Unit.MEALS_DAY,
                        "opening_hours": f"Mo-Fr 12:00-13:30; PH off; {off(august, august + timedelta(days=30))}",
                    },
                ),
                (
                    0,
                    {
                        "kind": Kind.SHARED_KITCHEN,
                        "name": "Cuisine partagée des Tilleuls",
                        "opening_hours": "Th 17:00-20:00; SH off; PH off",
                        "registration": Need.YES,
                        **FREE,
                    },
                ),
                (
                    1,
                    {
                        "kind": Kind.SHARED_STORAGE,
                        "name": "Stockage partagé de la rue des Moulins",
                        "opening_hours": "Mo,Th 08:00-10:00; Sa 08:00-12:00",
                        **PROFESSIONALS,
                    },
                ),
            ],
            {"storage_area": 60, "has_cold_room": True, "shares": "Le local de la rue des Moulins, sur planning."},
            confirmed=everything(45),
        ),
        "interco": Told(
            {
                "accreditation": Accreditation.NOT_REQUIRED_PUBLIC,
                "description": "Le projet alimentaire territorial, et la plateforme qui reçoit les dons en gros.",
                "phone": "01 99 00 12 06",
                "email": f"interco@{DOMAIN}",
            },
            [Spot("Zone d’activité inventée, lot 7", MILLS, 1500, -1400, "Plateforme fictive des Trois Exemples")],
            [
                (
                    0,
                    {
                        "kind": Kind.LOGISTICS_HUB,
                        "name": "Plateforme logistique",
                        "opening_hours": "Tu,Fr 07:30-11:30; PH off",
                        **PROFESSIONALS,
                    },
                )
            ],
            {
                "storage_area": 350,
                "has_cold_room": True,
                "has_freezer": True,
                "vehicles": 3,
                "refrigerated_vehicles": 2,
            },
            confirmed=everything(150),
        ),
        "sante": Told(
            {
                "description": "Des consultations de diététique et un atelier par mois.",
                "phone": "01 99 00 12 07",
                "email": f"sante@{DOMAIN}",
            },
            [Spot("2 rue de l’Infusion", LINDENS, -1020, 560, about={"is_step_free": True})],
            [
                (
                    0,
                    {
                        "kind": Kind.NUTRITION_WORKSHOP,
                        "name": "Bien manger avec un petit budget",
                        "publics": [Public.FAMILIES, Public.BABIES],
                        "opening_hours": "We[2] 14:00-16:00; SH off",
                        "registration": Need.YES,
                        "languages": [Language.SIGN],
                        **FREE,
                    },
                )
            ],
            confirmed=everything(430),
        ),
        "marche": Told(
            {
                "description": "Donne ses invendus du samedi à la tournée commune.",
                "phone": "01 99 00 12 08",
                "email": f"marche@{DOMAIN}",
                **PROFESSIONALS,
            },
            [Spot("Route des Exemples", HEART, 700, 480)],
            lines=[
                {"direction": Direction.SURPLUS, "product": Product.BREAD, "text": "Le samedi à 19 h"},
                {"direction": Direction.SURPLUS, "product": Product.FRESH, "until": today + timedelta(days=60)},
            ],
            confirmed=everything(60) | {Section.SUPPLY: 60},
        ),
        "potager": Told(
            {
                "description": "Un jardin ouvert à qui veut semer, cueillir ou s’asseoir.",
                "email": f"potager@{DOMAIN}",
            },
            [Spot("Chemin du Puits inventé", LINDENS, -1300, 900, "Le potager fictif")],
            [
                (
                    0,
                    {
                        "kind": Kind.COMMUNITY_GARDEN,
                        "name": "Le Potager du coin",
                        "opening_hours": "Apr-Oct We 16:00-19:00; Apr-Oct Sa 09:00-12:00",
                        "products": [Product.FRESH],
                        **FREE,
                        **NO_PAPERS,
                    },
                )
            ],
            lines=[{"direction": Direction.SURPLUS, "product": Product.FRESH, "text": "Courges, à l’automne"}],
        ),
    }
