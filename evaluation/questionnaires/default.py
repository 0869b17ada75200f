"""The questionnaire that ships: what became of a coordination after the training, in ten minutes.

It asks once of every criterion that ships (``evaluation/criteria.py``), in the words of who coordinates, not in those
of the report.
"""

from django.apps import apps

from evaluation.criteria import NOTHING, STILL_ACTIVE
from evaluation.models import Evidence, Question
from evaluation.questionnaires.rows import write
from evaluation.questionnaires.structure import Condition, ItemPart, PagePart, QuestionPart, Structure

Kind = Question.Kind

TITLE = "Après la formation Alim'Activ"
PURPOSE = "Ce que chaque territoire a mis en œuvre après la formation, ce qui a freiné, aidé et changé."

ANYTHING = QuestionPart(
    Kind.SINGLE,
    "Depuis la formation, avez-vous mis en œuvre au moins une action ?",
    help="Même en cours, même interrompue depuis : tout compte.",
    required=True,
    items=(
        ItemPart("Oui, au moins une", key="anything.yes"),
        ItemPart("Non, rien pour l’instant", NOTHING, key="anything.no"),
        ItemPart("Je ne sais pas", key="anything.unknown"),
    ),
    key="anything",
)
_UNLESS_NOTHING = Condition("anything", ("anything.yes", "anything.unknown"))

ACTIVITIES = QuestionPart(
    Kind.GRID,
    "Qu’avez-vous mis en œuvre ?",
    help="Une réponse par ligne. Si vous n’étiez pas là au début, « je ne sais pas » est une bonne réponse.",
    required=True,
    condition=_UNLESS_NOTHING,
    items=(
        ItemPart("Une cartographie des acteurs de l’aide alimentaire", "mapping"),
        ItemPart("Un diagnostic de territoire", "diagnostic"),
        ItemPart("Un projet mené à plusieurs : achats, stockage, transport, locaux, bénévoles…", "mutualisation"),
        ItemPart("Au moins une réunion de coordination entre acteurs", "meeting", key="activities.meeting"),
        ItemPart("Une autre action, que vous pourrez raconter plus loin", "other"),
    ),
    key="activities",
)
_IF_MET = Condition("activities", (Evidence.Value.YES,), item="activities.meeting")
# Who does not know of a first meeting may know of the last ones, or not know of these either: it is not a no.
_UNLESS_NOT_MET = Condition("activities", (Evidence.Value.YES, Evidence.Value.UNKNOWN), item="activities.meeting")

SET_UP = PagePart(
    "Ce que vous avez mis en place",
    questions=(ANYTHING, ACTIVITIES),
)

MEETINGS = PagePart(
    "Vos réunions de coordination",
    questions=(
        QuestionPart(
            Kind.YES_NO,
            "Votre coordination s’est-elle réunie au cours des douze derniers mois ?",
            required=True,
            criterion=STILL_ACTIVE,
            condition=_UNLESS_NOT_MET,
        ),
        QuestionPart(
            Kind.NUMBER,
            "Combien de fois s’est-elle réunie depuis la formation ?",
            help="Un ordre de grandeur suffit.",
            minimum=1,
            maximum=500,
            condition=_IF_MET,
        ),
        QuestionPart(
            Kind.DATE,
            "Quand a eu lieu la dernière réunion ?",
            help="À peu près, si vous n’avez plus le jour exact en tête.",
            condition=_IF_MET,
        ),
        QuestionPart(
            Kind.MULTIPLE,
            "Qui y participe ?",
            condition=_IF_MET,
            items=(
                ItemPart("Le CCAS, la commune ou l’intercommunalité"),
                ItemPart("Des associations d’aide alimentaire"),
                ItemPart("D’autres associations, des centres sociaux"),
                ItemPart("Des travailleurs sociaux, des services du département"),
                ItemPart("Des acteurs de la santé"),
                ItemPart("Les services de l’État"),
                ItemPart("Des entreprises, des commerces, des producteurs"),
                ItemPart("Des personnes concernées"),
            ),
        ),
    ),
)

BRAKES = PagePart(
    "Ce qui vous a freiné·es",
    help="Que vous ayez beaucoup avancé ou pas encore commencé, dites ce que vous avez rencontré, même en partie. "
    "Laissez vide ce qui ne vous concerne pas.",
    questions=(
        QuestionPart(
            Kind.GRID,
            "Trouver la bonne échelle",
            items=(
                ItemPart(
                    "Ici, l’essentiel se décide commune par commune : se coordonner plus largement est difficile",
                    "brake.scale.municipal_specificity",
                ),
            ),
        ),
        QuestionPart(
            Kind.GRID,
            "Porter la démarche, du côté des structures",
            items=(
                ItemPart(
                    "La précarité alimentaire n’est pas sur la feuille de route de notre structure",
                    "brake.structure.not_on_roadmap",
                ),
                ItemPart(
                    "Les structures ne s’engagent pas toutes autant les unes que les autres",
                    "brake.structure.uneven_commitment",
                ),
            ),
        ),
        QuestionPart(
            Kind.GRID,
            "Animer la démarche, du côté des personnes formées",
            items=(
                ItemPart("Nos postes sont trop éloignés du terrain", "brake.people.too_far_from_field"),
                ItemPart("Le temps à y consacrer manque", "brake.people.lack_of_time"),
                ItemPart("Des départs ou des postes vacants ont arrêté l’élan", "brake.people.turnover"),
            ),
        ),
        QuestionPart(
            Kind.GRID,
            "Garder le soutien des élu·es",
            items=(
                ItemPart("Le soutien politique manque", "brake.politics.no_support"),
                ItemPart("Les priorités de la collectivité ont changé", "brake.politics.roadmap_renewed"),
            ),
        ),
        QuestionPart(
            Kind.GRID,
            "Avancer avec les associations",
            items=(
                ItemPart("Les associations se mobilisent peu", "brake.associations.weak_mobilisation"),
                ItemPart(
                    "Elles se sentent en concurrence, ou hésitent à travailler ensemble",
                    "brake.associations.competition",
                ),
            ),
        ),
    ),
)

