"""``import_directory`` and ``export_directory``, as the issue words them."""

import json

import pytest
from django.core.management import CommandError, call_command

from accounts.audit import TERMINAL, subject_of
from accounts.models import AuditEntry
from actors.models import Actor, FoodService, Listing
from tests.actors.exchange.files import as_file
from tests.factories import FoodServiceFactory, SupplyLineFactory, TerritoryFactory

pytestmark = pytest.mark.django_db
GOOD = {"Structure": "Épicerie du Pont", "Type d’aide": "colis alimentaire"}
BAD = {"Structure": "B", "Type d’aide": "yoga"}


@pytest.fixture
def file(tmp_path):
    def write(*rows):
        (tmp_path / "a.csv").write_bytes(as_file(*rows))
        return tmp_path / "a.csv"

    return write


def test_a_dry_run_tells_and_writes_nothing(file, capsys):
    call_command("import_directory", file(GOOD), "--dry-run")
    out = capsys.readouterr().out
    assert "structures : 1 ajout(s)" in out
    assert "rien n'a été écrit" in out
    assert not Actor.objects.exists()


@pytest.mark.parametrize("options", [[], ["--dry-run"]])
def test_a_problem_is_told_with_its_line_and_nothing_is_written(file, capsys, options):
    with pytest.raises(CommandError, match=r"1 problème\(s\)"):
        call_command("import_directory", file(GOOD, BAD), *options)
    assert "a.csv, ligne 3, colonne Type d’aide : « yoga »" in capsys.readouterr().err
    assert not Actor.objects.exists()


def test_lines_in_order_are_written_if_asked(file, capsys):
    call_command("import_directory", file(GOOD, BAD), "--skip-problems")
    assert "ligne 3" in capsys.readouterr().err
    assert [actor.name for actor in Actor.objects.all()] == ["Épicerie du Pont"]
    assert Listing.objects.count() == 1


def test_a_territory_is_named_by_its_code(file):
    territory = TerritoryFactory(code="93010")
    call_command("import_directory", file(GOOD), "--territory", "93010", verbosity=0)
    assert list(Actor.objects.get().territories.all()) == [territory]
    with pytest.raises(CommandError, match="Aucun territoire"):
        call_command("import_directory", file(GOOD), "--territory", "00000")


def test_a_file_that_is_none_is_told(tmp_path, file):
    for path in (tmp_path / "absent.csv", tmp_path, file({"Couleur": "bleu"})):
        with pytest.raises(CommandError):
            call_command("import_directory", path)
    (tmp_path / "vide.csv").write_bytes(b"")
    with pytest.raises(CommandError, match="1 problème"):
        call_command("import_directory", tmp_path / "vide.csv")


@pytest.mark.parametrize("code", ["csv", "xlsx"])
def test_everything_is_exported_but_the_persons(tmp_path, code):
    FoodServiceFactory(visibility="coordination")
    SupplyLineFactory()
    Actor.objects.update(contact_name="Personne Fictive")
    out = tmp_path / f"a.{code}"
    call_command("export_directory", "--format", code, "--output", out)
    call_command("export_directory", "--format", code, "--output", tmp_path / "b", "--contacts")
    FoodService.objects.all().delete()
    call_command("import_directory", out, verbosity=0)
    assert (Actor.objects.count(), FoodService.objects.count()) == (2, 1)
    if code == "csv":
        assert "Personne" not in out.read_text()
        assert "Personne Fictive" in (tmp_path / "b").read_text()


def test_data_inclusion_is_exported_of_a_territory(tmp_path):
    territory = TerritoryFactory(code="93010")
    here = FoodServiceFactory(site__actor__visibility="public", site__actor__territories=[territory])
    FoodServiceFactory(site__actor__visibility="public")
    FoodServiceFactory(site__actor__territories=[territory])
    out = tmp_path / "a.json"
    call_command("export_directory", "--format", "data-inclusion", "--output", out, "--territory", "93010")
    document = json.loads(out.read_text())
    assert list(document) == ["structures", "services"]
    assert [one["id"] for one in document["services"]] == [here.uid]


def test_what_left_is_noted(tmp_path):
    here = TerritoryFactory(code="93010")
    FoodServiceFactory(site__actor__territories=[here])
    FoodServiceFactory()
    for options in (["csv", "--territory", "93010", "--contacts"], ["csv"], ["geojson", "--contacts"]):
        call_command("export_directory", "--output", tmp_path / "a", "--format", *options, verbosity=0)
    noted = AuditEntry.objects.exports().order_by("pk")
    assert {(one.action, one.by, one.sign_in) for one in noted} == {("export de l’annuaire", None, TERMINAL)}
    told = [(one.subject, one.changes["territoire"], one.changes["fiches"], one.changes["contacts"]) for one in noted]
    assert told == [
        (subject_of(here), str(here), 1, "oui"),
        ("actor", "tous", 2, "non"),
        ("actor", "tous", 0, "non"),  # a form for everyone holds no contacts
    ]


def test_an_export_that_cannot_be_is_told(tmp_path):
    with pytest.raises(CommandError, match="Impossible"):
        call_command("export_directory", "--format", "csv", "--output", tmp_path / "nulle" / "part.csv")
    assert not AuditEntry.objects.exists()
    with pytest.raises(CommandError, match="Aucun territoire"):
        call_command("export_directory", "--format", "csv", "--output", tmp_path / "a", "--territory", "00000")
