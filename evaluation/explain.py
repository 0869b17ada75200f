"""Why a cell has its verdict, and what a figure counts, in the reader's words. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass

from evaluation import verdicts
from evaluation.criteria import ACTIVITIES, NOTHING, STILL_ACTIVE
from evaluation.figures import DEPARTMENT, Figure, Status
from evaluation.matrix import Row
from evaluation.verdicts import NO_TALLY, Rule, Tally, Verdict
from territories.departments import named


@dataclass(frozen=True)
class Explanation:
    """What led to the verdict of a cell.

    ``rule`` settled the cell by itself, with ``own`` as its verdict (``None`` both for ``nothing``, which has none);
    ``derived_from`` names the other criteria whose verdicts then weighed; ``refuted`` counts the statements that
    nothing was done, each a "non" for an activity.
    """

    rule: Rule | None
    own: Verdict | None
    sentence: str
    derived_from: tuple[str, ...]
    refuted: int


def explain(row: Row, code: str) -> Explanation:
    """The rules of the contract ("Verdicts") that gave ``row`` its verdict on ``code``."""
    if code == NOTHING:
        return Explanation(None, None, _NOTHING[row.verdict(NOTHING)], ACTIVITIES, 0)
    tallies = verdicts.counted(row.facts.tallies)
    rule = verdicts.deciding(code, tallies, row.facts.rulings, answered=row.answered)
    refuted = tallies.get(NOTHING, NO_TALLY).yes if code in ACTIVITIES else 0
    derived = ("meeting",) if code == STILL_ACTIVE else ()
    sentence = _sentence(rule, verdicts.weighing(tallies).get(code, NO_TALLY))
    return Explanation(rule, rule.verdict, sentence, derived, refuted)


_NOTHING = {
    Verdict.YES: "Aucune des cinq démarches n’a été faite.",
    Verdict.NO: "Au moins une des cinq démarches a été faite.",
    Verdict.UNCERTAIN: "Aucune des cinq démarches n’est établie, et au moins une est à vérifier.",
    Verdict.NO_ANSWER: "Aucune des cinq démarches n’est établie, et au moins une est sans réponse.",
}


def _sentence(rule: Rule, tally: Tally) -> str:
    match rule:
        case Rule.RULED_YES | Rule.RULED_NO:
            value = "oui" if rule is Rule.RULED_YES else "non"
            return f"Un arbitrage dit « {value} » : il l’emporte sur les constats."
        case Rule.CONTRADICTED:
            return f"Les constats se contredisent : {_said(tally)}. Il reste à trancher."
        case Rule.UNKNOWN if tally.total == tally.unknown:
            return f"Ce que l’on sait ne suffit pas : {_said(tally)}."
        case Rule.UNKNOWN:
            return f"Les constats ne s’accordent pas : {_said(tally)}. Un « inconnu » suffit à laisser un doute."
        case Rule.ONLY_YES | Rule.ONLY_NO:
            value = "oui" if rule is Rule.ONLY_YES else "non"
            if tally.total == 1:
                return f"Le seul constat compté dit « {value} »."
            return f"Les {tally.total} constats comptés disent tous « {value} »."
        case Rule.ANSWERED_WITHOUT:
            return "Le territoire a répondu au questionnaire, et aucun constat ne porte sur ce critère : c’est « non »."
        case Rule.NOBODY_ANSWERED:
            return "Personne n’a répondu pour ce territoire et aucun constat ne porte sur ce critère : on ne sait pas."


def _said(tally: Tally) -> str:
    """``2 constats disent « oui », 1 dit « non »``."""
    counts = [(n, word) for n, word in ((tally.yes, "oui"), (tally.no, "non"), (tally.unknown, "inconnu")) if n]
    said = [f"{n} {'dit' if n == 1 else 'disent'} « {word} »" for n, word in counts]
    first = counts[0][0]
    said[0] = said[0].replace(f"{first} ", f"{first} constat{'s' if first > 1 else ''} ", 1)
    return ", ".join(said)


_DEFINITIONS = {
    "trained": "Les territoires formés et dans le périmètre de l’évaluation. Tous les autres chiffres portent sur eux.",
    "answering": (
        "Les territoires pour lesquels au moins une personne a répondu, ou dont un constat vient du questionnaire."
    ),
    "respondents": "Le nombre de personnes qui ont répondu, additionné d’un territoire à l’autre.",
    "interviewed": "Les territoires qui ont eu un entretien approfondi.",
    "any_activity": "Un territoire est compté si au moins une des cinq démarches est faite.",
    NOTHING: (
        "Un territoire est compté si aucune des cinq démarches n’est faite. Ce chiffre se déduit : il ne se saisit pas."
    ),
    "mapping_or_diagnostic": "Un territoire est compté si la cartographie ou le diagnostic est fait, ou les deux.",
    "mapping_or_diagnostic_then_meeting": (
        "Un territoire est compté si la cartographie ou le diagnostic est fait, et qu’une réunion a été tenue."
    ),
    "meeting_still_active": (
        "Un territoire est compté si une réunion a été tenue et que la coordination est encore active à la date de "
        "l’état des lieux."
    ),
}


def definition(figure: Figure, labels: Mapping[str, str]) -> str:
    """How ``figure`` is counted (contract, "Figures"); ``labels`` gives each criterion's words."""
    if figure.code.startswith(DEPARTMENT):
        department = figure.code.removeprefix(DEPARTMENT)
        return f"Les territoires formés et dans le périmètre du département {named(department)}."
    if figure.code == STILL_ACTIVE:
        return _DEFINITIONS["meeting_still_active"]
    if figure.code in _DEFINITIONS:
        return _DEFINITIONS[figure.code]
    return f"Un territoire est compté si le critère « {labels[figure.code]} » y est établi."


def gap(figure: Figure) -> str:
    """Why ``figure`` does not reconcile with its published value."""
    published, said = figure.published, f"Le rapport publié donne {figure.published}"
    match figure.status:
        case Status.WITHIN:
            uncertain = figure.possible - figure.certain
            cases = "un territoire est" if uncertain == 1 else f"{uncertain} territoires sont"
            return f"{said}, ce qui reste possible : {cases} à vérifier."
        case Status.NOT_RECOMPUTABLE:
            return f"{said}, mais aucun constat compté ne porte sur ce chiffre."
        case Status.DIVERGENT if published > figure.possible:
            return f"{said}, plus que ce que les constats permettent ({figure.possible} au plus)."
        case Status.DIVERGENT:
            return f"{said}, moins que les constats n’établissent ({figure.certain} au moins)."
    raise ValueError(f"{figure.code} has no gap")
