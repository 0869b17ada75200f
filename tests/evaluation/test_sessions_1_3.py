"""The shipped workbook, transcribed from the report on sessions 1 to 3, gives the figures its LISEZMOI announces."""

import pytest

from tests.evaluation.workbooks import bring_in, figures

pytestmark = pytest.mark.django_db


@pytest.fixture
def printed(settings):
    bring_in(settings.BASE_DIR / "data" / "sessions-1-3")
    return figures("sessions-1-3")


def interval(figure) -> tuple:
    return figure["certain"], figure["possible"], figure["published"], figure["status"]


@pytest.mark.parametrize(
    ("code", "certain", "possible", "published", "status"),
    [
        ("trained", 18, 18, 18, "reconciled"),
        ("department.75", 1, 1, 1, "reconciled"),
        ("department.77", 2, 2, 2, "reconciled"),
        ("department.78", 1, 1, 1, "reconciled"),
        ("department.91", 2, 2, 2, "reconciled"),
        ("department.92", 2, 2, 2, "reconciled"),
        ("department.93", 6, 6, 6, "reconciled"),
        ("department.94", 1, 1, 1, "reconciled"),
        ("department.95", 3, 3, 3, "reconciled"),
        ("answering", 17, 17, 17, "reconciled"),
        ("respondents", 19, 19, 19, "reconciled"),
        ("interviewed", 9, 9, 9, "reconciled"),
        ("any_activity", 14, 15, 15, "within"),
        ("mapping_or_diagnostic", 8, 8, 8, "reconciled"),
        ("mapping_or_diagnostic_then_meeting", 6, 6, 6, "reconciled"),
        ("meeting", 11, 12, 11, "within"),
        ("meeting_still_active", 2, 9, 9, "within"),
        ("nothing", 2, 3, None, "not_published"),
        ("mapping", 8, 8, None, "not_published"),
        ("diagnostic", 5, 5, None, "not_published"),
        ("mutualisation", 4, 5, None, "not_published"),
        ("other", 6, 6, None, "not_published"),
        ("outcome.better_knowledge", 0, 0, 11, "not_recomputable"),
        ("outcome.stronger_local_links", 0, 0, 8, "not_recomputable"),
        ("brake.structure.not_on_roadmap", 0, 1, None, "not_published"),
        ("success.field.start_from_needs", 1, 2, None, "not_published"),
    ],
)
def test_figures(printed, code, certain, possible, published, status):
    assert interval(printed["figures"][code]) == (certain, possible, published, status)


def test_every_published_figure_is_checked_here(printed):
    statuses = [figure["status"] for figure in printed["figures"].values()]
    assert {status: statuses.count(status) for status in set(statuses) - {"not_published"}} == {
        "reconciled": 14,
        "within": 3,
        "not_recomputable": 2,
    }


def test_departments_are_those_of_the_trained_in_scope(printed):
    departments = {code for code in printed["figures"] if code.startswith("department.")}
    assert departments == {f"department.{code}" for code in (75, 77, 78, 91, 92, 93, 94, 95)}


def test_the_only_one_without_an_answer_is_pierrefitte(printed):
    assert [row["territory"] for row in printed["matrix"] if not row["answered"]] == ["Pierrefitte"]
    for row in printed["matrix"]:
        silent = "no_answer" in row["cells"].values()
        assert silent == (row["territory"] == "Pierrefitte")
    assert set(next(row for row in printed["matrix"] if not row["answered"])["cells"].values()) == {"no_answer"}
    for code in ("any_activity", "nothing", "meeting", "meeting_still_active", "outcome.better_knowledge"):
        assert printed["figures"][code]["no_answer"] == 1
    assert "Pierrefitte" in printed["figures"]["trained"]["territories"]
    assert "Pierrefitte" not in printed["figures"]["answering"]["territories"]


STILL_ACTIVE = [
    "Aubervilliers",
    "Cergy",
    "Champigny-sur-Marne",
    "Evry-Courcouronnes",
    "Nanterre",
    "Saint-Denis",
    "Savigny-le-Temple",
]


@pytest.mark.parametrize(
    ("code", "names"),
    [
        ("any_activity", ["Seine-Saint-Denis"]),
        ("nothing", ["Seine-Saint-Denis"]),
        ("mutualisation", ["Seine-Saint-Denis"]),
        ("meeting", ["Savigny-le-Temple"]),
        ("meeting_still_active", STILL_ACTIVE),
        ("still_active", STILL_ACTIVE),
        ("mapping_or_diagnostic", []),
        ("brake.structure.not_on_roadmap", ["Gennevilliers"]),
        ("success.field.start_from_needs", ["Grigny"]),
        ("trained", []),
    ],
)
def test_the_uncertain_are_named(printed, code, names):
    assert printed["figures"][code]["uncertain"] == names


def test_nobody_else_is_uncertain(printed):
    uncertain = {code for code, figure in printed["figures"].items() if figure["uncertain"]}
    assert uncertain == {
        *("any_activity", "nothing", "mutualisation", "meeting", "meeting_still_active", "still_active"),
        *("brake.structure.not_on_roadmap", "success.field.start_from_needs"),
    }


def test_some_are_named(printed):
    figures = printed["figures"]
    assert figures["meeting_still_active"]["territories"] == ["Bondy", "Montreuil"]
    assert figures["nothing"]["territories"] == ["Sartrouville", "Villiers-le-Bel"]
    assert figures["mapping_or_diagnostic"]["territories"] == [
        *("Bondy", "CA Melun Val de Seine", "CA Roissy Pays de France", "Evry-Courcouronnes"),
        *("Gennevilliers", "Grigny", "Montreuil", "Paris 11ème"),
    ]
    assert figures["department.95"]["territories"] == ["CA Roissy Pays de France", "Cergy", "Villiers-le-Bel"]


def test_what_is_out_of_scope_is_nowhere(printed):
    names = {row["territory"] for row in printed["matrix"]}
    assert len(printed["matrix"]) == len(names) == 18
    assert not names & {"Métropole de Nantes", "Couëron", "Sevran"}
    assert [row["session"] for row in printed["matrix"] if row["territory"] == "Gennevilliers"] == [1]


def test_the_matrix_is_in_order(printed):
    places = [(row["session"], row["territory"]) for row in printed["matrix"]]
    assert places == sorted(places)
    assert places[0] == (1, "Aubervilliers")
    assert places[-1] == (3, "Villiers-le-Bel")
