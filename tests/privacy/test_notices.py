"""What a form says of the data that it asks for: the register's words, who answers for it, and where to write."""

import re

import pytest
from django.conf import settings as django_settings
from django.template import Context, Template
from django.urls import reverse
from django.utils.html import escape

from privacy.register import HOLDINGS
from tests.pages import texts

CODES = {holding.code for holding in HOLDINGS}


def notice(arguments: str) -> str:
    return Template(f"{{% load notices %}}{{% privacy_notice {arguments} %}}").render(Context())


@pytest.mark.parametrize("holding", HOLDINGS, ids=lambda holding: holding.code)
def test_it_says_what_the_register_says(holding, settings):
    settings.DATA_CONTROLLER, settings.DATA_CONTACT = "l’Association fictive", "donnees@exemple.test"
    said = notice(f'"{holding.code}"')
    in_sight, _, unfolded = said.partition("<details>")
    assert escape(holding.purpose) in in_sight
    assert "l’Association fictive" in in_sight
    for words in (holding.data, holding.seen_by, holding.kept, holding.basis):
        assert escape(words) in unfolded
    assert 'href="mailto:donnees@exemple.test"' in unfolded
    assert f'href="{reverse("privacy:register")}#{holding.code}"' in unfolded


def test_another_may_answer_for_a_form(settings):
    settings.DATA_CONTACT = "donnees@exemple.test"
    said = notice('"answers" controller="Équipe fictive" contact="equipe@exemple.test"')
    assert "Équipe fictive" in said
    assert re.findall(r"mailto:([^\"]+)", said) == ["equipe@exemple.test"]
    assert settings.DATA_CONTROLLER not in said


def test_of_a_kind_that_is_not_in_the_register():
    with pytest.raises(KeyError):
        notice('"others"')


def test_each_form_names_a_kind_of_the_register():
    folder = django_settings.BASE_DIR / "templates"
    named = {
        code for file in folder.rglob("*.html") for code in re.findall(r'{% privacy_notice "(\w+)"', file.read_text())
    }
    assert named
    assert named <= CODES


@pytest.mark.django_db
def test_the_register_says_who_answers_for_all(client, settings):
    settings.DATA_CONTROLLER, settings.DATA_CONTACT = "l’Association fictive", "donnees@exemple.test"
    answer = client.get(reverse("privacy:register"))
    assert "L’Association fictive en répond." in texts(answer)
    assert 'id="droits"' in answer.text
    assert 'href="mailto:donnees@exemple.test"' in answer.text
