"""A territory's own sheet (``evaluation/rendering/sheet.py``)."""

import io

import page as page_validation
import pypdf
import pytest

from evaluation.rendering import sheet
from evaluation.report import as_json, build
from tests.evaluation.test_rendering_pdf import bare
from tests.factories import CaseFactory, EvaluationFactory, EvidenceFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def content() -> dict:
    evaluation = EvaluationFactory()
    for name in ("Épinal-Exemple", "Saint-Ailleurs"):
        case = CaseFactory(evaluation=evaluation, label=name)
        EvidenceFactory(case=case, criterion_id="meeting", source="interview", quote=f"Dit à {name}.")
        EvidenceFactory(case=case, criterion_id="brake.people.turnover", value="unknown", source="interview")
    return as_json(build(evaluation))


def cards(content: dict) -> list[dict]:
    return [c for s in content["sections"] for b in s["blocks"] if b["kind"] == "cards" for c in b["cards"]]


def printed(content: dict, territory: str) -> tuple[str, int]:
    """Its text, its number of pages."""
    data = sheet.render(content, territory)
    assert list(page_validation.validate_pdf_bytes(data).failures) == []
    pages = pypdf.PdfReader(io.BytesIO(data)).pages
    return bare("".join(page.extract_text() for page in pages)), len(pages)


def test_it_tells_all_of_its_card_and_nothing_of_another(content):
    ours, other = cards(content)
    text, _ = printed(content, ours["key"])
    said = [ours["name"], ours["summary"], *(quote["text"] for quote in ours["quotes"])]
    said += [f"{mark['sign']} {mark['word']} {mark['label']}" for mark in ours["activities"]]
    said += [f"{mark['sign']} {mark['label']} ({mark['word']})" for mark in ours["brakes"]]
    assert all(bare(words) in text for words in said)
    assert ours["brakes"]
    assert not any(bare(words) in text for words in (other["name"], other["quotes"][0]["text"]))


def test_it_is_of_two_pages_however_full_its_logbook(content):
    (card, _) = cards(content)
    moment = {"day": "2025-01-01", "when": "1er janvier 2025", "label": "réunion", "theme": "logistique et partage"}
    moment |= {"state": "tenue", "timing": "après la formation", "title": "Réunion plénière " * 4}
    project = {
        "territory": "",
        "title": "Pôle " * 8,
        "theme": "logistique",
        "stage": "en cours",
        "summary": "Un lieu. " * 30,
    }
    project |= {"partners": ["Une association d’exemple"] * 8, "shares": ["un lieu"], "funding": ["État : 1 €"] * 3}
    quote = {"text": "C’est dit. " * 30, "attribution": "", "grade": "recueilli en entretien"}
    everything = [mark | {"verdict": "uncertain", "word": "à vérifier"} for mark in card["activities"] * 2]
    card |= {
        "timeline": [moment | {"when": f"{n} mai 2025"} for n in range(60)],
        "projects": [project | {"results": "Ouvert. " * 20}] * 9,
        "quotes": [quote] * 20,
        "brakes": everything,
        "success": everything,
        "outcomes": everything[:5],
        "partners": ["Une association d’exemple"] * 60,
        "comment": "À savoir. " * 40,
    }
    text, pages = printed(content, card["key"])
    assert pages == 2
    assert bare("59 mai 2025") in text  # the latest are kept
    assert bare("de plus dans le journal") in text
    assert text.count(bare("de plus dans le rapport")) == 2


def test_a_territory_without_a_card_has_no_sheet(content):
    with pytest.raises(LookupError):
        sheet.render(content, "9:commune:00000")
