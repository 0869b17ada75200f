"""Writing a questionnaire on its pages, without JavaScript."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from evaluation.models import Question, Version
from evaluation.questionnaires import editing, rows
from evaluation.questionnaires.structure import Condition, ItemPart, PagePart, QuestionPart, Structure
from tests.factories import CampaignFactory, ResponseFactory, UserFactory, VersionFactory
from tests.pages import refusals, texts

pytestmark = pytest.mark.django_db
Kind = Question.Kind
STRUCTURE = Structure(
    introduction="Bonjour",
    pages=(
        PagePart(
            "Vos réunions",
            questions=(
                QuestionPart(
                    Kind.SINGLE, "Où ?", items=(ItemPart("À la mairie", key="hall"), ItemPart("Ailleurs")), key="where"
                ),
                QuestionPart(Kind.TEXT, "Quelle salle ?", condition=Condition("where", ("hall",))),
            ),
        ),
        PagePart("Pour finir", questions=(QuestionPart(Kind.YES_NO, "Ensemble ?", criterion="meeting"),)),
    ),
)


@pytest.fixture
def by():
    return UserFactory(is_staff=True)


@pytest.fixture
def team(client, by):
    client.force_login(by)
    return client


@pytest.fixture
def version() -> Version:
    version = VersionFactory()
    rows.write(STRUCTURE, version)
    return version


def stored(version: Version) -> Structure:
    return rows.read(Version.objects.in_full().get(pk=version.pk))


def find(version: Version, label: str) -> QuestionPart:
    return next(one for one in stored(version).questions if one.label == label)


def address(name: str, version: Version, *more) -> str:
    return reverse(f"questionnaires:{name}", args=[version.questionnaire_id, version.number, *more])


def as_shown(client, url: str) -> dict[str, str]:
    """What the page's form and rows hold, as a browser would post them."""
    context = client.get(url).context
    forms = [context["form"]]
    data = {}
    if context.get("items") is not None:
        forms += [context["items"].management_form, *context["items"].forms]
    for form in forms:
        for field in form:
            value = field.value()
            if value is not None and value is not False:
                data[field.html_name] = "on" if value is True else str(value)
    return data


def answered(version: Version):
    return ResponseFactory(invitation__campaign=CampaignFactory(version=version, running=True))


# Texts and pages ----------------------------------------------------------------------------------


def test_the_texts(team, version):
    url = address("texts_edit", version)
    data = as_shown(team, url)
    assert data["introduction"] == "Bonjour"
    assert team.post(url, data | {"thanks": "Merci"}).url.startswith(version.get_absolute_url())
    version.refresh_from_db()
    assert (version.introduction, version.thanks) == ("Bonjour", "Merci")


def test_a_page_is_added_changed_moved_and_deleted(team, version):
    team.post(address("page_add", version), {"title": "Au milieu", "help": "Deux mots"})
    page = stored(version).pages[-1]
    assert (page.title, page.help, page.questions) == ("Au milieu", "Deux mots", ())
    url = address("page_edit", version, page.key)
    team.post(url, as_shown(team, url) | {"title": "Entre deux"})
    team.post(address("page_move", version, page.key), {"vers": "haut"})
    assert [one.title for one in stored(version).pages] == ["Vos réunions", "Entre deux", "Pour finir"]
    team.post(address("page_delete", version, page.key))
    assert stored(version).numbered() == STRUCTURE.numbered()


def test_a_page_without_title_is_refused(team, version):
    assert list(refusals(team.post(address("page_add", version), {"title": " "}))) == ["title"]


def test_parts_of_another_version_are_not_found(team, version):
    other = VersionFactory()
    rows.write(STRUCTURE, other)
    page, question = stored(other).pages[0].key, stored(other).questions[0].key
    for name, key in [
        ("page_edit", page),
        ("page_delete", page),
        ("question_add", page),
        ("question_edit", question),
        ("question_condition", question),
        ("question_delete", question),
    ]:
        assert team.get(address(name, version, key)).status_code == 404, name
        assert team.post(address(name, version, key)).status_code == 404, name
    for name, key in [("page_move", page), ("question_move", question)]:
        assert team.post(address(name, version, key), {"vers": "bas"}).status_code == 404, name
    assert stored(other).numbered() == STRUCTURE.numbered()
    assert stored(version).numbered() == STRUCTURE.numbered()


# Questions ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "fields", "expected"),
    [
        ("text", {}, {}),
        ("date", {"required": "on"}, {"required": True}),
        ("yes_no", {"criterion": "still_active"}, {"criterion": "still_active"}),
        ("number", {"minimum": "1"}, {"minimum": 1, "maximum": None}),
        ("scale", {"minimum": "0", "maximum": "10", "low_label": "peu"}, {"maximum": 10, "low_label": "peu"}),
    ],
)
def test_a_question_of_each_kind_without_items(team, version, kind, fields, expected):
    page = stored(version).pages[0].key
    url = address("question_add_kind", version, page, kind)
    data = as_shown(team, url) | {"label": "Nouvelle", "help": "Aide"} | fields
    assert team.post(url, data).url.endswith(f"#page-{page}")
    new = find(version, "Nouvelle")
    assert (new.kind, new.help) == (kind, "Aide")
    assert {name: getattr(new, name) for name in expected} == expected
    assert stored(version).page_of(new.key).key == page


