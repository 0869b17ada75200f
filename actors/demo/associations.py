"""The associations of the fictional town, one that ended, and one told twice."""

from datetime import date, timedelta

from actors.demo.telling import (
    DOMAIN,
    FREE,
    HEART,
    LINDENS,
    MILLS,
    MONDAY,
    NO_PAPERS,
    SATURDAY,
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
    only,
)
from actors.models import Actor, FoodService, Section, Visibility


def associations(today: date) -> dict[str, Told]:
    """By key: those that the logbook has too (``coordination/demo/town.py``), and the directory's own."""
    august, christmas = next_one(8, 1, today), next_one(12, 21, today)
    open_day = today + timedelta(days=(SATURDAY - today.weekday()) % 7 + 14)
    works = today + timedelta(days=(MONDAY - today.weekday()) % 7 + 7)
    return {
        "panier": Told(
            {
                "accreditation": Accreditation.REGIONAL,
                "description": "Deux distributions de colis par semaine, et un vestiaire un samedi sur deux.",
                "phone": "01 99 00 12 01",
                "email": f"panier@{DOMAIN}",
                "website": f"https://panier.{DOMAIN}",
                "contact_name": "Alex Panier",
                "contact_role": "présidence",
                "contact_phone": "06 39 98 12 01",
                "contact_email": f"alex@{DOMAIN}",
                "contact_visibility": Visibility.PROFESSIONALS,
            },
            [
                Spot(
                    "12 rue de la Fontaine inventée",
                    HEART,
                    -180,
                    90,
                    "Local fictif du Panier",
                    {"is_step_free": True, "access_note": "Bus fictif 3, arrêt « Fontaine ». Entrée par la cour."},
                )
            ],
            [
                (
                    0,
                    {
                        "kind": Kind.FOOD_PARCEL,
                        "name": "Distribution de colis du Panier",
                        "description": "Un colis pour la semaine, avec des produits frais quand il y en a.",
                        "publics": [Public.FAMILIES, Public.SENIORS],
                        "papers": Need.YES,
                        "registration": Need.YES,
                        "referral": Need.NO,
                        "conditions": "Inscription sur place le mardi, avec une pièce d’identité et un justificatif "
                        "d’adresse.",
                        "choice": FoodService.Choice.PARCEL,
                        "products": [Product.FRESH, Product.DRY, Product.DAIRY, Product.BABY],
                        "languages": [Language.ENGLISH, Language.ARABIC],
                        "capacity": 60,
                        "capacity_unit": Unit.HOUSEHOLDS_WEEK,
                        "opening_hours": "; ".join(
                            [
                                "Tu 14:00-17:00; Th 09:30-12:00; PH off",
                                off(august, august + timedelta(days=23)),
                                off(christmas, christmas + timedelta(days=13)),
                            ]
                        ),
                        **FREE,
                    },
                ),
                (
                    0,
                    {
                        "kind": Kind.CLOTHING,
                        "name": "Vestiaire du Panier",
                        "opening_hours": "week 1-53/2 Sa 10:00-12:30; PH off",
                        "fee": Fee.CONTRIBUTION,
                        "fee_note": "1 € par sac",
                        **NO_PAPERS,
                    },
                ),
            ],
            {"storage_area": 45, "has_cold_room": True, "has_freezer": True, "vehicles": 1, "refrigerated_vehicles": 0},
            [
                {"direction": Direction.NEED, "product": Product.BABY, "text": "Petits pots et lait 2e âge"},
                {"direction": Direction.SURPLUS, "product": Product.DRY, "text": "Pâtes, environ 200 kg"},
            ],
            everything(20) | {Section.SUPPLY: 20},
        ),
        "etal": Told(
            {
                "accreditation": Accreditation.NATIONAL_VIA_NETWORK,
                "network": "Réseau fictif des Étals solidaires",
                "description": "Une épicerie où l’on choisit ses produits, et un atelier cuisine par mois.",
                "phone": "01 99 00 12 02",
                "email": f"etal@{DOMAIN}",
                "website": f"https://etal.{DOMAIN}",
            },
            [Spot("3 place du Marché imaginaire", HEART, 140, -60, about={"is_step_free": True})],
            [
                (
                    0,
                    {
                        "kind": Kind.SOCIAL_GROCERY,
                        "name": "Épicerie L’Étal",
                        "publics": [Public.FAMILIES, Public.WORKING, Public.STUDENTS],
                        "fee": Fee.CONTRIBUTION,
                        "fee_note": "10 à 30 % du prix en magasin",
                        "referral": Need.YES,
                        "papers": Need.YES,
                        "registration": Need.YES,
                        "conditions": "Sur orientation d’un service social, pour trois mois renouvelables.",
                        "choice": FoodService.Choice.FREE,
                        "products": [Product.FRESH, Product.DRY, Product.DAIRY, Product.MEAT_FISH, Product.HYGIENE],
                        "languages": [Language.ENGLISH, Language.SPANISH, Language.PORTUGUESE],
                        "capacity": 90,
                        "capacity_unit": Unit.HOUSEHOLDS_MONTH,
                        "opening_hours": "We,Fr 10:00-13:00,14:00-18:00; Sa 10:00-13:00; PH off",
                    },
                ),
                (
                    0,
                    {
                        "kind": Kind.NUTRITION_WORKSHOP,
                        "name": "Atelier « On cuisine ensemble »",
                        "opening_hours": "Th[1] 14:00-16:30; SH off; PH off",
                        "registration": Need.YES,
                        "papers": Need.NO,
                        "referral": Need.NO,
                        **FREE,
                    },
                ),
            ],
            {"storage_area": 80, "has_cold_room": True, "vehicles": 2, "refrigerated_vehicles": 1},
            [{"direction": Direction.NEED, "product": Product.FRESH}],
            everything(75),
        ),
        "marmite": Told(
            {
                "accreditation": Accreditation.NONE,
                "description": "Une équipe de bénévoles, un camion, trois arrêts. Soupe, repas chauds et duvets.",
                "phone": "06 39 98 12 03",
                "email": f"marmite@{DOMAIN}",
                "contact_name": "Lou Marmite",
                "contact_role": "coordination des tournées",
                "contact_phone": "06 39 98 12 13",
            },
            (),
            [
                (
                    [
                        (
                            Spot("Parvis de la Gare fictive", HEART, 420, 260, "La gare"),
                            "Mo,We,Fr 19:00-19:45",
                        ),
                        (
                            Spot("Square des Tilleuls", LINDENS, -950, 700, "Le square"),
                            "Mo,We,Fr 20:00-20:45",
                        ),
                        (
                            Spot("Angle de la rue des Moulins", MILLS, 900, -1150, "Les Moulins"),
                            "Nov-Mar Mo,Fr 21:00-21:45",
                        ),
                    ],
                    {
                        "kind": Kind.STREET_OUTREACH,
                        "name": "La tournée de La Marmite",
                        "publics": [Public.HOMELESS, Public.EXILED],
                        "products": [Product.MEALS, Product.BREAD],
                        "languages": [Language.ENGLISH, Language.DARI, Language.PASHTO],
                        "capacity": 80,
                        "capacity_unit": Unit.MEALS_DAY,
                        **FREE,
                        **NO_PAPERS,
                    },
                )
            ],
            {"vehicles": 1, "refrigerated_vehicles": 0, "shares": "Le camion, un samedi sur deux."},
            [{"direction": Direction.NEED, "text": "Duvets et gobelets réutilisables"}],
            everything(110) | {Section.CONTACT: 400},
        ),
        "halte": Told(
            {
                "name": "Accueil de jour fictif La Halte",
                "kind": Actor.Kind.ASSOCIATION,
                "accreditation": Accreditation.NATIONAL,
                "description": "Se poser, prendre un petit déjeuner, une douche, laver son linge.",
                "phone": "01 99 00 12 10",
                "email": f"halte@{DOMAIN}",
            },
            [Spot("5 impasse du Répit inventé", LINDENS, -760, 480, about={"is_step_free": False})],
            [
                (
                    0,
                    {
                        "kind": Kind.DAY_CENTRE,
                        "name": "Accueil de jour La Halte",
                        "publics": [Public.HOMELESS, Public.WOMEN],
                        "languages": [Language.ENGLISH, Language.ARABIC, Language.ROMANIAN, Language.UKRAINIAN],
                        "opening_hours": "; ".join(
                            ["Mo-Fr 08:30-12:30,13:30-16:30; PH off", off(works, works + timedelta(days=4))]
                        ),
                        "hours_note": "Douches jusqu’à 11 h.",
                        **FREE,
                        **NO_PAPERS,
                    },
                ),
                (
                    0,
                    {
                        "kind": Kind.HOT_MEAL,
                        "name": "Le repas du samedi",
                        "opening_hours": f"Sa 12:00-14:00; PH off; {only(open_day, '12:00-17:00')}",
                        "capacity": 40,
                        "capacity_unit": Unit.MEALS_DAY,
                        **FREE,
                        **NO_PAPERS,
                    },
                ),
            ],
            confirmed=everything(30),
        ),
        "campus": Told(
            {
                "name": "Collectif étudiant fictif Le Frigo du campus",
                "kind": Actor.Kind.CITIZENS,
                "description": "Une distribution d’invendus, par et pour les étudiantes et étudiants.",
                "email": f"campus@{DOMAIN}",
            },
            [Spot("Bâtiment imaginaire C", HEART, 520, -340, "Campus fictif")],
            [
                (
                    0,
                    {
                        "kind": Kind.FOOD_PARCEL,
                        "name": "Le Frigo du campus",
                        "publics": [Public.STUDENTS, Public.YOUNG],
                        "papers": Need.NO,
                        "registration": Need.NO,
                        "choice": FoodService.Choice.ACCOMPANIED,
                        "opening_hours": "Tu 18:00-20:00; SH off; Jul-Aug off",
                        **FREE,
                    },
                )
            ],
            confirmed=everything(200),
        ),
        "soupe": Told(
            {
                "name": "Paroisse fictive Saint-Exemple",
                "kind": Actor.Kind.OTHER,
                "accreditation": Accreditation.UNKNOWN,
                "phone": "01 99 00 12 11",
            },
            [Spot("Place de l’Église inventée", HEART, -90, -150)],
            [
                (
                    0,
                    {
                        "kind": Kind.FOOD_PARCEL,
                        "name": "Aide d’urgence de la paroisse",
                        "hours_note": "Appeler avant de venir.",
                        **FREE,
                    },
                )
            ],
        ),
        "doublon": Told(
            {
                "name": "Le Panier partage (association fictive)",
                "kind": Actor.Kind.ASSOCIATION,
                "phone": "01 99 00 12 01",
            },
            [Spot("12 rue de la Fontaine inventée", HEART, -180, 90)],
            [(0, {"kind": Kind.FOOD_PARCEL, "opening_hours": "Tu 14:00-17:00"})],
            confirmed=everything(500),
        ),
        "ancienne": Told(
            {
                "name": "Association fictive L’Ancienne Soupe",
                "kind": Actor.Kind.ASSOCIATION,
                "phone": "01 99 00 12 12",
                "ended_on": today - timedelta(days=120),
            },
            [Spot("14 rue du Souvenir inventé", HEART, 260, 120)],
            [
                (
                    0,
                    {
                        "kind": Kind.HOT_MEAL,
                        "name": "Soupe du soir",
                        "opening_hours": "Mo-Fr 18:30-20:00",
                        "ended_on": today - timedelta(days=120),
                        **FREE,
                        **NO_PAPERS,
                    },
                )
            ],
            confirmed=everything(600),
        ),
    }
