"""Who opens which address: the one table, role by role, over the whole URL conf.

A coordinator is tried on their own territory's pages; "elsewhere" coordinates another territory of another
evaluation. 200 opens, 302 leads on (to sign-in for who is not signed in), 403 is in scope but not allowed,
404 is out of scope, 405 refuses a GET (the address acts, by POST).
"""

import pytest
from django.urls import NoReverseMatch, get_resolver, reverse

from evaluation.models import Evidence, ImportRun, PublishedFigure
from tests.factories import (
    CaseFactory,
    CoordinatorFactory,
    EvidenceFactory,
    ParticipationFactory,
    RulingFactory,
    TraineeFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db

ROLES = ("anonymous", "staff", "reader", "coordinator", "elsewhere", "plain")
EVERYONE = (200, 200, 200, 200, 200, 200)
SIGNED_IN = (302, 200, 200, 200, 200, 200)
STAFF = (302, 200, 403, 403, 403, 403)
STAFF_ON_ONE = (302, 200, 403, 403, 404, 404)  # staff's work on a territory or an evaluation that others may know of
WHOLE = (302, 200, 200, 403, 404, 404)  # speaks of all the territories of an evaluation
ACTS = (302, 405, 405, 405, 405, 405)  # by POST only: see below
NOWHERE = (404, 404, 404, 404, 404, 404)


@pytest.fixture
def world():
    """One row of everything that an address names, on the coordinator's territory."""
    case = CaseFactory(evaluation__code="essai", participation__session__number=7)
    CaseFactory(evaluation__code="ailleurs")
    ParticipationFactory(session=case.participation.session)  # that the evaluation may take in
    territory = case.participation.territory
    return {
        "case": case,
        "territory": territory,
        "coordinator": CoordinatorFactory(territory=territory),
        "trainee": TraineeFactory(participation=case.participation),
        "evidence": EvidenceFactory(case=case, criterion_id="meeting", source=Evidence.Source.DOCUMENT),
        "ruling": RulingFactory(case=case, criterion_id="other"),
        "figure": PublishedFigure.objects.create(evaluation=case.evaluation, code="meeting", value=1),
        "run": ImportRun.objects.create(filename="a.zip", by=UserFactory(), state="done"),
        "user": UserFactory(),
    }


@pytest.fixture
def people(world):
    return {
        "staff": UserFactory(is_staff=True),
        "reader": UserFactory(is_steering_reader=True),
        "coordinator": world["coordinator"].user,
        "elsewhere": CoordinatorFactory(territory=CaseFactory().participation.territory).user,
        "plain": UserFactory(),
    }


GET = {
    "home": (200, 302, 302, 302, 302, 302),
    "landing": (302, 302, 302, 302, 302, 302),
    "accessibility": EVERYONE,
    "legal": EVERYONE,
    "healthz": EVERYONE,
    "account_login": (200, 302, 302, 302, 302, 302),
    "account_request_login_code": (200, 302, 302, 302, 302, 302),
    "account_signup": (200, 302, 302, 302, 302, 302),
    "account_confirm_login_code": (302, 302, 302, 302, 302, 302),
    "mfa_authenticate": (302, 302, 302, 302, 302, 302),
    "account_inactive": EVERYONE,
    "account_logout": SIGNED_IN,
    "mfa_index": SIGNED_IN,
    "mfa_reauthenticate": (302, 403, 403, 403, 403, 403),
    "mfa_activate_totp": SIGNED_IN,
    "mfa_deactivate_totp": (302, 404, 404, 404, 404, 404),
    "mfa_view_recovery_codes": (302, 404, 404, 404, 404, 404),
    "mfa_generate_recovery_codes": SIGNED_IN,
    "mfa_download_recovery_codes": (302, 404, 404, 404, 404, 404),
    "accounts:people": STAFF,
    "accounts:add_person": STAFF,
    "accounts:profile": SIGNED_IN,
    "accounts:person": STAFF,
    "accounts:deactivate_person": STAFF,
    "accounts:reactivate_person": STAFF,
    "accounts:remove_second_factor": STAFF,
    "outbox:mailbox": NOWHERE,  # in development only
    "territories:territory_list": STAFF,
    "territories:territory_search": (302, 302, 403, 403, 403, 403),
    "territories:my_territories": SIGNED_IN,
    "territories:territory_create": STAFF,
    "territories:territory": (302, 200, 200, 200, 404, 404),
    "territories:territory_edit": STAFF_ON_ONE,
    "territories:territory_merge": STAFF_ON_ONE,
    "territories:territory_unmerge": STAFF_ON_ONE,
    "territories:coordinator_add": STAFF_ON_ONE,
    "territories:coordinator_remove": STAFF_ON_ONE,
    "territories:session_list": STAFF,
    "territories:session_create": STAFF,
    "territories:session": STAFF,
    "territories:session_edit": STAFF,
    "territories:session_participation_add": STAFF,
    "territories:session_participation_edit": STAFF_ON_ONE,
    "territories:session_participation_remove": STAFF_ON_ONE,
    "actors:participation": STAFF_ON_ONE,
    "actors:trainee_add": STAFF_ON_ONE,
    "actors:trainee_edit": STAFF_ON_ONE,
    "actors:trainee_remove": STAFF_ON_ONE,
    "evaluation:evaluation_list": SIGNED_IN,
    "evaluation:import_workbook": STAFF,
    "evaluation:import_run": STAFF,
    "evaluation:confirm_import": ACTS,
    "evaluation:evaluation_create": STAFF,
    "evaluation:criteria": STAFF,
    "evaluation:family_add": STAFF,
    "evaluation:family_edit": STAFF,
    "evaluation:family_delete": STAFF,
    "evaluation:criterion_add": STAFF,
    "evaluation:criterion_edit": STAFF,
    "evaluation:criterion_delete": STAFF,
    "evaluation:overview": (302, 200, 200, 302, 404, 404),
    "evaluation:figure": WHOLE,
    "evaluation:export_workbook": STAFF_ON_ONE,
    "evaluation:evaluation_edit": STAFF_ON_ONE,
    "evaluation:evaluation_scope": STAFF_ON_ONE,
    "evaluation:scope_add": ACTS,
    "evaluation:published_figures": STAFF_ON_ONE,
    "evaluation:published_figure_add": STAFF_ON_ONE,
    "evaluation:published_figure_edit": STAFF_ON_ONE,
    "evaluation:published_figure_delete": STAFF_ON_ONE,
    "evaluation:brakes": WHOLE,
    "evaluation:success": WHOLE,
    "evaluation:outcomes": WHOLE,
    "evaluation:map": WHOLE,
    "evaluation:sessions": WHOLE,
    "evaluation:gaps": WHOLE,
    "evaluation:matrix": WHOLE,
    "evaluation:case": (302, 200, 200, 200, 404, 404),
    "evaluation:case_rename": STAFF_ON_ONE,
    "evaluation:case_remove": STAFF_ON_ONE,
    "evaluation:respondents_edit": STAFF_ON_ONE,
    "evaluation:interview_edit": STAFF_ON_ONE,
    "evaluation:interview_delete": (302, 404, 403, 403, 404, 404),
    "evaluation:cell": (302, 200, 200, 200, 404, 404),
    "evaluation:evidence_add": STAFF_ON_ONE,
    "evaluation:evidence_edit": STAFF_ON_ONE,
    "evaluation:evidence_delete": STAFF_ON_ONE,
    "evaluation:rule": ACTS,
    "evaluation:withdraw_ruling": ACTS,
}

# What only a POST does; the form is filled in well enough to be taken.
POST = {
    "evaluation:confirm_import": ({}, (302, 302, 403, 403, 403, 403)),
    "evaluation:rule": ({"value": "yes", "reason": "Vu sur place."}, (302, 302, 403, 403, 404, 404)),
    "evaluation:withdraw_ruling": ({}, (302, 302, 403, 403, 404, 404)),
    "evaluation:scope_add": ({"numbers": ["7"]}, (302, 302, 403, 403, 404, 404)),
}

# The words that each address needs, from the world above.
ARGUMENTS = {
    "accounts:person": lambda w: [w["user"].pk],
    "accounts:deactivate_person": lambda w: [w["user"].pk],
    "accounts:reactivate_person": lambda w: [w["user"].pk],
    "accounts:remove_second_factor": lambda w: [w["user"].pk],
    "territories:territory": lambda w: [w["territory"].pk],
    "territories:territory_edit": lambda w: [w["territory"].pk],
    "territories:territory_merge": lambda w: [w["territory"].pk],
    "territories:territory_unmerge": lambda w: [w["territory"].pk],
    "territories:coordinator_add": lambda w: [w["territory"].pk],
    "territories:coordinator_remove": lambda w: [w["coordinator"].pk],
    "territories:session": lambda w: [7],
    "territories:session_edit": lambda w: [7],
    "territories:session_participation_add": lambda w: [7],
    "territories:session_participation_edit": lambda w: [w["case"].participation_id],
    "territories:session_participation_remove": lambda w: [w["case"].participation_id],
    "actors:participation": lambda w: [w["case"].participation_id],
    "actors:trainee_add": lambda w: [w["case"].participation_id],
    "actors:trainee_edit": lambda w: [w["trainee"].pk],
    "actors:trainee_remove": lambda w: [w["trainee"].pk],
    "evaluation:import_run": lambda w: [w["run"].pk],
    "evaluation:confirm_import": lambda w: [w["run"].pk],
    "evaluation:family_edit": lambda w: ["outcome"],
    "evaluation:family_delete": lambda w: ["outcome"],
    "evaluation:criterion_edit": lambda w: ["meeting"],
    "evaluation:criterion_delete": lambda w: ["meeting"],
    "evaluation:figure": lambda w: ["essai", "meeting"],
    "evaluation:published_figure_edit": lambda w: ["essai", w["figure"].pk],
    "evaluation:published_figure_delete": lambda w: ["essai", w["figure"].pk],
    "evaluation:case": lambda w: ["essai", w["case"].pk],
    "evaluation:case_rename": lambda w: ["essai", w["case"].pk],
    "evaluation:case_remove": lambda w: ["essai", w["case"].pk],
    "evaluation:respondents_edit": lambda w: ["essai", w["case"].pk],
    "evaluation:interview_edit": lambda w: ["essai", w["case"].pk],
    "evaluation:interview_delete": lambda w: ["essai", w["case"].pk],
    "evaluation:cell": lambda w: ["essai", w["case"].pk, "meeting"],
    "evaluation:evidence_add": lambda w: ["essai", w["case"].pk, "meeting"],
    "evaluation:evidence_edit": lambda w: ["essai", w["evidence"].pk],
    "evaluation:evidence_delete": lambda w: ["essai", w["evidence"].pk],
    "evaluation:rule": lambda w: ["essai", w["case"].pk, "meeting"],
    "evaluation:withdraw_ruling": lambda w: ["essai", w["ruling"].pk],
}


def names(resolver, namespace: str = ""):
    for pattern in resolver.url_patterns:
        if hasattr(pattern, "url_patterns"):
            yield from names(pattern, namespace + (f"{pattern.namespace}:" if pattern.namespace else ""))
        else:
            yield f"{namespace}{pattern.name}"


def address(name: str, world: dict) -> str:
    if name in ARGUMENTS:
        return reverse(name, args=ARGUMENTS[name](world))
    try:
        return reverse(name)
    except NoReverseMatch:
        return reverse(name, args=["essai"])  # a page of the evaluation as a whole


def test_every_address_is_in_the_table():
    assert sorted(set(names(get_resolver()))) == sorted(GET)


def test_every_address_that_acts_by_post_only_is_tried_by_post():
    assert {name for name, expected in GET.items() if expected == ACTS} == set(POST)


@pytest.mark.parametrize("name", GET)
def test_who_opens(name, world, people, client):
    url = address(name, world)
    found = []
    for role in ROLES:
        client.logout()
        if role in people:
            client.force_login(people[role])
        found.append(client.get(url).status_code)
    assert dict(zip(ROLES, found, strict=True)) == dict(zip(ROLES, GET[name], strict=True))


@pytest.mark.parametrize(("name", "role"), [(name, role) for name in POST for role in ROLES])
def test_who_acts(name, role, world, people, client):
    form, expected = POST[name]
    if role in people:
        client.force_login(people[role])
    assert client.post(address(name, world), form).status_code == expected[ROLES.index(role)]
