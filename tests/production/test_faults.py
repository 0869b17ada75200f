"""What each part's fall does to the others, with real processes: the site answers or says so, then all goes on.

Workers killed over and over while mails leave, and a queue lost in the middle: ``tests/outbox/test_processes.py`` and
``tests/evaluation/test_campaign_processes.py``. Who is told what of it: ``tests/outbox/test_health.py``.
"""

from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from evaluation import criteria
from evaluation.models import Criterion, Family, Invitation, Rendering, ReportSnapshot, Step
from evaluation.reporting import renderings
from evaluation.reporting.snapshots import freeze
from outbox import operations
from outbox.decisions import PARIS
from outbox.models import Mail
from tests.factories import CampaignFactory, CaseFactory, EvaluationFactory, QuestionFactory, StepFactory
from tests.processes import PostgreSQL, Site, free_port, kill, wait_for
from tests.visitor import Visitor

pytestmark = pytest.mark.django_db(transaction=True)
State = Mail.State
MONDAY = datetime(2026, 3, 2, 10, tzinfo=PARIS)
MAILS = 500
AT_ONCE = 8  # as many as gunicorn's threads: each has a connection of its own
PAGE = "/evaluations/"


def statuses(web: Visitor, page: str = PAGE) -> Counter:
    """What many visitors at once are answered."""
    with ThreadPoolExecutor(AT_ONCE) as visitors:
        return Counter(visitors.map(lambda _: web.get(page).status, range(3 * AT_ONCE)))


ALL_WELL = {200: 3 * AT_ONCE}


def ahead(site: Site, delay: timedelta) -> None:
    """The processes that start from now on live so much later."""
    site.environment["TEST_CLOCK"] = str(delay.total_seconds())


def ask_mails(count: int) -> list[tuple[str, str]]:
    """Mails that may leave at any hour: what each is about, and to whom."""
    wanted = [(f"essai:{number}", f"a{number}@exemple.test") for number in range(count)]
    operations.ask_many(purpose="essai", wanted=wanted, due_at=timezone.now() - timedelta(hours=1), urgent=True)
    return wanted


# PostgreSQL ---------------------------------------------------------------------------------------


@pytest.fixture
def postgresql(site, session, purpose) -> Iterator[PostgreSQL]:
    """Of the site's own, with an account that has signed in and mails that may leave."""
    ask_mails(MAILS)
    database = PostgreSQL()
    site.open()
    site.environment["DATABASE_URL"] = database.url
    yield database
    site.close()
    database.close()


def test_postgresql_restarts(site, session, postgresql):
    web = site.start_web()
    web.cookies = session
    assert statuses(web) == ALL_WELL

    postgresql.stop()  # between two pages: nobody sees it
    postgresql.start()
    assert statuses(web) == ALL_WELL

    site.start_beat()
    site.start_worker()
    wait_for(lambda: len(site.accepted) >= 100, "the first mails")
    postgresql.stop()
    page = web.get(PAGE)
    assert (page.status, page.headers["Retry-After"]) == (503, "30")
    assert "Le site revient dans un instant" in page.text
    assert statuses(web) == {503: 3 * AT_ONCE}
    health = Visitor(web.port).get("/healthz")  # as a supervisor, who has no session
    assert (health.status, health.text) == (503, "down\ndatabase: does not answer\n")
    assert Visitor(web.port).get("/mentions-legales/").status == 200, "what needs no database is there"
    postgresql.start()
    assert statuses(web) == ALL_WELL
    assert site.log("web").count("Booting worker") == 2, "gunicorn went on by itself"

    def states() -> Counter:
        return Counter(state for (state,) in postgresql.query("SELECT state FROM outbox_mail"))

    def claims() -> set[tuple]:
        return set(postgresql.query(f"SELECT DISTINCT claim FROM outbox_mail WHERE state = '{State.CLAIMED}'"))

    interrupted = claims()
    wait_for(lambda: not states()[State.DUE] and claims() <= interrupted, "the last mail")
    site.wake("tests.an_hour_later")
    wait_for(lambda: not states()[State.CLAIMED], "the interrupted claims")
    site.wake("tests.two_hours_later")
    wait_for(lambda: not {State.DUE, State.CLAIMED} & set(states()), "what they held")
    assert set(Counter(site.accepted).values()) == {1}
    assert set(states()) <= {State.SENT, State.TO_CHECK}
    assert sum(states().values()) == MAILS
    assert states()[State.TO_CHECK] <= 2, "one a process of the worker"
    sent = postgresql.query(f"SELECT recipient FROM outbox_mail WHERE state = '{State.SENT}'")
    assert {recipient for (recipient,) in sent} <= {recipient for _, recipient in site.accepted}


