from datetime import date, datetime

import pytest

from actors.hours.calendar import PARIS
from actors.hours.french import now_line, sentences
from actors.hours.reading import Hours

ON = date(2026, 7, 20)


def said(text: str, department: str = "93", on: date = ON) -> list[str]:
    """The sentences, with plain spaces."""
    return [sentence.replace("\u00a0", " ").replace("\u202f", " ") for sentence in sentences(text, department, on)]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Mo,Th 09:00-12:00,14:00-17:30", ["Le lundi et le jeudi de 9 h à 12 h et de 14 h à 17 h 30."]),
        ("Mo-Fr 09:00-12:00", ["Du lundi au vendredi de 9 h à 12 h."]),
        ("Mo-We,Fr 09:00-12:00", ["Du lundi au mercredi et le vendredi de 9 h à 12 h."]),
        ("Mo,We,Fr 09:00-12:00", ["Le lundi, le mercredi et le vendredi, de 9 h à 12 h."]),
        ("Mo-Su 09:00-12:00", ["Tous les jours de 9 h à 12 h."]),
        ("24/7", ["Tous les jours, 24 h sur 24."]),
        ("Mo 18:00-24:00; Tu 00:00-06:00", ["Le lundi de 18 h à minuit.", "Le mardi de minuit à 6 h."]),
        ("Fr 20:00-02:30", ["Le vendredi de 20 h à 2 h 30 du matin."]),
        (
            "Tu 09:00-12:00; We 14:00-17:00",
            ["Le mardi de 9 h à 12 h.", "Le mercredi de 14 h à 17 h."],
        ),
        (
            "week 02-53/2 Tu 09:00-12:00",
            ["Une semaine sur deux (semaines paires), le mardi de 9 h à 12 h."],
        ),
        ("We[1] 09:00-12:00", ["Le premier mercredi du mois, de 9 h à 12 h."]),
        ("We[1,3] 09:00-12:00", ["Le premier et le troisième mercredi du mois, de 9 h à 12 h."]),
        ("Mo[2],Tu[2] 09:00-12:00", ["Le deuxième lundi et le deuxième mardi du mois, de 9 h à 12 h."]),
        ("Th[-1] 09:00-12:00", ["Le dernier jeudi du mois, de 9 h à 12 h."]),
        ("Th[5] 09:00-12:00", ["Le cinquième jeudi du mois, quand il y en a un, de 9 h à 12 h."]),
        (
            "Mo 09:00-12:00; SH off; PH off",
            ["Le lundi de 9 h à 12 h.", "Fermé les jours fériés et pendant les vacances scolaires (zone C)."],
        ),
        (
            "Mo 09:00-12:00; PH unknown",
            ["Le lundi de 9 h à 12 h.", "Les jours fériés, renseignez-vous avant de venir."],
        ),
        (
            "SH Mo 09:00-12:00; SH Tu 14:00-16:00",
            [
                "Seulement pendant les vacances scolaires (zone C) : le lundi de 9 h à 12 h ; le mardi de 14 h à 16 h.",
            ],
        ),
        (
            "Mo-Fr 09:00-12:00; SH off; SH Mo 10:00-11:00",
            [
                "Du lundi au vendredi de 9 h à 12 h.",
                "Pendant les vacances scolaires (zone C) : le lundi de 10 h à 11 h.",
            ],
        ),
        (
            "Sep 15-Jun 30 Mo 09:00-12:00; Jul 01-31 off; Jul 01-31 Mo 09:00-10:00; Aug off",
            [
                "Du 15 septembre au 30 juin : le lundi de 9 h à 12 h.",
                "Du 1er au 31 juillet : le lundi de 9 h à 10 h.",
                "Fermé chaque année en août.",
            ],
        ),
        ("Mo 09:00-12:00; Feb off", ["Le lundi de 9 h à 12 h.", "Fermé chaque année en février."]),
        (
            "Mo 09:00-12:00; Dec 25 off; Dec 26-Jan 02 off",
            ["Le lundi de 9 h à 12 h.", "Fermé chaque année le 25 décembre et du 26 décembre au 2 janvier."],
        ),
        ("Mo 09:00-12:00; 2026 Aug 01-24 off", ["Le lundi de 9 h à 12 h.", "Fermé du 1er au 24 août 2026."]),
        (
            "Mo 09:00-12:00; 2026 Jul 28-2026 Aug 03 off; 2026 Nov 02 off; 2026 Dec 20-2027 Jan 03 off",
            [
                "Le lundi de 9 h à 12 h.",
                "Fermé du 28 juillet au 3 août 2026, le 2 novembre 2026 et du 20 décembre 2026 au 3 janvier 2027.",
            ],
        ),
        (
            "Mo-Fr 09:00-12:00; PH off; 2026 Nov 11 09:00-12:00; 2026 Dec 24 09:00-10:00,11:00-12:00",
            [
                "Du lundi au vendredi de 9 h à 12 h.",
                "Fermé les jours fériés.",
                "Ouvert exceptionnellement le 11 novembre 2026, de 9 h à 12 h.",
                "Le jeudi 24 décembre 2026, ouvert seulement de 9 h à 10 h et de 11 h à 12 h.",
            ],
        ),
        (
            'Mo 09:00-12:00 "sur rendez-vous"',
            [
                "Dans les deux semaines à venir : lundi 20 juillet de 9 h à 12 h ; lundi 27 juillet de 9 h à 12 h.",
                'Notation OpenStreetMap : Mo 09:00-12:00 "sur rendez-vous"',
            ],
        ),
        (
            "2026 Sep Mo 10:00-12:00",
            ["Aucune ouverture dans les deux semaines à venir.", "Notation OpenStreetMap : 2026 Sep Mo 10:00-12:00"],
        ),
        ("", []),
    ],
)
def test_hours_in_the_words_of_a_notice_on_a_door(text, words):
    assert said(text) == words


