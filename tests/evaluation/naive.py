"""The evaluation contract once more, from its text alone: what the product computes is held against this.

Slow and plain on purpose. It works on a workbook's rows as a person types them (``oui``, ``forme``, ISO dates or
nothing) and shares no code with the product. Tables are lists of dicts under the names of the contract.
"""

FIVE = ["mapping", "diagnostic", "mutualisation", "meeting", "other"]
BEST_FIRST = ["yes", "uncertain", "no_answer", "no"]


def any_of(verdicts):
    for verdict in BEST_FIRST:
        if verdict in verdicts:
            return verdict
    raise ValueError("no verdicts")


def all_of(verdicts):
    for verdict in reversed(BEST_FIRST):
        if verdict in verdicts:
            return verdict
    raise ValueError("no verdicts")


def negate(verdict):
    return {"yes": "no", "no": "yes", "uncertain": "uncertain", "no_answer": "no_answer"}[verdict]


def in_time(row, as_of):
    return not row["date"] or row["date"] <= as_of


def of_participation(table, participation):
    wanted = (participation["session"], participation["territoire"])
    return [row for row in table if (row["session"], row["territoire"]) == wanted]


def counted_participations(workbook):
    """By session, then name."""
    rows = [row for row in workbook["participations"] if row["statut"] == "forme" and row["perimetre"] == "oui"]
    return sorted(rows, key=lambda row: (row["session"], row["territoire"]))


def statements(workbook, participation):
    as_of = workbook["evaluation"][0]["date"]
    return [row for row in of_participation(workbook["constats"], participation) if in_time(row, as_of)]


def persons(workbook, participation):
    as_of = workbook["evaluation"][0]["date"]
    return sum(row["nombre"] for row in of_participation(workbook["repondants"], participation) if in_time(row, as_of))


def answered(workbook, participation):
    by_questionnaire = [s for s in statements(workbook, participation) if s["source"] == "questionnaire"]
    return persons(workbook, participation) >= 1 or bool(by_questionnaire)


def counting_statements(workbook, participation, criterion):
    """The values that weigh on a cell (rules 2 and 3), one for each statement."""
    values = []
    for statement in statements(workbook, participation):
        if statement["critere"] == "nothing":
            if statement["valeur"] == "oui" and criterion in FIVE:
                values.append("non")
            if statement["valeur"] == "oui" and criterion == "nothing":
                values.append("oui")
        elif statement["critere"] == criterion:
            values.append(statement["valeur"])
    return values


def own_verdict(workbook, participation, criterion):
    for ruling in of_participation(workbook["arbitrages"], participation):
        if ruling["critere"] == criterion:
            return "yes" if ruling["valeur"] == "oui" else "no"
    values = counting_statements(workbook, participation, criterion)
    if "inconnu" in values or ("oui" in values and "non" in values):
        return "uncertain"
    if "oui" in values:
        return "yes"
    if "non" in values:
        return "no"
    return "no" if answered(workbook, participation) else "no_answer"


def verdict(workbook, participation, criterion):
    if criterion == "nothing":
        return all_of([negate(own_verdict(workbook, participation, activity)) for activity in FIVE])
    if criterion == "still_active":
        return all_of(
            [own_verdict(workbook, participation, "meeting"), own_verdict(workbook, participation, "still_active")]
        )
    return own_verdict(workbook, participation, criterion)


def formula(workbook, participation, code):
    def is_(criterion):
        return verdict(workbook, participation, criterion)

    if code == "any_activity":
        return any_of([is_(activity) for activity in FIVE])
    if code == "mapping_or_diagnostic":
        return any_of([is_("mapping"), is_("diagnostic")])
    if code == "mapping_or_diagnostic_then_meeting":
        return all_of([any_of([is_("mapping"), is_("diagnostic")]), is_("meeting")])
    if code == "meeting_still_active":
        return is_("still_active")
    return is_(code)


def rests_on(code):
    """The criteria of a figure's formula."""
    criteria = {
        "any_activity": set(FIVE),
        "nothing": set(FIVE),
        "mapping_or_diagnostic": {"mapping", "diagnostic"},
        "mapping_or_diagnostic_then_meeting": {"mapping", "diagnostic", "meeting"},
        "meeting_still_active": {"still_active", "meeting"},
        "still_active": {"still_active", "meeting"},
    }.get(code, {code})
    return criteria | {"nothing"} if criteria & set(FIVE) else criteria


def has_grounds(workbook, code):
    """Whether a counted statement or a ruling, in scope, is about a criterion of the formula."""
    for participation in counted_participations(workbook):
        for criterion in rests_on(code):
            if of_criterion(of_participation(workbook["arbitrages"], participation), criterion):
                return True
            stated = of_criterion(statements(workbook, participation), criterion)
            if any(criterion != "nothing" or statement["valeur"] == "oui" for statement in stated):
                return True
    return False


