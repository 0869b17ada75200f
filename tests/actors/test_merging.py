"""Making one entry of two, and taking it back: on random rows of every table that leads to an entry."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from django.apps import apps
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.models import AuditEntry
from actors.merging import ABSORBED, KEPT, STAYS, name_of, preview, relations_moved, relations_to
from actors.models import Actor, CheckCall, Member, Merge, NotDuplicate, Supply
from actors.operations import merging
from actors.operations.merging import as_written
from coordination.models import Outcome, Partner
from evaluation import logbook
from evaluation.models import Case
from tests.factories import (
    ActionItemFactory,
    ActorFactory,
    AttendanceFactory,
    CaseFactory,
    CheckRoundFactory,
    ConfirmationFactory,
    FoodServiceFactory,
    JoiningFactory,
    MappingFactory,
    MeetingFactory,
    MemberFactory,
    MinutesFactory,
    ProjectFactory,
    ProposalFactory,
    SiteFactory,
    SupplyLineFactory,
    SupportFactory,
    TerritoryFactory,
    TraineeFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db


class World:
    """What several rows may share, so that those of two entries collide."""

    def __init__(self) -> None:
        self.by = UserFactory(is_staff=True)
        self.territories = [TerritoryFactory() for _ in range(3)]
        self.meetings = [MeetingFactory(territory=self.territories[0]) for _ in range(2)]
        self.projects = [ProjectFactory(territory=self.territories[0]) for _ in range(2)]
        self.mappings = [MappingFactory(territory=self.territories[0]) for _ in range(2)]
        self.minutes = MinutesFactory(meeting=self.meetings[0])
        self.one, self.other, self.third = (ActorFactory(name=f"Entraide {n}") for n in ("Une", "Deux", "Trois"))


def add_member(world: World, actor: Actor, n: int) -> Member:
    known = Member.objects.filter(actor=actor, email=f"m{n}@exemple.test").first()
    gone = date(2026, 1, 1 + n) if n % 2 else None
    access = [*Member.Access][n % 3]
    return known or MemberFactory(actor=actor, email=f"m{n}@exemple.test", left_on=gone, access=access)


def add_territory(world: World, actor: Actor, n: int) -> None:
    actor.territories.add(world.territories[n])


def add_mapping(world: World, actor: Actor, n: int) -> None:
    world.mappings[n % 2].actors.add(actor)


def add_attendance(world: World, actor: Actor, n: int) -> None:
    member = add_member(world, actor, n)
    if not member.attendances.filter(meeting=world.meetings[n % 2]).exists():
        AttendanceFactory(meeting=world.meetings[n % 2], member=member, present=[None, True, False][n])


def add_action(world: World, actor: Actor, n: int) -> None:
    owner = {"owner_actor": actor} if n else {"owner_member": add_member(world, actor, n), "owner_actor": actor}
    ActionItemFactory(territory=world.territories[0], **owner)


def add_outcome(world: World, actor: Actor, n: int) -> None:
    Outcome.objects.create(
        minutes=world.minutes, kind="decision", text="Dit", owner_actor=actor, owner_member=add_member(world, actor, n)
    )


def add_partner(world: World, actor: Actor, n: int) -> None:
    Partner.objects.get_or_create(project=world.projects[n % 2], actor=actor, defaults={"role": ["", "prête"][n % 2]})


def add_round(world: World, actor: Actor, n: int) -> None:
    closed = {"closed_at": timezone.now(), "outcome": "phoned"} if n == 2 else {}
    if closed or not actor.check_rounds.open().exists():
        called = {"to_call_since": timezone.now()} if n else {}
        CheckCall.objects.create(round=CheckRoundFactory(actor=actor, **closed, **called), result="later")


def add_joining(world: World, actor: Actor, n: int) -> None:
    if not actor.joinings.open().filter(email="arrive@exemple.test").exists():
        state = ["sent", "pending"][n % 2]
        JoiningFactory(actor=actor, email="arrive@exemple.test", state=state, is_claim=bool(n % 2))


def add_supply(world: World, actor: Actor, n: int) -> None:
    if not Supply.objects.filter(actor=actor).exists():
        vehicles = [{}, {"vehicles": 1}, {"vehicles": 3, "refrigerated_vehicles": 2}][n]
        Supply.objects.create(actor=actor, has_cold_room=bool(n % 2), **vehicles)


def add_absorbed(world: World, actor: Actor, n: int) -> None:
    ActorFactory(merged_into=actor)


ADD: dict[str, Callable[[World, Actor, int], object]] = {
    "Actor.merged_into": add_absorbed,
    "Actor_territories.actor": add_territory,
    "ActionItem.owner_actor": add_action,
    "Attendance.actor": add_attendance,
    "CheckRound.actor": add_round,
    "Confirmation.actor": lambda world, actor, n: ConfirmationFactory(actor=actor),
    "FoodService.actor": lambda world, actor, n: FoodServiceFactory(site=SiteFactory(actor=actor)),
    "Joining.actor": add_joining,
    "Mapping_actors.actor": add_mapping,
    "Member.actor": add_member,
    "Outcome.owner_actor": add_outcome,
    "Partner.actor": add_partner,
    "PoliticalSupport.structure": lambda world, actor, n: SupportFactory(structure=actor),
    "Proposal.actor": lambda world, actor, n: ProposalFactory(actor=actor),
    "Site.actor": lambda world, actor, n: SiteFactory(actor=actor),
    "Supply.actor": add_supply,
    "SupplyLine.actor": lambda world, actor, n: SupplyLineFactory(actor=actor),
    "Trainee.actor": lambda world, actor, n: TraineeFactory(actor=actor),
}
"""A row leading to an entry by each foreign key that a merge moves."""


def test_every_foreign_key_to_an_entry_is_tried_here():
    """A new one: add it to ``ADD``, or to ``STAYS`` if what it says is not to be moved."""
    assert sorted(ADD) == [name_of(field) for field in relations_moved()]
    assert {name_of(field) for field in relations_to(Actor)} >= STAYS


DERIVED = {"Listing", "Opening", "Word", "Merge"}


def everything() -> dict[tuple[str, int], dict]:
    """Every row of the apps that know entries, but what is derived from others."""
    rows = {}
    for label in ("actors", "coordination", "territories"):
        for model in apps.get_app_config(label).get_models(include_auto_created=True):
            if model.__name__ in DERIVED:
                continue
            for row in model._base_manager.all():
                fields = as_written(row)["fields"]
                if model is Actor:  # an entry that was merged and parted did change
                    del fields["changed_at"]
                rows[model.__name__, row.pk] = fields
    return rows


def leading_to(actor: Actor) -> int:
    return sum(field.model._base_manager.filter(**{field.attname: actor.pk}).count() for field in relations_moved())


rows_added = st.lists(
    st.tuples(st.sampled_from(sorted(ADD)), st.sampled_from([0, 1]), st.sampled_from([0, 1, 2])), max_size=30
)
texts = st.fixed_dictionaries(
    {
        "description": st.sampled_from(["", "Épicerie", "Repas"]),
        "siret": st.sampled_from(["", "12345678901234", "99999999999999"]),
        "visibility": st.sampled_from(["public", "professionals", "coordination"]),
        "ended_on": st.sampled_from([None, date(2026, 1, 1)]),
        "contact_name": st.sampled_from(["", "Dominique Fictif"]),
        "is_not_asked": st.booleans(),
    }
)
from_database = settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])


@from_database
@given(
    rows_added,
    texts,
    texts,
    st.dictionaries(st.sampled_from(["description", "visibility", "siret"]), st.sampled_from([KEPT, ABSORBED])),
)
def test_a_merge_that_is_undone_leaves_everything_as_it_was(rows, one, other, choices):
    with transaction.atomic():
        world = World()
        Actor.objects.filter(pk=world.one.pk).update(**one)
        Actor.objects.filter(pk=world.other.pk).update(**other)
        for name, which, n in rows:
            ADD[name](world, [world.one, world.other][which], n)
        before = everything()

        merge = merging.merge(kept=world.one, absorbed=world.other, choices=choices, by=world.by)

        merged = everything()
        removed = {(row["model"].split(".")[1], row["pk"]) for row in merge.moved["removed"]}
        lost = {(name.lower(), pk) for name, pk in before if (name, pk) not in merged}
        assert lost == removed
        assert leading_to(world.other) == 0
        assert set(merged) <= set(before)

        stays = merging.undo(merge=merge, by=world.by)

        assert stays == []
        assert everything() == before
        transaction.set_rollback(True)


# What is decided on the way -----------------------------------------------------------------------


@pytest.fixture
def by():
    return UserFactory(is_staff=True)


@pytest.fixture
def pair():
    return ActorFactory(name="Entraide Une"), ActorFactory(name="Entraide Deux")


def read(actor: Actor) -> Actor:
    return Actor.objects.get(pk=actor.pk)


def test_what_the_kept_entry_does_not_say_the_other_completes(pair, by):
    kept, absorbed = pair
    Actor.objects.filter(pk=kept.pk).update(phone="01 99 00 00 01")
    Actor.objects.filter(pk=absorbed.pk).update(
        phone="01 99 00 00 02", siret="12345678901234", accreditation="regional"
    )
    merging.merge(kept=kept, absorbed=absorbed, by=by)
    kept, absorbed = read(kept), read(absorbed)
    assert (kept.name, kept.phone, kept.siret, kept.accreditation) == (
        "Entraide Une",
        "01 99 00 00 01",
        "12345678901234",
        "regional",
    )
    assert absorbed.merged_into == kept
    assert absorbed.phone == "01 99 00 00 02"


def test_a_choice_takes_the_other_s_value_and_the_name_is_found(pair, by):
    kept, absorbed = pair
    merging.merge(kept=kept, absorbed=absorbed, choices={"name": ABSORBED}, by=by)
    assert (read(kept).name, read(kept).search_name) == ("Entraide Deux", "entraide deux")


def test_a_contact_is_taken_whole_with_who_may_see_it(pair, by):
    kept, absorbed = pair
    Actor.objects.filter(pk=kept.pk).update(contact_name="Camille Fictive", contact_visibility="public")
    theirs = {"contact_name": "Dominique Fictif", "contact_phone": "06 99", "contact_visibility": "coordination"}
    Actor.objects.filter(pk=absorbed.pk).update(**theirs)
    merging.merge(kept=kept, absorbed=absorbed, choices={"contact": ABSORBED}, by=by)
    assert {name: getattr(read(kept), name) for name in theirs} == theirs


@pytest.mark.parametrize(
    ("mine", "theirs", "chosen", "expected"),
    [
        ("public", "coordination", None, "coordination"),
        ("coordination", "public", None, "coordination"),
        ("public", "professionals", None, "professionals"),
        ("coordination", "public", ABSORBED, "public"),
    ],
)
def test_nobody_reads_more_unless_it_is_chosen(pair, by, mine, theirs, chosen, expected):
    kept, absorbed = pair
    Actor.objects.filter(pk=kept.pk).update(visibility=mine)
    Actor.objects.filter(pk=absorbed.pk).update(visibility=theirs)
    merging.merge(kept=kept, absorbed=absorbed, choices={"visibility": chosen} if chosen else None, by=by)
    assert read(kept).visibility == expected


@pytest.mark.parametrize(
    ("mine", "theirs", "chosen"), [("coordination", "public", ABSORBED), ("public", "coordination", KEPT)]
)
def test_a_service_is_not_read_by_more_people_than_before(pair, by, mine, theirs, chosen):
    services = {}
    for actor, visibility in zip(pair, (mine, theirs), strict=True):
        Actor.objects.filter(pk=actor.pk).update(visibility=visibility)
        services[visibility] = FoodServiceFactory(site=SiteFactory(actor=actor), visibility="public")
    merge = merging.merge(kept=pair[0], absorbed=pair[1], choices={"visibility": chosen}, by=by)
    for visibility, service in services.items():
        service.refresh_from_db()
        assert service.visibility == visibility
    merging.undo(merge=merge, by=by)
    services["coordination"].refresh_from_db()
    assert services["coordination"].visibility == "public"


def test_one_person_of_both_stays_with_the_wider_rights_and_all_their_meetings(pair, by):
    kept, absorbed = pair
    account, territory = UserFactory(email="p@exemple.test"), TerritoryFactory()
    mine = MemberFactory(actor=kept, email="p@exemple.test", access="attends", left_on=date(2026, 1, 1))
    theirs = MemberFactory(actor=absorbed, email="P@exemple.test", access="manager", user=account, role="trésorière")
    both, only = (MeetingFactory(territory=territory) for _ in range(2))
    AttendanceFactory(meeting=both, member=mine, present=None, invited=True)
    AttendanceFactory(meeting=both, member=theirs, present=True)
    AttendanceFactory(meeting=only, member=theirs)
    action = ActionItemFactory(territory=territory, owner_member=theirs)

    merging.merge(kept=kept, absorbed=absorbed, by=by)

    member = Member.objects.get()
    assert (member.pk, member.access, member.left_on, member.user, member.role) == (
        mine.pk,
        "manager",
        None,
        account,
        "trésorière",
    )
    assert [(one.meeting, one.actor, one.invited, one.present) for one in member.attendances.order_by("pk")] == [
        (both, kept, True, True),
        (only, kept, False, True),
    ]
    action.refresh_from_db()
    assert action.owner_member == mine


@pytest.mark.parametrize(
    ("mine", "theirs", "expected"),
    [
        (("attends", None), ("manager", None), ("manager", None)),
        (("manager", None), ("attends", None), ("manager", None)),
        (("attends", None), ("manager", date(2026, 1, 1)), ("attends", None)),
        (("manager", date(2026, 1, 1)), ("attends", date(2026, 2, 1)), ("manager", date(2026, 2, 1))),
    ],
)
def test_rights_of_who_left_do_not_come_back(pair, by, mine, theirs, expected):
    for actor, (access, left_on) in zip(pair, (mine, theirs), strict=True):
        MemberFactory(actor=actor, email="p@exemple.test", access=access, left_on=left_on)
    merging.merge(kept=pair[0], absorbed=pair[1], by=by)
    member = Member.objects.get()
    assert (member.access, member.left_on) == expected


def test_what_a_table_forbids_is_not_completed(pair, by):
    kept, absorbed = pair
    Supply.objects.create(actor=kept, vehicles=1)
    Supply.objects.create(actor=absorbed, vehicles=3, refrigerated_vehicles=2, storage_area=40)
    merging.merge(kept=kept, absorbed=absorbed, by=by)
    supply = Supply.objects.get()
    assert (supply.actor, supply.vehicles, supply.refrigerated_vehicles, supply.storage_area) == (kept, 1, None, 40)


def test_what_was_told_apart_from_one_is_apart_from_the_other(pair, by):
    kept, absorbed = pair
    before, after = ActorFactory(pk=kept.pk - 1000), ActorFactory()
    for other in (before, after, kept):
        merging.tell_apart(one=absorbed, other=other, by=by)
    said = {(row.first, row.second) for row in NotDuplicate.objects.all()}
    merge = merging.merge(kept=kept, absorbed=absorbed, by=by)
    assert {(row.first, row.second) for row in NotDuplicate.objects.all()} - said == {(before, kept), (kept, after)}
    merging.undo(merge=merge, by=by)
    assert {(row.first, row.second) for row in NotDuplicate.objects.all()} == said


def test_an_entry_is_merged_once(pair, by):
    kept, absorbed = pair
    merging.merge(kept=kept, absorbed=absorbed, by=by)
    third = ActorFactory()
    for one, other in ((absorbed, third), (third, absorbed), (kept, kept)):
        with pytest.raises(merging.CannotMergeError):
            merging.merge(kept=one, absorbed=other, by=by)
    assert Merge.objects.count() == 1


def test_both_entries_log_it(pair, by):
    kept, absorbed = pair
    Actor.objects.filter(pk=absorbed.pk).update(siret="12345678901234")
    merge = merging.merge(kept=kept, absorbed=absorbed, by=by)
    merging.undo(merge=merge, by=by)
    logged = {entry.action: entry for entry in AuditEntry.objects.filter(subject=f"actor:{kept.pk}", by=by)}
    assert sorted(logged) == ["réunion annulée", "réunion d’un doublon"]
    assert logged["réunion d’un doublon"].changes["SIRET"] == ["", "12345678901234"]
    assert logged["réunion annulée"].changes["SIRET"] == ["12345678901234", ""]
    told = AuditEntry.objects.filter(subject=f"actor:{absorbed.pk}", by=by).values_list("action", flat=True)
    assert sorted(told) == ["réunie à une autre fiche", "réunion annulée"]


# Taken back ---------------------------------------------------------------------------------------


def test_what_came_since_stays_with_the_entry_kept(pair, by):
    kept, absorbed = pair
    theirs = SiteFactory(actor=absorbed)
    merge = merging.merge(kept=kept, absorbed=absorbed, by=by)
    since = SiteFactory(actor=kept)
    assert merging.undo(merge=merge, by=by) == []
    assert [*kept.sites.all()] == [since]
    assert [*absorbed.sites.all()] == [theirs]


def test_what_was_changed_since_stays_and_is_said(pair, by):
    kept, absorbed = pair
    Actor.objects.filter(pk=absorbed.pk).update(siret="12345678901234", network="Réseau fictif")
    moved, deleted = SiteFactory(actor=absorbed, name="Halle"), SiteFactory(actor=absorbed)
    merge = merging.merge(kept=kept, absorbed=absorbed, by=by)
    Actor.objects.filter(pk=kept.pk).update(network="Un autre")
    elsewhere = ActorFactory()
    moved.actor = elsewhere
    moved.save()
    deleted.delete()
    stays = merging.undo(merge=merge, by=by)
    assert (read(kept).siret, read(kept).network) == ("", "Un autre")
    assert read(absorbed).network == "Réseau fictif"
    moved.refresh_from_db()
    assert moved.actor == elsewhere
    assert sorted(stays) == [
        "Acteur «\u00a0Entraide Une\u00a0»\u00a0: réseau ou fédération, changé depuis.",
        "Lieu «\u00a0Halle\u00a0»\u00a0: reste où cela a été mis depuis.",
    ]


def test_a_double_whose_meeting_was_erased_since_is_said(pair, by):
    kept, absorbed = pair
    meeting = MeetingFactory()
    for actor in pair:
        AttendanceFactory(meeting=meeting, member=MemberFactory(actor=actor, email="p@exemple.test", name="Camille"))
    merge = merging.merge(kept=kept, absorbed=absorbed, by=by)
    meeting.delete()
    assert merging.undo(merge=merge, by=by) == [
        "Présence «\u00a0Camille (Entraide Une)\u00a0»\u00a0: ce dont elle dépend a été effacé."
    ]
    assert [member.actor for member in Member.objects.order_by("pk")] == [kept, absorbed]


def test_merges_are_taken_back_the_last_first(pair, by):
    kept, absorbed = pair
    third = ActorFactory()
    SiteFactory(actor=absorbed)
    before = everything()
    first = merging.merge(kept=kept, absorbed=absorbed, by=by)
    second = merging.merge(kept=third, absorbed=kept, by=by)
    assert read(absorbed).merged_into == third
    with pytest.raises(merging.CannotMergeError, match="plus récente"):
        merging.undo(merge=first, by=by)
    merging.undo(merge=second, by=by)
    assert read(absorbed).merged_into == kept
    merging.undo(merge=first, by=by)
    assert everything() == before


def test_after_thirty_days_it_stays(pair, by):
    merge = merging.merge(kept=pair[0], absorbed=pair[1], by=by)
    assert [*Merge.objects.undoable()] == [merge]
    Merge.objects.update(at=timezone.now() - timedelta(days=30))
    assert [*Merge.objects.undoable()] == []
    with pytest.raises(merging.CannotMergeError, match="30 jours"):
        merging.undo(merge=merge, by=by)


def test_it_is_undone_once(pair, by):
    merge = merging.merge(kept=pair[0], absorbed=pair[1], by=by)
    merging.undo(merge=merge, by=by)
    with pytest.raises(merging.CannotMergeError, match="déjà annulée"):
        merging.undo(merge=merge, by=by)


# The preview, and what the evaluation reads -------------------------------------------------------


def test_the_preview_counts_what_moves_and_what_is_there_already(pair):
    kept, absorbed = pair
    here, there = TerritoryFactory(), TerritoryFactory()
    kept.territories.set([here])
    absorbed.territories.set([here, there])
    for n in range(3):
        SiteFactory(actor=absorbed)
        AttendanceFactory(member=MemberFactory(actor=absorbed, email=f"m{n}@exemple.test"))
    MemberFactory(actor=kept, email="m1@exemple.test")
    found = {move.label: (move.count, move.doubled) for move in preview(kept, absorbed).moves}
    assert found == {"Territoires": (2, 1), "Lieux": (3, 0), "Présences": (3, 0), "Membres des structures": (3, 1)}


def test_the_preview_names_what_differs(pair):
    kept, absorbed = pair
    theirs = {"phone": "01 99 00 00 02", "ended_on": date(2026, 1, 1), "is_not_asked": True, "not_asked_reason": "trop"}
    Actor.objects.filter(pk=absorbed.pk).update(**theirs)
    found = [(c.label, c.kept, c.absorbed, c.default) for c in preview(kept, read(absorbed)).choices]
    assert found == [
        ("Nom", "Entraide Une", "Entraide Deux", KEPT),
        ("Téléphone", "", "01 99 00 00 02", ABSORBED),
        ("A cessé son activité le", "", "1er janvier 2026", KEPT),
        ("Relances", "", "Ne pas relancer\u00a0: trop", ABSORBED),
    ]


def test_as_many_queries_for_three_rows_as_for_one(pair):
    kept, absorbed = pair

    def queries() -> int:
        for actor in pair:
            member = MemberFactory(actor=actor, email=f"m{Member.objects.count() // 2}@exemple.test")
            AttendanceFactory(member=member)
            SiteFactory(actor=actor)
        with CaptureQueriesContext(connection) as captured:
            preview(kept, absorbed)
        return len(captured)

    assert queries() == queries() == queries()


def test_figures_do_not_change(pair, by):
    case = CaseFactory()
    territory = case.participation.territory
    meeting = MeetingFactory(territory=territory)
    for actor in pair:
        actor.territories.add(territory)
        AttendanceFactory(meeting=meeting, member=MemberFactory(actor=actor))
        Partner.objects.create(project=ProjectFactory(territory=territory, **FINISHED), actor=actor)
    MappingFactory(territory=territory, finished_on=date(2025, 1, 1)).actors.set(pair)
    cases = Case.objects.filter(pk=case.pk)
    before = logbook.tallies(case.evaluation, cases)
    assert before[territory.pk]["mutualisation"].yes == 2
    merging.merge(kept=pair[0], absorbed=pair[1], by=by)
    assert logbook.tallies(case.evaluation, cases) == before


FINISHED = {"stage": "finished", "finished_on": date(2025, 1, 1)}
