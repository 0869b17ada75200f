"""The preview: the pages a respondent sees, conditions at work, and nothing stored."""

import json

import pytest
from django.urls import reverse

from evaluation.models import Answer, Response, Version
from evaluation.questionnaires import default, rows
from tests.factories import UserFactory, VersionFactory
from tests.pages import texts

pytestmark = pytest.mark.django_db


@pytest.fixture
def team(client):
    client.force_login(UserFactory(is_staff=True))
    return client


@pytest.fixture
def version() -> Version:
    version = VersionFactory()
    rows.write(default.STRUCTURE, version)
    return Version.objects.in_full().get(pk=version.pk)


@pytest.fixture
def url(version) -> str:
    return reverse("questionnaires:preview", args=[version.questionnaire_id, version.number])


def onward(client, url: str, page=None, **typed):
    """Presses the button of ``page`` (a response), having typed something."""
    kept = {}
    if page:
        kept = {"carried": page.context["carried"], "page": page.context["stage"].page.pk}
        kept |= {line.mark_name: line.mark for line in page.context["form"].lines()}
    return client.post(url, kept | typed)


def test_from_the_first_page_to_the_end(team, version, url):
    assert default.STRUCTURE.introduction in team.get(url).content.decode()
    anything, activities = version.questions[:2]
    nothing = anything.items.all()[1]
    page = onward(team, url)
    titles = []
    while "stage" in page.context:
        titles.append(page.context["stage"].page.title)
        page = onward(team, url, page, **({f"q{anything.pk}": nothing.pk} if len(titles) == 1 else {}))
    assert titles == [part.title for part in default.STRUCTURE.pages if part is not default.MEETINGS]
    assert page.context["said"] == [("Rien n'a été mis en œuvre", "oui")]
    end = texts(page)
    assert default.STRUCTURE.thanks in end
    assert nothing.label in end
    assert activities.label.replace("\u00a0", " ") not in end.replace("\u00a0", " ")
    assert not Response.objects.exists()
    assert not Answer.objects.exists()


def test_a_page_comes_when_an_answer_calls_for_it(team, version, url):
    anything, activities = version.questions[:2]
    met = next(item for item in activities.items.all() if item.criterion_id == "meeting")
    typed = {f"q{anything.pk}": anything.items.all()[0].pk, f"q{activities.pk}_{met.pk}": "yes"}
    page = onward(team, url, onward(team, url), **typed)
    assert page.context["stage"].page.title == default.MEETINGS.title
    back = onward(team, url, page, go="back")
    assert back.context["stage"].number == 1
    assert back.context["form"].initial[f"q{activities.pk}"] == {str(met.pk): "yes"}


def test_what_is_mistyped_is_told_beside_its_field(team, version, url):
    anything, activities = version.questions[:2]
    met = next(item for item in activities.items.all() if item.criterion_id == "meeting")
    typed = {f"q{anything.pk}": anything.items.all()[0].pk, f"q{activities.pk}_{met.pk}": "yes"}
    meetings = onward(team, url, onward(team, url), **typed)
    number = next(one for one in version.questions if one.kind == "number")
    page = onward(team, url, meetings, **{f"q{number.pk}": "beaucoup"})
    assert page.context["stage"].page.title == default.MEETINGS.title
    assert list(page.context["form"].errors) == [f"q{number.pk}"]
    assert "beaucoup" in texts(page)


@pytest.mark.parametrize("carried", ["", "[", "[1]", "null", '{"x": 1}', '{"%d": "nowhere"}', '{"%d": {"a": []}}'])
def test_what_the_page_brings_back_is_not_trusted(team, version, url, carried):
    first = version.questions[0].pk
    page = team.post(url, {"carried": carried.replace("%d", str(first)), "page": ""})
    assert page.status_code == 200
    assert json.loads(page.context["carried"]) == {}


def test_a_version_without_questions_says_so(team):
    version = VersionFactory()
    url = reverse("questionnaires:preview", args=[version.questionnaire_id, version.number])
    assert "n’a pas encore de question" in texts(team.post(url))
