"""The demonstration's directory: that of the fictional town, so that every page has something to show."""

from collections.abc import Iterable, Mapping
from datetime import timedelta
from math import cos, radians

from django.db import transaction
from django.http import QueryDict
from django.utils import timezone

from accounts.models import User
from actors import listing
from actors.demo.associations import associations
from actors.demo.bodies import bodies
from actors.demo.telling import CENTRE, DOMAIN, INSEE_CODE, INTRODUCTION, POSTCODE, TOWN, Spot, Told
from actors.freshness.parts import filled, open_part
from actors.models import (
    Actor,
    Audience,
    CheckCall,
    CheckRound,
    Confirmation,
    Directory,
    FoodService,
    Joining,
    Member,
    Site,
    Stop,
    Supply,
    SupplyLine,
    Visibility,
)
from actors.operations import add_actor
from actors.operations.proposals import Author, Change, propose
from territories.models import Territory

METRES_A_DEGREE = 111_195
MANAGERS = ("association", "dany", "charlie")
"""Who keeps their structure's entry and members, by the first part of their address."""


@transaction.atomic
def create_demo_directory(*, territory: Territory, actors: Mapping[str, Actor], by: User) -> None:
    """The town's directory, open to everyone: ``actors`` are its structures by their keys in the logbook.

    Made once: what was changed in it since stays as it is. No mail leaves.
    """
    if Directory.objects.filter(territory=territory).exists():
        return
    now, today = timezone.now(), timezone.localdate()
    Directory.objects.create(territory=territory, is_published=True, published_at=now, introduction=INTRODUCTION)
    territory.latitude, territory.longitude = CENTRE
    territory.save(update_fields=["latitude", "longitude"])
    told = {**associations(today), **bodies(today)}
    here = {key: actors.get(key) or _new(one, territory, by) for key, one in told.items()}
    for key, one in told.items():
        _tell(here[key], one)
    _members(here.values())
    _waiting(here)
    listing.refresh([actor.pk for actor in here.values()])


def _new(told: Told, territory: Territory, by: User) -> Actor:
    return add_actor(name=told.entry["name"], kind=told.entry["kind"], territory=territory, by=by)


def _tell(actor: Actor, told: Told) -> None:
    """What the directory says of a structure."""
    for name, value in ({"visibility": Visibility.PUBLIC} | dict(told.entry)).items():
        setattr(actor, name, value)
    actor.save()
    sites = [Site.objects.create(actor=actor, **_place(spot)) for spot in told.spots]
    for where, about in told.services:
        if isinstance(where, int):
            FoodService.objects.create(actor=actor, site=sites[where], **about)
            continue
        service = FoodService.objects.create(actor=actor, is_itinerant=True, **about)
        for spot, hours in where:
            Stop.objects.create(service=service, opening_hours=hours, **_place(spot))
    if told.supply:
        Supply.objects.create(actor=actor, **told.supply)
    for line in told.lines:
        SupplyLine.objects.create(actor=actor, **line)
    for section, days in told.confirmed.items():
        at = timezone.now() - timedelta(days=days)
        Confirmation.objects.create(actor=actor, section=section, at=at, role=Confirmation.Role.STRUCTURE)


def _place(spot: Spot) -> dict:
    latitude, longitude = CENTRE
    return {
        "name": spot.name,
        "address": spot.address,
        "quarter": spot.quarter,
        "postcode": POSTCODE,
        "city": TOWN,
        "insee_code": INSEE_CODE,
        "latitude": round(latitude + spot.north / METRES_A_DEGREE, 5),
        "longitude": round(longitude + spot.east / METRES_A_DEGREE / cos(radians(latitude)), 5),
        **spot.about,
    }


def _members(actors: Iterable[Actor]) -> None:
    emails = [f"{name}@{DOMAIN}" for name in MANAGERS]
    Member.objects.filter(actor__in=actors, email__in=emails).update(access=Member.Access.MANAGER)


def _waiting(actors: Mapping[str, Actor]) -> None:
    """What waits for the coordinator: a proposal, a claim, and two structures that did not answer."""
    _propose(actors["etal"], phone="01 99 00 12 22")
    Joining.objects.create(
        actor=actors["potager"],
        name="Ange Potager",
        email=f"ange@{DOMAIN}",
        role="jardin",
        message="Je tiens le jardin depuis le printemps (exemple fictif).",
        is_claim=True,
        state=Joining.State.PENDING,
    )
    now = timezone.now()
    for key, days in (("sante", 30), ("campus", 20)):
        asked = now - timedelta(days=days)
        called = CheckRound.objects.create(actor=actors[key], opened_at=asked, to_call_since=asked + timedelta(days=14))
    CheckCall.objects.create(
        round=called, at=now - timedelta(days=2), result=CheckCall.Result.NO_ANSWER, note="Répondeur (exemple fictif)."
    )


def _propose(actor: Actor, **typed: str) -> None:
    """As a passer-by does on the page « Signaler une erreur »."""
    shown = open_part("contact", actor, None, Audience.EVERYONE)
    data = QueryDict(mutable=True)
    data.update({name: shown[name].value() or "" for name in shown.fields} | typed)
    form = open_part("contact", actor, None, Audience.EVERYONE, data)
    if not form.is_valid():
        raise ValueError(form.errors)
    propose(
        actor=actor,
        section=form.section,
        author=Author(f"passage@{DOMAIN}", "Une personne de passage (fictive)"),
        change=Change("contact", None, filled(form), form.changes()),
        comment="Le numéro de l’affiche n’est plus le bon (exemple fictif).",
    )
