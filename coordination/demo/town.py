"""The fictional town: who is there, and how what is told of it is dated."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db.models import Q
from django.utils import timezone

from accounts.models import AuditEntry, User
from actors.models import Actor, Member
from actors.operations import add_actor, save_member
from coordination.models import ActionItem, Attendance, Correction, Minutes
from coordination.records import RECORDS
from outbox.models import Mail
from territories.models import Coordinator, Territory

CODE = "FICTIF"
NAME = "Fontaine-l’Exemple (ville fictive)"
DOMAIN = "demo.alimactiv.example"
WEEKS = 50
"""How long ago it begins."""
TUESDAY = 1

ACTORS = {
    "panier": ("Association fictive Le Panier partagé", Actor.Kind.ASSOCIATION),
    "etal": ("Épicerie sociale fictive L’Étal", Actor.Kind.ASSOCIATION),
    "marmite": ("Maraude fictive La Marmite", Actor.Kind.ASSOCIATION),
    "ccas": ("CCAS fictif de Fontaine-l’Exemple", Actor.Kind.CCAS),
    "mairie": ("Mairie fictive de Fontaine-l’Exemple", Actor.Kind.COMMUNE),
    "interco": ("Intercommunalité fictive des Trois Exemples", Actor.Kind.EPCI),
    "sante": ("Centre de santé fictif des Tilleuls", Actor.Kind.HEALTH),
    "marche": ("Supermarché fictif Au Bon Exemple", Actor.Kind.COMPANY),
    "potager": ("Collectif fictif Le Potager du coin", Actor.Kind.CITIZENS),
}
PEOPLE = {
    "alex": ("panier", "Alex Panier", "présidence"),
    "dany": ("etal", "Dany Épicerie", "responsable de l’épicerie"),
    "lou": ("marmite", "Lou Marmite", "coordination des tournées"),
    "charlie": ("ccas", "Charlie Solidarités", "direction"),
    "andrea": ("ccas", "Andréa Accueil", "accueil et orientation"),
    "maxime": ("mairie", "Maxime Mairie", "chargé·e de mission alimentation"),
    "noa": ("interco", "Noa Exemples", "projet alimentaire territorial"),
    "morgan": ("sante", "Morgan Tilleuls", "diététique"),
    "eden": ("marche", "Eden Rayon", "direction du magasin"),
}
"""By the first part of their address: their structure, name and function. The citizens' collective has nobody yet."""


def find_town() -> Territory | None:
    return Territory.objects.filter(kind=Territory.Kind.COMMUNE, code=CODE).first()


def structures(territory: Territory) -> dict[str, Actor]:
    """Those of ``ACTORS`` that still bear the name they were given, by key."""
    keys = {name: key for key, (name, _kind) in ACTORS.items()}
    return {keys[actor.name]: actor for actor in territory.actors.filter(name__in=keys)}


@dataclass
class Town:
    """The town, whoever keeps its logbook, its structures and its people by their keys above."""

    territory: Territory
    by: User
    actors: dict[str, Actor]
    people: dict[str, Member]

    @classmethod
    def found(cls, coordinator: User, association: User) -> "Town":
        """The town with its structures and their people; ``association`` is ``sacha``."""
        territory = Territory.objects.create(kind=Territory.Kind.COMMUNE, code=CODE, name=NAME)
        town = cls(territory, coordinator, {}, {})
        Coordinator.objects.create(territory=territory, user=coordinator, since=town.day(WEEKS))
        with town.on(WEEKS):
            for key, (name, kind) in ACTORS.items():
                town.actors[key] = add_actor(name=name, kind=kind, territory=territory, by=coordinator)
            for key, (actor, name, role) in PEOPLE.items():
                town._join(key, actor, name, role, f"{key}@{DOMAIN}")
            town._join("sacha", "panier", association.name, "bénévole", association.email)
        return town

    def _join(self, key: str, actor: str, name: str, role: str, email: str) -> None:
        member = Member(actor=self.actors[actor], name=name, role=role, email=email)
        self.people[key] = save_member(member=member, by=self.by)

    @staticmethod
    def day(weeks: int, days: int = 0) -> date:
        """The Tuesday of so many weeks ago, and ``days`` after it; to come if ``weeks`` is negative."""
        today = timezone.localdate()
        return today + timedelta(days=TUESDAY - today.weekday() + days, weeks=-weeks)

    def at(self, weeks: int, hour: int, minute: int = 0) -> datetime:
        """That Tuesday, at a time of the clock there."""
        return timezone.make_aware(datetime.combine(self.day(weeks), time(hour, minute)))

    @contextmanager
    def on(self, weeks: int, days: int = 0) -> Iterator[None]:
        """What is done inside was done that day: records, history and mails are dated so, and the mails are gone."""
        begun = timezone.now()
        yield
        moment = timezone.make_aware(datetime.combine(self.day(weeks, days), time(17)))
        for model in RECORDS:
            records = model.objects.filter(territory=self.territory)
            records.filter(created_at__gte=begun).update(created_at=moment)
            records.filter(changed_at__gte=begun).update(changed_at=moment)
        closed = ActionItem.objects.filter(territory=self.territory, closed_on=timezone.localdate())
        closed.update(closed_on=moment.date())
        minutes = Minutes.objects.filter(meeting__territory=self.territory)
        for name in ("changed_at", "sent_at", "final_at"):
            minutes.filter(**{f"{name}__gte": begun}).update(**{name: moment})
        Correction.objects.filter(minutes__in=minutes, created_at__gte=begun).update(created_at=moment)
        replies = Attendance.objects.filter(meeting__territory=self.territory, replied_at__gte=begun)
        replies.update(replied_at=moment)
        AuditEntry.objects.filter(Q(by=self.by) | Q(by=None), at__gte=begun).update(at=moment)
        mails = Mail.objects.filter(recipient__endswith=f"@{DOMAIN}", created_at__gte=begun)
        mails.update(state=Mail.State.SENT, created_at=moment, due_at=moment, sent_at=moment)