# Redis --------------------------------------------------------------------------------------------


@pytest.fixture
def snapshot(staff) -> ReportSnapshot:
    criteria.install(Family, Criterion)  # gone with what the test before left
    return freeze(evaluation=EvaluationFactory(), title="Rapport d’essai", by=staff)


def test_redis_dies_and_comes_back_empty(site, session, staff, snapshot):
    ask = reverse("evaluation:rendering_ask", args=[snapshot.evaluation.code, snapshot.number, "workbook"])
    site.open()
    web = site.start_web()
    ahead(site, renderings.SILENCE + timedelta(minutes=1))
    site.start_beat()
    worker = site.start_worker()
    wait_for(lambda: site.query("SELECT * FROM outbox_pulse"), "the worker")

    site.redis.kill()
    someone = Visitor(web.port)
    assert someone.get(reverse("directory:search")).status == 200, "searches are not limited, not refused"
    assert someone.get(reverse("outbox:unsubscribe", args=["0" * 43])).status == 404
    sign_in = reverse("account_request_login_code")
    someone.get(sign_in)
    answer = someone.post(sign_in, email=staff.email)
    assert (answer.status, answer.headers["Location"]) == (302, reverse("account_confirm_login_code"))
    assert [recipient for _, recipient in site.accepted] == [staff.email]
    web.cookies |= session
    assert web.get(snapshot.get_absolute_url()).status == 200
    assert web.post(ask).status == 302
    assert made(site) == [(Rendering.State.QUEUED, 0)]
    assert "broker: unreachable" in web.get("/healthz").text
    assert "limits are not counted" in site.log("web")

    site.redis.start()
    workers = [worker]

    def done() -> bool:
        """kombu ends now and then a worker that held a task when Redis died: what keeps it starts it again."""
        if workers[-1].poll() is not None:
            workers.append(site.start_worker())
        return made(site) == [(Rendering.State.DONE, 0)]

    wait_for(done, "what was asked meanwhile")
    assert "broker" not in web.get("/healthz").text
    assert len(files(site)) == 1


def test_redis_hangs(site, session, staff, snapshot):
    """It takes connections and answers nobody: worse than one that is down, as each waits for it."""
    ask = reverse("evaluation:rendering_ask", args=[snapshot.evaluation.code, snapshot.number, "workbook"])
    site.open()
    web = site.start_web()
    web.cookies |= session
    assert web.get(snapshot.get_absolute_url()).status == 200
    site.redis.hang()
    assert web.post(ask).status == 302
    assert made(site) == [(Rendering.State.QUEUED, 0)]
    assert Visitor(web.port).get(reverse("directory:search")).status == 200
    assert "broker: unreachable" in web.get("/healthz").text

    site.redis.kill()  # and with it what may have waited in its sockets
    site.redis.start()
    assert site.producer.connection_for_read().channel().client.llen("celery") == 0
    ahead(site, renderings.SILENCE + timedelta(minutes=1))
    site.start_beat()
    site.start_worker()
    wait_for(lambda: made(site) == [(Rendering.State.DONE, 0)], "what was asked meanwhile")
    assert len(files(site)) == 1


def test_workers_and_beat_live_through_a_redis_that_hangs(site, staff, snapshot):
    site.open()
    ahead(site, renderings.SILENCE + timedelta(minutes=1))
    site.start_beat()
    site.start_worker()
    wait_for(lambda: site.query("SELECT * FROM outbox_pulse"), "the worker")
    site.redis.hang()
    wait_for(lambda: "Timeout reading from socket" in site.log("beat"), "beat to notice")
    site.redis.go_on()
    site.wake("outbox.tasks.pulse")
    told = site.log("worker").count("outbox.tasks.pulse")
    wait_for(lambda: site.log("worker").count("outbox.tasks.pulse") > told + 2, "the pulse to go on")
    assert [process.poll() for process in site.processes] == [None, None]


