"""What changed from one diagnosis to the next. No query here."""

from collections.abc import Iterable
from dataclasses import dataclass

from alimactiv.text import normalised


@dataclass(frozen=True)
class Line:
    """One thing that either diagnosis says, in each one's own words; empty where it says nothing of it."""

    former: str
    present: str

    @property
    def state(self) -> str:
        """``kept``, ``gone`` or ``new``."""
        if self.former and self.present:
            return "kept"
        return "gone" if self.former else "new"


def compare(former: Iterable[str], present: Iterable[str]) -> list[Line]:
    """What both say, then what is new, then what is no longer said; case, accents and hyphens do not count.

    >>> compare(["Fruits frais"], ["fruits frais", "Bébés"])
    [Line(former='Fruits frais', present='fruits frais'), Line(former='', present='Bébés')]
    """
    before = {normalised(text): text for text in former}
    now = {normalised(text): text for text in present}
    kept = [Line(before[key], text) for key, text in now.items() if key in before]
    new = [Line("", text) for key, text in now.items() if key not in before]
    gone = [Line(text, "") for key, text in before.items() if key not in now]
    return [*kept, *new, *gone]
