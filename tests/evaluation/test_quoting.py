"""Consent to be quoted (``evaluation/quoting.py``): what each reader may read of a person's words, on every page."""

import io
import zipfile

import pytest
from django.urls import NoReverseMatch, URLResolver, reverse
from pypdf import PdfReader

from accounts.models import AuditEntry
from evaluation import urls
from evaluation.quoting import attribution, may_quote
from evaluation.report import as_json, build, canonical
from evaluation.reporting import readers as readers_of_reports
from evaluation.reporting.snapshots import freeze
from evaluation.workbook import exporting
from tests.evaluation.answered import answer_to, ask, campaign_of, respond
from tests.factories import (
    ActorFactory,
    CaseFactory,
    CodingFactory,
    CoordinatorFactory,
    PublishedFigureFactory,
    TraineeFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db
CHOICES = ("named", "territory", "none", "")


def words(quoting: str) -> str:
    return f"paroles {quoting or 'sans accord'}"


def name(quoting: str) -> str:
    return f"Personne {quoting or 'muette'}"


def structure(quoting: str) -> str:
    return f"Structure {quoting or 'tue'}"


@pytest.fixture
def case():
    return CaseFactory(evaluation__code="essai", label="Aubervilliers")


@pytest.fixture
def responses(case):
    """One by what the person allows: each says the meeting was held or not, and has a text coded with a brake."""
    campaign = campaign_of(case.evaluation, title="Bilan d’essai")
    meeting, text = ask(campaign, "yes_no", "meeting"), ask(campaign, "text")
    found = {}
    for rank, quoting in enumerate(CHOICES):
        trainee = TraineeFactory(participation=case.participation, actor=ActorFactory(name=structure(quoting)))
        found[quoting] = respond(
            case,
            campaign,
            {meeting: "yes" if rank % 2 else "no", text: words(quoting)},
            quoting=quoting,
            invitation__name=name(quoting),
            invitation__trainee=trainee,
            invitation__email=f"secret{rank}@exemple.test",
        )
        for criterion in ("brake.people.turnover", "meeting"):
            CodingFactory(answer=answer_to(found[quoting], text), criterion_id=criterion)
    PublishedFigureFactory(evaluation=case.evaluation, code="meeting", value=1)
    return found


@pytest.fixture
def readers(case):
    return {
        "staff": UserFactory(is_staff=True),
        "reader": UserFactory(is_steering_reader=True),
        "coordinator": CoordinatorFactory(territory=case.participation.territory).user,
        "whoever": None,
    }


@pytest.mark.parametrize(
    ("who", "expected"),
    [
        ("staff", dict.fromkeys(CHOICES, True)),
        *((who, {"named": True, "territory": True, "none": False, "": False}) for who in ("reader", "coordinator")),
        ("whoever", {"named": True, "territory": True, "none": False, "": False}),
    ],
)
def test_words_are_the_team_s_and_those_of_who_agreed(readers, responses, who, expected):
    assert {choice: may_quote(response, readers[who]) for choice, response in responses.items()} == expected


@pytest.mark.parametrize("who", ["reader", "coordinator", "whoever"])
def test_others_know_of_a_person_what_the_person_agreed_to(readers, responses, who):
    assert {choice: attribution(response, readers[who]) for choice, response in responses.items()} == {
        "named": "Personne named, Structure named, Aubervilliers",
        "territory": "une personne d’Aubervilliers",
        "none": "",
        "": "",
    }


def test_the_team_knows_everyone(readers, responses):
    assert {attribution(response, readers["staff"]) for response in responses.values()} == {
        f"{name(choice)}, {structure(choice)}, Aubervilliers" for choice in CHOICES
    }


@pytest.mark.parametrize(
    ("label", "said"),
    [
        ("Bondy", "une personne de Bondy"),
        ("Évry", "une personne d’Évry"),
        ("Œuilly", "une personne d’Œuilly"),
    ],
)
def test_a_territory_is_named_as_one_says(case, label, said):
    case.label = label
    case.save()
    response = respond(case, campaign_of(case.evaluation), {}, quoting="territory")
    assert attribution(response, None) == said


def test_a_person_without_structure_is_named_without(case):
    response = respond(case, campaign_of(case.evaluation), {}, quoting="named", invitation__name="Awa Fictive")
    assert attribution(response, None) == "Awa Fictive, Aubervilliers"


# On every page ------------------------------------------------------------------------------------


def patterns(listed, before=()):
    """The name of every address and the words it takes, those that are included among them."""
    for one in listed:
        names = (*before, *one.pattern.converters)
        yield from patterns(one.url_patterns, names) if isinstance(one, URLResolver) else [(one.name, names)]


def addresses(case, responses) -> set[str]:
    """Every address of the evaluation's pages, whatever it names."""
    answer = responses["none"].answers.first()
    criteria = ("meeting", "nothing", "brake.people.turnover")
    pks = [answer.pk, *(coding.pk for coding in answer.codings.all()), case.evaluation.published_figures.get().pk]
    snapshot = freeze(evaluation=case.evaluation, title="Rapport d’essai", by=UserFactory(is_staff=True))
    token = readers_of_reports.invite(snapshot=snapshot, recipient="copil@exemple.test", days=3, by=snapshot.by)
    report = {"number": snapshot.number, "token": token, "section": "evidence", "format": "workbook"}
    found = set()
    for address, names in patterns(urls.urlpatterns):
        for criterion in criteria:
            for pk in pks:
                known = {"code": "essai", "case": case.pk, "criterion": criterion, "figure": criterion, "pk": pk}
                known |= {"answer": pk, "family": "outcome", "ruling": pk, "run": "0" * 32} | report
                try:
                    found.add(reverse(f"evaluation:{address}", kwargs={n: known[n] for n in names}))
                except NoReverseMatch:
                    continue
    queries = (
        "?mots=paroles",
        "?critere=brake.people.turnover",
        f"?territoire={case.pk}",
        "?etat=a-coder",
        "?session=1",
    )
    return found | {reverse("evaluation:verbatims", args=["essai"]) + query for query in queries}


def readable(body: bytes) -> str:
    """A page's text, that of a PDF, or that of the parts of a workbook or slides."""
    if body.startswith(b"%PDF"):
        return " ".join(" ".join(page.extract_text().split()) for page in PdfReader(io.BytesIO(body)).pages)
    if not body.startswith(b"PK"):
        return body.decode()
    with zipfile.ZipFile(io.BytesIO(body)) as parts:
        return "".join(parts.read(name).decode(errors="replace") for name in parts.namelist())


@pytest.mark.parametrize("who", ["reader", "coordinator"])
def test_nothing_that_a_person_did_not_agree_to_is_on_any_page(client, case, responses, readers, who):
    client.force_login(readers[who])
    silent = {f(choice) for f in (name, structure) for choice in ("territory", "none", "")}
    silent |= {words("none"), words(""), "secret", "réponse n°", "réponse n&nbsp;°"}
    opened = 0
    for address in addresses(case, responses):
        response = client.get(address)
        shown = readable(b"".join(response))
        opened += response.status_code == 200
        assert {secret for secret in silent if secret in shown} == set(), address
    assert opened > 4  # the list, the case and its cells at least


@pytest.mark.parametrize("who", ["reader", "coordinator"])
def test_what_a_person_agreed_to_is_on_the_cell_s_page(client, case, responses, readers, who):
    client.force_login(readers[who])
    address = reverse("evaluation:cell", args=["essai", case.pk, "brake.people.turnover"])
    shown = client.get(address).content.decode()
    assert words("named") in shown
    assert "Personne named, Structure named, Aubervilliers" in shown
    assert words("territory") in shown
    assert "Une personne d’Aubervilliers" in shown


def test_a_consent_taken_back_is_honoured_at_once(client, case, responses, readers):
    responses["named"].quoting = "none"
    responses["named"].save()
    client.force_login(readers["reader"])
    shown = client.get(reverse("evaluation:verbatims", args=["essai"])).content.decode()
    assert words("territory") in shown
    assert words("named") not in shown
    assert words("named") not in repr(exporting.tables(case.evaluation))


def test_a_text_that_the_team_withholds_is_quoted_nowhere_until_it_is_let_out(client, case, responses, readers):
    answer = responses["named"].answers.get(question__kind="text")
    verbatims = reverse("evaluation:verbatims", args=["essai"])

    def told() -> list[bool]:
        client.force_login(readers["reader"])
        cell = reverse("evaluation:cell", args=["essai", case.pk, "brake.people.turnover"])
        shown = [client.get(verbatims).content.decode(), client.get(cell).content.decode()]
        shown += [repr(exporting.tables(case.evaluation)), canonical(as_json(build(case.evaluation)))]
        return [words("named") in one for one in shown]

    def withhold(value: str) -> None:
        client.force_login(staff)
        client.post(reverse("evaluation:verbatim_withhold", args=["essai", answer.pk]), {"withheld": value})

    staff = UserFactory(is_staff=True)
    assert told() == [True, True, True, True]
    withhold("1")
    assert told() == [False, False, False, False]
    client.force_login(staff)
    assert words("named") in client.get(verbatims).content.decode()  # the team still reads it
    withhold("0")
    assert told() == [True, True, True, True]
    noted = AuditEntry.objects.filter(subject=f"case:{case.pk}", action__contains="texte").order_by("pk")
    assert [one.action for one in noted][-2:] == ["texte à ne pas citer", "texte de nouveau citable"]
