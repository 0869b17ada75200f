"""Texts with placeholders: ``evaluation/campaigns/texts.py``."""

import pytest
from django.core.exceptions import ValidationError

from evaluation.campaigns import texts
from evaluation.campaigns.schedule import DEFAULT_STEPS
from evaluation.models import Step

VALUES = {"nom": "Camille <b>Fictive</b> {lien}", "lien": "https://exemple.test/?a=1&b=2", "date_limite": "10 mars"}
GOOD = "Bonjour {nom} : {lien}, d’ici au {date_limite}."


def a_step(kind: str = Step.Kind.REMINDER, **fields) -> Step:
    return Step(kind=kind, days=7, **{"subject": "Objet", "text": GOOD} | fields)


def refusal(step: Step) -> dict[str, list[str]]:
    with pytest.raises(ValidationError) as caught:
        texts.check(step)
    return caught.value.message_dict


def test_the_texts_that_a_campaign_starts_with_are_good():
    for default in DEFAULT_STEPS:
        texts.check(
            Step(
                kind=default.kind,
                days=default.days,
                subject=default.words.subject,
                text=default.words.text,
                partial_subject=default.words.partial_subject,
                partial_text=default.words.partial_text,
            )
        )
    texts.check(a_step(Step.Kind.EXTRA, subject=texts.EXTRA.subject, text=texts.EXTRA.text))


def test_every_mail_that_asks_repeats_the_link_and_the_last_day_also_to_who_has_begun():
    for default in DEFAULT_STEPS:
        if default.kind in texts.CARRY_LINK:
            for text in (default.words.text, default.words.partial_text):
                assert "{lien}" in text
                assert "{date_limite}" in text


@pytest.mark.parametrize("kind", sorted(texts.CARRY_LINK))
def test_a_mail_that_asks_without_link_or_day_is_refused(kind):
    assert refusal(a_step(kind, text="Bonjour {nom}"))["text"] == [
        "Il manque {lien} (le lien vers le questionnaire) et {date_limite} (la date limite) : "
        "chaque courriel les rappelle."
    ]
    assert set(refusal(a_step(kind, partial_text="Plus que {date_limite}"))) == {"partial_text"}


@pytest.mark.parametrize("kind", [Step.Kind.NOTICE, Step.Kind.CALL])
def test_a_notice_and_a_call_need_neither(kind):
    texts.check(a_step(kind, text="Bonjour {nom}"))


def test_what_cannot_be_filled_is_refused_by_name():
    wrong = refusal(a_step(text=GOOD + " {prenom} {prenom} {}", subject="{Nom}"))
    assert wrong["text"][0].startswith("Champ inconnu : {prenom}, {}. Les champs possibles sont {nom}, ")
    assert wrong["subject"][0].startswith("Champ inconnu : {Nom}.")
    assert refusal(a_step(text=GOOD + " {nom"))["text"][0].startswith("Une accolade est seule")


def test_titles():
    assert refusal(a_step(subject="Ici {lien}"))["subject"] == ["Le lien va dans le texte, pas dans l’objet."]
    assert refusal(a_step(subject="Deux\nlignes"))["subject"] == ["L’objet tient sur une ligne."]
    assert set(refusal(a_step(subject="  ", text=""))) == {"subject", "text"}
    texts.check(a_step(Step.Kind.CALL, subject="", text="Allo"))


def test_values_are_filled_once_and_never_read_as_placeholders():
    assert texts.fill("{nom} / {lien} / {autre}", VALUES) == f"{VALUES['nom']} / {VALUES['lien']} / {{autre}}"


def test_a_title_stays_on_one_line():
    assert texts.fill_line("Pour {nom}", {"nom": "A\nB\r\nBcc: c@exemple.test"}) == "Pour A B Bcc: c@exemple.test"


def test_html_is_escaped_and_its_link_is_words():
    assert texts.fill_html("{nom}", VALUES).__html__
    assert texts.fill_html("Bonjour {nom} <i>\n\n{lien}\nfin", VALUES) == (
        "<p>Bonjour Camille &lt;b&gt;Fictive&lt;/b&gt; {lien} &lt;i&gt;</p>\n\n"
        '<p><a href="https://exemple.test/?a=1&amp;b=2">Ouvrir le questionnaire</a><br>fin</p>'
    )
