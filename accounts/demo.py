"""The accounts of the demonstration: one for each role, listed on the sign-in page in development."""

from dataclasses import dataclass

from django.db import transaction

from accounts.models import User


@dataclass(frozen=True)
class DemoAccount:
    email: str
    name: str
    role: User.Role
    who: str  # in words, on the sign-in page


STAFF = DemoAccount("equipe@demo.alimactiv.example", "Claude Équipe", User.Role.STAFF, "équipe ANSA")
STEERING_READER = DemoAccount(
    "copil@demo.alimactiv.example", "Dominique Copil", User.Role.STEERING_READER, "comité de pilotage"
)
COORDINATOR = DemoAccount(
    "coordination@demo.alimactiv.example",
    "Camille Coordination",
    User.Role.NONE,
    "coordination d’un territoire",
)
ASSOCIATION = DemoAccount("association@demo.alimactiv.example", "Sacha Association", User.Role.NONE, "association")
DEMO_ACCOUNTS = [STAFF, STEERING_READER, COORDINATOR, ASSOCIATION]


@transaction.atomic
def create_demo_accounts() -> dict[DemoAccount, User]:
    """Open the demo accounts that are missing and return them all. The coordinator's territory is not given here."""
    users = {}
    for account in DEMO_ACCOUNTS:
        user = User.objects.filter(email=account.email).first()
        users[account] = user or User.objects.create_user(account.email, name=account.name, **account.role.flags)
    return users
