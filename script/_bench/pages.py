"""The pages of the main journeys, and the directory's search and map, each beside its floor."""

from collections.abc import Iterator
from dataclasses import asdict

from _bench import country
from _bench.measuring import Measure, child, peak_memory, site


def pages() -> Iterator[Measure]:
    """Each page of the main journeys / its floor; its queries at 18 and at 1,500 territories; memory."""
    with country.server() as server:
        full = child("pages.journeys", DATABASE_URL=server.of(country.FULL))
        small = child("pages.journeys", DATABASE_URL=server.of(country.SMALL))
    for name, found in full["pages"].items():
        yield Measure(f"{name} / floor", found["whole"] / found["floor"], "×", at_most=2)
        yield Measure(f"{name}: processor", found["whole"] * 1000, "ms")
        more = found["queries"] - small["pages"][name]["queries"]
        yield Measure(f"{name}: queries at 1,500 territories, above those at 18", more, "queries", at_most=0)
    yield Measure("peak memory of the process that answered them all", full["memory"], "MB", at_most=250)


def directory() -> Iterator[Measure]:
    """Search and map at 100,000 entries / their floor; the size of what the map is sent."""
    with country.server() as server:
        found = child("pages.searches", DATABASE_URL=server.of(country.FULL))
    for name, one in found.items():
        yield Measure(f"{name} / floor", one["whole"] / one["floor"], "×", at_most=1.5)
        yield Measure(f"{name}: processor", one["whole"] * 1000, "ms")
        if name.startswith("map"):
            yield Measure(f"{name}: what is sent, compressed", one["size"] / 1024, "KB", at_most=60)


# In a child ---------------------------------------------------------------------------------------


def journeys() -> dict:
    site()
    without_limits()
    from _bench.floor import Visitor, measured
    from accounts.models import User
    from actors.models import Listing
    from coordination.models import Attendance
    from evaluation.models import Evaluation
    from territories.models import Coordinator

    evaluation = Evaluation.objects.get()
    base = f"/evaluations/{evaluation.code}/"
    staff = User.objects.create_user("equipe@simulation.alimactiv.example", is_staff=True)
    keeper = Coordinator.objects.order_by("pk").first()
    journal = f"/journal/{keeper.territory_id}/"
    met = Attendance.objects.filter(meeting__territory=keeper.territory_id).order_by("meeting_id").first()
    entry = Listing.objects.filter(audience=0, kind__gt="").order_by("pk").first()
    asked = {
        "evaluation: overview": (staff, base),
        "evaluation: matrix": (staff, f"{base}matrice/"),
        "evaluation: a figure": (staff, f"{base}chiffres/meeting/"),
        "evaluation: a case": (staff, f"{base}cas/{evaluation.cases.order_by('pk').first().pk}/"),
        "territory: overview": (keeper.user, journal),
        "territory: meetings": (keeper.user, f"{journal}reunions/"),
        "territory: a meeting": (keeper.user, f"{journal}reunions/{met.meeting_id}/"),
        "follow-up: entries to check": (
            keeper.user,
            f"/annuaire/verification/territoire/{keeper.territory_id}/appels/",
        ),
        "directory: search": (None, "/annuaire/?q=jardin"),
        "directory: an entry": (None, f"/annuaire/fiche/{entry.actor_id}/"),
        "directory: the week": (None, f"/semaine/{keeper.territory.slug}/"),
    }
    try:
        found = {name: asdict(measured(Visitor(user), path)) for name, (user, path) in asked.items()}
    finally:
        staff.delete()
    return {"pages": found, "memory": peak_memory()}


def searches() -> dict:
    site()
    without_limits()
    from _bench.floor import Visitor, measured
    from territories.models import Territory

    town = Territory.objects.filter(code="SIM00000").get()
    west, south = round(town.longitude - 0.2, 3), round(town.latitude - 0.15, 3)
    near = f"{west},{south},{west + 0.4:.3f},{south + 0.3:.3f}"
    asked = {
        "search: two words": "/annuaire/?q=jardin+partage",
        "search: a word and a kind": "/annuaire/?q=table&type=hot_meal",
        "search: open now, around a point": f"/annuaire/?lat={town.latitude}&lon={town.longitude}&ouvert=on&rayon=25",
        "search: open on Saturday, free": "/annuaire/?gratuit=on&jour=samedi",
        "search: in a territory's directory": f"/annuaire/{town.slug}/?q=pain",
        "map: the whole country": "/annuaire/points/?bbox=-5.2,41.3,9.6,51.1",
        "map: around a town": f"/annuaire/points/?bbox={near}",
        "map: the whole country, one word": "/annuaire/points/?q=jardin&bbox=-5.2,41.3,9.6,51.1",
    }
    visitor = Visitor()
    return {name: asdict(measured(visitor, path)) for name, path in asked.items()}


def without_limits() -> None:
    """One visitor asks for all: the searches of a minute are not counted, as they are not by the floor's."""
    from alimactiv import limits

    object.__setattr__(limits.SEARCHES, "times", 10**9)
