"""The report's French: counts as sentences, verdicts as words, dates. Pure."""

from collections.abc import Sequence
from datetime import date

from evaluation.criteria import NOTHING, STILL_ACTIVE, Kind
from evaluation.explain import gap
from evaluation.figures import DEPARTMENT, Figure, Status
from evaluation.models import Criterion
from evaluation.reporting.blocks import Count
from evaluation.reporting.release import NOT_TOLD
from evaluation.verdicts import Verdict
from territories.departments import named

SIGNS = {Verdict.YES: "●", Verdict.UNCERTAIN: "◐", Verdict.NO: "○", Verdict.NO_ANSWER: "–"}
MONTHS = (
    *("janvier", "février", "mars", "avril", "mai", "juin"),
    *("juillet", "août", "septembre", "octobre", "novembre", "décembre"),
)

# What a territory did, for one and for several; elided after « Aucun territoire ».
DEEDS = {
    "trained": ("a été formé", "ont été formés"),
    "answering": ("a répondu", "ont répondu"),
    "interviewed": ("a eu un entretien approfondi", "ont eu un entretien approfondi"),
    "any_activity": ("a mis en œuvre au moins une démarche", "ont mis en œuvre au moins une démarche"),
    NOTHING: ("est resté sans aucune démarche", "sont restés sans aucune démarche"),
    "mapping_or_diagnostic": (
        "a réalisé une cartographie des acteurs, un diagnostic, ou les deux",
        "ont réalisé une cartographie des acteurs, un diagnostic, ou les deux",
    ),
    "mapping_or_diagnostic_then_meeting": (
        "a réalisé une cartographie ou un diagnostic et tenu au moins une réunion de coordination",
        "ont réalisé une cartographie ou un diagnostic et tenu au moins une réunion de coordination",
    ),
    "meeting_still_active": ("a une coordination encore active", "ont une coordination encore active"),
    STILL_ACTIVE: ("a une coordination encore active", "ont une coordination encore active"),
    "mapping": ("a réalisé une cartographie des acteurs", "ont réalisé une cartographie des acteurs"),
    "diagnostic": ("a réalisé un diagnostic de territoire", "ont réalisé un diagnostic de territoire"),
    "mutualisation": ("a mené un projet de mutualisation", "ont mené un projet de mutualisation"),
    "meeting": (
        "a tenu au moins une réunion de coordination",
        "ont tenu au moins une réunion de coordination",
    ),
    "other": ("a mené d’autres actions", "ont mené d’autres actions"),
}

UNHEARD = "aucun constat"
STATUS_WORDS = {
    Status.RECONCILED: "concorde",
    Status.WITHIN: "compatible",
    Status.DIVERGENT: "diverge",
    Status.NOT_RECOMPUTABLE: "non recalculable",
    Status.NOT_PUBLISHED: "non publié",
}


def french_date(day: date) -> str:
    """``1er janvier 2025``"""
    return f"{'1er' if day.day == 1 else day.day} {MONTHS[day.month - 1]} {day.year}"


def joined(words: Sequence[str]) -> str:
    """``Bondy, Cergy et Grigny``"""
    return " et ".join(part for part in (", ".join(words[:-1]), words[-1]) if part) if words else ""


def plural(number: int, singular: str, many: str) -> str:
    """``1 territoire``, ``aucun territoire``, ``3 territoires``; ``singular`` is masculine."""
    return f"{number} {many}" if number > 1 else f"{'aucun' if number == 0 else number} {singular}"


def capital(sentence: str) -> str:
    return sentence[:1].upper() + sentence[1:]


# Verdicts -----------------------------------------------------------------------------------------


def wording_of(criterion: Criterion) -> str:
    """How verdicts on it are worded: ``done`` (fait), ``reported`` (signalé) or ``stated`` (oui)."""
    if criterion.code in (NOTHING, STILL_ACTIVE):
        return "stated"
    return "done" if criterion.family.kind == Kind.ACTIVITY else "reported"


def verdict_word(verdict: Verdict, wording: str) -> str:
    """As ``alimactiv/_verdict.html`` words it."""
    yes, no = {"done": ("fait", "non"), "reported": ("signalé", "non signalé"), "stated": ("oui", "non")}[wording]
    return {
        Verdict.YES: yes,
        Verdict.UNCERTAIN: "à vérifier",
        Verdict.NO: no,
        Verdict.NO_ANSWER: "sans réponse",
    }[verdict]


# Counts -------------------------------------------------------------------------------------------


def territories(count: Count) -> str:
    """``14 à 15 territoires sur 18``, ``aucun territoire sur 18``, ``moins de 3 territoires sur 18``."""
    out_of = f" sur {count.of}" if count.of is not None else ""
    if not count.certain and count.possible is None:
        return (
            f"{count.words} territoires{out_of}"
            if count.words != NOT_TOLD
            else f"un nombre {NOT_TOLD} de territoires{out_of}"
        )
    if count.certain is None:
        return f"au plus {count.possible} territoires{out_of}"
    if count.possible is None:
        return f"au moins {plural(count.certain, 'territoire', 'territoires')}{out_of}"
    if count.certain == count.possible:
        return f"{plural(count.certain, 'territoire', 'territoires')}{out_of}"
    noun = "territoires" if count.possible > 1 else "territoire"
    return f"{count.certain} à {count.possible} {noun}{out_of}"


def figure_sentence(figure: Figure, count: Count) -> str:
    """A figure as a sentence, its interval included where one is open."""
    if figure.code == "respondents":
        persons = count.words if count.certain is None or count.certain > 1 else str(count.certain)
        return f"{capital(persons)} {'personnes ont' if (count.certain or 2) > 1 else 'personne a'} répondu."
    if figure.code.startswith(DEPARTMENT):
        return f"{named(figure.code.removeprefix(DEPARTMENT))} : {territories(count)}."
    deed = DEEDS.get(figure.code)
    if deed is None:
        return finding_sentence(figure, count)
    most = count.possible if count.possible is not None else count.certain or None
    one, many = deed
    if most == 0:
        return capital(f"{territories(count)} {_negated(one)}.")
    return capital(f"{territories(count)} {many if most is None or most > 1 else one}.")


def _negated(deed: str) -> str:
    return f"n’{deed}" if deed[0] in "aeiouéêœ" else f"ne {deed}"


def comparison(figure: Figure, *, public: bool) -> str:
    """How a figure stands against the published one; empty where nothing was published."""
    if figure.status is Status.NOT_PUBLISHED:
        return ""
    if figure.status is Status.RECONCILED:
        return f"Le rapport publié donne le même chiffre : {figure.published}."
    return f"Le rapport publié donne {figure.published}." if public else gap(figure)


def finding_sentence(figure: Figure, count: Count) -> str:
    """A criterion that was looked for, as a sentence; with ``UNHEARD`` where no statement speaks of it."""
    if count.words != UNHEARD:
        return f"{figure.label} : signalé par {territories(count)}."
    if figure.published is None:
        return f"{figure.label} : aucun constat ne porte sur ce point."
    return (
        f"{figure.label} : le rapport publié donne {figure.published}, sans détail par territoire (non recalculable)."
    )
