"""When a mail may leave: ``outbox/decisions.py`` on chosen and on random pasts."""

from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outbox.decisions import CLAIM_LIFE, PARIS, Action, Decision, History, decide, is_open
from outbox.models import Mail

LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)
MONDAY = datetime(2026, 3, 2, 10, tzinfo=PARIS)
HOURS = "Les courriels partent du lundi au vendredi, de 8 h à 18 h."
PAUSE = "Pause du mois d’août."
ONE_A_DAY = "Cette adresse a déjà son courriel du jour."
THREE_A_WEEK = "Cette adresse a déjà ses trois courriels en sept jours."


def paris(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=PARIS)


def a_mail(**what) -> Mail:
    return Mail(**({"purpose": "essai", "due_at": LONG_AGO} | what))


def wait(reason: str, until: str) -> Decision:
    return Decision(Action.WAIT, reason, paris(until).astimezone(UTC))


SEND = Decision(Action.SEND)


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        ("2026-03-02T07:59:59", wait(HOURS, "2026-03-02T08:00")),
        ("2026-03-02T08:00", SEND),
        ("2026-03-02T17:59:59", SEND),
        ("2026-03-02T18:00", wait(HOURS, "2026-03-03T08:00")),
        ("2026-03-06T18:00", wait(HOURS, "2026-03-09T08:00")),
        ("2026-03-07T12:00", wait(HOURS, "2026-03-09T08:00")),
        ("2026-03-08T12:00", wait(HOURS, "2026-03-09T08:00")),
        ("2026-07-31T17:59", SEND),
        ("2026-07-31T18:00", wait(HOURS, "2026-09-01T08:00")),
        ("2026-08-01T00:00", wait(PAUSE, "2026-09-01T08:00")),
        ("2026-08-31T23:59", wait(PAUSE, "2026-09-01T08:00")),
        ("2027-08-17T10:00", wait(PAUSE, "2027-09-01T08:00")),
        ("2029-08-17T10:00", wait(PAUSE, "2029-09-03T08:00")),  # 1 September is a Saturday
    ],
)
def test_hours_week_ends_and_august(now, expected):
    assert decide(a_mail(), History(), paris(now)) == expected
    assert is_open(paris(now)) == (expected == SEND)


@pytest.mark.parametrize(
    ("friday_evening", "opening"),
    [
        ("2026-03-27T18:00", datetime(2026, 3, 30, 6, tzinfo=UTC)),  # summer time began: 8 h is an hour earlier
        ("2026-10-23T18:00", datetime(2026, 10, 26, 7, tzinfo=UTC)),
    ],
)
def test_eight_is_eight_in_paris_when_the_clocks_change(friday_evening, opening):
    assert decide(a_mail(), History(), paris(friday_evening)).until == opening


@pytest.mark.parametrize("now", ["2026-03-08T03:00", "2026-08-15T23:00", "2026-03-02T10:00"])
def test_an_urgent_mail_knows_neither_hours_nor_limits(now):
    many = History(gone=tuple(paris(now) - timedelta(hours=hours) for hours in range(5)))
    assert decide(a_mail(urgent=True), many, paris(now)) == SEND


@pytest.mark.parametrize(
    ("gone", "expected"),
    [
        (["2026-03-02T08:00"], wait(ONE_A_DAY, "2026-03-03T08:00")),
        (["2026-03-01T23:59"], SEND),
        (["2026-02-24T10:00", "2026-02-25T10:00"], SEND),
        (["2026-02-24T10:00", "2026-02-25T10:00", "2026-02-26T10:00"], wait(THREE_A_WEEK, "2026-03-03T08:00")),
        (["2026-02-23T10:00", "2026-02-25T10:00", "2026-02-26T10:00"], SEND),
        (["2026-02-26T10:00", "2026-02-27T10:00", "2026-03-02T08:00"], wait(ONE_A_DAY, "2026-03-05T08:00")),
    ],
)
def test_one_a_day_and_three_in_seven_days(gone, expected):
    assert decide(a_mail(), History(gone=tuple(map(paris, gone))), MONDAY) == expected


