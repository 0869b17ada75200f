"""What a form says of the data that it asks for: the register's words, who answers for it, and where to write."""

import re
from html.parser import HTMLParser

import pytest
from django.conf import settings as django_settings
from django.forms import BaseForm, EmailField
from django.template import Context, Template
from django.test.utils import ContextList
from django.urls import reverse
from django.utils.html import escape

from privacy.register import HOLDINGS
from tests.factories import CheckRoundFactory
from tests.pages import texts
from tests.test_permissions import GET, address
from tests.test_permissions import people as people
from tests.test_permissions import world as world

CODES = {holding.code for holding in HOLDINGS}
MARK = 'class="privacy-notice"'


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


# On the pages -------------------------------------------------------------------------------------

READERS = ("staff", "member", "anonymous")
"""Between them, they see every form."""


class Asked(HTMLParser):
    """``names``: the fields of a page, in forms that are sent by POST, that take an e-mail address or a telephone."""

    def __init__(self, page: str):
        super().__init__()
        self.is_posted, self.names = False, []
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        if tag == "form":
            self.is_posted = (given.get("method") or "").lower() == "post"
        elif tag == "input" and self.is_posted and given.get("type") in {"email", "tel"}:
            self.names.append(given.get("name"))

    def handle_endtag(self, tag):
        if tag == "form":
            self.is_posted = False


def pages(client, world, people):
    """Every page as each reader gets it: its row of the permission table, its HTML, and the classes of its forms."""
    running = world["begun"].campaign_id
    addresses = [(row, address(row, world)) for row in GET]
    addresses.append(("campaigns:campaign_create of an evaluation", "/campagnes/nouvelle/?evaluation=essai"))
    addresses.append(("campaigns:campaign_edit of a running one", reverse("campaigns:campaign_edit", args=[running])))
    for role in READERS:
        client.logout()
        if role in people:
            client.force_login(people[role])
        for row, url in addresses:
            response = client.get(url)
            page = b"".join(response)
            if response.status_code == 200 and response.headers["Content-Type"].startswith("text/html"):
                yield row, page.decode(), forms_of(response)


def forms_of(response) -> set[type[BaseForm]]:
    rendered = response.context or ContextList()
    contexts = rendered if isinstance(rendered, ContextList) else [rendered]  # a page of one template has one only
    layers = (layer for context in contexts for layer in context.dicts)
    return {type(value) for layer in layers for value in layer.values() if isinstance(value, BaseForm)}


def asking_forms(base: type = BaseForm):
    """The site's own classes of forms in which an address or a telephone is typed."""
    for one in base.__subclasses__():
        fields = getattr(one, "base_fields", {}).items()
        is_ours = (django_settings.BASE_DIR / one.__module__.partition(".")[0]).is_dir()
        if is_ours and any(isinstance(field, EmailField) or "phone" in name for name, field in fields):
            yield one
        yield from asking_forms(one)


@pytest.mark.django_db
def test_where_one_types_an_address_or_a_telephone_a_notice_stands(client, world, people):
    asking, silent, seen = set(), set(), set()
    for row, page, forms in pages(client, world, people):
        seen |= forms
        if Asked(page).names:
            asking.add(row)
            if MARK not in page:
                silent.add(row)
    assert {"membership:claim", "membership:invite", "actors:trainee_add", "evaluation:snapshot_links"} <= asking
    assert silent == set()
    unseen = {form for form in asking_forms() if not any(issubclass(one, form) for one in seen)}
    assert unseen == set(), "forms that no page tried here shows: try it in a state where it does"


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("row", "code"),
    [
        ("evaluation:snapshot_links", "reports"),
        ("exchange:desk", "contacts"),
        ("outbox:address_list", "mails"),
        ("campaigns:call", "answers"),
        ("freshness:follow", "contacts"),
        ("entries:add", "contacts"),
        ("coordination:coordinator_list", "coordinations"),
        ("campaigns:campaign_edit", "answers"),
    ],
)
def test_what_a_page_says_it_is_for(client, world, people, row, code):
    """Where a file or a note on a call may name people too."""
    CheckRoundFactory(actor=world["verified"])
    client.force_login(people["staff"])
    page = client.get(address(row, world)).text
    assert page.count(MARK) == 1
    assert f'href="{reverse("privacy:register")}#{code}"' in page