def test_what_is_over_is_not_said():
    text = "Mo 09:00-12:00; 2026 Aug 01-24 off; 2026 Nov 11 09:00-12:00"
    assert len(said(text, on=date(2026, 8, 24))) == 3
    assert len(said(text, on=date(2026, 8, 25))) == 2
    assert said(text, on=date(2026, 11, 12)) == ["Le lundi de 9 h à 12 h."]


def test_when_all_is_over_it_is_said():
    assert said("2026 Jul 04 10:00-12:00") == ["Aucune ouverture n’est prévue."]


def test_without_a_department_no_zone_is_named():
    assert said("Mo 09:00-12:00; SH off", department="")[1:] == ["Fermé pendant les vacances scolaires."]


def test_where_no_zone_is_known_one_is_told():
    assert said("Mo 09:00-12:00; SH off", department="2A")[1:] == [
        "Fermé pendant les vacances scolaires.",
        "Les dates des vacances scolaires d’ici ne sont pas connues du site.",
    ]
    assert said("Mo 09:00-12:00; PH off", department="2A")[1:] == ["Fermé les jours fériés."]


@pytest.mark.parametrize("on", [date(2026, 11, 2), date(2026, 12, 28), date(2027, 1, 10)])
def test_two_odd_weeks_in_a_row_are_announced(on):
    text = "week 01-53/2 Tu 09:00-12:00"
    assert said(text, on=on)[1:] == [
        "Les semaines du 28 décembre 2026 et du 4 janvier 2027 sont toutes les deux impaires."
    ]
    assert said("Tu 09:00-12:00", on=on)[1:] == []


@pytest.mark.parametrize("on", [date(2026, 11, 1), date(2027, 1, 11), date(2025, 12, 28)])
def test_other_ends_of_years_are_not(on):
    assert said("week 01-53/2 Tu 09:00-12:00", on=on)[1:] == []


def test_spaces_that_do_not_break():
    assert sentences("Jul-Aug Mo 09:00-12:30; Jul-Aug Tu 09:00-10:00", on=ON) == [
        "Du 1er juillet au 31 août\u00a0: le lundi de 9\u00a0h à 12\u00a0h\u00a030\u202f; "
        "le mardi de 9\u00a0h à 10\u00a0h."
    ]


def test_no_words_for_what_is_no_opening_hours():
    with pytest.raises(ValueError, match="OpenStreetMap"):
        sentences("lundi")


@pytest.mark.parametrize(
    ("text", "at", "words"),
    [
        ("Mo-Fr 09:00-17:00", (23, 10), "Ouvert maintenant, jusqu’à 17 h"),
        ("Mo-Fr 09:00-17:00", (23, 8), "Fermé ; ouvre aujourd’hui à 9 h"),
        ("Mo-Fr 09:00-17:00", (23, 17), "Fermé ; ouvre demain à 9 h"),
        ("Th 09:30-17:00", (23, 17), "Fermé ; ouvre jeudi 26 novembre à 9 h 30"),
        ("2027 Mar 01 09:00-17:00", (23, 17), "Fermé ; ouvre lundi 1er mars 2027 à 9 h"),
        ("Mo 20:00-24:00", (23, 21), "Ouvert maintenant, jusqu’à minuit"),
        ("Mo 20:00-02:00", (23, 21), "Ouvert maintenant, jusqu’à 2 h demain"),
        ("Mo 20:00-02:00", (24, 1), "Ouvert maintenant, jusqu’à 2 h"),
        ("24/7", (23, 21), "Ouvert maintenant"),
        ("Mo-Fr 09:00-17:00; PH unknown", (11, 10), "Ouverture à vérifier aujourd’hui ; ouvre demain à 9 h"),
        ("2020 Jan 01 10:00-12:00", (23, 10), "Fermé, sans ouverture prévue"),
        ("", (23, 10), ""),
    ],
)
def test_what_holds_now(text, at, words):
    now = datetime(2026, 11, *at, tzinfo=PARIS)
    assert now_line(Hours(text), now).replace("\u00a0", " ").replace("\u202f", " ") == words