def test_a_choice_is_typed_row_by_row(team, version):
    url = address("question_add_kind", version, stored(version).pages[1].key, "multiple")
    data = as_shown(team, url) | {"label": "Avec qui ?", "item-0-label": "L’État"}
    page = team.post(url, data | {"add": "item"})
    assert [form["label"].value() for form in page.context["items"]] == ["L’État", None]
    assert page.context["form"]["label"].value() == "Avec qui ?"
    assert page.context["form"].errors == {}
    second = {"item-1-label": "Le CCAS", "item-1-criterion": "meeting", "item-1-value": "no", "item-1-key": ""}
    data |= second | {"item-TOTAL_FORMS": "2"}
    moved = team.post(url, data | {"move": "up-1"})
    assert [form["label"].value() for form in moved.context["items"]] == ["Le CCAS", "L’État"]
    assert [form["value"].value() for form in moved.context["items"]] == ["no", "yes"]
    assert not Question.objects.filter(label="Avec qui ?").exists()
    team.post(url, data)
    new = find(version, "Avec qui ?")
    assert [(item.label, item.criterion, item.value) for item in new.items] == [
        ("L’État", None, "yes"),
        ("Le CCAS", "meeting", "no"),
    ]


def test_a_choice_of_one_is_refused_and_nothing_typed_is_lost(team, version):
    url = address("question_add_kind", version, stored(version).pages[1].key, "single")
    response = team.post(url, as_shown(team, url) | {"label": "Seule", "item-0-label": "Ici"})
    assert "au moins deux choix" in refusals(response)["__all__"]
    assert response.context["items"].forms[0]["label"].value() == "Ici"
    assert not Question.objects.filter(label="Seule").exists()


def test_a_row_with_a_criterion_and_no_label_is_told(team, version):
    url = address("question_add_kind", version, stored(version).pages[1].key, "grid")
    response = team.post(url, as_shown(team, url) | {"label": "Quoi ?", "item-0-criterion": "meeting"})
    assert response.status_code == 200
    assert "label" in response.context["items"].forms[0].errors
    assert not Question.objects.filter(label="Quoi ?").exists()


def test_items_keep_their_place_in_conditions(team, version):
    """Rewording a choice and adding one before it: what depends on it still does."""
    where = find(version, "Où ?")
    url = address("question_edit", version, where.key)
    data = as_shown(team, url)
    data |= {"item-0-label": "À l’hôtel de ville", "item-2-label": "En visio"}
    team.post(url, data)
    assert [item.label for item in find(version, "Où ?").items] == ["À l’hôtel de ville", "Ailleurs", "En visio"]
    assert find(version, "Quelle salle ?").condition.values == (where.items[0].key,)


def test_a_choice_that_a_condition_names_is_not_removed(team, version):
    where = find(version, "Où ?")
    url = address("question_edit", version, where.key)
    response = team.post(url, as_shown(team, url) | {"item-0-label": "", "item-2-label": "En visio"})
    assert "« Quelle salle ? » dépend d’une réponse" in refusals(response)["__all__"].replace("\u00a0", " ")
    assert find(version, "Où ?") == where


@pytest.mark.parametrize("is_of_this_version", [True, False])
def test_an_items_key_of_another_question_is_none(team, version, is_of_this_version):
    where = find(version, "Où ?")
    owner = version if is_of_this_version else VersionFactory()
    grid = QuestionPart(Kind.GRID, "Quoi ?", items=(ItemPart("Carte", "mapping"),))
    rows.write(Structure(pages=(*stored(owner).pages, PagePart("Autre", questions=(grid,)))), owner)
    stolen = find(owner, "Quoi ?").items[0]
    url = address("question_edit", version, where.key)
    team.post(url, as_shown(team, url) | {"item-2-label": "En visio", "item-2-key": stolen.key})
    assert find(owner, "Quoi ?").items == (stolen,)
    assert [item.label for item in find(version, "Où ?").items] == ["À la mairie", "Ailleurs", "En visio"]


def test_two_people_at_the_same_question(team, version, by):
    """The second is told, loses nothing of what they typed, and may then insist."""
    together = find(version, "Ensemble ?")
    url = address("question_edit", version, together.key)
    data = as_shown(team, url) | {"help": "La mienne"}
    first = as_shown(team, url) | {"help": "La leur"}
    team.post(url, first)
    response = team.post(url, data)
    assert "Quelqu’un d’autre a modifié" in refusals(response)["__all__"]
    assert response.context["form"]["help"].value() == "La mienne"
    assert find(version, "Ensemble ?").help == "La leur"
    team.post(url, data | {"seen": response.context["form"]["seen"].value()})
    assert find(version, "Ensemble ?").help == "La mienne"


def test_an_unknown_kind_is_not_found(team, version):
    page = stored(version).pages[0].key
    assert team.get(address("question_add_kind", version, page, "essay")).status_code == 404
    kinds = team.get(address("question_add", version, page)).context["kinds"]
    assert {kind for kind, *_ in kinds} == set(Kind)


