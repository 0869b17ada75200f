"""Rows for tests, one line each. Names and addresses are plainly fictional."""

import factory

from accounts.models import User


class UserFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = User

    email = factory.Sequence(lambda n: f"personne{n}@exemple.test")
    name = factory.Sequence(lambda n: f"Personne Fictive {n}")
    password = "!"  # unusable, as for everyone
