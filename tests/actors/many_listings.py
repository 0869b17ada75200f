"""A large index, made in a few seconds: as a country would fill it, without the entries behind each listing."""

from datetime import timedelta
from random import Random

from django.db import connection
from django.utils import timezone

from actors.models import Actor, FoodService, Listing, Opening, Site, Visibility
from territories.models import searched

NAMES = ["Le Panier fictif", "La Table d’exemple", "Épicerie imaginaire", "Le Fourneau inventé", "Halte fictive"]
ENTRIES = 500


def make(count: int, seed: int = 1) -> None:
    """``count`` listings all over France, one in three in its Paris, a third of them open now."""
    random = Random(seed)
    actors = Actor.objects.bulk_create(
        Actor(name=f"{random.choice(NAMES)} {n}", kind="association", visibility=Visibility.PUBLIC)
        for n in range(min(count, ENTRIES))
    )
    sites = Site.objects.bulk_create(
        Site(actor=actor, address="1 rue de l’Exemple", city="Exemple") for actor in actors
    )
    services = FoodService.objects.bulk_create(
        FoodService(actor=site.actor, site=site, kind=random.choice(FoodService.Kind.values)) for site in sites
    )
    listings = Listing.objects.bulk_create(
        [_listing(random, number, random.choice(services)) for number in range(count)], batch_size=5000
    )
    now = timezone.now()
    Opening.objects.bulk_create(
        [
            Opening(listing=listing, starts_at=now - timedelta(hours=1), ends_at=now + timedelta(hours=2))
            for listing in listings[::3]
        ],
        batch_size=5000,
    )


def multiply(times: int) -> None:
    """On PostgreSQL: so many times as many listings, around those there are, with their openings."""
    columns = [field.column for field in Listing._meta.concrete_fields if not field.primary_key]
    spread = {side: f"{side} + (random() - 0.5) / 5" for side in ("latitude", "longitude")}
    values = ", ".join(spread.get(column, column) for column in columns)
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO actors_listing ({', '.join(columns)})"
            f" SELECT {values} FROM actors_listing CROSS JOIN generate_series(2, %s)",
            [times],
        )
        cursor.execute(
            "INSERT INTO actors_opening (listing_id, starts_at, ends_at)"
            " SELECT l.id, o.starts_at, o.ends_at FROM actors_listing l"
            " CROSS JOIN (SELECT starts_at, ends_at FROM actors_opening LIMIT 1) o WHERE l.id % 3 = 0"
        )
        cursor.execute("ANALYZE")


def _listing(random: Random, number: int, service: FoodService) -> Listing:
    if number % 3:
        latitude, longitude = random.uniform(43, 50), random.uniform(-1, 7)
    else:
        latitude, longitude = random.gauss(48.86, 0.05), random.gauss(2.35, 0.07)
    words = f"{service.actor.name} {service.get_kind_display()} commune{number % 5000} {service.site.city}"
    return Listing(
        actor=service.actor,
        service=service,
        site=service.site,
        audience=0 if number % 10 else 1,
        search_text=f" {searched(words)} ",
        actor_kind="association",
        kind=service.kind,
        publics=random.choice([[], ["families"], ["students", "seniors"]]),
        fee=random.choice(FoodService.Fee.values),
        papers=random.choice(FoodService.Need.values),
        insee_code=f"{number % 5000:05}",
        latitude=latitude,
        longitude=longitude,
    )
