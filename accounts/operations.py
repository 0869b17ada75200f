"""Every write on accounts. Each leaves an ``AccountChange``."""

import logging

from allauth.mfa.models import Authenticator
from django.core.exceptions import ValidationError
from django.core.mail import send_mail
from django.db import transaction
from django.template.loader import render_to_string

from accounts.models import AccountChange, User

logger = logging.getLogger(__name__)


@transaction.atomic
def open_account(*, by: User | None, email: str, name: str, role: User.Role, sign_in_url: str | None = None) -> User:
    """Open an account; with ``sign_in_url``, tell its holder by mail how to sign in.

    ``by`` is nobody for a management command. Raises ``IntegrityError`` if the address has an account.
    """
    user = User.objects.create_user(email, name=name, **role.flags)
    _note(user, by, f"Compte ouvert : {role.label}.")
    if sign_in_url:
        transaction.on_commit(lambda: _send_welcome(user, by, sign_in_url))
    return user


@transaction.atomic
def change_account(*, by: User | None, user: User, email: str, name: str, role: User.Role) -> None:
    """Change an address, a name or a role.

    Raises ``ValidationError`` (field ``role``) for one's own staff role or for the last active staff account.
    """
    user = _locked(user)
    if user.role == User.Role.STAFF and role != User.Role.STAFF:
        if user == by:
            raise ValidationError(
                {
                    "role": "Vous ne pouvez pas quitter vous-même l’équipe ANSA : "
                    "demandez-le à une autre personne de l’équipe."
                }
            )
        _check_staff_remain(user, field="role")
    changes = []
    if name != user.name:
        changes.append(f"nom : « {user.name or '–'} » devient « {name or '–'} »")
    if email != user.email:
        changes.append(f"adresse : {user.email} devient {email}")
    if role != user.role:
        changes.append(f"rôle : {user.role.label} devient {role.label}")
    if not changes:
        return
    user.name, user.email = name, email
    for field, value in role.flags.items():
        setattr(user, field, value)
    user.save()
    text = " ; ".join(changes)
    _note(user, by, f"{text[0].upper()}{text[1:]}.")


@transaction.atomic
def deactivate_account(*, by: User, user: User) -> None:
    """Close an account to its holder, at once; nothing it recorded is lost.

    Raises ``ValidationError`` for one's own account or for the last active staff account.
    """
    user = _locked(user)
    if user == by:
        raise ValidationError("Vous ne pouvez pas désactiver votre propre compte.")
    if user.is_staff:
        _check_staff_remain(user)
    if user.is_active:
        user.is_active = False
        user.save(update_fields=["is_active"])
        _note(user, by, "Compte désactivé.")


@transaction.atomic
def reactivate_account(*, by: User | None, user: User) -> None:
    """Open a deactivated account again, with the rights it had."""
    user = _locked(user)
    if not user.is_active:
        user.is_active = True
        user.save(update_fields=["is_active"])
        _note(user, by, "Compte réactivé.")


@transaction.atomic
def remove_second_factor(*, by: User, user: User) -> None:
    """For someone who lost both telephone and recovery codes: the mailed code alone signs in again.

    Tells the holder by mail.
    """
    removed, _ = Authenticator.objects.filter(user=user).delete()
    if removed:
        _note(user, by, "Double vérification retirée.")
        transaction.on_commit(lambda: _tell_second_factor_removed(user), robust=True)


def _locked(user: User) -> User:
    """``user`` as it is now, locked with all of the staff: two people cannot remove each other."""
    locked = User.objects.select_for_update().order_by("pk")
    list(locked.active_staff())
    return locked.get(pk=user.pk)


def _check_staff_remain(user: User, *, field: str | None = None) -> None:
    if user.is_active and not User.objects.active_staff().exclude(pk=user.pk).exists():
        message = "C’est le dernier compte actif de l’équipe ANSA : plus personne ne pourrait gérer le site."
        raise ValidationError({field: message} if field else message)


def _note(user: User, by: User | None, what: str) -> None:
    AccountChange.objects.create(user=user, by=by, what=what)


def _send_welcome(user: User, by: User | None, sign_in_url: str) -> None:
    body = render_to_string("accounts/email/welcome.txt", {"user": user, "sign_in_url": sign_in_url})
    try:
        send_mail("Votre compte Alim'Activ est ouvert", body, None, [user.email])
    except OSError:
        logger.exception("welcome mail not sent to user %s", user.pk)
        _note(user, by, "Le courriel d’accueil n’a pas pu partir.")
    else:
        _note(user, by, f"Courriel d’accueil envoyé à {user.email}.")


def _tell_second_factor_removed(user: User) -> None:
    body = render_to_string("accounts/email/second_factor_removed.txt", {"user": user})
    send_mail("Alim'Activ : votre double vérification a été retirée", body, None, [user.email])
