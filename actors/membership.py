"""Who stands for a structure: who decides of its claims, and what is lost when someone goes."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Max, Q

from accounts.models import AccountChange, User
from actors.models import Actor, Member

Access = Member.Access


@dataclass(frozen=True)
class Loss:
    """Someone's going leaves a structure without anybody, or without anybody who invites others."""

    actor: Actor
    nobody_left: bool

    def __str__(self) -> str:
        if self.nobody_left:
            return (
                f"{self.actor} n’aurait plus aucun membre\u00a0: plus personne de la structure ne tiendrait sa fiche."
            )
        return (
            f"{self.actor} n’aurait plus de référent·e\u00a0: plus personne de la structure n’inviterait de collègue."
        )

    @property
    def to_whom_it_happens(self) -> str:
        """The same, said to the person who goes."""
        if self.nobody_left:
            return (
                f"Vous êtes la dernière personne de «\u00a0{self.actor}\u00a0». Après votre départ, plus personne "
                "de la structure ne tiendra sa fiche. Avant de partir, invitez si possible une ou un collègue."
            )
        return (
            f"Vous êtes la seule personne référente de «\u00a0{self.actor}\u00a0». Avant de partir, confiez si "
            "possible ce droit à une ou un collègue."
        )


def losses(going: Iterable[Member]) -> list[Loss]:
    """What their structures lose if these members leave, or lose their rights, together."""
    going = [member for member in going if not member.has_left]
    others = Member.objects.active().exclude(pk__in=[member.pk for member in going])
    staying: dict[int, set[str]] = {}
    for actor, access in others.filter(actor__in={m.actor_id for m in going}).values_list("actor", "access"):
        staying.setdefault(actor, set()).add(access)
    managers = {member.actor_id for member in going if member.access == Access.MANAGER}
    found = []
    for actor in sorted({member.actor for member in going}, key=lambda actor: (actor.name, actor.pk)):
        rights = staying.get(actor.pk, set())
        if not rights or (actor.pk in managers and Access.MANAGER not in rights):
            found.append(Loss(actor, nobody_left=not rights))
    return found


def said_before_closing(user: User) -> list[str]:
    """What closing an account leaves undone (``accounts.closing``)."""
    return [
        str(loss) for loss in losses(Member.objects.of(user).filter(actor__merged_into=None).select_related("actor"))
    ]


def deciders_of(actor: Actor) -> list[str]:
    """The addresses of who approves claims: its managers and coordinators, or ANSA's team if there is nobody."""
    managers = Q(memberships__in=Member.objects.active().filter(actor=actor, access=Access.MANAGER))
    coordinators = Q(coordinations__territory__in=actor.territories.values("pk"))
    active = User.objects.filter(is_active=True)
    found = active.filter(managers | coordinators).distinct().values_list("email", flat=True).order_by("email")
    return list(found) or list(active.filter(is_staff=True).values_list("email", flat=True).order_by("email"))


def bereft(actors) -> list[tuple[Actor, str]]:
    """Of ``actors``, those whose last member or last manager went, each with a name for this event.

    The name changes when it happens again: it is the ``step`` of the mail that tells it. Structures that never had
    anybody are not among them.
    """
    actors = actors.active()
    left = list(actors.without_member().filter(members__isnull=False).distinct())
    led = actors.without_manager().filter(members__access=Access.MANAGER).distinct()
    events = _last_departures({actor.pk for actor in left} | {actor.pk for actor in led})
    named = [(actor, f"membre {events[actor.pk]}") for actor in left]
    named += [(actor, f"référent {events[actor.pk]}") for actor in led]
    return sorted(named, key=lambda one: (one[0].name, one[0].pk))


def _last_departures(actors: set[int]) -> dict[int, str]:
    """The last time that someone left each structure, and the last change of an account of theirs that is closed."""
    closed = AccountChange.objects.filter(user__is_active=False, user__memberships__actor__in=actors)
    changes = dict(closed.values_list("user__memberships__actor").annotate(Max("pk")).order_by())
    days = dict(Member.objects.filter(actor__in=actors).values_list("actor").annotate(Max("left_on")).order_by())
    return {pk: f"{days.get(pk) or ''} {changes.get(pk) or ''}".strip() for pk in actors}
