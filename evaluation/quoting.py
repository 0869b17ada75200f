"""What may be quoted of what was stated, and how the quotation is signed.

Inside (ANSA, COPIL) a report quotes every statement that has words. A public one quotes only documents: they were
published before, and nobody has agreed to more. Records of the logbook have titles, not words: never quoted.
"""

from evaluation.evidence import Statement
from evaluation.models import Evidence

Source = Evidence.Source


def may_quote(statement: Statement, *, public: bool) -> bool:
    """Whether the words of ``statement`` may be printed in a report."""
    if not statement.evidence.quote or statement.evidence.source == Source.LOGBOOK:
        return False
    return statement.evidence.source == Source.DOCUMENT if public else True


def attribution(statement: Statement, territory: str) -> str:
    """Who said it, without naming a person: ``Bondy, entretien``."""
    return f"{territory}, {Source(statement.evidence.source).label}"