def of_criterion(rows, criterion):
    return [row for row in rows if row["critere"] == criterion]


def status(certain, possible, published):
    if published is None:
        return "not_published"
    if certain == possible == published:
        return "reconciled"
    return "within" if certain <= published <= possible else "divergent"


def count(participations, total, published):
    return {
        "certain": total,
        "possible": total,
        "no_answer": 0,
        "published": published,
        "status": status(total, total, published),
        "territories": sorted(row["territoire"] for row in participations),
        "uncertain": [],
    }


def count_of_verdicts(workbook, code, published):
    found = [(row["territoire"], formula(workbook, row, code)) for row in counted_participations(workbook)]

    def named(wanted):
        return sorted(name for name, verdict in found if verdict == wanted)

    certain, possible = len(named("yes")), len(named("yes")) + len(named("uncertain"))
    recomputable = published is None or has_grounds(workbook, code)
    return {
        "certain": certain,
        "possible": possible,
        "no_answer": len(named("no_answer")),
        "published": published,
        "status": status(certain, possible, published) if recomputable else "not_recomputable",
        "territories": named("yes"),
        "uncertain": named("uncertain"),
    }


def figures(workbook, criteria):
    published = {row["chiffre"]: row["valeur"] for row in workbook["chiffres_publies"]}
    trained = counted_participations(workbook)
    department_of = {row["territoire"]: row["departement"] for row in workbook["territoires"]}
    with_answer = [row for row in trained if answered(workbook, row)]
    with_persons = [row for row in trained if persons(workbook, row) > 0]
    with_interview = [row for row in trained if of_participation(workbook["entretiens"], row)]
    found = {
        "trained": count(trained, len(trained), published.get("trained")),
        "answering": count(with_answer, len(with_answer), published.get("answering")),
        "respondents": count(
            with_persons, sum(persons(workbook, row) for row in trained), published.get("respondents")
        ),
        "interviewed": count(with_interview, len(with_interview), published.get("interviewed")),
    }
    for code in ["any_activity", "mapping_or_diagnostic", "mapping_or_diagnostic_then_meeting", "meeting_still_active"]:
        found[code] = count_of_verdicts(workbook, code, published.get(code))
    for code in criteria:
        found[code] = count_of_verdicts(workbook, code, published.get(code))
    codes = {f"department.{department_of[row['territoire']]}" for row in trained}
    for code in codes | {code for code in published if code.startswith("department.")}:
        there = [row for row in trained if f"department.{department_of[row['territoire']]}" == code]
        found[code] = count(there, len(there), published.get(code))
    return found


def matrix(workbook, criteria):
    return [
        {
            "session": row["session"],
            "territory": row["territoire"],
            "answered": answered(workbook, row),
            "cells": {criterion: verdict(workbook, row, criterion) for criterion in criteria},
        }
        for row in counted_participations(workbook)
    ]


# Campaigns ----------------------------------------------------------------------------------------


def with_answers(workbook):
    """The workbook with what was answered to campaigns typed in by hand: each response that was sent is one person who
    answered, and each answer that stands says something.

    ``reponses`` has rows (``session``, ``territoire``, ``envoyee`` a day or nothing, ``reponses``); an answer has its
    ``question``, whether it is ``posee``, its ``valeur`` and the day it was ``enregistree``.
    """
    sent = [row for row in workbook["reponses"] if row["envoyee"]]
    persons = [typed(row, date=row["envoyee"], nombre=1) for row in sent]
    said = [
        typed(
            row,
            critere=criterion,
            valeur=value,
            source="questionnaire",
            date=max(row["envoyee"], answer["enregistree"]),
        )
        for row in sent
        for answer in row["reponses"]
        if answer["posee"] and answer["valeur"] is not None
        for criterion, value in says(answer["question"], answer["valeur"])
    ]
    return workbook | {"repondants": workbook["repondants"] + persons, "constats": workbook["constats"] + said}


def typed(row, **columns):
    return {"session": row["session"], "territoire": row["territoire"], **columns}


def says(question, value):
    """The (criterion, value) pairs of an answer. ``lignes`` are its options or rows, some about no criterion."""
    if question["nature"] == "oui_non":
        pairs = [(question["critere"], value)]
    elif question["nature"] == "un_choix":
        pairs = [question["lignes"][value]]
    elif question["nature"] == "plusieurs_choix":
        pairs = [question["lignes"][chosen] for chosen in value]
    elif question["nature"] == "grille":
        pairs = [(question["lignes"][row][0], said) for row, said in value.items()]
    else:  # a text, with what the team read in it
        pairs = value
    return [(criterion, said) for criterion, said in pairs if criterion]
