"""What the accessibility page claims: what is tested, on which pages, by which test; and what nobody has tried.

``tests/alimactiv/test_accessibility.py`` compares each claim with its tests: they exist, and they show those pages.
The terms are those of the model declaration of the RGAA 4.1.2 (decree 2019-768 of 24 July 2019).
"""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class Pages(StrEnum):
    """The pages of the site, each by the least that one needs to open it."""

    EVERYONE = "ouvertes à tout le monde, sur le site ou par un lien reçu par courriel"
    SIGNED_IN = "de toute personne connectée"
    MEMBERS = "des membres d’un territoire"
    COORDINATION = "des coordinations"
    STEERING = "du comité de pilotage"
    TEAM = "de l’équipe de l’ANSA"


EVERY = tuple(Pages)


@dataclass(frozen=True)
class Check:
    """``what`` is tried again by ``tests`` (``file::function``) at every change of the site, ``since`` that day.

    ``pages`` are the kinds of pages that the tests open: all that there are of each, or some of them.
    """

    what: str
    tests: tuple[str, ...]
    pages: tuple[Pages, ...]
    since: date
    is_all: bool = False

    @property
    def where(self) -> str:
        if self.is_all:
            return "toutes les pages du site, vues par chaque rôle qui y trouve autre chose"
        if self.pages == EVERY:
            return "les pages principales de chaque rôle"
        return "des pages " + "\u00a0; ".join(self.pages)


@dataclass(frozen=True)
class Document:
    """A PDF document that a validator judges against PDF/UA-1, by a test."""

    what: str
    test: str


EVERY_PAGE = "tests/browser/test_every_page.py::test_accessible_wide_narrow_enlarged_and_spaced"
BEGUN = date(2026, 11, 23)

CHECKS = (
    Check(
        "Les règles automatiques d’axe ne signalent rien, taille des boutons et des liens comprise, sur un écran "
        "d’ordinateur et sur un écran de téléphone.",
        tests=(EVERY_PAGE,),
        pages=EVERY,
        since=BEGUN,
        is_all=True,
    ),
    Check(
        "Agrandie à 400 %, la page ne défile pas de côté et aucun texte n’est coupé.",
        tests=(EVERY_PAGE,),
        pages=EVERY,
        since=BEGUN,
        is_all=True,
    ),
    Check(
        "Les lignes, les mots et les lettres peuvent être espacés sans qu’un texte soit coupé.",
        tests=(EVERY_PAGE,),
        pages=EVERY,
        since=BEGUN,
        is_all=True,
    ),
    Check(
        "Ces contrôles sont refaits après l’envoi d’un formulaire vide, sur la page qui dit ce qui manque.",
        tests=("tests/browser/test_states.py::test_forms_that_were_refused",),
        pages=EVERY,
        since=BEGUN,
        is_all=True,
    ),
    Check(
        "Ils le sont sur des listes vides, sur des listes de soixante lignes aux noms longs, sur des pages qui "
        "changent de forme selon ce qu’elles montrent, et sur d’autres qui disent que c’est fait, que c’est trop tard "
        "ou que ce n’est pas possible.",
        tests=(
            "tests/browser/test_states.py::test_pages_that_hold_nothing",
            "tests/browser/test_states.py::test_pages_that_hold_much",
            "tests/browser/test_states.py::test_pages_that_are_otherwise_for_what_they_hold",
            "tests/browser/test_states.py::test_pages_that_say_no",
            "tests/browser/test_states.py::test_a_questionnaire_that_is_over",
            "tests/browser/test_states.py::test_pages_that_say_it_is_done",
        ),
        pages=(Pages.EVERYONE, Pages.SIGNED_IN, Pages.MEMBERS, Pages.COORDINATION, Pages.TEAM),
        since=BEGUN,
    ),
    Check(
        "Se connecter, trouver une aide, confirmer une fiche par le lien reçu, répondre à un questionnaire et "
        "consigner une réunion se font au clavier seul\u00a0; on voit toujours où l’on est.",
        tests=(
            "tests/browser/test_keyboard.py::test_signing_in",
            "tests/browser/test_keyboard.py::test_finding_food_aid",
            "tests/browser/test_keyboard.py::test_confirming_an_entry_by_its_link",
            "tests/browser/test_keyboard.py::test_answering_a_questionnaire",
            "tests/browser/test_keyboard.py::test_logging_a_meeting",
        ),
        pages=(Pages.EVERYONE, Pages.SIGNED_IN, Pages.MEMBERS, Pages.COORDINATION),
        since=BEGUN,
    ),
    Check(
        "Quand une partie de la page change d’elle-même, ou parce qu’on l’a filtrée, la place au clavier est gardée.",
        tests=(
            "tests/browser/test_keyboard.py::test_a_filter_keeps_the_focus",
            "tests/browser/test_keyboard.py::test_what_refreshes_by_itself_keeps_the_focus",
            "tests/browser/test_keyboard.py::test_choosing_between_two_answers_keeps_the_focus_on_the_question",
        ),
        pages=(Pages.EVERYONE, Pages.MEMBERS, Pages.COORDINATION),
        since=BEGUN,
    ),
    Check(
        "La première touche mène au contenu, par-dessus ce que chaque page répète.",
        tests=("tests/browser/test_display.py::test_the_first_key_leads_past_what_every_page_repeats",),
        pages=EVERY,
        since=BEGUN,
    ),
    Check(
        "Avec les couleurs choisies par la personne (contraste élevé), chaque état se lit encore "
        "par un signe et un mot, et les graphiques restent lisibles.",
        tests=(
            "tests/browser/test_display.py::test_states_are_told_in_the_reader_s_own_colours",
            "tests/browser/test_display.py::test_charts_are_legible_in_the_reader_s_own_colours",
        ),
        pages=EVERY,
        since=BEGUN,
    ),
    Check(
        "Rien ne bouge pour qui a demandé moins de mouvement.",
        tests=("tests/browser/test_display.py::test_nothing_moves_for_who_asked_for_it",),
        pages=EVERY,
        since=BEGUN,
    ),
    Check(
        "Trouver une aide, lire la semaine, confirmer une fiche, répondre à un questionnaire et consigner une réunion "
        "se font sans JavaScript.",
        tests=(
            "tests/browser/test_week.py::test_days_are_open_without_javascript",
            "tests/browser/test_directory_search.py::test_without_javascript_the_list_says_it_all",
            "tests/browser/test_freshness.py::test_confirmed_in_two_taps",
            "tests/browser/test_answering.py::test_without_javascript",
            "tests/browser/test_log_meeting.py::test_logging_a_meeting_of_six_with_two_decisions_and_two_actions",
        ),
        pages=(Pages.EVERYONE, Pages.MEMBERS, Pages.COORDINATION),
        since=BEGUN,
    ),
)

