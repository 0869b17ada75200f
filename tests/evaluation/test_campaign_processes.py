"""A campaign by the site's own processes, killed over and over: each mail leaves once, or someone is asked to look."""

import random
from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
from django.utils import timezone

from evaluation.models import Invitation, Step
from outbox.decisions import CLAIM_LIFE, PARIS
from outbox.models import Mail
from tests.factories import CampaignFactory, CaseFactory, QuestionFactory, StepFactory
from tests.processes import Site, kill, sites, wait_for

pytestmark = pytest.mark.django_db(transaction=True)
State = Mail.State
MONDAY = datetime(2026, 3, 2, 10, tzinfo=PARIS)
PEOPLE = 1000
AT_ONCE = 2  # workers, of two processes each
KILLS = 20
ROUNDS = KILLS // AT_ONCE
ROUND = CLAIM_LIFE + timedelta(minutes=1)
"""After which those who come next find what the dead held."""


@pytest.fixture
def site(tmp_path, mail_server) -> Iterator[Site]:
    yield from sites(tmp_path, mail_server, "redis", application="tests.evaluation.worker")


def launch() -> list[str]:
    """A campaign whose invitations leave on Monday; the addresses."""
    campaign = CampaignFactory(
        running=True,
        opens_on=MONDAY.date(),
        launched_at=MONDAY - timedelta(days=1),
        version=QuestionFactory().page.version,
    )
    for kind, days in (("invitation", 0), ("reminder", 7), ("call", 14)):
        StepFactory(campaign=campaign, kind=kind, days=days)
    case = CaseFactory(evaluation=campaign.evaluation)
    addresses = [f"a{number}@exemple.test" for number in range(PEOPLE)]
    Invitation.objects.bulk_create(
        Invitation(campaign=campaign, case=case, name=f"Personne {number}", email=address)
        for number, address in enumerate(addresses)
    )
    return addresses


def at(site: Site, later: timedelta) -> None:
    """What starts from now on lives so long after Monday at ten."""
    site.environment["TEST_CLOCK"] = str((MONDAY + later - timezone.now()).total_seconds())


def states(site: Site) -> Counter:
    return Counter(state for (state,) in site.query("SELECT state FROM outbox_mail"))


def may_leave(site: Site) -> int:
    """How many are due, and were not put off."""
    ((found,),) = site.query("SELECT count(*) FROM outbox_mail WHERE state = 'due' AND retry_at IS NULL")
    return found


def test_a_campaign_whose_workers_are_killed_and_whose_queue_is_lost(site):
    addresses = launch()
    site.open()
    at(site, timedelta(0))
    beat = site.start_beat()
    workers = [site.start_worker() for _ in range(AT_ONCE)]
    for number in range(1, ROUNDS + 1):
        enough = min(len(site.accepted) + random.randint(1, PEOPLE // ROUNDS), PEOPLE * 4 // 5)
        wait_for(lambda enough=enough: len(site.accepted) >= enough, f"{enough} mails")
        for worker in workers:
            kill(worker)
        if number == ROUNDS // 2:
            site.redis.kill()
            site.redis.start()
        at(site, number * ROUND)
        workers = [site.start_worker() for _ in range(AT_ONCE)]
    wait_for(lambda: sum(states(site).values()) == PEOPLE and not may_leave(site), "the last mail")

    for later in (1, 2, 3):  # dead claims are found, what they held leaves, and then what was put off
        for process in (beat, *workers):
            kill(process)
        at(site, (ROUNDS + later) * ROUND)
        beat, workers = site.start_beat(), [site.start_worker()]
        wait_for(lambda: not states(site)[State.CLAIMED] and not may_leave(site), "the dead claims")
    wait_for(lambda: not {State.DUE, State.CLAIMED} & set(states(site)), "what they held")

    rows = site.query("SELECT recipient, step, state FROM outbox_mail")
    invitation = Step.objects.get(kind=Step.Kind.INVITATION)
    assert sorted((recipient, step) for recipient, step, _ in rows) == sorted((a, invitation.code) for a in addresses)
    taken = Counter(recipient for _, recipient in site.accepted)
    assert set(taken.values()) == {1}
    sent = {recipient for recipient, _, state in rows if state == State.SENT}
    in_doubt = {recipient for recipient, _, state in rows if state == State.TO_CHECK}
    assert sent | in_doubt == set(addresses)
    assert sent <= set(taken)
    assert len(in_doubt) <= KILLS * 2 + AT_ONCE * 2  # one a process, at most
