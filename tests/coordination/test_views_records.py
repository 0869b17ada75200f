"""Logging a record, changing it, comparing, deleting and bringing back."""

from datetime import date

import pytest
from django.urls import reverse

from coordination.minutes import start_minutes
from coordination.models import Diagnostic, Mapping, MutualisationProject, Need, Outcome, Partner, PoliticalSupport
from tests.factories import (
    ActorFactory,
    CoordinatorFactory,
    DiagnosticFactory,
    FundingLineFactory,
    MappingFactory,
    MeetingFactory,
    ParticipationFactory,
    ProjectFactory,
    TrainingSessionFactory,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def territory(client):
    """The territory that the client's user coordinates."""
    coordinator = CoordinatorFactory(user__name="Ana Fictive")
    client.force_login(coordinator.user)
    return coordinator.territory


def add(territory, slug: str) -> str:
    return reverse("coordination:record_add", args=[territory.pk, slug])


def rows(prefix: str, *typed: dict, initial: int = 0) -> dict:
    data = {f"{prefix}-TOTAL_FORMS": len(typed), f"{prefix}-INITIAL_FORMS": initial}
    return data | {f"{prefix}-{i}-{name}": value for i, row in enumerate(typed) for name, value in row.items()}


def text(response) -> str:
    return " ".join(response.content.decode().split())


def test_log_a_mapping_with_the_actors_of_the_territory(client, territory):
    here, elsewhere = ActorFactory(territories=[territory]), ActorFactory()
    response = client.get(add(territory, "cartographies"))
    assert here.name in text(response)
    assert elsewhere.name not in text(response)
    response = client.post(add(territory, "cartographies"), {"title": "Carte", "actors": [here.pk]})
    mapping = Mapping.objects.get()
    assert response.url == mapping.get_absolute_url()
    assert (mapping.territory, mapping.title, list(mapping.actors.all())) == (territory, "Carte", [here])
    response = client.post(add(territory, "cartographies"), {"title": "Carte", "actors": [elsewhere.pk]})
    assert response.status_code == 200
    assert Mapping.objects.count() == 1


def test_log_a_diagnostic_with_its_rows(client, territory):
    data = {"title": "Diagnostic 2026", "priority_1": "Le dimanche"}
    needs = rows("needs", {"source": "concerned", "theme": "Fruits", "count": "3"}, {"source": "", "theme": ""})
    gaps = rows("gaps", {"kind": "time", "text": "Août"})
    client.post(add(territory, "diagnostics"), data | needs | gaps)
    diagnostic = Diagnostic.objects.get()
    assert [(need.source, need.theme, need.count) for need in diagnostic.needs.all()] == [("concerned", "Fruits", 3)]
    assert [(gap.kind, gap.text) for gap in diagnostic.gaps.all()] == [("time", "Août")]
    assert diagnostic.priorities == ["Le dimanche"]


def test_a_row_half_filled_is_told_beside_its_field_and_nothing_typed_is_lost(client, territory):
    data = {"title": "", "summary": "Ce que j’ai tapé"}
    needs = rows("needs", {"source": "", "theme": "Fruits"})
    response = client.post(add(territory, "diagnostics"), data | needs | rows("gaps"))
    assert response.status_code == 200
    assert "Ce que j’ai tapé" in text(response)
    assert 'value="Fruits"' in text(response)
    assert 'id="id_needs-0-source_error"' in text(response)
    assert 'id="id_title_error"' in text(response)
    assert not Diagnostic.objects.exists()


def test_one_row_more_keeps_what_was_typed_and_writes_nothing(client, territory):
    data = {"title": "", "summary": "Ce que j’ai tapé", "add": "needs"}
    needs = rows("needs", {"source": "concerned", "theme": "Fruits", "count": "beaucoup"})
    response = client.post(add(territory, "diagnostics"), data | needs | rows("gaps", {"kind": "", "text": ""}))
    page = text(response)
    assert 'name="needs-TOTAL_FORMS" value="2"' in page
    assert 'name="gaps-TOTAL_FORMS" value="1"' in page
    assert all(word in page for word in ("Ce que j’ai tapé", 'value="Fruits"', 'value="beaucoup"'))
    assert "field-error" not in page
    assert not Diagnostic.objects.exists()


def test_emptying_a_row_removes_it(client, territory):
    diagnostic = DiagnosticFactory(territory=territory)
    for theme in ("Fruits", "Lait"):
        Need.objects.create(diagnostic=diagnostic, source="concerned", theme=theme)
    edit = reverse("coordination:record_edit", args=[territory.pk, "diagnostics", diagnostic.pk])
    page = text(client.get(edit))
    assert 'value="Fruits"' in page
    assert 'name="needs-TOTAL_FORMS" value="3"' in page
    kept = rows("needs", {"source": "", "theme": ""}, {"source": "concerned", "theme": "Lait"}, initial=2)
    client.post(edit, {"title": diagnostic.title} | kept | rows("gaps"))
    assert [need.theme for need in diagnostic.needs.all()] == ["Lait"]


def test_a_project_its_partners_and_its_money(client, territory):
    actor = ActorFactory(territories=[territory], name="Épicerie fictive")
    data = {"title": "Frigo", "stage": "running", "shared": ["shares_stock"]}
    partners = rows("partners", {"actor": actor.pk, "role": "prête le local"})
    funding = rows(
        "funding",
        {"funder": "mmpt", "asked": "3000", "granted": "2000", "paid": "1000"},
        {"funder": "city", "asked": "500", "granted": "", "paid": ""},
    )
    response = client.post(add(territory, "projets"), data | partners | funding, follow=True)
    project = MutualisationProject.objects.get()
    assert [(partner.actor, partner.role) for partner in project.partners.all()] == [(actor, "prête le local")]
    assert response.context["totals"] == {"asked": 3500, "granted": 2000, "paid": 1000}
    assert response.context["shared"] == ["du stockage"]


def test_a_partner_figures_once(client, territory):
    actor = ActorFactory(territories=[territory])
    partners = rows("partners", {"actor": actor.pk, "role": "a"}, {"actor": actor.pk, "role": "b"})
    response = client.post(add(territory, "projets"), {"title": "Frigo", "stage": "idea"} | partners | rows("funding"))
    assert "ne figure qu’une fois" in text(response)
    assert not MutualisationProject.objects.exists()


@pytest.mark.parametrize(
    ("slug", "typed", "field"),
    [
        ("autres-actions", {"title": "a", "started_on": "2026-02-01", "finished_on": "2026-01-01"}, "finished_on"),
        ("autres-actions", {"title": "a", "started_on": "hier"}, "started_on"),
        ("projets", {"title": "a", "stage": "finished"}, "finished_on"),
        ("projets", {"title": "a", "stage": "running", "finished_on": "2026-01-01"}, "stage"),
        ("soutiens", {"elected_lead": "a", "mandate_start": "2026-02-01", "mandate_end": "2026-01-01"}, "mandate_end"),
        ("soutiens", {"mandate_end": "2026-01-01"}, "__all__"),
    ],
)
def test_refused(client, territory, slug, typed, field):
    response = client.post(add(territory, slug), typed | rows("partners") | rows("funding"))
    assert response.status_code == 200
    assert list(response.context["form"].errors) == [field]


def test_log_a_political_support(client, territory):
    client.post(add(territory, "soutiens"), {"elected_lead": "Solidarités", "on_roadmap": "true"})
    support = PoliticalSupport.objects.get()
    assert (support.territory, support.elected_lead, support.on_roadmap) == (territory, "Solidarités", True)


def test_two_people_changing_the_same_record_lose_nothing(client, territory):
    project = ProjectFactory(territory=territory, title="Avant")
    edit = reverse("coordination:record_edit", args=[territory.pk, "projets", project.pk])
    empty = {"stage": "idea"} | rows("partners") | rows("funding")
    read_at = client.get(edit).context["form"]["read_at"].value()
    client.post(edit, {"title": "Le leur", "read_at": read_at} | empty)
    response = client.post(edit, {"title": "Le mien", "read_at": read_at} | empty)
    assert 'value="Le mien"' in text(response)
    assert "pendant que vous écriviez" in text(response)
    assert MutualisationProject.objects.get().title == "Le leur"
    read_at = response.context["form"]["read_at"].value()
    client.post(edit, {"title": "Le mien", "read_at": read_at} | empty)
    assert MutualisationProject.objects.get().title == "Le mien"


def test_delete_asks_then_offers_the_way_back(client, territory):
    mapping = MappingFactory(territory=territory, title="Carte fictive")
    delete = reverse("coordination:record_delete", args=[territory.pk, "cartographies", mapping.pk])
    assert "30 jours" in text(client.get(delete))
    assert Mapping.objects.alive().exists()
    response = client.post(delete, follow=True)
    restore = reverse("coordination:record_restore", args=[territory.pk, "cartographies", mapping.pk])
    assert f"<a href='{restore}'>Annuler la suppression</a>" in text(response)
    assert client.get(mapping.get_absolute_url()).status_code == 404
    assert "Carte fictive" in text(client.get(reverse("coordination:bin", args=[territory.pk])))
    assert client.get(restore).status_code == 200
    assert not Mapping.objects.alive().exists()
    assert client.post(restore).url == mapping.get_absolute_url()
    assert client.get(mapping.get_absolute_url()).status_code == 200
    assert client.post(restore).status_code == 404


def test_history_tells_who_changed_what(client, territory):
    client.post(add(territory, "autres-actions"), {"title": "Visite"})
    (action,) = territory.otheractions.all()
    edit = reverse("coordination:record_edit", args=[territory.pk, "autres-actions", action.pk])
    client.post(edit, {"title": "Visite du marché", "started_on": "2026-03-01"})
    history = reverse("coordination:record_history", args=[territory.pk, "autres-actions", action.pk])
    events = client.get(history).context["events"]
    assert [(event.action, event.who) for event in events] == [
        ("modification", "Ana Fictive"),
        ("création", "Ana Fictive"),
    ]
    assert [(change.name, change.before, change.after) for change in events[0].changes] == [
        ("intitulé", "Visite", "Visite du marché"),
        ("commencé le", "", "2026-03-01"),
    ]


def test_compare_a_diagnostic_with_the_one_before(client, territory):
    first = DiagnosticFactory(territory=territory, finished_on=date(2022, 1, 1), priority_1="Le dimanche")
    second = DiagnosticFactory(territory=territory, finished_on=date(2024, 1, 1))
    third = DiagnosticFactory(territory=territory, finished_on=date(2026, 1, 1), priority_1="Août")
    DiagnosticFactory(finished_on=date(2025, 1, 1))
    for diagnostic, themes in ((first, ["Lait"]), (second, ["Fruits", "Lait"]), (third, ["fruits", "Bébés"])):
        for theme in themes:
            Need.objects.create(diagnostic=diagnostic, source="concerned", theme=theme)
    address = reverse("coordination:diagnostic_compare", args=[territory.pk, third.pk])
    context = client.get(address).context
    assert context["former"] == second
    needs = dict(context["sections"])["Besoins"]
    assert [(line.former, line.present, line.state) for line in needs] == [
        ("Fruits", "fruits", "kept"),
        ("", "Bébés", "new"),
        ("Lait", "", "gone"),
    ]
    assert client.get(f"{address}?avec={first.pk}").context["former"] == first
    assert (
        client.get(reverse("coordination:diagnostic_compare", args=[territory.pk, first.pk])).context["former"] is None
    )


def test_the_decisions_that_led_to_a_project_show(client, territory):
    project = ProjectFactory(territory=territory)
    meeting = MeetingFactory(territory=territory)
    minutes = start_minutes(meeting=meeting, by=territory.coordinators.get().user)
    decision = Outcome.objects.create(minutes=minutes, kind="decision", text="Partager un frigo", project=project)
    response = client.get(project.get_absolute_url())
    assert response.context["decisions"] == [decision]
    assert meeting.get_absolute_url() in text(response)


@pytest.mark.parametrize(
    ("year", "expected"), [(2023, "avant la formation"), (2024, "pendant la formation"), (2026, "après la formation")]
)
def test_the_timing_shows_on_the_record(client, territory, year, expected):
    session = TrainingSessionFactory(start_year=2024, end_year=2025)
    ParticipationFactory(territory=territory, session=session, status="trained")
    other = TrainingSessionFactory(start_year=2010, end_year=2010)
    ParticipationFactory(territory=territory, session=other, status="withdrawn")
    mapping = MappingFactory(territory=territory, finished_on=date(year, 5, 1))
    assert client.get(mapping.get_absolute_url()).context["timing"].label == expected


def test_queries_do_not_grow_with_the_rows(client, territory, django_assert_num_queries):
    def fill(project: MutualisationProject) -> MutualisationProject:
        Partner.objects.create(project=project, actor=ActorFactory(territories=[territory]))
        FundingLineFactory(project=project)
        return project

    one = fill(ProjectFactory(territory=territory))
    three = fill(fill(fill(ProjectFactory(territory=territory))))
    with django_assert_num_queries(10):
        client.get(one.get_absolute_url())
    with django_assert_num_queries(10):
        client.get(three.get_absolute_url())


def test_queries_of_the_list_do_not_grow(client, territory, django_assert_num_queries):
    MappingFactory(territory=territory)
    ProjectFactory(territory=territory)
    address = reverse("coordination:record_list", args=[territory.pk])
    with django_assert_num_queries(9):
        client.get(address)
    for _ in range(2):
        MappingFactory(territory=territory)
        ProjectFactory(territory=territory)
    with django_assert_num_queries(9):
        client.get(address)
