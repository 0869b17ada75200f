"""Writes on several rows, by subject. ``by`` is the user who asks."""

from actors.operations.people import add_actor, change_actor, save_member, save_trainee

__all__ = ["add_actor", "change_actor", "save_member", "save_trainee"]
