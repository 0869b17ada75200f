"""Minutes on paper: what they say, accessible, with our fonts inside and nothing asked of any network."""

import re
import shutil
import subprocess
import zlib
from datetime import UTC, date, datetime

import page as page_validation
import pytest
from django.core.cache import cache
from weasyprint.urls import FatalURLFetchingError

from alimactiv.pdf import render_pdf
from coordination.minutes import OutcomeRow, write_outcomes
from coordination.models import Minutes, Outcome
from coordination.sheets import minutes_pdf, with_contents, year_pdf
from tests.factories import (
    ActorFactory,
    AttendanceFactory,
    MeetingFactory,
    MemberFactory,
    MinutesFactory,
    TerritoryFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db
Kind = Outcome.Kind


def words(pdf: bytes, tmp_path) -> str:
    """The text as a reader program gives it."""
    if not shutil.which("pdftotext"):
        pytest.skip("pdftotext n'est pas installé (paquet poppler-utils)")
    file = tmp_path / "document.pdf"
    file.write_bytes(pdf)
    done = subprocess.run(["pdftotext", "-layout", file, "-"], capture_output=True, check=True)
    return " ".join(done.stdout.decode().split())


def inside(pdf: bytes) -> bytes:
    """The file with its compressed streams opened."""
    opened = [pdf]
    for stream in re.findall(rb"stream\r?\n(.*?)\r?\nendstream", pdf, re.DOTALL):
        try:
            opened.append(zlib.decompress(stream))
        except zlib.error:
            continue
    return b"\n".join(opened)


@pytest.fixture
def minutes():
    territory = TerritoryFactory(name="Villefictive")
    actor = ActorFactory(name="Secours fictif", territories=[territory])
    sacha = MemberFactory(actor=actor, name="Sacha Fictif")
    meeting = MeetingFactory(
        territory=territory,
        title="Préparer l’été",
        place="Salle fictive",
        starts_at=datetime(2026, 5, 5, 8, tzinfo=UTC),
    )
    AttendanceFactory(meeting=meeting, member=sacha)
    minutes = MinutesFactory(
        meeting=meeting, text="# Tour de table\n\nDeux **constats**.\n\n![x](https://ailleurs.test/x)"
    )
    rows = [
        OutcomeRow(Kind.DECISION, "Ouvrir un lieu"),
        OutcomeRow(Kind.ACTION, "Appeler le bailleur", owner_member=sacha, due_on=date(2026, 6, 1)),
        OutcomeRow(Kind.INFORMATION, "Nouveaux horaires"),
    ]
    write_outcomes(minutes=minutes, rows=rows, by=UserFactory())
    return minutes


def read(minutes):
    return with_contents(Minutes.objects.all()).get(pk=minutes.pk)


def test_it_says_all_that_the_minutes_say(minutes, tmp_path):
    text = words(minutes_pdf(read(minutes)), tmp_path)
    for said in (
        "Villefictive",
        "Préparer l’été",
        "mardi 5 mai 2026",
        "10 h",
        "Salle fictive",
        "Sacha Fictif (Secours fictif)",
        "Ouvrir un lieu",
        "Appeler le bailleur",
        "1er juin 2026",
        "Nouveaux horaires",
        "Tour de table",
        "brouillon",
    ):
        assert said in text, said


def test_it_is_tagged_titled_and_in_french(minutes):
    content = inside(minutes_pdf(read(minutes)))
    assert b"<pdfuaid:part>1</pdfuaid:part>" in content or b'pdfuaid:part="1"' in content
    assert re.search(rb"/Lang ?\(fr\)", content)
    assert b"/MarkInfo" in content
    assert b"/DisplayDocTitle true" in content
    assert "Compte rendu – Préparer l’été – 5 mai 2026" in content.decode("utf-8", errors="ignore")


def test_the_validator_finds_nothing(minutes):
    found = read(minutes)
    for content in (minutes_pdf(found), year_pdf(found.meeting.territory, 2026, [found])):
        assert list(page_validation.validate_pdf_bytes(content).failures) == []


def test_every_font_is_ours_and_inside(minutes):
    content = inside(minutes_pdf(read(minutes)))
    names = set(re.findall(rb"/FontName ?/([\w+-]+)", content))
    assert names
    assert all(b"Atkinson" in name for name in names)
    assert content.count(b"/FontFile") >= len(names)


@pytest.mark.parametrize(
    "asks",
    [
        '<img src="https://ailleurs.test/x.svg" alt="x">',
        '<img src="http://169.254.169.254/x.svg" alt="x">',
        '<img src="file:///etc/hostname" alt="x">',
        '<img src="/etc/hostname" alt="x">',
        '<img src="../alimactiv/settings.py" alt="x">',
        '<link rel="stylesheet" href="https://ailleurs.test/x.css">',
    ],
)
def test_a_document_asks_for_nothing_but_our_static_files(asks):
    with pytest.raises(FatalURLFetchingError):
        render_pdf(f'<html lang="fr"><title>x</title><body>{asks}</body></html>')


def test_our_static_files_are_served():
    assert render_pdf('<html lang="fr"><title>x</title><body><img src="alimactiv/mark.svg" alt="x"></body></html>')


def test_it_is_made_once_for_all_who_get_it(minutes):
    first = minutes_pdf(read(minutes))
    assert minutes_pdf(read(minutes)) is not None
    assert minutes_pdf(read(minutes)) == first
    Minutes.objects.update(text="Autre chose")
    assert minutes_pdf(read(minutes)) != first
    cache.clear()


def test_a_year_has_its_contents_with_their_pages(minutes, tmp_path):
    territory = minutes.meeting.territory
    later = MinutesFactory(
        meeting__territory=territory,
        meeting__title="Bilan de l’été",
        meeting__starts_at=datetime(2026, 9, 20, 8, tzinfo=UTC),
        text="Fini",
    )
    text = words(year_pdf(territory, 2026, [read(minutes), read(later)]), tmp_path)
    assert "Comptes rendus 2026" in text
    assert "2 réunions de coordination" in text
    assert re.search(r"5 mai ?: Préparer l’été[ .]+2 ", text)
    assert re.search(r"20 septembre ?: Bilan de l’été[ .]+3 ", text)
