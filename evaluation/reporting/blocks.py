"""What a report is made of: plain values, in final French words, that any renderer draws without asking the database.

A report has sections; a section has blocks, of twelve kinds. Every format (page, PDF, slides, workbook) draws the
same blocks. Pure: nothing here reads or counts.
"""

from dataclasses import dataclass, field


def _kind(word: str) -> str:
    return field(default=word, init=False)


@dataclass(frozen=True)
class Bar:
    """A figure as it is drawn: at least ``certain``, at most ``possible``, out of ``of``.

    ``note`` stands for the numbers where they would say more than is known, or than may be told.
    """

    label: str
    certain: int
    possible: int
    of: int
    note: str = ""

    @property
    def to_check(self) -> int:
        return self.possible - self.certain

    @property
    def words(self) -> str:
        """``2 à 4 sur 18``, never broken over two lines; or the note."""
        if self.note:
            return self.note
        value = f"{self.certain} à {self.possible}" if self.to_check else str(self.certain)
        return f"{value} sur {self.of}".replace(" ", "\N{NO-BREAK SPACE}")


@dataclass(frozen=True)
class Group:
    """Bars under one heading."""

    label: str
    bars: list[Bar]


@dataclass(frozen=True)
class Count:
    """So many territories out of ``of``: at least ``certain``, at most ``possible``, ``no_answer`` counted apart.

    A number that a public release may not tell is ``None``. ``words`` says it all: ``14 à 15 sur 18``, ``moins de 3``.
    ``of`` is ``None`` for what is not a part of the territories (persons).
    """

    certain: int | None
    possible: int | None
    no_answer: int | None
    of: int | None
    words: str


@dataclass(frozen=True)
class KeyFigure:
    """A figure (contract, "Figures") as a sentence, with what was published and who is in it.

    ``status`` is the contract's code, ``comparison`` the same in a sentence (empty where nothing was published);
    ``territories`` and ``uncertain`` are names.
    """

    code: str
    label: str
    count: Count
    sentence: str
    published: int | None
    status: str
    comparison: str
    definition: str
    territories: list[str]
    uncertain: list[str]


@dataclass(frozen=True)
class Quote:
    """What was said, by whom in words fit to print, and the grade of its source (déclaré, documenté...)."""

    text: str
    attribution: str
    grade: str


# Blocks -------------------------------------------------------------------------------------------
# ``title`` says what a block holds; ``message`` what it tells, in a sentence: a slide's heading.


@dataclass(frozen=True)
class Text:
    """Paragraphs."""

    paragraphs: list[str]
    kind: str = _kind("text")


@dataclass(frozen=True)
class Points:
    """A list of phrases under a heading."""

    title: str
    items: list[str]
    message: str = ""
    kind: str = _kind("points")


@dataclass(frozen=True)
class Column:
    label: str
    numeric: bool = False


@dataclass(frozen=True)
class Table:
    """Rows of cells, as many as the columns; the first cell names its row. ``None`` is an empty cell."""

    title: str
    columns: list[Column]
    rows: list[list[str | int | None]]
    message: str = ""
    note: str = ""
    kind: str = _kind("table")


@dataclass(frozen=True)
class Chart:
    """Horizontal bars, solid up to what is certain, hollow up to what is possible.

    ``evaluation.charts.intervals(chart.groups, certain_word=chart.certain_word, beside=chart.beside)`` draws it;
    ``title`` is the table's and the drawing's alternative text begins with ``message``.
    """

    title: str
    message: str
    certain_word: str
    groups: list[Group]
    beside: bool = False
    kind: str = _kind("chart")


@dataclass(frozen=True)
class MapPoint:
    """A territory on the map; ``verdict`` is a verdict's code, ``sign`` and ``word`` say it in print."""

    name: str
    session: int
    department: str
    latitude: float
    longitude: float
    verdict: str
    sign: str
    word: str


@dataclass(frozen=True)
class Map:
    """Points, and by name the territories that have no coordinates."""

    title: str
    message: str
    points: list[MapPoint]
    not_located: list[str]
    kind: str = _kind("map")


