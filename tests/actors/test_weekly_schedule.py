"""``manage.py weekly_schedule``"""

from datetime import date
from io import BytesIO, StringIO

import page as page_validation
import pypdf
import pytest
from django.core.management import CommandError, call_command

from tests.factories import ActorFactory, DirectoryFactory, FoodServiceFactory, SiteFactory, TerritoryFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def territory():
    territory = DirectoryFactory(territory__code="93999", territory__name="Fontaine-l’Exemple").territory
    site = SiteFactory(actor=ActorFactory(territories=[territory], visibility="public", name="Entraide fictive"))
    FoodServiceFactory(site=site, opening_hours="Mo-Fr 09:00-12:00")
    return territory


def run(*arguments) -> str:
    out = StringIO()
    call_command("weekly_schedule", *map(str, arguments), stdout=out)
    return out.getvalue()


def test_it_writes_the_week(territory, tmp_path):
    file = tmp_path / "semaine.pdf"
    assert str(file) in run("93999", "--output", file, "--from", "2026-01-05")
    data = file.read_bytes()
    assert list(page_validation.validate_pdf_bytes(data).failures) == []
    text = pypdf.PdfReader(BytesIO(data)).pages[0].extract_text()
    assert "Entraide fictive" in text
    assert str(date(2026, 3, 29).day) in text


def test_a_region_of_the_same_code_is_not_meant(territory, tmp_path):
    TerritoryFactory(code="93999", kind="region", name="Région-Exemple")
    assert "Fontaine-l’Exemple" in run("93999", "--output", tmp_path / "s.pdf")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["00000"], "Aucun territoire n'a le code « 00000 »."),
        (["93998"], "Plusieurs territoires ont le code « 93998 »"),
        (["93999", "--from", "5 janvier"], "« 5 janvier » n'est pas une date"),
    ],
)
def test_what_is_wrong_is_said(territory, tmp_path, arguments, words):
    for kind in ("commune", "epci"):
        TerritoryFactory(code="93998", kind=kind)
    with pytest.raises(CommandError, match=words):
        run(*arguments, "--output", tmp_path / "s.pdf")
    assert list(tmp_path.glob("*.pdf")) == []


def test_where_it_cannot_write_is_said(territory, tmp_path):
    with pytest.raises(CommandError, match="Impossible d'écrire"):
        run("93999", "--output", tmp_path / "absent" / "s.pdf")
    with pytest.raises(CommandError, match=r"doit finir par \.pdf"):
        run("93999", "--output", tmp_path / "s.docx")
