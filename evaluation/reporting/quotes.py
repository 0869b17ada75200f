"""What a report may quote of what was stated, and how the quotation is signed.

Inside (ANSA, COPIL) it quotes every stored statement that has words. A public one quotes only documents among those:
they were published before, and nobody has agreed to more. A person's words in a questionnaire are quoted where they
agreed to it (``evaluation/quoting.py``): by name if they said so, but never by name in public. Records of the logbook
have titles, not words: never quoted.
"""

from textwrap import shorten

from evaluation import quoting
from evaluation.evidence import Statement
from evaluation.models import Evidence, Response

Source = Evidence.Source
LONGEST = 600
"""Characters of an answer that are quoted; a questionnaire takes two pages."""


def may_quote(statement: Statement, *, public: bool) -> bool:
    """Whether the words of ``statement``, read for no one in particular, may be printed in a report."""
    evidence = statement.evidence
    if not evidence.quote or evidence.source == Source.LOGBOOK:
        return False
    return isinstance(statement.record, Response) or not public or evidence.source == Source.DOCUMENT


def words(statement: Statement) -> str:
    """What is quoted of it: of an answer, what fits in print."""
    return in_print(statement.evidence.quote) if statement.is_answer else statement.evidence.quote


def in_print(answer: str) -> str:
    """An answer in one paragraph, cut short where it is too long."""
    return shorten(answer, LONGEST, placeholder=" […]")


def attribution(statement: Statement, territory: str, *, public: bool) -> str:
    """Who said it: ``Bondy, entretien``; a person by name only inside, and if they agreed."""
    evidence = statement.evidence
    if isinstance(statement.record, Response):
        return quoting.someone_of(territory) if public else evidence.attribution
    return f"{territory}, {Source(evidence.source).label}"