def made(site: Site) -> list[tuple[str, int]]:
    """The state and the attempts of each format asked for."""
    return site.query("SELECT state, attempts FROM evaluation_rendering")


def files(site: Site) -> list[str]:
    return sorted(path.name for path in (site.folder / "media").rglob("*") if path.is_file())


# Workers and beat ---------------------------------------------------------------------------------


def test_a_report_whose_worker_is_killed_is_made_by_another_asked_by_two_beats(site, staff, snapshot):
    rendering = renderings.ask(snapshot=snapshot, format="pdf", by=staff)
    site.open()
    worker = site.start_worker()
    site.producer.send_task("evaluation.tasks.render_report", [str(rendering.pk)])
    wait_for(lambda: made(site) == [(Rendering.State.RUNNING, 0)], "the report's making")
    kill(worker)
    assert made(site) == [(Rendering.State.RUNNING, 0)]
    assert files(site) == []

    ahead(site, renderings.SILENCE + timedelta(minutes=1))
    for _ in range(2):
        site.start_beat()
        site.start_worker()
    wait_for(lambda: made(site) == [(Rendering.State.DONE, 1)], "the report")
    assert files(site) == [renderings.name_of(rendering)]


def test_two_beats_ask_for_each_mail_of_a_campaign_once(site):
    campaign = CampaignFactory(
        running=True,
        opens_on=MONDAY.date(),
        launched_at=MONDAY - timedelta(days=1),
        version=QuestionFactory().page.version,
    )
    for kind, days in (("invitation", 0), ("reminder", 7), ("call", 14)):
        StepFactory(campaign=campaign, kind=kind, days=days)
    case = CaseFactory(evaluation=campaign.evaluation)
    addresses = [f"a{number}@exemple.test" for number in range(200)]
    Invitation.objects.bulk_create(
        Invitation(campaign=campaign, case=case, name="Personne fictive", email=address) for address in addresses
    )
    site.open()
    ahead(site, MONDAY - timezone.now())
    for _ in range(2):
        site.start_beat()
        site.start_worker()
    wait_for(lambda: len(site.accepted) >= len(addresses), "the last mail")
    asked = site.log("worker").count("ask_campaign_mails")
    wait_for(lambda: site.log("worker").count("ask_campaign_mails") >= asked + 4, "two more rounds of each beat")
    invitation = Step.objects.get(kind=Step.Kind.INVITATION)
    found = site.query("SELECT recipient, step, state FROM outbox_mail")
    assert sorted(found) == sorted((address, invitation.code, State.SENT) for address in addresses)
    assert sorted(recipient for _, recipient in site.accepted) == sorted(addresses)


# The mail server ----------------------------------------------------------------------------------


@pytest.fixture(params=["refuses", "is down"])
def without_mail(request, site) -> Iterator[Site]:
    """The site, whose mail server takes nothing."""
    if request.param == "refuses":
        site.answer = "451 4.3.0 plus tard"
    else:
        site.environment["EMAIL_URL"] = f"smtp://127.0.0.1:{free_port()}"
    return site


def test_mails_wait_for_the_mail_server_and_the_sign_in_page_says_so(site, without_mail, mail_server, staff, purpose):
    ask_mails(5)
    site.open()
    web = site.start_web()
    beat, worker = site.start_beat(), site.start_worker()
    sign_in = reverse("account_request_login_code")
    web.get(sign_in)
    answer = web.post(sign_in, email=staff.email)
    assert answer.status == 503
    assert "Le courriel n’a pas pu partir" in answer.text
    wait_for(lambda: site.log("worker").count("send_due[") >= 4, "two rounds")
    assert site.query("SELECT DISTINCT state FROM outbox_mail") == [(State.DUE,)]
    assert site.accepted == []
    for process in (beat, worker):
        kill(process)

    site.answer, site.environment["EMAIL_URL"] = "250 OK", mail_server.url
    ahead(site, timedelta(hours=2))
    site.start_beat()
    site.start_worker()
    wait_for(lambda: site.query("SELECT DISTINCT state FROM outbox_mail") == [(State.SENT,)], "the mails")
    assert sorted(site.accepted) == sorted(
        ("essai:" + address[1:].split("@")[0], address) for _, address in site.accepted
    )
    assert len(site.accepted) == 5
