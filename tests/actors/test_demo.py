"""The demonstration's directory: plainly fictional, made once, with something of every sort."""

import json
import re

import pytest
from django.core import serializers
from django.urls import reverse

from accounts.demo import ASSOCIATION, COORDINATOR, create_demo_accounts
from accounts.models import User
from actors.demo import create_demo_directory
from actors.demo.telling import DOMAIN
from actors.freshness.parts import reopen_part
from actors.hours import timetable
from actors.models import (
    Actor,
    CheckRound,
    Confirmation,
    Directory,
    FoodService,
    Joining,
    Listing,
    Member,
    Proposal,
    Site,
    Stop,
    SupplyLine,
    Visibility,
)
from actors.operations.proposals import accept
from coordination.demo import create_demo_logbook
from coordination.demo.town import structures
from outbox.models import Mail

pytestmark = pytest.mark.django_db

FICTION = re.compile(r"01 99 00 \d\d \d\d|06 39 98 \d\d \d\d")
"""The numbers that Arcep keeps for fiction."""


@pytest.fixture
def load():
    accounts = create_demo_accounts()
    town = create_demo_logbook(coordinator=accounts[COORDINATOR], association=accounts[ASSOCIATION])

    def made():
        create_demo_directory(territory=town, actors=structures(town), by=accounts[COORDINATOR])
        return town

    return made


@pytest.fixture
def town(load):
    return load()


def test_nothing_in_it_exists(town):
    for actor in Actor.objects.all():
        assert "ficti" in actor.name
        assert actor.siret == ""
        for phone in filter(None, (actor.phone, actor.contact_phone)):
            assert FICTION.fullmatch(phone), phone
        for email in filter(None, (actor.email, actor.contact_email)):
            assert email.endswith(f"@{DOMAIN}")
        assert not actor.website or actor.website.endswith(f".{DOMAIN}")
    for place in [*Site.objects.all(), *Stop.objects.all()]:
        assert "fictive" in place.city
        assert place.postcode == "00000"
    assert "inventés" in Directory.objects.get().introduction
    assert Proposal.objects.get().author_email.endswith(f"@{DOMAIN}")
    assert Joining.objects.get().email.endswith(f"@{DOMAIN}")


def test_it_is_made_once_and_no_mail_is_to_leave(load):
    load()
    Actor.objects.filter(name__contains="Panier partagé").update(phone="01 99 00 99 99")
    mails = Mail.objects.count()
    before = everything()
    load()
    assert everything() == before
    assert not Mail.objects.exclude(state=Mail.State.SENT).exists()
    assert Mail.objects.count() == mails


def everything() -> list:
    models = (Actor, Site, FoodService, Stop, SupplyLine, Confirmation, Proposal, Joining, Member, CheckRound, Listing)
    return json.loads(serializers.serialize("json", [row for model in models for row in model.objects.order_by("pk")]))


def test_something_of_every_sort(town):
    assert set(FoodService.objects.values_list("kind", flat=True)) == set(FoodService.Kind)
    assert set(Site.objects.values_list("quarter", flat=True)) == {"Centre", "Les Tilleuls", "Les Moulins"}
    assert Stop.objects.count() == 3
    assert set(Actor.objects.values_list("visibility", flat=True)) == {Visibility.PUBLIC, Visibility.PROFESSIONALS}
    assert Actor.objects.exclude(ended_on=None).count() == 1
    assert FoodService.objects.filter(opening_hours="", is_itinerant=False).exists()
    assert CheckRound.objects.open().count() == 2
    assert {actor.email for actor in Member.objects.filter(access=Member.Access.MANAGER)} >= {ASSOCIATION.email}


def test_its_hours_are_read(town):
    texts = [row.opening_hours for row in [*FoodService.objects.all(), *Stop.objects.all()] if row.opening_hours]
    for text in texts:
        assert timetable.parse(text), text
    assert len(texts) > 15


def test_it_is_found(town):
    found = set(Listing.objects.filter(audience=0).values_list("actor__name", flat=True))
    hidden = {"Supermarché fictif Au Bon Exemple", "Association fictive L’Ancienne Soupe"}
    assert found == set(Actor.objects.values_list("name", flat=True)) - hidden


def test_what_is_proposed_can_be_accepted(client, town):
    client.force_login(User.objects.get(email=COORDINATOR.email))
    proposal = Proposal.objects.get()
    assert proposal.after == {"téléphone": "01 99 00 12 22"}
    page = client.get(reverse("freshness:proposal", args=[town.pk, proposal.pk]))
    assert page.status_code == 200
    form = reopen_part(proposal.form, proposal.actor, proposal.target, proposal.data)
    assert form.is_valid()
    accept(proposal=proposal, by=User.objects.get(email=COORDINATOR.email), form=form)
    assert Actor.objects.get(pk=proposal.actor_id).phone == "01 99 00 12 22"
