"""The pages of questionnaires and of their versions."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from evaluation.criteria import SHIPPED_CODES
from evaluation.models import Questionnaire, Version
from evaluation.questionnaires import default, editing, rows
from tests.factories import (
    CampaignFactory,
    PageFactory,
    QuestionFactory,
    QuestionnaireFactory,
    ResponseFactory,
    UserFactory,
    VersionFactory,
)
from tests.pages import refusals, texts

pytestmark = pytest.mark.django_db


@pytest.fixture
def by():
    return UserFactory(is_staff=True)


@pytest.fixture
def team(client, by):
    client.force_login(by)
    return client


@pytest.fixture
def version() -> Version:
    version = VersionFactory(questionnaire__title="Six mois après")
    rows.write(default.STRUCTURE, version)
    return version


def address(name: str, version: Version, *more) -> str:
    return reverse(f"questionnaires:{name}", args=[version.questionnaire_id, version.number, *more])


def answered(version: Version):
    return ResponseFactory(invitation__campaign=CampaignFactory(version=version, running=True, title="Printemps"))


def queries(client, url: str) -> int:
    with CaptureQueriesContext(connection) as captured:
        assert client.get(url).status_code == 200
    return len(captured)


def test_the_list_says_what_each_is_used_for(team, version):
    answered(version)
    CampaignFactory(version=version, title="Automne")
    opened, closed = (timezone.localdate() - timedelta(days=days) for days in (8, 1))
    CampaignFactory(version=version, title="Hiver", running=True, opens_on=opened, closes_on=closed)
    page = texts(team.get(reverse("questionnaires:questionnaire_list")))
    assert "Six mois après" in page
    assert "Printemps</a>, lancée" in page
    assert "Automne</a>, en préparation" in page
    assert "Hiver</a>, close" in page
    assert "1 réponse" in page
    assert default.TITLE in page.replace("&#x27;", "'")


def test_an_empty_list_says_how_to_start(team):
    Questionnaire.objects.all().delete()
    assert "Aucun questionnaire pour l’instant" in texts(team.get(reverse("questionnaires:questionnaire_list")))


def test_the_lists_queries_do_not_grow(team, version):
    few = queries(team, reverse("questionnaires:questionnaire_list"))
    for _ in range(3):
        answered(VersionFactory(questionnaire=version.questionnaire, number=Version.objects.count() + 1))
        answered(VersionFactory())
    assert queries(team, reverse("questionnaires:questionnaire_list")) == few + 1  # the campaigns' evaluations


def test_a_questionnaire_starts_as_a_copy_of_a_version(team, version, by):
    url = reverse("questionnaires:questionnaire_create")
    offered = team.get(f"{url}?copie={version.pk}").context["form"]
    assert str(offered["copied"].value()) == str(version.pk)
    response = team.post(url, {"title": "Deux ans après", "purpose": "Plus tard", "copied": version.pk})
    new = Version.objects.in_full().get(questionnaire__title="Deux ans après")
    assert response.url == new.get_absolute_url()
    assert (new.created_by, rows.read(new).numbered()) == (by, default.STRUCTURE.numbered())


def test_a_title_is_used_once(team, version):
    url = reverse("questionnaires:questionnaire_create")
    assert list(refusals(team.post(url, {"title": "six MOIS après"}))) == ["title"]
    other = QuestionnaireFactory()
    VersionFactory(questionnaire=other)
    url = reverse("questionnaires:questionnaire_edit", args=[other.pk])
    assert list(refusals(team.post(url, {"title": "Six mois après"}))) == ["title"]
    assert team.post(url, {"title": "Un an après", "purpose": ""}).url == other.get_absolute_url()
    other.refresh_from_db()
    assert other.title == "Un an après"


def test_a_version_is_read_whole(team, version):
    page = texts(team.get(version.get_absolute_url())).replace("&#x27;", "'")
    for part in default.STRUCTURE.pages:
        assert part.title in page
        for question in part.questions:
            assert question.label.replace("\u00a0", " ") in page.replace("\u00a0", " ")
    assert "Posée si la réponse à" in page
    assert "frein « Manque de temps dédié »" in page.replace("\u00a0", " ")


def test_a_versions_queries_do_not_grow(team, version):
    small = VersionFactory()
    QuestionFactory(page__version=small)
    assert queries(team, version.get_absolute_url()) <= queries(team, small.get_absolute_url()) + 1  # the items


def test_criteria_that_nothing_asks_about_are_named(team):
    page = PageFactory()
    for _ in range(2):
        QuestionFactory(page=page, kind="yes_no", criterion_id="meeting")
    QuestionFactory(page=page, kind="yes_no", criterion_id="mapping")
    outline = team.get(page.version.get_absolute_url()).context["outline"]
    assert [name.split("\u00a0")[1] for name in outline.repeated] == ["Au moins une réunion de coordination"]
    assert not set(outline.repeated) & set(outline.unasked)
    assert len(outline.unasked) == len(SHIPPED_CODES) - 2


def test_what_was_answered_offers_a_new_version_and_no_change(team, version):
    page = texts(team.get(version.get_absolute_url()))
    assert address("texts_edit", version) in page
    answered(version)
    page = texts(team.get(version.get_absolute_url()))
    assert "1 personne a commencé à répondre à cette version" in page
    assert address("version_prepare", version) in page
    assert address("texts_edit", version) not in page


def test_preparing_a_version_and_putting_a_campaign_on_it(team, version):
    answered(version)
    draft = CampaignFactory(version=version, title="Automne")
    response = team.post(address("version_prepare", version), follow=True)
    new = version.questionnaire.versions.get(number=2)
    assert response.redirect_chain[-1][0] == new.get_absolute_url()
    page = texts(response)
    assert "Voici la version 2" in page
    assert "La passer à la version 2" in page
    page = texts(team.post(address("campaign_put", new, draft.pk), follow=True))
    draft.refresh_from_db()
    assert draft.version == new
    assert "La passer à la version 2" not in page
    assert "ne change plus. La plus récente est" in texts(team.get(version.get_absolute_url()))


def test_a_campaign_of_another_questionnaire_is_not_found(team, version):
    campaign = CampaignFactory()
    assert team.post(address("campaign_put", version, campaign.pk)).status_code == 404
    campaign.refresh_from_db()
    assert campaign.version != version


def test_a_launched_campaign_is_told_of_before_a_change(team, version):
    CampaignFactory(version=version, running=True)
    assert "personne n’a encore commencé à répondre" in texts(team.get(version.get_absolute_url()))


def test_two_versions_are_compared(team, version, by):
    answered(version)
    last = rows.read(Version.objects.in_full().get(pk=version.pk)).questions[-1]
    new = editing.change(version=version, to=lambda s: s.without_question(last.key), what=last.label, by=by)
    context = team.get(address("version_compare", new)).context
    assert [line.startswith(last.label) for line in context["gone"]] == [True]
    assert context["new"] == []
    assert team.get(address("version_compare", version)).status_code == 404


def test_deleting_an_unused_version(team, version):
    answered(version)
    team.post(address("version_prepare", version))
    new = version.questionnaire.versions.get(number=2)
    assert team.post(address("version_delete", new)).url == version.questionnaire.get_absolute_url()
    page = texts(team.post(address("version_delete", version), follow=True))
    assert "Suppression impossible" in page
    assert version.questionnaire.versions.get() == version


def test_deleting_a_questionnaire_that_a_campaign_uses_is_refused_before_and_after(team, version):
    url = reverse("questionnaires:questionnaire_delete", args=[version.questionnaire_id])
    assert "<button" in texts(team.get(url)).partition("<main")[2].partition("</main>")[0]
    answered(version)
    page = texts(team.get(url)).partition("<main")[2].partition("</main>")[0]
    assert "Ce n’est pas possible" in page
    assert "<button" not in page
    assert "Suppression impossible" in texts(team.post(url, follow=True))
    assert Questionnaire.objects.filter(pk=version.questionnaire_id).exists()


def test_deleting_an_unused_questionnaire(team, version):
    url = reverse("questionnaires:questionnaire_delete", args=[version.questionnaire_id])
    assert team.post(url).url == reverse("questionnaires:questionnaire_list")
    assert not Questionnaire.objects.filter(pk=version.questionnaire_id).exists()
