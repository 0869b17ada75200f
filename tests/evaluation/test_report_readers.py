"""Links that open a frozen report to readers without an account."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.history import history_of
from evaluation.models import ReportOpening
from evaluation.reporting import readers
from evaluation.reporting.snapshots import freeze
from outbox.models import Link
from tests.evaluation.test_report import fill
from tests.factories import EvaluationFactory, RenderingFactory, UserFactory
from tests.pages import texts

pytestmark = pytest.mark.django_db
ADDRESS = "copil@exemple.test"


@pytest.fixture
def snapshot():
    evaluation = EvaluationFactory()
    fill(evaluation, 1)
    return freeze(evaluation=evaluation, title="Rapport d’essai", by=UserFactory(is_staff=True))


@pytest.fixture
def token(snapshot):
    return readers.invite(snapshot=snapshot, recipient=ADDRESS, days=30, by=snapshot.by)


def page(name, token, *others):
    return reverse(f"evaluation:{name}", args=[token, *others])


def test_a_press_opens_the_report_and_is_logged(client, snapshot, token):
    landing = client.get(page("shared_report", token))
    assert ADDRESS in texts(landing)
    assert not ReportOpening.objects.exists()  # a scanner that opens every link reads nothing
    assert client.get(page("shared_report_read", token)).url == page("shared_report", token)
    response = client.post(page("shared_report", token), follow=True)
    assert "Les freins rencontrés" in texts(response)
    assert [(o.recipient, o.what, o.snapshot) for o in ReportOpening.objects.all()] == [(ADDRESS, "read", snapshot)]


def test_what_one_visitor_opened_is_closed_to_another(client, django_user_model, token):
    client.post(page("shared_report", token))
    other = type(client)()
    assert other.get(page("shared_report_read", token)).status_code == 302


def test_a_press_takes_a_format_away_and_is_logged(client, snapshot, token):
    RenderingFactory(snapshot=snapshot)
    response = client.post(page("shared_report_file", token, "pdf"))
    assert b"".join(response) == b"%PDF-1.7"
    assert [o.what for o in ReportOpening.objects.all()] == ["pdf"]


@pytest.mark.parametrize("format", ["pdf", "exe"])
def test_a_format_that_is_not_made_is_not_found_nor_logged(client, token, format):
    assert client.post(page("shared_report_file", token, format)).status_code == 404
    assert not ReportOpening.objects.exists()


def ended(snapshot):
    Link.objects.update(expires_at=timezone.now() - timedelta(seconds=1))


def revoked(snapshot):
    assert readers.revoke(snapshot=snapshot, recipient=ADDRESS, by=snapshot.by) == 1


def replaced(snapshot):
    readers.invite(snapshot=snapshot, recipient=ADDRESS, days=30, by=snapshot.by)


@pytest.mark.parametrize("end", [ended, revoked, replaced])
def test_a_link_that_ended_opens_nothing_even_to_who_has_it_open(client, snapshot, token, end):
    RenderingFactory(snapshot=snapshot)
    client.post(page("shared_report", token))
    end(snapshot)
    over = client.get(page("shared_report", token))
    assert (over.status_code, over.templates[0].name) == (404, "evaluation/report/link_over.html")
    assert client.get(page("shared_report_read", token)).status_code == 404
    assert client.post(page("shared_report_file", token, "pdf")).status_code == 404
    assert ReportOpening.objects.count() == 1


def test_a_link_opens_its_own_report_alone(client, snapshot, token):
    secret = freeze(evaluation=EvaluationFactory(), title="Rapport confidentiel", by=snapshot.by)
    response = client.post(page("shared_report", token), follow=True)
    assert "Rapport confidentiel" not in texts(response)
    assert readers.links_of(secret) == []
    assert [link.recipient for link in readers.links_of(snapshot)] == [ADDRESS]


def test_links_are_audited(snapshot, token):
    readers.revoke(snapshot=snapshot, recipient=ADDRESS, by=snapshot.by)
    assert [event.action for event in history_of(snapshot)][:2] == [
        "lien de lecture\u00a0: révocation",
        "lien de lecture\u00a0: création",
    ]


def test_the_token_itself_is_not_kept(token):
    assert token not in str(list(Link.objects.values()))
