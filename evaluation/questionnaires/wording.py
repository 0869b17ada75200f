"""A questionnaire's structure in words: for who prepares it, for the history, and to compare two versions."""

from evaluation.models import Evidence, Question
from evaluation.questionnaires.structure import CHOICES, Key, QuestionPart, Structure
from evaluation.questionnaires.values import YES_NO_WORDS


def value_words(on: QuestionPart, value: Key) -> str:
    """An answer that a condition on that question names."""
    if on.kind in CHOICES:
        return on.item(value).label
    return YES_NO_WORDS.get(value, str(value))


def condition_words(structure: Structure, question: QuestionPart) -> str:
    """When it is asked; nothing for one that always is."""
    condition = question.condition
    if condition is None:
        return ""
    on = structure.question(condition.question)
    about = on.label if condition.item is None else f"{on.label} – {on.item(condition.item).label}"
    values = " ou ".join(f"« {value_words(on, value)} »" for value in condition.values)
    return f"si la réponse à « {about} » est {values}"


def said_words(criterion: str, value: str) -> str:
    """What an option says of a criterion: its name, and « non » or « inconnu » where it is not oui."""
    return criterion if value == Evidence.Value.YES else f"{criterion} : {Evidence.Value(value).label}"


def lines(structure: Structure) -> list[str]:
    """All of it, a text for each thing one may change."""
    found = [f"Introduction : {structure.introduction}", f"Remerciement : {structure.thanks}"]
    for page in structure.pages:
        found.append(f"Page « {page.title} »" + (f" : {page.help}" if page.help else ""))
        found += [_line(structure, question) for question in page.questions]
    return found


def _line(structure: Structure, question: QuestionPart) -> str:
    ends = [end for end in (question.minimum, question.maximum) if end is not None]
    labels = [label for label in (question.low_label, question.high_label) if label]
    items = [
        item.label + (f" [{said_words(item.criterion, item.value)}]" if item.criterion else "")
        for item in question.items
    ]
    details = [
        Question.Kind(question.kind).label,
        "obligatoire" if question.required else "",
        " à ".join(map(str, ends)),
        " / ".join(labels),
        " ; ".join(items),
        f"[{question.criterion}]" if question.criterion else "",
        question.help,
        condition_words(structure, question),
    ]
    return f"{question.label} – " + " – ".join(detail for detail in details if detail)
