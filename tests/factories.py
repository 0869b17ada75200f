"""Rows for tests, one line each. Names and addresses are plainly fictional."""

from datetime import UTC, datetime

import factory

from accounts.models import User
from outbox.models import Mail


class UserFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = User

    email = factory.Sequence(lambda n: f"personne{n}@exemple.test")
    name = factory.Sequence(lambda n: f"Personne Fictive {n}")
    password = "!"  # unusable, as for everyone


class MailFactory(factory.django.DjangoModelFactory):
    """To be sent since Monday 2 March 2026, 9 in Paris; its purpose is the fixture ``purpose``'s."""

    class Meta:
        model = Mail

    purpose = "essai"
    subject = factory.Sequence(lambda n: f"essai:{n}")
    recipient = factory.Sequence(lambda n: f"destinataire{n}@exemple.test")
    due_at = datetime(2026, 3, 2, 8, tzinfo=UTC)
