"""A country that does not exist, as large as a national network: what measures and load tests run on.

Everything is made of numbered names that say so, with addresses in a domain where no mail arrives. The same seed gives
the same country. Written in bulk, past the operations: nothing else may do that.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import islice
from random import Random

from django.db import models
from django.utils import timezone

from accounts.models import User
from actors import listing
from actors.models import Actor, Confirmation, Directory, FoodService, Member, Section, Site
from alimactiv.text import normalised
from coordination.models import Attendance, Meeting, MutualisationProject
from coordination.models.record import Theme
from evaluation.models import Case, Criterion, Evaluation, Evidence
from territories.models import Coordinator, Participation, Territory, TrainingSession

PREFIX = "SIM"
DOMAIN = "simulation.alimactiv.example"
BATCH = 2000
SESSION_SIZE = 10
DEPARTMENTS = 90
QUARTERS = ("Nord", "Sud", "Centre", "Gare", "Rive")
HOURS = (
    "Mo-Fr 09:00-12:00; PH off",
    "Tu,Th 14:00-17:30; PH off; Aug off",
    "week 01-53/2 We 09:30-12:00",
    "Mo,We,Fr 11:30-14:00",
    "Sa 09:00-12:00; SH off",
    "Mo-Su 18:30-21:00",
    "We[1] 14:00-16:00",
    "",
)
"""Empty: not known."""
WORDS = (
    "panier",
    "table",
    "pain",
    "partage",
    "jardin",
    "marmite",
    "étal",
    "relais",
    "halte",
    "cabas",
    "récolte",
    "foyer",
)


@dataclass(frozen=True)
class Size:
    territories: int
    actors: int
    meetings: int


class Simulation:
    """One country. ``build`` yields what it has just made, in words."""

    def __init__(self, size: Size, seed: int):
        self.size, self.random, self.today = size, Random(seed), timezone.localdate()  # noqa: S311 (no secret)
        self.now = timezone.now()

    def build(self) -> Iterator[str]:
        territories = self.make_territories()
        yield f"{len(territories)} territoires"
        participations = self.make_participations(territories)
        yield f"{len(participations)} participations"
        actors = self.make_actors(territories)
        yield f"{len(actors)} structures, leurs lieux, services et membres"
        count = self.make_meetings(territories, actors)
        yield f"{count} réunions"
        self.make_projects(territories)
        count = self.make_evaluation(participations)
        yield f"une évaluation et ses {count} constats"
        listing.rebuild()
        yield "l'index de l'annuaire"

    # Territories and their training ---------------------------------------------------------------

    def make_territories(self) -> list[Territory]:
        """Towns around the centres of départements spread over the country, each in its département."""
        centres = [(self.random.uniform(43.5, 50), self.random.uniform(-1, 7)) for _ in range(DEPARTMENTS)]
        departments = [
            self._territory(f"Département simulé {n:02}", Territory.Kind.DEPARTMENT, f"{PREFIX}D{n:02}", *centre)
            for n, centre in enumerate(centres)
        ]
        save(departments)
        towns = []
        for n in range(self.size.territories):
            latitude, longitude = centres[n % DEPARTMENTS]
            place = latitude + self.random.gauss(0, 0.25), longitude + self.random.gauss(0, 0.3)
            towns.append(self._territory(f"Ville simulée {n:04}", Territory.Kind.COMMUNE, f"{PREFIX}{n:05}", *place))
        save(towns)
        through = Territory.parents.through
        save(
            through(from_territory_id=town.pk, to_territory_id=departments[n % DEPARTMENTS].pk)
            for n, town in enumerate(towns)
        )
        save(Directory(territory=town, is_published=True, published_at=self.now) for town in towns)
        keepers = [self._keeper(f"Coordination Simulée {n}", f"coordination{n}@{DOMAIN}") for n in range(len(towns))]
        save(keepers)
        save(Coordinator(user=user, territory=town) for user, town in zip(keepers, towns, strict=True))
        return towns

    @staticmethod
    def _keeper(name: str, email: str) -> User:
        user = User(email=email, name=name, search_text=normalised(f"{name} {email}"))
        user.set_unusable_password()
        return user

    def _territory(self, name: str, kind: str, code: str, latitude: float, longitude: float) -> Territory:
        population = int(self.random.lognormvariate(9.5, 0.9))
        return Territory(
            name=name,
            kind=kind,
            code=code,
            latitude=round(latitude, 5),
            longitude=round(longitude, 5),
            population=population,
            search_name=normalised(name),
        )

    def make_participations(self, towns: list[Territory]) -> list[Participation]:
        first = TrainingSession.objects.aggregate(last=models.Max("number"))["last"] or 0
        count = -(-len(towns) // SESSION_SIZE)
        sessions = [
            TrainingSession(
                number=first + 1000 + n,
                region="Région simulée",
                start_year=self.today.year - 1 - n % 8,
                end_year=self.today.year - n % 8,
            )
            for n in range(count)
        ]
        save(sessions)
        rows = [
            Participation(session=sessions[n // SESSION_SIZE], territory=town, status=Participation.Status.TRAINED)
            for n, town in enumerate(towns)
        ]
        save(rows)
        return rows

    # The directory --------------------------------------------------------------------------------

    def make_actors(self, towns: list[Territory]) -> list[Actor]:
        actors = [
            Actor(
                name=(name := f"{self.random.choice(WORDS).capitalize()} {self.random.choice(WORDS)} simulé {n}"),
                kind=self.random.choice(Actor.Kind.values),
                visibility="public" if self.random.random() < 0.8 else "professionals",
                email=f"structure{n}@{DOMAIN}",
                search_name=normalised(name),
                changed_at=self.now,
            )
            for n in range(self.size.actors)
        ]
        save(actors)
        through = Actor.territories.through
        save(through(actor_id=actor.pk, territory_id=self._town(n, towns).pk) for n, actor in enumerate(actors))
        sites = [self._site(actor, self._town(n, towns), n) for n, actor in enumerate(actors)]
        save(sites)
        save(self._service(site) for site in sites for _ in range(self.random.randrange(3)))
        save(
            Member(actor=actor, name=f"Personne Simulée {n}", email=f"membre{n}@{DOMAIN}", role="bénévole")
            for n, actor in enumerate(actors)
            if self.random.random() < 0.5
        )
        save(
            Confirmation(
                actor=actor, section=section, at=self.now - timedelta(days=self.random.randrange(500)), role="structure"
            )
            for actor in actors
            for section in (Section.HOURS, Section.SERVICES)
        )
        return actors

    @staticmethod
    def _town(n: int, towns: list[Territory]) -> Territory:
        return towns[n % len(towns)]

    def _site(self, actor: Actor, town: Territory, n: int) -> Site:
        return Site(
            actor=actor,
            address=f"{n % 200 + 1} rue simulée",
            city=town.name,
            quarter=self.random.choice(QUARTERS),
            latitude=round(town.latitude + self.random.gauss(0, 0.02), 5),
            longitude=round(town.longitude + self.random.gauss(0, 0.03), 5),
        )

    def _service(self, site: Site) -> FoodService:
        choice = self.random.choice
        return FoodService(
            actor_id=site.actor_id,
            site=site,
            kind=choice(FoodService.Kind.values),
            publics=self.random.sample(FoodService.Public.values, self.random.randrange(3)),
            fee=choice(FoodService.Fee.values),
            papers=choice(FoodService.Need.values),
            opening_hours=choice(HOURS),
            changed_at=self.now,
        )

    # The logbooks ---------------------------------------------------------------------------------

    def make_meetings(self, towns: list[Territory], actors: list[Actor]) -> int:
        members = dict(Member.objects.filter(email__endswith=f"@{DOMAIN}").values_list("actor_id", "pk"))
        by_town: dict[int, list[int]] = {}
        for n, actor in enumerate(actors):
            if actor.pk in members:
                by_town.setdefault(self._town(n, towns).pk, []).append(members[actor.pk])
        count = 0
        while chunk := self.size.meetings - count and min(BATCH, self.size.meetings - count):
            meetings = [self._meeting(self._town(count + n, towns)) for n in range(chunk)]
            save(meetings)
            save(
                Attendance(meeting=meeting, member_id=member, invited=True, present=meeting.status == "held" or None)
                for meeting in meetings
                for member in by_town.get(meeting.territory_id, [])[:5]
            )
            count += chunk
        return count

    def _meeting(self, town: Territory) -> Meeting:
        days = self.random.randrange(-60, 1500)
        at = datetime.combine(self.today - timedelta(days=days), datetime.min.time(), UTC) + timedelta(hours=9)
        title = f"Réunion simulée : {self.random.choice(WORDS)}"
        return Meeting(
            territory=town,
            title=title,
            status=Meeting.Status.HELD if days > 0 else Meeting.Status.PLANNED,
            starts_at=at,
            theme=self.random.choice(Theme.values),
            search_text=normalised(title),
        )

    def make_projects(self, towns: list[Territory]) -> None:
        stages = MutualisationProject.Stage
        save(
            MutualisationProject(
                territory=town,
                title=(title := f"Projet simulé : {self.random.choice(WORDS)}"),
                stage=(stage := self.random.choice([stages.IDEA, stages.RUNNING, stages.FINISHED])),
                started_on=self.today - timedelta(days=900),
                finished_on=self.today - timedelta(days=90) if stage == stages.FINISHED else None,
                search_text=normalised(title),
            )
            for town in towns
        )

    # The evaluation -------------------------------------------------------------------------------

    def make_evaluation(self, participations: list[Participation]) -> int:
        evaluation = Evaluation.objects.create(
            code=f"{PREFIX.lower()}-{Evaluation.objects.count()}", title="Évaluation simulée", as_of=self.today
        )
        cases = [Case(evaluation=evaluation, participation=one, label=one.territory.name) for one in participations]
        save(cases)
        criteria = list(Criterion.objects.order_by("pk"))
        values = [Evidence.Value.YES, Evidence.Value.NO, Evidence.Value.UNKNOWN]
        sources = [Evidence.Source.QUESTIONNAIRE, Evidence.Source.INTERVIEW, Evidence.Source.DOCUMENT]
        return save(
            Evidence(
                case=case,
                criterion=criterion,
                value=self.random.choices(values, (5, 4, 1))[0],
                source=self.random.choice(sources),
                reference="Donnée simulée",
                date=date(self.today.year - 1, 6, 1),
            )
            for case in cases
            for criterion in criteria
            if self.random.random() < 0.7
        )


def save(rows: Iterable[models.Model]) -> int:
    """Write rows of one model, some at a time; how many."""
    rows, count = iter(rows), 0
    while batch := list(islice(rows, BATCH)):
        type(batch[0])._base_manager.bulk_create(batch)
        count += len(batch)
    return count
