"""Random entries of the directory, stored, for what must hold of any of them."""

from hypothesis import strategies as st

from actors.models import Actor, FoodService, Site, Stop, Supply, SupplyLine, Visibility
from territories.models import Territory

HOURS = ["", "Mo-Fr 09:00-12:00", "We 14:00-17:00; PH off", "Mo-Fr 09:00-12:00; SH off", "Sa[1] 10:00-12:00"]
PHONES = ["", "01 99 00 12 34", "3919", "+32 2 555 12 12"]
EMAILS = ["", "accueil@ville.example", "reserve@exemple.test"]
SIRETS = ["", "12345678901234", "00000000000000"]

LETTERS = st.sampled_from("aÉœ'’ =+-@\"«;,:.()|_x0041🍎\n\t\u200b\u2028")


def texts(longest: int, smallest: int = 0):
    """Also such as a spreadsheet would run, or XML escape; trimmed, as forms store them."""
    return (
        st.text(LETTERS, min_size=smallest, max_size=longest).map(str.strip).filter(lambda text: len(text) >= smallest)
    )


def one_of(choices):
    return st.sampled_from(list(choices.values))


def some_of(choices):
    return st.lists(one_of(choices), unique=True, max_size=4)


def maybe(values):
    return st.none() | values


PLACES = {
    "name": texts(20),
    "address": texts(20),
    "address_extra": texts(10),
    "postcode": st.sampled_from(["", "01000", "93140"]),
    "city": texts(12),
    "insee_code": st.sampled_from(["", "2A004", "01001"]),
    "quarter": texts(10),
}
POINTS = maybe(st.tuples(st.floats(-90, 90), st.floats(-180, 180)))
ACTORS = st.fixed_dictionaries(
    {
        "name": texts(200, 1),
        "kind": one_of(Actor.Kind),
        "siret": st.sampled_from(SIRETS),
        "accreditation": one_of(Actor.Accreditation),
        "network": texts(20) | st.sampled_from(["Restos du Cœur", "Secours populaire français"]),
        "description": texts(40),
        "phone": st.sampled_from(PHONES),
        "email": st.sampled_from(EMAILS),
        "website": st.sampled_from(["", "https://ville.example/aide?a=1", "http://exemple.test"]),
        "contact_name": texts(20),
        "contact_role": texts(10),
        "contact_phone": st.sampled_from(PHONES),
        "contact_email": st.sampled_from(EMAILS),
        "contact_visibility": one_of(Visibility),
        "visibility": one_of(Visibility),
        "ended_on": maybe(st.dates()),
    }
)
SERVICES = st.fixed_dictionaries(
    {
        "kind": one_of(FoodService.Kind),
        "name": texts(150),
        "description": texts(40),
        "publics": some_of(FoodService.Public),
        "publics_note": texts(20),
        "fee": one_of(FoodService.Fee),
        "fee_note": texts(20),
        "papers": one_of(FoodService.Need),
        "referral": one_of(FoodService.Need),
        "registration": one_of(FoodService.Need),
        "conditions": texts(300),
        "choice": one_of(FoodService.Choice),
        "products": some_of(FoodService.Product),
        "languages": some_of(FoodService.Language),
        "capacity": maybe(st.integers(0, 2_147_483_647)),
        "capacity_unit": one_of(FoodService.CapacityUnit),
        "hours_note": texts(20),
        "visibility": one_of(Visibility),
        "ended_on": maybe(st.dates()),
    }
)
SUPPLIES = st.fixed_dictionaries(
    {
        "storage_area": maybe(st.integers(0, 9999)),
        "has_cold_room": maybe(st.booleans()),
        "has_freezer": maybe(st.booleans()),
        "vehicles": st.just(3),
        "refrigerated_vehicles": maybe(st.integers(0, 3)),
        "shares": texts(20),
    }
)
LINES = st.fixed_dictionaries(
    {
        "direction": one_of(SupplyLine.Direction),
        "product": one_of(FoodService.Product),
        "text": texts(20),
        "until": maybe(st.dates()),
    }
)


def _place(draw, **more):
    place = {name: draw(values) for name, values in PLACES.items()} | more
    point = draw(POINTS)
    return place | ({"latitude": point[0], "longitude": point[1]} if point else {})


@st.composite
def directories(draw, most: int = 3):
    """Stores up to ``most`` entries, at work on some of the territories; gives them."""
    territories = list(Territory.objects.all())
    return [_entry(draw, territories) for _ in range(draw(st.integers(1, most)))]


def _entry(draw, territories):
    actor = Actor.objects.create(**draw(ACTORS))
    actor.territories.set([one for one in territories if draw(st.booleans())])
    step_free = {"is_step_free": draw(maybe(st.booleans())), "access_note": draw(texts(10))}
    sites = [Site.objects.create(actor=actor, **_place(draw, **step_free)) for _ in range(draw(st.integers(0, 2)))]
    for _ in range(draw(st.integers(0, 2))):
        service = FoodService(actor=actor, **draw(SERVICES), is_itinerant=draw(st.booleans()))
        if not service.is_itinerant:
            service.site = draw(st.sampled_from([None, *sites]))
            service.opening_hours = draw(st.sampled_from(HOURS))
        service.save()
        for _ in range(draw(st.integers(0, 2)) if service.is_itinerant else 0):
            hours = {"opening_hours": draw(st.sampled_from(HOURS)), "hours_note": draw(texts(20))}
            Stop.objects.create(service=service, **_place(draw), **hours)
    if draw(st.booleans()):
        Supply.objects.create(actor=actor, **draw(SUPPLIES))
    for line in draw(st.lists(LINES, max_size=2, unique_by=lambda line: tuple(line.values()))):
        SupplyLine.objects.create(actor=actor, **line)
    return actor
