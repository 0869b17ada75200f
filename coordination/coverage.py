"""What the coverage of a territory says in words, and what of it is kept in a diagnosis."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from actors.coverage.grid import WEEK, Change, Grid, HalfDay, ZoneCoverage, holes
from actors.week.pattern import AFTERNOON, EVENING, HALF_DAYS, MORNING
from alimactiv.french import dated
from alimactiv.text import normalised
from coordination.models import Diagnostic, Gap
from coordination.records import change_record, create_record
from territories.models import Territory

DAYS = ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche")
HALVES = {MORNING: "matin", AFTERNOON: "après-midi", EVENING: "soir"}
EACH = {MORNING: "tous les matins", AFTERNOON: "tous les après-midi", EVENING: "tous les soirs"}
FEW = 5
"""Half-days of the week: a place with at most so many is a gap of its own."""
LONGEST = Gap._meta.get_field("text").max_length


def in_words(half_days: Collection[HalfDay]) -> str:
    """``tous les soirs ; dimanche matin et après-midi``: half-days of the week, the shortest way."""
    left = set(half_days)
    if len(left) == len(WEEK):
        return "toute la semaine"
    said = []
    for day, name in enumerate(DAYS):
        whole = {(day, half) for half in HALF_DAYS}
        if whole <= left:
            said.append(name)
            left -= whole
    said = [_listed(said, "toute la journée")] if said else []
    for half in HALF_DAYS:
        days = [day for day in range(7) if (day, half) in left]
        if len(days) == 7:
            said.append(EACH[half])
        elif days:
            said.append(_listed([DAYS[day] for day in days], HALVES[half]))
    return "\N{NO-BREAK SPACE}; ".join(said)


def _listed(days: Sequence[str], when: str) -> str:
    """``lundi, mardi et jeudi soir``"""
    return f"{' et '.join(filter(None, (', '.join(days[:-1]), days[-1])))} {when}"


@dataclass(frozen=True)
class Finding:
    """Something that is not covered, as a diagnosis keeps it."""

    kind: str
    text: str

    @property
    def gap(self) -> Gap:
        return Gap(kind=self.kind, text=self.text)


def findings(
    whole: Grid, zones: Iterable[ZoneCoverage], august: Iterable[Change], *, about: str = "", year: int
) -> list[Finding]:
    """The half-days without anything, the places with nearly nothing, and what August takes away.

    ``about``: for whom, when it is not for everyone. ``year``: of that August.
    """
    found = []
    about = f" ({about})" if about else ""
    empty = holes(whole)
    if empty:
        found.append((Gap.Kind.TIME, _said(empty), about))
    lost = [change.half_day for change in august if change.is_lost]
    if lost:
        found.append((Gap.Kind.TIME, f"En août {year}\N{NO-BREAK SPACE}: {in_words(lost)}", about))
    for one in zones:
        covered = [key for key in WEEK if one.cells[key].covered]
        if len(covered) > FEW or not one.zone.name:
            continue
        only = f"rien sauf {in_words(covered)}" if covered else "rien d’ouvert de la semaine"
        found.append((Gap.Kind.PLACE, f"{one.zone.name}\N{NO-BREAK SPACE}: {only}", about))
    return [Finding(kind, f"{text[: LONGEST - len(about)]}{about}") for kind, text, about in found]


def _said(half_days: Collection[HalfDay]) -> str:
    words = in_words(half_days)
    return words[0].upper() + words[1:]


def open_diagnostics(territory: Territory) -> list[Diagnostic]:
    """Those under way: not finished, not deleted."""
    return list(Diagnostic.objects.alive().filter(territory=territory, finished_on=None))


@transaction.atomic
def note_gaps(
    *, territory: Territory, diagnostic: Diagnostic | None, chosen: Iterable[Finding], method: str, by: User
) -> tuple[Diagnostic, int]:
    """Keep what was found in a diagnosis, a new one unless told; what it says already is not said twice.

    Returns it, and how many gaps it gained. Raises ``ChangedMeanwhileError`` if it is no longer there.
    """
    gaps = [finding.gap for finding in chosen]
    if diagnostic is None:
        title = f"Couverture de l’aide alimentaire au {dated(timezone.localdate())}"
        new = Diagnostic(territory=territory, title=title, started_on=timezone.localdate(), method=method)
        return create_record(record=new, by=by, related={"gaps": gaps}), len(gaps)
    stored = list(diagnostic.gaps.all())
    known = {(gap.kind, normalised(gap.text)) for gap in stored}
    added = [gap for gap in gaps if (gap.kind, normalised(gap.text)) not in known]
    if added:
        kept = [Gap(kind=gap.kind, text=gap.text) for gap in stored]
        change_record(record=diagnostic, by=by, related={"gaps": [*kept, *added]})
    return diagnostic, len(added)
