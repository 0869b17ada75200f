"""What the logbooks of an evaluation's territories hold by its date, read for all of them at once."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from django.db.models import Q

from coordination.models import Diagnostic, Mapping, Meeting, MutualisationProject, OtherAction, PoliticalSupport
from coordination.models.record import Record
from coordination.timing import Training, timing_of
from evaluation.reporting.blocks import Moment, Project
from evaluation.reporting.wording import french_date
from territories.models import Participation

SHARED = {
    "shares_stock": "du stockage",
    "shares_place": "un lieu",
    "shares_vehicle": "un véhicule",
    "shares_purchase": "des achats",
    "shares_volunteers": "des bénévoles",
}
ACTIVITIES: tuple[type[Record], ...] = (Mapping, Diagnostic, MutualisationProject, OtherAction)


@dataclass
class Logged:
    """One territory's records: held meetings, activities begun or finished, who backs it; and its trainings."""

    meetings: list[Meeting] = field(default_factory=list)
    activities: list[Record] = field(default_factory=list)
    support: list[PoliticalSupport] = field(default_factory=list)
    trainings: list[Training] = field(default_factory=list)

    @property
    def projects(self) -> list[MutualisationProject]:
        return [record for record in self.activities if isinstance(record, MutualisationProject)]

    @property
    def last_meeting(self) -> date | None:
        return max((meeting.day for meeting in self.meetings), default=None)

    @property
    def partners(self) -> list[str]:
        """The structures of its projects, by name."""
        return sorted({str(partner.actor) for project in self.projects for partner in project.partners.all()})

    def by_theme(self) -> dict[str, list[str]]:
        """The titles of what it did, by theme (its label; empty without one)."""
        found: dict[str, list[str]] = defaultdict(list)
        for record in [*self.meetings, *self.activities]:
            title = str(record)
            if title not in found[record.get_theme_display()]:
                found[record.get_theme_display()].append(title)
        return dict(found)


def read_logbooks(territories: Iterable[int], as_of: date) -> dict[int, Logged]:
    """By territory (ids), what is dated by ``as_of`` or not dated; ten queries however many there are."""
    territories = list(territories)
    found: dict[int, Logged] = defaultdict(Logged)
    for meeting in Meeting.objects.held_by(as_of).filter(territory__in=territories).order_by("starts_at", "pk"):
        found[meeting.territory_id].meetings.append(meeting)
    begun = Q(started_on=None) | Q(started_on__lte=as_of)
    for model in ACTIVITIES:
        records = model.objects.alive().filter(begun, territory__in=territories).order_by("started_on", "pk")
        if model is MutualisationProject:
            records = records.prefetch_related("partners__actor", "funding")
        for record in records:
            if record.started_on or not record.finished_on or record.finished_on <= as_of:
                found[record.territory_id].activities.append(record)
    backing = PoliticalSupport.objects.alive().filter(territory__in=territories).select_related("structure")
    for support in backing.order_by("mandate_start", "pk"):
        found[support.territory_id].support.append(support)
    trained = [Participation.Status.SELECTED, Participation.Status.TRAINED]
    for participation in (
        Participation.objects.filter(territory__in=territories, status__in=trained)
        .select_related("session")
        .order_by("session__number")
    ):
        session = participation.session
        found[participation.territory_id].trainings.append(Training(session.start_year, session.end_year))
    return found


def timeline(logged: Logged, as_of: date) -> list[Moment]:
    """Its meetings and activities in the order of time, those without a date last."""
    moments = [_meeting(meeting, logged, as_of) for meeting in logged.meetings]
    moments += [_activity(record, logged, as_of) for record in logged.activities]
    return sorted(moments, key=lambda moment: (not moment.day, moment.day, moment.label, moment.title))


def _meeting(meeting: Meeting, logged: Logged, as_of: date) -> Moment:
    return _moment(meeting, meeting.day, meeting.day, meeting.get_status_display(), logged, as_of)


def _activity(record, logged: Logged, as_of: date) -> Moment:
    ended = record.finished_on if record.finished_on and record.finished_on <= as_of else None
    return _moment(record, record.started_on, ended, stage_of(record, as_of), logged, as_of)


def _moment(record, start: date | None, end: date | None, state: str, logged: Logged, as_of: date) -> Moment:
    day = end or start
    timing = timing_of(start, end, logged.trainings, as_of)
    return Moment(
        day=day.isoformat() if day else "",
        when=french_date(day) if day else "sans date",
        label=record._meta.verbose_name,
        title=str(record),
        theme=record.get_theme_display(),
        state=state,
        timing=timing.label if timing else "",
    )


def stage_of(record, as_of: date) -> str:
    """Where an activity stands on ``as_of``; what was finished later was under way."""
    if record.finished_on and record.finished_on > as_of:
        return "en cours"
    if isinstance(record, MutualisationProject):
        return record.get_stage_display()
    return "terminé" if record.finished_on else "en cours"


def project(record: MutualisationProject, territory: str, as_of: date) -> Project:
    return Project(
        territory=territory,
        title=record.title,
        theme=record.get_theme_display(),
        stage=stage_of(record, as_of),
        partners=[f"{p.actor} ({p.role})" if p.role else str(p.actor) for p in record.partners.all()],
        shares=[words for name, words in SHARED.items() if getattr(record, name)],
        funding=[_funding(line) for line in record.funding.all()],
        summary=record.summary,
        results=record.results,
    )


def _funding(line) -> str:
    """``région : 12 000 € demandés, 8 000 € accordés``"""
    amounts = ((line.asked, "demandés"), (line.granted, "accordés"), (line.paid, "versés"))
    said = [f"{amount:,} € {word}".replace(",", "\u202f") for amount, word in amounts if amount is not None]
    name = line.get_funder_display() + (f", {line.label}" if line.label else "")
    return f"{name} : {', '.join(said)}" if said else name


def support_words(support: PoliticalSupport) -> str:
    """Who backs the coordination, in words."""
    parts = [str(support.structure)] if support.structure else []
    if support.elected_lead:
        parts.append(f"délégation : {support.elected_lead}")
    if support.on_roadmap is not None:
        parts.append("inscrit sur la feuille de route" if support.on_roadmap else "absent de la feuille de route")
    if support.election_on:
        parts.append(f"prochaine élection : {french_date(support.election_on)}")
    if support.commitments:
        parts.append(support.commitments)
    return " – ".join(parts)
