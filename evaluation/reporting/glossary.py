"""The words of the report, each defined once."""

from evaluation.models import Evidence
from evaluation.reporting.blocks import Column, Table
from evaluation.reporting.facts import Facts
from evaluation.reporting.outline import Section

WORDS = (
    ("Territoire formé", "Commune, arrondissement, intercommunalité ou département qui a suivi une session."),
    ("Session", "Un cycle de la formation-action ; un territoire peut en suivre plusieurs."),
    ("Démarche", "Cartographie, diagnostic, projet de mutualisation, réunion de coordination ou autre action."),
    ("Cartographie", "Le recensement des acteurs de l’aide alimentaire d’un territoire."),
    ("Diagnostic de territoire", "L’analyse des besoins, des manques et des priorités d’un territoire."),
    ("Projet de mutualisation", "Un projet ou des moyens partagés entre acteurs : stockage, lieu, véhicule, achats."),
    ("Réunion de coordination", "Une rencontre des acteurs du territoire pour coordonner leur action."),
    ("Coordination encore active", "Une coordination qui s’est réunie, et se réunit encore à la date du rapport."),
    ("Frein, condition de réussite", "Ce qui, d’après les constats, a empêché ou aidé une coordination à durer."),
    ("Constat", "Une affirmation sur un territoire et un critère : oui, non ou inconnu, avec sa source."),
    ("Arbitrage", "La décision d’une personne de l’équipe quand les constats se contredisent, avec son motif."),
    ("● fait, signalé, oui", "Les constats l’établissent, ou un arbitrage."),
    ("◐ à vérifier", "Les constats se contredisent ou ne suffisent pas."),
    ("○ non", "Les constats disent que non, ou le territoire a répondu sans en parler."),
    ("– sans réponse", "Personne n’a répondu pour ce territoire, et aucun constat n’en parle."),
    ("14 à 15 sur 18", "Au moins 14, au plus 15, sur 18 territoires : l’écart est ce qui reste à vérifier."),
    (
        "Concorde, compatible, diverge",
        "Le chiffre publié est égal au chiffre calculé, dans l’intervalle, ou en dehors.",
    ),
    ("Non recalculable", "Un chiffre publié sur lequel aucun constat ne porte."),
)
GRADES = {
    Evidence.Source.QUESTIONNAIRE: "le territoire le dit en réponse au questionnaire",
    Evidence.Source.INTERVIEW: "dit lors d’un entretien approfondi",
    Evidence.Source.DOCUMENT: "un document le montre",
    Evidence.Source.LOGBOOK: "le journal de coordination le consigne",
}


def glossary(facts: Facts) -> Section:
    """The words of the report; the same for every evaluation."""
    rows = [list(entry) for entry in WORDS]
    rows += [[f"Degré « {Evidence.GRADES[source]} »", meaning] for source, meaning in GRADES.items()]
    return Section(
        code="glossary",
        part="Pour vérifier",
        title="Glossaire",
        summary="Les mots de ce rapport, et ce qu’ils veulent dire.",
        blocks=[Table("Glossaire", [Column("Mot"), Column("Sens")], rows)],
    )
