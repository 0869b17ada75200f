"""A report as a whole: its sections, and what it says of itself once frozen."""

from dataclasses import dataclass

from evaluation.reporting.blocks import Block, Cards, KeyFigure, Matrix, TerritoryCard


@dataclass(frozen=True)
class Commentary:
    """What an editor adds to a section (Markdown); ``is_outdated`` when the figures changed since it was written."""

    text: str
    is_outdated: bool


@dataclass(frozen=True)
class Section:
    """``summary`` is its message in a sentence; without blocks, it says that there is nothing yet.

    ``part`` groups sections as the report's parts do.
    """

    code: str
    part: str
    title: str
    summary: str
    blocks: list[Block]
    commentary: Commentary | None = None


@dataclass(frozen=True)
class Edition:
    """What a frozen report says of itself; ``author`` is empty in a public one, which names no person."""

    number: int
    title: str
    made_on: str
    author: str
    public: bool
    threshold: int


@dataclass(frozen=True)
class Report:
    """One evaluation's report. ``as_of`` is ISO, ``as_of_words`` French; ``trained`` is N, the territories counted.

    ``figures`` are all the figures and ``matrix`` all the criteria, whichever sections were chosen: what is
    compared from one report to the next, and what the workbook holds. ``edition`` is ``None`` until it is frozen.
    """

    code: str
    title: str
    as_of: str
    as_of_words: str
    trained: int
    figures: list[KeyFigure]
    matrix: Matrix
    sections: list[Section]
    edition: Edition | None = None

    def figure(self, code: str) -> KeyFigure | None:
        return next((figure for figure in self.figures if figure.code == code), None)

    def cards(self) -> list[TerritoryCard]:
        """The territories' cards, where that section was chosen."""
        blocks = (block for section in self.sections for block in section.blocks)
        return [card for block in blocks if isinstance(block, Cards) for card in block.cards]
