"""How old what an entry says is, section by section: right, due to be confirmed, or to verify.

Hours are to be confirmed three months after the last time, the rest twelve. A section that nobody confirmed counts
from the day its entry was written or imported: whoever wrote it knew, and an import makes nobody be asked at once.
A section is to verify when it is due and nobody will answer by mail: its mails stayed unanswered, there is nobody to
write to, or the structure is not to be asked. It is still shown everywhere, with this sign: nothing vanishes.

Asked about are the entries at work that someone reads: with a service, or meant for more than the coordination.
"""

from calendar import monthrange
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from actors.models import (
    Actor,
    CheckRound,
    Confirmation,
    FoodService,
    Section,
    Site,
    Stop,
    Supply,
    SupplyLine,
    Visibility,
)
from alimactiv.french import dated

MONTHS = {section: 3 if section == Section.HOURS else 12 for section in Section}
"""After how many months a section is to be confirmed again."""


class State(StrEnum):
    FRESH = "fresh"
    DUE = "due"
    TO_VERIFY = "to_verify"


@dataclass(frozen=True)
class SectionState:
    """Where one section of an entry stands."""

    section: Section
    state: State
    due_at: datetime
    last: Confirmation | None = None

    @property
    def words(self) -> str:
        """« Vérifié le 3 mars 2026 par la structure »: when, and the role; never who."""
        if self.last is None:
            return "Pas encore vérifié"
        return f"Vérifié le {dated(timezone.localdate(self.last.at))} par {self.last.get_role_display()}"

    @property
    def is_due(self) -> bool:
        return self.state != State.FRESH

    @property
    def is_to_verify(self) -> bool:
        return self.state == State.TO_VERIFY


@dataclass(frozen=True)
class Freshness:
    """Where the sections that an entry has stand, in the order of ``Section``."""

    sections: Mapping[Section, SectionState]

    @property
    def due(self) -> list[Section]:
        """What is to be asked."""
        return [one.section for one in self.sections.values() if one.is_due]

    @property
    def is_to_verify(self) -> bool:
        return any(one.is_to_verify for one in self.sections.values())

    @property
    def words(self) -> str:
        """What to say of the entry as a whole: of its hours, if it has any, or of what was confirmed last."""
        known = [one for one in self.sections.values() if one.last]
        headline = self.sections.get(Section.HOURS) or max(known, key=lambda one: one.last.at, default=None)
        return headline.words if headline else "Pas encore vérifié"

    @property
    def next_at(self) -> datetime:
        """When something will be due next; in the past if something is."""
        return min(one.due_at for one in self.sections.values())


def months_after(moment: datetime, months: int) -> datetime:
    """The same day and hour in Paris so many months later, or the last day of a shorter month."""
    local = timezone.localtime(moment)
    years, month = divmod(local.month - 1 + months, 12)
    year, month = local.year + years, month + 1
    return local.replace(year=year, month=month, day=min(local.day, monthrange(year, month)[1]))


def judge(
    section: Section, *, last: Confirmation | None, written_at: datetime, is_left: bool, now: datetime
) -> SectionState:
    """Where a section stands; ``is_left``: nobody will be asked about it by mail."""
    due_at = months_after(last.at if last else written_at, MONTHS[section])
    due = State.TO_VERIFY if is_left else State.DUE
    return SectionState(section, State.FRESH if now < due_at else due, due_at, last)


def asked_about(now: datetime):
    """The entries that are asked about, even if their structure is not to be asked."""
    today = timezone.localdate(now)
    services = FoodService.objects.offered(today).filter(actor=OuterRef("pk"))
    return Actor.objects.active(today).filter(Exists(services) | ~Q(visibility=Visibility.COORDINATION))


def states(actors: Iterable[Actor | int], now: datetime | None = None) -> dict[int, Freshness]:
    """Where the entries stand, by their keys; as many queries whatever their number."""
    now = now or timezone.now()
    keys = [one.pk if isinstance(one, Actor) else one for one in actors]
    found = Actor.objects.filter(pk__in=keys)
    confirmations = Confirmation.objects.filter(actor__in=keys).latest_each()
    latest = {(one.actor_id, one.section): one for one in confirmations.order_by("pk")}
    called = {
        *CheckRound.objects.open().filter(actor__in=keys, to_call_since__isnull=False).values_list("actor", flat=True)
    }
    return {
        actor.pk: Freshness(
            {
                section: judge(
                    section,
                    last=latest.get((actor.pk, section)),
                    written_at=actor.created_at,
                    is_left=actor.is_not_asked or actor.pk in called,
                    now=now,
                )
                for section in sections_of(actor)
            }
        )
        for actor in with_sections(found, now)
    }


def with_sections(actors, now: datetime):
    """The same entries, each knowing which sections it has (``sections_of``)."""
    services = FoodService.objects.offered(timezone.localdate(now)).filter(actor=OuterRef("pk"))
    sites, stops = Site.objects.filter(actor=OuterRef("pk")), Stop.objects.filter(service__actor=OuterRef("pk"))
    supply = Supply.objects.filter(actor=OuterRef("pk"))
    lines = SupplyLine.objects.filter(actor=OuterRef("pk"))
    return actors.annotate(
        has_services=Exists(services),
        has_places=Exists(sites) | Exists(stops),
        has_supply=Exists(supply) | Exists(lines),
    ).order_by("pk")


def count_parts(actor: Actor, section: Section, now: datetime) -> int:
    """How many parts of this section are edited apart: right today, one of several says nothing of the others."""
    today = timezone.localdate(now)
    services = FoodService.objects.offered(today).filter(actor=actor)
    stops = Stop.objects.filter(service__in=services.filter(is_itinerant=True))
    match section:
        case Section.HOURS:
            return services.filter(is_itinerant=False).count() + stops.count()
        case Section.PLACES:
            return Site.objects.filter(actor=actor).count() + stops.count()
        case Section.SERVICES:
            return services.count()
        case Section.CONTACT:
            return 2  # the presentation, and how to reach the structure
        case Section.SUPPLY:
            return Supply.objects.filter(actor=actor).count() + SupplyLine.objects.filter(actor=actor).count()


def sections_of(actor: Actor) -> Collection[Section]:
    """The sections that an entry ``with_sections`` has."""
    has = {
        Section.HOURS: actor.has_services,
        Section.PLACES: actor.has_places,
        Section.SERVICES: actor.has_services,
        Section.CONTACT: True,
        Section.SUPPLY: actor.has_supply,
    }
    return [section for section in Section if has[section]]
