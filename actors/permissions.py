"""Who may do what in the directory. Which rows one sees is ``visible_to`` and ``edited_by`` on the QuerySets."""

from actors.models import Actor, Member
from territories.models import Territory


def can_manage_trainees(user) -> bool:
    """Read and edit names, addresses and posts of people trained: ANSA's team alone."""
    return user.is_staff


def can_keep_directory(user, territory: Territory) -> bool:
    """Keep the directory of a territory: its coordinators, and ANSA's team on their behalf."""
    return user.is_authenticated and (user.is_staff or territory.coordinators.filter(user=user).exists())


def can_keep_entry(user, actor: Actor) -> bool:
    """Decide of an entry as a coordinator: visibility, proposals, claims, merging, the end of a structure."""
    return user.is_authenticated and Actor.objects.kept_by(user).filter(pk=actor.pk).exists()


def can_edit_entry(user, actor: Actor) -> bool:
    """Change what an entry says: who keeps it, and the structure's own members who have this right."""
    return Actor.objects.edited_by(user).filter(pk=actor.pk).exists()


def can_answer_for(user, actor: Actor) -> bool:
    """Say in the structure's own name that its entry is right: its members who have the right to change it."""
    return Member.objects.of(user).editors_of_entries().filter(actor=actor).exists()


def can_manage_members(user, actor: Actor) -> bool:
    """Invite, change rights, note departures: who keeps the entry, and the structure's managers."""
    if not user.is_authenticated:
        return False
    managers = Member.objects.of(user).filter(actor=actor, access=Member.Access.MANAGER)
    return can_keep_entry(user, actor) or managers.exists()