def test_moving_and_deleting_say_why_not(team, version):
    where, room = find(version, "Où ?"), find(version, "Quelle salle ?")
    before = stored(version)
    refused = team.post(address("question_move", version, room.key), {"vers": "haut"}, follow=True)
    assert "elle doit venir après" in texts(refused)
    assert refused.redirect_chain == [(version.get_absolute_url(), 302)]  # at the top, where it is said
    page = texts(team.get(address("question_delete", version, where.key)))
    assert "Ce n’est pas possible pour l’instant" in page
    assert "Supprimer la question</button>" not in page
    page = texts(team.post(address("question_delete", version, where.key), follow=True))
    assert "une question qui disparaîtrait" in page
    assert stored(version) == before


def test_moving_to_the_next_page_and_deleting(team, version):
    together = find(version, "Ensemble ?")
    team.post(address("question_move", version, together.key), {"vers": "haut"})
    assert [one.label for one in stored(version).pages[0].questions][-1] == "Ensemble ?"
    team.post(address("question_delete", version, together.key))
    assert [one.label for one in stored(version).questions] == ["Où ?", "Quelle salle ?"]


def test_a_forms_queries_do_not_grow_with_its_rows(team, version):
    where, together = find(version, "Où ?"), find(version, "Ensemble ?")

    def queries(key) -> int:
        with CaptureQueriesContext(connection) as captured:
            team.get(address("question_edit", version, key))
        return len(captured)

    few = queries(together.key)
    assert queries(where.key) == few
    rows.write(
        stored(version)
        .with_question(
            stored(version).pages[0].key,
            QuestionPart(Kind.SINGLE, "Où ?", items=tuple(ItemPart(str(n)) for n in range(9)), key=where.key),
        )
        .without_question(find(version, "Quelle salle ?").key),
        version,
    )
    assert queries(where.key) == few


# Conditions ---------------------------------------------------------------------------------------


def test_a_condition_is_chosen_in_two_steps(team, version):
    where, together = find(version, "Où ?"), find(version, "Ensemble ?")
    url = address("question_condition", version, together.key)
    first = team.get(url).context
    assert first["form"] is None
    assert [name for name, _ in first["source"].fields["on"].choices] == [str(where.key)]
    second = team.get(f"{url}?on={where.key}").context["form"]
    assert [label for _, label in second.fields["values"].choices] == ["À la mairie", "Ailleurs"]
    assert list(refusals(team.post(url, {"on": where.key}))) == ["values"]
    team.post(url, {"on": where.key, "values": [where.items[1].key]})
    assert find(version, "Ensemble ?").condition == Condition(where.key, (where.items[1].key,))
    assert team.get(url).context["form"].initial == {"values": [str(where.items[1].key)]}
    team.post(url, {"always": "1"})
    assert find(version, "Ensemble ?").condition is None


def test_only_earlier_questions_are_offered(team, version):
    where = find(version, "Où ?")
    context = team.get(address("question_condition", version, where.key)).context
    assert context["source"] is None
    together = find(version, "Ensemble ?")
    response = team.post(address("question_condition", version, where.key), {"on": together.key, "values": ["yes"]})
    assert response.status_code == 200
    assert find(version, "Où ?").condition is None


def test_a_condition_on_a_grids_row(team, version):
    grid = QuestionPart(Kind.GRID, "Quoi ?", items=(ItemPart("Carte", "mapping"), ItemPart("Atelier")))
    rows.write(stored(version).with_question(stored(version).pages[0].key, grid), version)
    grid, together = find(version, "Quoi ?"), find(version, "Ensemble ?")
    url = address("question_condition", version, together.key)
    team.post(url, {"on": f"{grid.key}-{grid.items[1].key}", "values": ["yes", "unknown"]})
    assert find(version, "Ensemble ?").condition == Condition(grid.key, ("yes", "unknown"), grid.items[1].key)


# Once answered ------------------------------------------------------------------------------------


def test_a_change_to_what_was_answered_is_announced_and_goes_to_a_new_version(team, version):
    together = find(version, "Ensemble ?")
    url = address("question_edit", version, together.key)
    data = as_shown(team, url) | {"help": "Même une fois"}
    answered(version)  # while someone typed
    assert "Votre modification ira dans une nouvelle version" in texts(team.get(url))
    before = stored(version)
    response = team.post(url, data, follow=True)
    new = version.questionnaire.versions.get(number=2)
    assert response.redirect_chain[-1][0] == new.get_absolute_url()
    assert "Votre modification est dans la version 2" in texts(response)
    assert find(new, "Ensemble ?").help == "Même une fois"
    assert stored(version) == before


def test_what_was_typed_is_kept_when_a_later_version_came_first(team, version, by):
    url = address("page_add", version)
    answered(version)
    editing.prepare_version(version=version, by=by)
    response = team.post(url, {"title": "En plus"})
    assert "La version 2 a été préparée" in refusals(response)["__all__"].replace("\u00a0", " ")
    assert response.context["form"]["title"].value() == "En plus"