SUCCESS = PagePart(
    "Ce qui vous a aidé·es",
    help="Répondez « oui » à ce qui a compté chez vous. Laissez vide ce qui ne vous concerne pas.",
    questions=(
        QuestionPart(
            Kind.GRID,
            "Les bons porteurs",
            items=(
                ItemPart(
                    "La coordination est inscrite sur la feuille de route de notre structure",
                    "success.carriers.on_roadmap",
                ),
                ItemPart(
                    "Nous avions déjà l’habitude de travailler ensemble", "success.carriers.used_to_working_together"
                ),
                ItemPart("Nous travaillons à la bonne échelle pour notre territoire", "success.carriers.adapted_scale"),
            ),
        ),
        QuestionPart(
            Kind.GRID,
            "Les besoins du terrain",
            items=(
                ItemPart(
                    "Nous sommes partis des besoins des associations et des personnes concernées",
                    "success.field.start_from_needs",
                ),
                ItemPart("Nous avons apporté des outils et des solutions concrètes", "success.field.concrete_tools"),
            ),
        ),
        QuestionPart(
            Kind.GRID,
            "Le bon rythme",
            items=(
                ItemPart(
                    "Nous tenons compte des contraintes des associations (bénévolat, urgence…)",
                    "success.pace.respect_constraints",
                ),
                ItemPart("Nous avançons pas à pas, sans brûler les étapes", "success.pace.gradual_growth"),
            ),
        ),
        QuestionPart(
            Kind.GRID,
            "Le soutien politique et financier",
            items=(
                ItemPart(
                    "Nos projets donnent du poids à la démarche, et aident à trouver des moyens",
                    "success.support.projects_legitimise",
                ),
                ItemPart("Des élections ont relancé la dynamique", "success.support.election_period"),
            ),
        ),
    ),
)

CHANGES = PagePart(
    "Ce qui a changé",
    questions=(
        QuestionPart(
            Kind.GRID,
            "Depuis la formation, diriez-vous que…",
            items=(
                ItemPart("Nous connaissons mieux les acteurs de notre territoire", "outcome.better_knowledge"),
                ItemPart("Nos liens se sont renforcés à l’échelle locale", "outcome.stronger_local_links"),
                ItemPart("Nous avons de nouveaux liens avec le département", "outcome.departmental_links"),
                ItemPart("Nous avons de nouveaux liens avec la région", "outcome.regional_links"),
                ItemPart(
                    "Nous aimerions rejoindre un réseau national de territoires formés",
                    "outcome.wants_national_network",
                ),
            ),
        ),
        QuestionPart(
            Kind.TEXT,
            "Racontez en quelques lignes ce qu’est devenue votre coordination",
            help="Ce dont vous êtes fier·es, ce qui a calé, ce que vous diriez à qui commence.",
        ),
    ),
)

NEXT = PagePart(
    "La formation et la suite",
    questions=(
        QuestionPart(
            Kind.SCALE,
            "Avec le recul, la formation vous a-t-elle été utile ?",
            minimum=1,
            maximum=5,
            low_label="pas utile",
            high_label="très utile",
        ),
        QuestionPart(
            Kind.MULTIPLE,
            "Qu’est-ce qui vous aiderait pour la suite ?",
            help="Autant de réponses que vous voulez.",
            items=(
                ItemPart("Échanger régulièrement avec d’autres territoires formés"),
                ItemPart("Un atelier sur un sujet précis"),
                ItemPart("Aller voir ce qui se fait ailleurs"),
                ItemPart("Chercher des financements"),
                ItemPart("Associer les élu·es de notre territoire"),
                ItemPart("Des outils prêts à l’emploi"),
                ItemPart("Former une nouvelle personne de notre équipe"),
            ),
        ),
        QuestionPart(
            Kind.TEXT,
            "De quoi d’autre auriez-vous besoin, et que prévoyez-vous maintenant ?",
            help="Quelques mots suffisent.",
        ),
    ),
)

STRUCTURE = Structure(
    introduction="Que devient la coordination de l’aide alimentaire sur votre territoire depuis la formation ? "
    "Il n’y a ni bonne ni mauvaise réponse : ce qui n’a pas marché nous apprend autant que ce qui a marché.",
    thanks="Un grand merci. Vos réponses aideront les territoires qui se forment après vous.",
    pages=(SET_UP, MEETINGS, BRAKES, SUCCESS, CHANGES, NEXT),
)


def install(get_model=apps.get_model):
    """The questionnaire that ships, made if there is none of its title; a migration gives its own ``get_model``.

    The criteria that ship are to be there. What staff made of it stays as it is.
    """
    questionnaire, _ = get_model("evaluation", "Questionnaire").objects.get_or_create(
        title=TITLE, defaults={"purpose": PURPOSE}
    )
    if not questionnaire.versions.exists():
        write(STRUCTURE, get_model("evaluation", "Version").objects.create(questionnaire=questionnaire, number=1))
    return questionnaire
