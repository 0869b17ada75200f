"""What a public report keeps back (``evaluation/reporting/release.py``)."""

import re

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from evaluation.evidence import read
from evaluation.models import Evaluation
from evaluation.report import Chosen, as_json, build, digest
from evaluation.reporting.blocks import Table
from evaluation.reporting.release import NOBODY_NAMED, OTHERS, PERHAPS_OTHERS, UNNAMED, Release, masked
from evaluation.reporting.snapshots import freeze
from evaluation.verdicts import Verdict
from evaluation.workbook import importing
from tests.evaluation import workbooks
from tests.evaluation.random_workbooks import store
from tests.evaluation.random_workbooks import workbooks as random_workbooks
from tests.evaluation.test_report import fill, words_of
from tests.factories import (
    CaseFactory,
    EvaluationFactory,
    EvidenceFactory,
    RespondentsFactory,
    RulingFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db

THRESHOLD = 3


@pytest.fixture
def sessions_1_3(settings) -> Evaluation:
    importing.write(importing.check(settings.BASE_DIR / "data" / "sessions-1-3"))
    return Evaluation.objects.get()


def released(evaluation, *, withheld, threshold=THRESHOLD, **options):
    """The public report in which only the territories ``withheld`` (names) are not named."""
    named = [case.pk for case in evaluation.cases.all() if case.label not in withheld]
    return build(evaluation, release=Release(True, threshold, frozenset(named)), **options)


def test_a_territory_that_did_not_agree_is_nowhere_whoever_wrote_its_name(sessions_1_3):
    withheld = {"Bondy", "Grigny", "Pierrefitte"}
    case = sessions_1_3.cases.get(label="Montreuil")
    EvidenceFactory(case=case, criterion_id="other", quote="Un projet partagé avec Bondy et avec GRIGNY.")
    chosen = [Chosen(code, "À Bondy, tout va bien.") for code in ("training", "territories", "evidence", "brakes")]
    for report in (
        released(sessions_1_3, withheld=withheld),
        released(sessions_1_3, withheld=withheld, chosen=chosen),
    ):
        text = "\n".join(words_of(as_json(report)))
        assert not re.search("bondy|grigny|pierrefitte", text, re.IGNORECASE)
        assert "Montreuil" in text
    inside = "\n".join(words_of(as_json(build(sessions_1_3))))
    assert withheld <= set(re.findall("Bondy|Grigny|Pierrefitte", inside))


def test_the_title_of_a_public_report_names_no_one_either(sessions_1_3):
    release = Release(True, THRESHOLD, frozenset())
    snapshot = freeze(evaluation=sessions_1_3, title="Ce que Bondy a fait", release=release, by=UserFactory())
    assert snapshot.title == snapshot.as_values["edition"]["title"] == f"Ce que {UNNAMED} a fait"


def test_named_territories_are_counted_apart_from_the_others(sessions_1_3):
    withheld = {"Bondy", "Grigny", "Cergy", "Gennevilliers", "Sartrouville", "Villiers-le-Bel"}
    report = released(sessions_1_3, withheld=withheld)
    assert (len(report.matrix.rows), report.matrix.withheld, report.trained) == (12, 6, 18)
    figure = report.figure("meeting")
    assert figure.territories[-1] == OTHERS
    assert "Aubervilliers" in figure.territories


def test_small_counts_are_kept_back(sessions_1_3):
    report = released(sessions_1_3, withheld=set())
    figures = read(sessions_1_3).figures
    for code in ("brake.people.turnover", "success.carriers.adapted_scale", "brake.politics.no_support"):
        count, total = report.figure(code).count, figures[code].certain
        assert count.certain == (total if total >= THRESHOLD else None)
        assert (count.words == "moins de 3") == (total < THRESHOLD)


def test_a_count_is_kept_back_if_the_unnamed_could_be_counted_by_subtraction(sessions_1_3):
    """Of the territories with a diagnosis, two are not named: the named ones in the matrix would tell it."""
    diagnosed = [row.name for row in read(sessions_1_3).figures["diagnostic"].rows[Verdict.YES]]
    others = [row.name for row in read(sessions_1_3).figures["diagnostic"].rows[Verdict.NO]]
    two = released(sessions_1_3, withheld={*diagnosed[:2], others[0]})
    assert (two.figure("diagnostic").count.certain, two.figure("diagnostic").count.words) == (None, "non communiqué")
    three = released(sessions_1_3, withheld={*diagnosed[:3], *others[:3]})
    assert three.figure("diagnostic").count.certain == len(diagnosed)


def test_a_single_departement_is_not_found_by_subtraction_from_the_total():
    evaluation = EvaluationFactory()
    for number, department in enumerate(["93"] * 5 + ["92"] * 4 + ["95"]):
        case = fill(evaluation, number)
        territory = case.participation.territory
        territory.department = department
        territory.save()
    (section,) = released(evaluation, withheld=set(), chosen=[Chosen("training")]).sections
    table = next(block for block in section.blocks if isinstance(block, Table))
    assert [row[:2] for row in table.rows] == [
        ["Hauts-de-Seine (92)", "non communiqué"],
        ["Seine-Saint-Denis (93)", 5],
        ["Val-d'Oise (95)", "moins de 3"],
    ]


def test_nothing_of_a_logbook_nor_of_an_interview_is_printed():
    evaluation = EvaluationFactory()
    for number in range(4):
        fill(evaluation, number)
    inside = "\n".join(words_of(as_json(build(evaluation))))
    public = "\n".join(words_of(as_json(released(evaluation, withheld=set()))))
    for words in ("Réunion fictive", "Projet fictif", "Délégation fictive", "Dit 1.", "Association fictive"):
        assert words in inside
        assert words not in public


def test_a_ruling_s_reason_is_for_the_team():
    evaluation = EvaluationFactory()
    case = fill(evaluation, 1)
    RulingFactory(case=case, criterion_id="meeting", reason="Vu avec Mme Fictive.")
    assert "Vu avec Mme Fictive." in words_of(as_json(build(evaluation)))
    assert "Vu avec Mme Fictive." not in words_of(as_json(released(evaluation, withheld=set())))


def test_why_one_did_not_answer_is_for_the_team(sessions_1_3):
    case = sessions_1_3.cases.get(label="Pierrefitte")
    assert case.participation.comment in "\n".join(words_of(as_json(build(sessions_1_3))))
    public = released(sessions_1_3, withheld=set(), chosen=[Chosen("method")])
    assert case.participation.comment not in "\n".join(words_of(as_json(public)))
    assert ["Pierrefitte", "3"] in [row for b in public.sections[0].blocks if isinstance(b, Table) for row in b.rows]


def test_statements_of_a_few_territories_are_not_counted():
    evaluation = active_or_not(active=4, idle=0)
    first, second = evaluation.cases.all()[:2]
    for code in ("mapping", "diagnostic", "meeting"):
        EvidenceFactory(case=first, criterion_id=code, source="interview")
    EvidenceFactory(case=second, criterion_id="mapping", source="interview")

    def counted(report):
        tables = [block for block in report.sections[0].blocks if isinstance(block, Table)]
        return next(t.rows for t in tables if t.title == "Sur quoi reposent les constats")

    inside = build(evaluation, chosen=[Chosen("method")])
    public = released(evaluation, withheld=set(), chosen=[Chosen("method")])
    assert {row[0]: row[2] for row in counted(inside)} == {"document": 4, "entretien": 4}
    assert {row[0]: row[2] for row in counted(public)} == {"document": 4, "entretien": "non communiqué"}


def test_a_commentary_is_as_old_in_public_as_inside(sessions_1_3):
    section = build(sessions_1_3, chosen=[Chosen("brakes")]).sections[0]
    chosen = [Chosen("brakes", "Lisez.", digest(section))]
    assert not released(sessions_1_3, withheld=set(), chosen=chosen).sections[0].commentary.is_outdated


def found_by(evaluation) -> dict[str, list[str]]:
    """The names of an evaluation's cases by their verdict on any activity."""
    rows = read(evaluation).figures["any_activity"].rows
    return {verdict.code: [row.name for row in rows[verdict]] for verdict in Verdict}


def active_or_not(active: int, idle: int) -> Evaluation:
    evaluation = EvaluationFactory()
    for number in range(active + idle):
        case = CaseFactory(evaluation=evaluation)
        RespondentsFactory(case=case)
        EvidenceFactory(case=case, criterion_id="other", value="yes" if number < active else "no")
    return evaluation


def told(report, code):
    count = report.figure(code).count
    return count.certain, count.possible


def test_the_others_are_not_counted_by_subtraction_either():
    """Of five unnamed territories three did something: two would be known to have done nothing."""
    evaluation = active_or_not(active=6, idle=5)
    names = found_by(evaluation)
    report = released(evaluation, withheld={*names["yes"][:3], *names["no"][:2]})
    assert told(report, "any_activity") == told(report, "nothing") == (None, None)
    report = released(evaluation, withheld={*names["yes"][:3], *names["no"][:3]})
    assert (told(report, "any_activity"), told(report, "nothing")) == ((6, 6), (5, 5))


def test_what_is_the_same_of_every_unnamed_territory_is_not_told_once_some_are_named():
    """Everybody knows who was trained: whoever is not named would be known to have done nothing."""
    evaluation = active_or_not(active=6, idle=4)
    report = released(evaluation, withheld=set(found_by(evaluation)["no"]))
    for code in ("any_activity", "nothing"):
        assert told(report, code) == (None, None)
        assert report.figure(code).territories[-1] == PERHAPS_OTHERS
    everyone = {case.label for case in evaluation.cases.all()}
    assert told(released(evaluation, withheld=everyone), "any_activity") == (6, 6)
    assert told(released(active_or_not(active=0, idle=4), withheld=set()), "any_activity") == (0, 0)


def test_a_brake_that_no_unnamed_territory_reports_is_told():
    evaluation = active_or_not(active=6, idle=4)
    names = [case.label for case in evaluation.cases.all()]
    for case in evaluation.cases.filter(label__in=names[:3]):
        EvidenceFactory(case=case, criterion_id="brake.people.turnover")
    assert told(released(evaluation, withheld=set(names[3:])), "brake.people.turnover") == (3, 3)


def test_what_is_not_shown_is_not_denied(sessions_1_3):
    """Where nobody is named there is no row to show: what is counted is told all the same."""
    inside = {one.code: one.summary for one in build(sessions_1_3).sections}
    report = released(sessions_1_3, withheld={case.label for case in sessions_1_3.cases.all()})
    public = {one.code: one.summary for one in report.sections}
    assert public["abandoned"] == inside["abandoned"]
    assert public["driving"] == report.figure("meeting_still_active").sentence
    assert public["territories"] == public["evidence"] == NOBODY_NAMED


def test_the_most_reported_is_of_what_may_be_told():
    evaluation = active_or_not(active=4, idle=0)
    for case in list(evaluation.cases.all())[:2]:
        EvidenceFactory(case=case, criterion_id="brake.people.turnover")
    (section,) = released(evaluation, withheld=set(), chosen=[Chosen("brakes")]).sections
    assert section.summary == "Trop peu de territoires le signalent pour que les nombres soient donnés."
    for case in list(evaluation.cases.all())[:3]:
        EvidenceFactory(case=case, criterion_id="brake.people.lack_of_time")
    (section,) = released(evaluation, withheld=set(), chosen=[Chosen("brakes")]).sections
    assert section.summary.startswith(
        "Le plus souvent signalé, parmi les nombres qui peuvent être donnés (3 territoires)"
    )
    assert build(evaluation, chosen=[Chosen("brakes")]).sections[0].summary.startswith("Le plus souvent signalé (3")


def test_none_at_least_is_not_a_number():
    evaluation = EvaluationFactory()
    for _ in range(4):
        RespondentsFactory(case=CaseFactory(evaluation=evaluation))
    EvidenceFactory(case=evaluation.cases.first(), criterion_id="mapping", value="unknown")
    figure = released(evaluation, withheld=set()).figure("mapping")
    assert figure.sentence == "Moins de 3 territoires sur 4 ont réalisé une cartographie des acteurs."
    assert figure.count.words == "moins de 3"


def sized(*sizes) -> list[list[None]]:
    return [[None] * size for size in sizes]


@pytest.mark.parametrize(
    ("sizes", "kept_back"),
    [
        ((5, 4, 1), {1, 2}),  # one alone is the rest
        ((6, 5, 1, 1), {1, 2, 3}),  # two that are small, and two in all: each is one
        ((6, 5, 2, 2), {1, 2, 3}),  # four in all: each is two
        ((6, 5, 2, 1), {2, 3}),  # which one is two?
        ((6, 5, 0), set()),
        ((1, 1), {0, 1}),
    ],
)
def test_numbers_of_a_known_total_are_not_found_again(sizes, kept_back):
    """Where nobody is named, each part is of unnamed territories alone."""

    class Anyone(Release):
        def shown(self, rows):
            return []

    told = Anyone(True, THRESHOLD).partition(sized(*sizes))
    assert {place for place, size in enumerate(told) if size is None} == kept_back
    assert [size for size in told if size is not None] == [n for p, n in enumerate(sizes) if p not in kept_back]


@pytest.mark.parametrize(
    "written",
    [
        "EVRY-COURCOURONNES",
        "Évry-Courcouronnes",
        "Évry Courcouronnes",
        "E\u0301vry\u2011Courcouronnes",
        "_Évry-\nCourcouronnes_",
    ],
)
def test_a_name_is_blotted_out_however_it_is_written(written):
    found = masked(f"À {written}, tout va bien.", {"Evry-Courcouronnes"})
    assert found in (f"À {UNNAMED}, tout va bien.", f"À _{UNNAMED}_, tout va bien.")


def test_whole_names_only_are_blotted_out():
    found = masked({"a": ["Saint-Denis et Seine-Saint-Denis, à Saint-Denis."]}, {"Saint-Denis"})
    assert found == {"a": ["[territoire non nommé] et Seine-Saint-Denis, à [territoire non nommé]."]}


@hypothesis_settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(random_workbooks(), st.sets(st.integers(0, 8)))
def test_no_public_report_names_who_did_not_agree_nor_tells_a_small_count(workbook, kept):
    workbooks.clear()
    evaluation = store(workbook)
    cases = list(evaluation.cases.all())
    named = {case.pk: case.label for place, case in enumerate(cases) if place in kept}
    report = build(evaluation, release=Release(True, THRESHOLD, frozenset(named)))
    withheld = {case.label for case in cases if case.pk not in named} - set(named.values())
    text = "\n".join(words_of(as_json(report)))
    assert [name for name in withheld if re.search(rf"(?<![\w-]){re.escape(name)}(?![\w-])", text)] == []
    told = [number for figure in report.figures for number in (figure.count.certain, figure.count.possible)]
    assert not {1, 2} & set(told)