DOCUMENTS = (
    Document("le rapport d’évaluation", "tests/evaluation/test_rendering_pdf.py::test_sessions_1_to_3_are_accessible"),
    Document(
        "la fiche d’un territoire",
        "tests/evaluation/test_rendering_sheet.py::test_it_tells_all_of_its_card_and_nothing_of_another",
    ),
    Document("les comptes rendus de réunion", "tests/coordination/test_pdf.py::test_the_validator_finds_nothing"),
    Document(
        "la semaine de l’aide alimentaire",
        "tests/actors/test_week_rendering.py::test_it_is_valid_in_each_format_and_language",
    ),
    Document("le livret de l’annuaire", "tests/actors/test_booklet_rendering.py::test_it_says_all_that_a_card_holds"),
    Document(
        "la fiche de liaison",
        "tests/actors/test_booklet_rendering.py::test_the_form_is_one_page_however_long_the_names",
    ),
)

GAPS = (
    "Aucun audit de conformité n’a été réalisé, ni au regard du RGAA 4.1, ni au regard des WCAG 2.2. Les contrôles "
    "automatiques ne trouvent qu’une partie des difficultés.",
    "Aucun lecteur d’écran n’a été essayé (NVDA, JAWS, VoiceOver, TalkBack), ni la commande vocale, "
    "ni une loupe d’écran.",
    "Aucune personne handicapée n’a encore été invitée à essayer le site.",
    "Chaque page est contrôlée dans un état ou dans quelques-uns, pas dans tous.",
    "Les autres parcours que ceux cités plus haut n’ont pas tous été suivis jusqu’au bout au clavier seul.",
    "Le contraste élevé, le mouvement réduit et le lien vers le contenu ne sont essayés que sur les pages principales.",
    "Les contrôles se font dans un seul navigateur, Chromium, qui imite le téléphone, l’agrandissement et le contraste "
    "élevé\u00a0: aucun vrai téléphone n’a été essayé, ni les réglages d’un système. L’agrandissement du texte seul ne "
    "l’a pas été non plus.",
    "Les courriels que le site envoie n’ont pas été contrôlés, ni les pages de ProConnect, qui sont hors du site.",
    "Les cartes se parcourent au clavier, mais un fond de carte ne se lit pas\u00a0: la liste des mêmes lieux est "
    "toujours à côté.",
    "Les fichiers déposés par les territoires sont tels que leurs auteurs les ont faits.",
    "Les classeurs et les diaporamas que le site produit n’ont pas été contrôlés.",
)
