"""Who took what out of the site: every address that answers with a file, found by trying the whole URL conf."""

import pytest
from django.core.management import call_command
from django.db import transaction
from django.urls import reverse

from accounts.models import AuditEntry
from evaluation.models import ReportOpening
from tests.factories import UserFactory
from tests.pages import texts
from tests.test_permissions import GET, POST, address
from tests.test_permissions import people as people
from tests.test_permissions import world as world

pytestmark = pytest.mark.django_db

AUDITED = {
    "campaigns:export": "export de la campagne",
    "evaluation:export_workbook": "export du classeur d’évaluation",
    "evaluation:rendering_file": "export du rapport",
    "exchange:export": "export de l’annuaire",
}
NOT_AUDITED = {
    "api:directory": "what is published, for everyone",
    "booklet:document": "entries of the directory as its readers see them, without the persons to reach",
    "booklet:referral": "a blank form",
    "coordination:calendar_feed": "titles, times and places of meetings, read by a program every hour",
    "coordination:document": "one file, as it was handed in, for who reads its page",
    "coordination:meeting_ics": "title, time and place of one meeting",
    "coordination:minutes_pdf": "one page of minutes, printed for who reads it",
    "coordination:minutes_year_pdf": "pages of minutes, printed for who reads them",
    "evaluation:shared_report_file": "noted as an opening of the report, with its reader's address",
    "evaluation:territory_sheet": "one page of the evaluation, printed for who reads it",
    "exchange:model": "an empty table",
    "healthz": "nothing about anyone",
    "security_txt": "nothing about anyone",
    "week:calendar": "opening hours that are published",
    "week:document": "opening hours that are published",
    "week:edition": "opening hours that are published",
}
READERS = ("staff", "coordinator", "anonymous")


class TakenBack(Exception):  # noqa: N818 (not an error)
    """What an address changed is taken back before the next one is tried."""


def answers(client, world, people):
    """Each row of the permission table tried by each reader: its name, whether by POST, who, and what it answered."""
    for role in READERS:
        client.logout()
        if role in people:
            client.force_login(people[role])
        for row, form in [*((row, None) for row in GET), *((row, form) for row, (form, _) in POST.items())]:
            before = AuditEntry.objects.exports().count()
            try:
                with transaction.atomic():
                    url = address(row, world)
                    response = client.get(url) if form is None else client.post(url, form)
                    list(response)
                    noted = AuditEntry.objects.exports().count() - before
                    latest = AuditEntry.objects.exports().first() if noted else None
                    raise TakenBack
            except TakenBack:
                yield row.partition(" ")[0], form is not None, people.get(role), response, latest


def is_file(response) -> bool:
    return response.status_code == 200 and not response.headers.get("Content-Type", "").startswith("text/html")


def test_every_file_is_audited_or_said_why_not(client, world, people):
    found, noted = set(), set()
    for name, is_post, who, response, entry in answers(client, world, people):
        if is_file(response):
            found.add(name)
        if entry:
            assert is_file(response), name
            assert is_post, f"{name}: a GET writes nothing"
            assert entry.by == who, name
            noted.add((name, entry.action))
        elif name in AUDITED:
            assert not is_file(response), f"{name} gave a file to {who} and noted nothing"
    assert found == AUDITED.keys() | NOT_AUDITED.keys()
    assert noted == set(AUDITED.items())


def test_a_file_taken_by_a_link_is_noted_on_its_report(client, world):
    before = ReportOpening.objects.count()
    response = client.post(address("evaluation:shared_report_file", world))
    list(response)
    assert is_file(response)
    assert ReportOpening.objects.count() == before + 1


def test_the_page_tells_who_took_what(client, world):
    who = UserFactory(is_staff=True, name="Personne Fictive-Exports")
    client.force_login(who)
    list(client.post(address("evaluation:rendering_file", world)))
    page = texts(client.get(reverse("privacy:exports")))
    assert "Personne Fictive-Exports" in page
    assert "Export du rapport" in page


def test_what_a_command_took_is_told_too(client, world, tmp_path):
    here = world["territory"]
    command = ["export_directory", "--format", "csv", "--output", tmp_path / "a.csv", "--territory", here.code]
    call_command(*command, "--contacts", verbosity=0)
    client.force_login(UserFactory(is_staff=True))
    for page in (reverse("privacy:exports"), reverse("exchange:desk", args=[here.pk])):
        assert "une commande, ou un compte effacé" in texts(client.get(page))