@dataclass(frozen=True)
class KeyFigures:
    """Figures to be read as sentences."""

    title: str
    figures: list[KeyFigure]
    message: str = ""
    kind: str = _kind("figures")


@dataclass(frozen=True)
class MatrixColumn:
    """A criterion: ``wording`` says how its verdicts are worded, ``done`` (fait), ``reported`` (signalé) or ``stated``
    (oui)."""

    code: str
    label: str
    criterion_kind: str
    family: str
    wording: str


@dataclass(frozen=True)
class MatrixRow:
    """A territory in one session. ``cells`` gives a verdict's code for every column's code.

    ``key`` (session and official code) is the same from one report to the next; ``active`` is the verdict on the
    coordination being still active: with ``yes``, the sign of ``meeting`` gets its ring.
    """

    key: str
    session: int
    territory: str
    department: str
    answered: bool
    active: str
    cells: dict[str, str]


@dataclass(frozen=True)
class Matrix:
    """Territories by criteria. ``totals`` gives the words of a column's count; ``withheld`` the rows not shown."""

    title: str
    message: str
    columns: list[MatrixColumn]
    rows: list[MatrixRow]
    totals: dict[str, str]
    withheld: int = 0
    kind: str = _kind("matrix")


@dataclass(frozen=True)
class Finding:
    """A criterion that was looked for: how often it is reported, where, and what was said of it."""

    code: str
    label: str
    count: Count
    sentence: str
    published: int | None
    territories: list[str]
    uncertain: list[str]
    quotes: list[Quote]


@dataclass(frozen=True)
class Family:
    label: str
    findings: list[Finding]


@dataclass(frozen=True)
class Findings:
    """Criteria of one kind, by the report's families."""

    title: str
    message: str
    families: list[Family]
    kind: str = _kind("findings")


@dataclass(frozen=True)
class Quotes:
    title: str
    quotes: list[Quote]
    kind: str = _kind("quotes")


@dataclass(frozen=True)
class Mark:
    """A criterion on a territory's card: the verdict's code, sign and word."""

    code: str
    label: str
    verdict: str
    sign: str
    word: str


@dataclass(frozen=True)
class Moment:
    """A record of the logbook on its day: ``when`` in words, ``day`` as ISO (empty if nobody dated it)."""

    day: str
    when: str
    label: str
    title: str
    theme: str
    state: str
    timing: str


@dataclass(frozen=True)
class Project:
    """A mutualisation project: where it stands, who takes part, what is shared, who pays (in euros)."""

    territory: str
    title: str
    theme: str
    stage: str
    partners: list[str]
    shares: list[str]
    funding: list[str]
    summary: str
    results: str


@dataclass(frozen=True)
class TerritoryCard:
    """All that is known of one territory in one session; also the whole of a territory's own sheet.

    ``summary`` is one sentence. ``activities`` holds the five and the mark of ``still_active``; ``brakes``,
    ``success`` and ``outcomes`` only what is reported or to be checked.
    """

    key: str
    name: str
    session: int
    years: str
    department: str
    territory_kind: str
    summary: str
    answered: bool
    structures_met: str
    comment: str
    activities: list[Mark]
    brakes: list[Mark]
    success: list[Mark]
    outcomes: list[Mark]
    timeline: list[Moment]
    projects: list[Project]
    partners: list[str]
    support: list[str]
    quotes: list[Quote]


@dataclass(frozen=True)
class Cards:
    title: str
    message: str
    cards: list[TerritoryCard]
    kind: str = _kind("cards")


@dataclass(frozen=True)
class Projects:
    title: str
    projects: list[Project]
    message: str = ""
    kind: str = _kind("projects")


@dataclass(frozen=True)
class Step:
    """A recommendation or what comes next: a heading, a text (Markdown), and how it is paid for."""

    step_kind: str
    heading: str
    text: str
    funding: str


@dataclass(frozen=True)
class Steps:
    title: str
    steps: list[Step]
    message: str = ""
    kind: str = _kind("steps")


Block = Text | Points | Table | Chart | Map | KeyFigures | Matrix | Findings | Quotes | Cards | Projects | Steps
