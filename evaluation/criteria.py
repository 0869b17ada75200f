"""The criteria that ship with the product (contract, same words; report, parts II and III)."""

from enum import StrEnum


class Kind(StrEnum):
    ACTIVITY = "activity"
    BRAKE = "brake"
    SUCCESS = "success"
    OUTCOME = "outcome"


KIND_LABELS = {
    Kind.ACTIVITY: "démarche",
    Kind.BRAKE: "frein",
    Kind.SUCCESS: "condition de réussite",
    Kind.OUTCOME: "résultat",
}

KIND_HEADINGS = {
    Kind.ACTIVITY: "Démarches",
    Kind.BRAKE: "Freins",
    Kind.SUCCESS: "Conditions de réussite",
    Kind.OUTCOME: "Résultats",
}


ACTIVITIES = ("mapping", "diagnostic", "mutualisation", "meeting", "other")
NOTHING = "nothing"
STILL_ACTIVE = "still_active"

# Family code, kind, label, and its criteria: code and label.
SHIPPED = (
    (
        "activity",
        Kind.ACTIVITY,
        "Démarches mises en œuvre",
        (
            ("mapping", "Cartographie"),
            ("diagnostic", "Diagnostic de territoire"),
            ("mutualisation", "Projet de mutualisation"),
            ("meeting", "Au moins une réunion de coordination"),
            ("other", "Autres actions"),
            ("nothing", "Rien n'a été mis en œuvre"),
            ("still_active", "Coordination encore active"),
        ),
    ),
    (
        "brake.scale",
        Kind.BRAKE,
        "Trouver la bonne échelle de coordination",
        (("brake.scale.municipal_specificity", "Poids des communes, propre à l'Île-de-France"),),
    ),
    (
        "brake.structure",
        Kind.BRAKE,
        "La structure formée ne peut pas porter la démarche",
        (
            ("brake.structure.not_on_roadmap", "Précarité alimentaire absente de la feuille de route"),
            ("brake.structure.uneven_commitment", "Engagements inégaux entre structures"),
        ),
    ),
    (
        "brake.people",
        Kind.BRAKE,
        "Les personnes formées ne peuvent pas animer la démarche",
        (
            ("brake.people.too_far_from_field", "Postes trop éloignés du terrain"),
            ("brake.people.lack_of_time", "Manque de temps dédié"),
            ("brake.people.turnover", "Départs ou postes vacants"),
        ),
    ),
    (
        "brake.politics",
        Kind.BRAKE,
        "Le soutien politique manque",
        (
            ("brake.politics.no_support", "Pas de soutien politique"),
            ("brake.politics.roadmap_renewed", "Feuille de route renouvelée"),
        ),
    ),
    (
        "brake.associations",
        Kind.BRAKE,
        "Les besoins des associations ne sont pas pris en compte",
        (
            ("brake.associations.weak_mobilisation", "Faible mobilisation des associations"),
            ("brake.associations.competition", "Concurrence ou réticence à travailler ensemble"),
        ),
    ),
    (
        "success.carriers",
        Kind.SUCCESS,
        "Trouver les bons porteurs",
        (
            ("success.carriers.on_roadmap", "Coordination inscrite sur la feuille de route"),
            ("success.carriers.used_to_working_together", "Habitude de travailler ensemble"),
            ("success.carriers.adapted_scale", "Échelle adaptée au territoire"),
        ),
    ),
    (
        "success.field",
        Kind.SUCCESS,
        "Répondre aux besoins du terrain",
        (
            (
                "success.field.start_from_needs",
                "Partir des besoins des associations et des personnes concernées",
            ),
            ("success.field.concrete_tools", "Outils et solutions concrètes"),
        ),
    ),
    (
        "success.pace",
        Kind.SUCCESS,
        "Respecter le rythme de la coordination",
        (
            ("success.pace.respect_constraints", "Contraintes des associations respectées"),
            ("success.pace.gradual_growth", "Montée en charge progressive"),
        ),
    ),
    (
        "success.support",
        Kind.SUCCESS,
        "Obtenir un soutien politique et financier",
        (
            ("success.support.projects_legitimise", "Des projets qui légitiment la démarche"),
            ("success.support.election_period", "Période électorale qui relance la dynamique"),
        ),
    ),
    (
        "outcome",
        Kind.OUTCOME,
        "Liens et connaissance des acteurs",
        (
            ("outcome.better_knowledge", "Meilleure connaissance des acteurs du territoire"),
            ("outcome.stronger_local_links", "Liens locaux renforcés"),
            ("outcome.departmental_links", "Nouveaux liens avec le département"),
            ("outcome.regional_links", "Nouveaux liens avec la région"),
            ("outcome.wants_national_network", "Souhait de rejoindre un réseau national"),
        ),
    ),
)


def install(family_model, criterion_model) -> None:
    """Create or refresh the rows of the criteria that ship; takes the models so that a migration can call it."""
    for position, (family_code, kind, label, criteria) in enumerate(SHIPPED, start=1):
        family, _ = family_model.objects.update_or_create(
            code=family_code, defaults={"kind": kind, "label": label, "position": position}
        )
        for rank, (code, criterion_label) in enumerate(criteria, start=1):
            criterion_model.objects.update_or_create(
                code=code, defaults={"family": family, "label": criterion_label, "position": rank}
            )


SHIPPED_CODES = frozenset(code for *_, criteria in SHIPPED for code, _ in criteria)
SHIPPED_FAMILIES = frozenset(code for code, *_ in SHIPPED)
