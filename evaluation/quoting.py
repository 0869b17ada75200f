"""What may be made of a person's words (issue: consent to be quoted is asked, and honoured everywhere).

``reader`` is the user who reads, or ``None`` for whoever may read: a workbook, a report.
"""

from alimactiv.text import normalised
from evaluation.models import Response
from evaluation.permissions import can_read_answers

CONSENTING = (Response.Quoting.NAMED, Response.Quoting.TERRITORY)
VOWELS = "aeiouy"


def may_quote(response: Response, reader, *, is_withheld: bool = False) -> bool:
    """Whether ``reader`` may read the person's own words: the team always, others if the person agreed and the team
    did not withhold this text."""
    return _is_of_the_team(reader) or (response.quoting in CONSENTING and not is_withheld)


def attribution(response: Response, reader) -> str:
    """Whose words they are, as ``reader`` may know it; empty for who may not read them at all.

    Needs the response's ``invitation__case`` and ``invitation__trainee__actor``.
    """
    if _is_of_the_team(reader) or response.quoting == Response.Quoting.NAMED:
        invitation = response.invitation
        actor = invitation.trainee.actor if invitation.trainee else None
        return ", ".join(str(part) for part in (invitation.name, actor, invitation.case) if part)
    if response.quoting == Response.Quoting.TERRITORY:
        return someone_of(response.invitation.case.label)
    return ""


def someone_of(territory: str) -> str:
    """``une personne de Bondy``, ``une personne d’Aubervilliers``."""
    return f"une personne {_of(territory)}"


def _is_of_the_team(reader) -> bool:
    return reader is not None and can_read_answers(reader)


def _of(name: str) -> str:
    """``de Bondy``, ``d’Aubervilliers``."""
    return f"d’{name}" if normalised(name)[:1] in VOWELS else f"de {name}"