def test_a_day_is_a_day_in_paris():
    just_before_midnight_utc = History(gone=(datetime(2026, 3, 1, 23, 30, tzinfo=UTC),))  # 0 h 30 on Monday
    assert decide(a_mail(), just_before_midnight_utc, MONDAY).reason == ONE_A_DAY


def test_not_before_its_moment_nor_before_a_retry():
    assert decide(a_mail(due_at=paris("2026-03-02T10:01")), History(), MONDAY) == wait(
        "Prévu plus tard.", "2026-03-02T10:01"
    )
    assert decide(a_mail(due_at=paris("2026-03-07T10:00")), History(), MONDAY).until == paris("2026-03-09T08:00")
    failed = a_mail(retry_at=paris("2026-03-02T10:05"), reason="451 Plus tard")
    assert decide(failed, History(), MONDAY) == wait("Nouvel essai après un échec : 451 Plus tard", "2026-03-02T10:05")


@pytest.mark.parametrize("urgent", [True, False])
def test_never_two_at_once(urgent):
    decision = decide(a_mail(urgent=urgent), History(leaving_since=MONDAY), MONDAY)
    assert decision == Decision(
        Action.WAIT, "Un autre courriel part en ce moment à cette adresse.", (MONDAY + CLAIM_LIFE).astimezone(UTC)
    )


@pytest.mark.parametrize("urgent", [True, False])
def test_opt_outs_stop_a_purpose_and_bounces_stop_all(urgent):
    mail = a_mail(urgent=urgent)
    assert decide(mail, History(opted_out=frozenset({"autre"})), MONDAY) == SEND
    assert decide(mail, History(opted_out=frozenset({"essai"})), MONDAY) == Decision(
        Action.CANCEL, "La personne s’est désinscrite de ces courriels."
    )
    for history in (History(opted_out=frozenset({"essai"})), History(bounce="550 Inconnu")):
        assert decide(mail, history, LONG_AGO - timedelta(days=1)).action == Action.WAIT  # it may be lifted by then
    assert decide(mail, History(bounce="550 Inconnu"), MONDAY) == Decision(
        Action.CANCEL, "Adresse refusée : 550 Inconnu"
    )


moments = st.datetimes(min_value=datetime(2026, 1, 1), max_value=datetime(2028, 1, 1), timezones=st.just(UTC))
near = st.timedeltas(min_value=-timedelta(days=10), max_value=timedelta(0))


@given(now=moments, ago=st.lists(near, max_size=6), due_in=st.timedeltas(-timedelta(days=3), timedelta(days=30)))
def test_it_waits_exactly_until_it_may_leave(now, ago, due_in):
    mail, history = a_mail(due_at=now + due_in), History(gone=tuple(now + past for past in ago))
    decision = decide(mail, history, now)
    if decision == SEND:
        assert is_open(now)
        return
    assert decision.action == Action.WAIT
    assert decision.until > now
    assert decide(mail, history, decision.until) == SEND
    just_before = decide(mail, history, max(now, decision.until - timedelta(seconds=1)))
    assert (just_before.action, just_before.until) == (Action.WAIT, decision.until)


@given(start=moments, due_in=st.lists(st.timedeltas(timedelta(0), timedelta(days=60)), min_size=1, max_size=15))
def test_all_leave_in_the_end_and_never_above_the_limits(start, due_in):
    """One address, mails in the order of their moments, each sent as soon as it may."""
    history, now = History(), start
    for mail in [a_mail(due_at=start + delay) for delay in sorted(due_in)]:
        decision = decide(mail, history, now)
        now = decision.until or now
        assert decide(mail, history, now) == SEND
        history = history.then(mail, now)
    sent = [moment.astimezone(PARIS) for moment in history.gone]
    assert len(sent) == len(due_in)
    assert all(8 <= moment.hour < 18 and moment.weekday() < 5 and moment.month != 8 for moment in sent)
    days = [moment.date() for moment in sent]
    assert max(Counter(days).values()) == 1
    assert all(sum(timedelta(0) <= day - first < timedelta(days=7) for day in days) <= 3 for first in days)


def test_urgent_mails_do_not_count():
    assert History().then(a_mail(urgent=True), MONDAY) == History()
