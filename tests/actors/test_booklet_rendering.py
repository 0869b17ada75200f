"""The booklet and the blank form in print: what they say, and whether everyone can read them."""

import io
from dataclasses import replace
from datetime import date
from io import StringIO

import page as page_validation
import pypdf
import pytest
from django.core.management import CommandError, call_command

from accounts.audit import subject_of
from accounts.models import AuditEntry
from actors.booklet import referral
from actors.booklet.content import BY_PLACE, Booklet, Card, Choices, Group, Hours, Part, compose
from actors.booklet.referral import LINES, Addressee, Blank
from actors.booklet.rendering import render
from actors.presenting import PlaceSeen
from tests.factories import ActorFactory, DirectoryFactory, FoodServiceFactory, SiteFactory

LONG = "Association intercommunale fictive d’entraide alimentaire et d’insertion des habitantes et habitants"

CARD = Card(
    key="aide-1",
    title="Distribution fictive",
    structure="Entraide fictive",
    kind="food_parcel",
    kind_words="Colis alimentaire",
    zones=("Centre",),
    is_on_tour=False,
    description="Un colis pour la semaine.",
    places=(
        (PlaceSeen("Local fictif", ["12 rue de l’Exemple", "00000 Fontaine-l’Exemple"]), Hours(("Le mardi.",), "")),
    ),
    audience="Ouvert à tout le monde",
    conditions=("Gratuit", "Sans papiers à présenter"),
    facts=(("Langues", "Français, arabe"),),
    phone="01 99 00 12 01",
    email="entraide@exemple.test",
    website="entraide.exemple.test",
    contacts=(),
    checked="Vérifié le 3 mars 2026 par la structure",
    is_to_verify=False,
)


def booklet(*cards: Card, **choices) -> Booklet:
    parts = [Part("Colis alimentaire", "food_parcel", [Group("Centre", list(cards))])] if cards else []
    return Booklet("Fontaine-l’Exemple", "fontaine-x0001", date(2026, 3, 9), Choices(**choices), parts)


def read(data: bytes) -> tuple[str, pypdf.PdfReader]:
    assert list(page_validation.validate_pdf_bytes(data).failures) == []
    document = pypdf.PdfReader(io.BytesIO(data))
    return " ".join("".join(page.extract_text() for page in document.pages).split()), document


def test_it_says_all_that_a_card_holds():
    text, document = read(render(booklet(CARD, introduction="Un mot de la coordination.")))
    said = [CARD.title, CARD.structure, CARD.description, "Le mardi.", "12 rue de l’Exemple", *CARD.conditions]
    for words in [*said, CARD.phone, CARD.email, CARD.checked, "Un mot de la coordination.", "9 mars 2026"]:
        assert words in text
    assert document.metadata.title == "Livret de l’aide alimentaire – Fontaine-l’Exemple"
    assert "professionnel·les" not in text


def test_what_is_to_verify_says_so():
    text, _ = read(render(booklet(replace(CARD, is_to_verify=True))))
    assert "◐ À vérifier : téléphonez avant de venir." in text


def test_hours_that_nobody_gave_send_to_the_telephone():
    unknown = replace(CARD, places=((CARD.places[0][0], Hours((), "")),))
    assert "Horaires non renseignés : téléphonez." in read(render(booklet(unknown)))[0]


def test_the_one_for_professionals_says_so_on_its_pages():
    text, _ = read(render(booklet(CARD, for_professionals=True)))
    assert text.count("professionnel·les") > 2


def test_an_empty_one_says_so():
    assert "Aucune aide à montrer" in read(render(booklet()))[0]


def test_two_hundred_helps_with_long_names_stay_within_the_page():
    wordy = {"title": LONG, "structure": f"{LONG} bis", "website": "x" * 150, "description": "Mot " * 80}
    cards = [replace(CARD, key=f"aide-{n}", **wordy if n % 2 else {}) for n in range(200)]
    text, document = read(render(booklet(*cards, order=BY_PLACE)))
    assert text.count("Distribution fictive") > 200  # in its place and in the indexes
    assert {(round(page.mediabox.width), round(page.mediabox.height)) for page in document.pages} == {(420, 595)}


# The blank form -----------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["W" * 39, "M" * 19, "l" * 40, "Association fictive de la rue des Moulins", LONG])
def test_the_form_is_one_page_however_long_the_names(name):
    rows, room = [], LINES
    row = Addressee(1, name, "01 99 00 12 01", False)
    while row.lines <= room:
        rows.append(row)
        room -= row.lines
    _, document = read(referral.render(Blank(f"{LONG} (territoire fictif)", date(2026, 3, 9), rows, 0)))
    assert len(document.pages) == 1
    assert document.get_fields() is None


@pytest.mark.django_db
class TestFromTheDirectory:
    @pytest.fixture
    def town(self):
        return DirectoryFactory(territory__code="93999", territory__name="Fontaine-l’Exemple").territory

    def structure(self, town, actor_name, **about):
        person = {"contact_name": "Camille Fictive", "contact_phone": "06 39 98 12 01"}
        actor = ActorFactory(name=actor_name, territories=[town], visibility="public", **person)
        FoodServiceFactory(site=SiteFactory(actor=actor), opening_hours="Mo 09:00-12:00", **about)
        return actor

    def test_the_form_names_structures_and_nobody(self, town):
        self.structure(town, "Entraide fictive")
        self.structure(town, "Épicerie fictive", referral="yes")
        self.structure(town, "Plateforme fictive", kind="logistics_hub")
        self.structure(town, "Cachée fictive", visibility="coordination")
        form = referral.blank(town)
        assert [row.name for row in form.addressees] == ["Épicerie fictive", "Entraide fictive"]
        text, _ = read(referral.render(form))
        assert "Rien de ce qui est écrit ici n’est enregistré sur Alim’Activ." in text
        assert "Camille" not in text
        assert "06 39 98 12 01" not in text

    def test_the_form_takes_those_chosen_and_says_how_many_are_left_out(self, town):
        rows = [self.structure(town, f"Structure fictive {n:02}") for n in range(LINES + 3)]
        assert [row.pk for row in referral.blank(town, [rows[5].pk]).addressees] == [rows[5].pk]
        form = referral.blank(town)
        assert (len(form.addressees), form.left_out) == (LINES, 3)

    def test_the_command_writes_the_public_booklet(self, town, tmp_path):
        self.structure(town, "Entraide fictive", name="publique")
        self.structure(town, "Réservée fictive", name="réservée", visibility="professionals")
        for more, told in (([], False), (["--professionals"], True)):
            file, out = tmp_path / "livret.pdf", StringIO()
            call_command("directory_booklet", "93999", "--output", str(file), *more, stdout=out)
            text, _ = read(file.read_bytes())
            assert "publique" in text
            assert ("réservée" in text) is told
            assert str(file) in out.getvalue()
            assert AuditEntry.objects.exports().filter(subject=subject_of(town)).exists() is told

    @pytest.mark.parametrize(
        ("arguments", "words"),
        [
            (["00000", "--output", "x.pdf"], "Aucun territoire n'a le code « 00000 »."),
            (["93999", "--output", "x.txt"], "doit finir par .pdf"),
            (["93999", "--output", "/nulle/part/x.pdf"], "Impossible d'écrire"),
        ],
    )
    def test_the_command_says_what_is_wrong(self, town, arguments, words):
        with pytest.raises(CommandError, match=words):
            call_command("directory_booklet", *arguments)

    def test_what_is_composed_is_what_is_printed(self, town):
        self.structure(town, "Entraide fictive", name="Aide composée")
        assert "Aide composée" in read(render(compose(town, Choices())))[0]
