"""Answering by a link: what opens, what is kept, what is said."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from evaluation.answering import operations
from evaluation.answering.forms import mark
from evaluation.answering.operations import COPY, Given
from evaluation.models import Answer, Campaign, Invitation, Response
from outbox import links
from outbox.models import Link, Mail
from tests.factories import (
    InvitationFactory,
    ItemFactory,
    MeetingFactory,
    PageFactory,
    QuestionFactory,
    ResponseFactory,
)
from tests.pages import refusals, texts

pytestmark = pytest.mark.django_db


@pytest.fixture
def token(link, invitation):
    return link(invitation)


@pytest.fixture
def url(token):
    """``url("page", page.pk)``: an address under the link."""
    return lambda name="start", *args: reverse(f"answering:{name}", args=[token, *args])


def fields(question, value, revision=0, shown=None) -> dict:
    return {f"m{question.pk}": mark(revision, shown), f"q{question.pk}": value}


def as_json(client, address, data):
    return client.post(address, data, headers={"accept": "application/json"})


def stored() -> dict:
    return dict(Answer.objects.values_list("question", "value"))


# The link -------------------------------------------------------------------------------------------


def test_the_first_page_says_who_why_how_long_and_until_when(client, url, invitation, question):
    shown = texts(client.get(url()))
    campaign = invitation.campaign
    for said in ("Camille Fictive", str(invitation.case), campaign.sender_name, campaign.evaluation.title):
        assert said.replace("'", "&#x27;") in shown
    assert "Environ 5 minutes" in shown
    assert f"{campaign.closes_on.year} inclus" in shown
    assert "RGPD" in shown
    assert "nous ne promettons pas l’anonymat" in shown
    assert not Response.objects.exists()


def test_pages_are_neither_kept_nor_told_to_other_sites(client, url):
    answer = client.get(url())
    assert "no-store" in answer["Cache-Control"]
    assert answer["Referrer-Policy"] == "same-origin"


def test_only_its_own_link_opens_a_questionnaire(client, link, invitation, page):
    for token in ("", "x", "a\0b", link(invitation, "unsubscribe"), link(invitation, COPY)):
        for address in ("", f"page/{page.pk}/", "verifier/", "merci/", "decliner/", "transmettre/"):
            answer = client.get(f"/repondre/{token or 'rien'}/{address}")
            assert answer.status_code == 404
            assert "Ce lien ne mène plus à rien" in texts(answer)


@pytest.mark.parametrize(
    "change", [{"revoked_at": timezone.now()}, {"expires_at": timezone.now() - timedelta(minutes=1)}]
)
def test_a_link_revoked_or_expired_opens_nothing(client, url, change):
    Link.objects.update(**change)
    answer = client.get(url())
    assert answer.status_code == 404
    assert "Camille" not in texts(answer)
    assert client.post(url()).status_code == 404
    assert not Response.objects.exists()


def test_a_link_opens_the_questionnaire_of_its_own_person(client, link, url, invitation, page, question):
    other = ResponseFactory(invitation=InvitationFactory(campaign=invitation.campaign, name="Dominique Fictif"))
    operations.save(invitation=other.invitation, given=[Given(question.pk, "Un secret", 0)])
    client.post(url())
    for address in (url(), url("page", page.pk), url("review")):
        shown = texts(client.get(address))
        assert "Un secret" not in shown
        assert "Dominique" not in shown


def test_a_link_whose_subject_is_no_invitation_opens_nothing(client, invitation):
    for subject in (f"attendance:{invitation.pk}", "invitation:999999", "invitation"):
        token = links.make(purpose="questionnaire", subject=subject, recipient="a@exemple.test", days=1)
        assert client.get(f"/repondre/{token}/").status_code == 404


@pytest.mark.parametrize("ending", ["replaced", "removed"])
def test_one_who_is_not_asked_any_more_finds_nothing(client, url, ending):
    Invitation.objects.update(ended_at=timezone.now(), ending=ending)
    assert client.get(url()).status_code == 404


def test_a_campaign_that_is_not_launched_opens_nothing(client, url):
    Campaign.objects.update(state="draft", launched_at=None)
    assert client.get(url()).status_code == 404


# Page by page ---------------------------------------------------------------------------------------


@pytest.fixture
def second(page):
    return QuestionFactory(page=PageFactory(version=page.version, title="Pour finir"), label="La suite")


def test_beginning_leads_to_the_first_page(client, url, page, question):
    assert client.get(url("page", page.pk)).url == url()
    answer = client.post(url())
    assert answer.url == url("page", page.pk)
    assert Response.objects.count() == 1
    assert "Racontez" in texts(client.get(answer.url))


def test_pages_follow_each_other_and_save(client, url, page, question, second):
    client.post(url())
    first, last = url("page", page.pk), url("page", second.page_id)
    assert client.post(first, fields(question, "Un récit") | {"go": "next"}).url == last
    shown = texts(client.get(last))
    assert "Page 2 sur 2" in shown
    assert "1 réponse sur 2" in shown
    assert client.post(last, fields(second, "Fin") | {"go": "back"}).url == first
    assert client.post(last, fields(second, "Fin", 1, "Fin") | {"go": "later"}).url == url()
    assert client.post(last, fields(second, "Fin", 1, "Fin") | {"go": "next"}).url == url("review")
    assert client.post(first, fields(question, "Un récit", 1, "Un récit") | {"go": "back"}).url == url()
    assert stored() == {question.pk: "Un récit", second.pk: "Fin"}


def test_one_resumes_where_one_stopped(client, url, page, question, second):
    client.post(url())
    client.post(url("page", page.pk), fields(question, "") | {"go": "later"})
    assert "Commencer" in texts(client.get(url()))
    assert client.post(url()).url == url("page", second.page_id)
    client.post(url("page", second.page_id), fields(second, "Fin") | {"go": "later"})
    assert "Reprendre" in texts(client.get(url()))
    assert client.post(url()).url == url("review")


def test_a_page_that_the_answers_do_not_lead_to_leads_on(client, url, page, second):
    met = QuestionFactory(page=page, kind="yes_no")
    second.condition_question, second.condition_values = met, ["yes"]
    second.save()
    client.post(url())
    assert client.get(url("page", second.page_id)).url == url("page", page.pk)
    assert client.post(url("page", page.pk), fields(met, "no") | {"go": "next"}).url == url("review")


def test_errors_stand_beside_their_question_and_nothing_typed_is_lost(client, url, page, question):
    number = QuestionFactory(page=page, kind="number", label="Combien")
    client.post(url())
    data = fields(number, "beaucoup") | fields(question, "Un récit") | {"go": "next"}
    answer = client.post(url("page", page.pk), data)
    assert refusals(answer) == {f"q{number.pk}": "Écrivez un nombre en chiffres, par exemple 12 ou 12,5."}
    assert 'value="beaucoup"' in texts(answer)
    assert stored() == {question.pk: "Un récit"}


def test_what_is_hostile_is_refused_or_left_out(client, url, page, question):
    grid = QuestionFactory(page=page, kind="grid")
    row = ItemFactory(question=grid)
    single = QuestionFactory(page=page, kind="single")
    ItemFactory(question=single)
    client.post(url())
    hostile = {
        f"m{question.pk}": "9" * 5000,
        f"q{question.pk}": "a\0" * 10,
        f"m{grid.pk}": "",
        f"q{grid.pk}_{row.pk}": "<script>",
        f"m{single.pk}": "\0",
        f"q{single.pk}": "9" * 5000,
        f"k{single.pk}": "mine." + "9" * 5000,
        "m999999": "0",
        "q999999": "x",
        "go": "\0",
    }
    answer = client.post(url("page", page.pk), hostile)
    assert set(refusals(answer)) == {f"q{pk.pk}" for pk in (question, grid, single)}
    assert as_json(client, url("page", page.pk), hostile).status_code == 200
    assert client.post(url("review"), {"quoting": "\0"}).status_code == 200
    assert client.post(url("decline"), {"words": "a\0", "reasons": ["x"]}).status_code == 200
    assert client.post(url("hand_on"), {"name": "a\0", "email": "x\0@y", "agreed": "on"}).status_code == 200
    assert client.get(url("page", 10**15)).url == url("page", page.pk)
    assert stored() == {}


def test_two_devices_are_shown_both_answers_and_choose(client, url, page, question):
    client.post(url())
    here = url("page", page.pk)
    client.post(here, fields(question, "Du téléphone") | {"go": "later"})
    answer = client.post(here, fields(question, "De l’ordinateur") | {"go": "next"})
    shown = texts(answer)
    assert "Deux réponses à cette question." in shown
    assert shown.index("Sur un autre appareil") < shown.index("Du téléphone") < shown.rindex("De l’ordinateur")
    assert stored() == {question.pk: "Du téléphone"}
    again = fields(question, "De l’ordinateur") | {"go": "next"}
    assert "Deux réponses" in texts(client.post(here, again))
    assert client.post(here, again | {f"k{question.pk}": "theirs"}).status_code == 302
    assert stored() == {question.pk: "Du téléphone"}
    assert client.post(here, again | {f"k{question.pk}": "mine.1"}).status_code == 302
    assert stored() == {question.pk: "De l’ordinateur"}
    third = texts(client.post(here, fields(question, "Une troisième") | {f"k{question.pk}": "mine.1"}))
    assert "Deux réponses" in third
    assert stored() == {question.pk: "De l’ordinateur"}


def test_what_the_logbook_knows_is_confirmed_in_one_tap(client, url, page, invitation):
    met = QuestionFactory(page=page, kind="yes_no", criterion_id="meeting")
    MeetingFactory(territory=invitation.case.participation.territory)
    client.post(url())
    answer = client.get(url("page", page.pk))
    assert "Nous avons noté : une réunion, le 5 mai 2026." in texts(answer)
    assert stored() == {}
    line = answer.context["form"].lines()[0]
    ticked = next(option.value for option in line.options if option.is_ticked)
    client.post(url("page", page.pk), {line.mark_name: line.mark, f"q{met.pk}": ticked, "go": "next"})
    assert stored() == {met.pk: "yes"}
    shown = texts(client.get(url("page", page.pk)))
    assert "Nous avons noté" in shown
    assert "déjà coché" not in shown


def test_what_comes_after_closing_is_shown_and_not_kept(client, url, page, question):
    client.post(url())
    Campaign.objects.update(state="ended")
    answer = client.post(url("page", page.pk), fields(question, "Trop tard") | {"go": "next"})
    assert "Cette page n’a pas été enregistrée." in texts(answer)
    assert "Trop tard" in texts(answer)
    assert as_json(client, url("page", page.pk), fields(question, "Trop tard")).json() == {"closed": True}
    assert stored() == {}
    assert client.get(url("page", page.pk)).url == url()


@pytest.mark.parametrize("more", [0, 2])
def test_as_many_queries_whatever_is_asked(
    client, url, page, question, second, more, django_assert_num_queries, invitation
):
    MeetingFactory(territory=invitation.case.participation.territory)
    for number in range(1 + more):
        grid = QuestionFactory(page=page, kind="grid")
        ItemFactory.create_batch(1 + more, question=grid, criterion_id="meeting")
        QuestionFactory.create_batch(more, page=PageFactory(version=page.version))
        QuestionFactory(page=page, kind="yes_no", condition_question=grid, condition_item=grid.items.first())
        assert number < 3
    client.post(url())
    with django_assert_num_queries(9):
        assert client.get(url("page", page.pk)).status_code == 200
    questions = page.questions.all()
    blank = {f"m{each.pk}": mark(0, None) for each in questions}
    as_json(client, url("page", page.pk), blank)
    with django_assert_num_queries(7):
        assert client.get(url("review")).status_code == 200
    with django_assert_num_queries(18):
        assert as_json(client, url("page", page.pk), fields(question, "Un récit", 1)).status_code == 200


# Each answer as it is given -------------------------------------------------------------------------


def test_an_answer_is_saved_as_given_with_its_new_mark(client, url, page, question, second):
    client.post(url())
    data = fields(question, "Un récit") | fields(second, "D’une autre page")
    answer = as_json(client, url("page", page.pk), data).json()
    assert answer["marks"] == {str(question.pk): mark(1, "Un récit"), str(second.pk): mark(1, "D’une autre page")}
    assert (answer["errors"], answer["conflicts"], answer["stored"]) == ({}, {}, {})
    assert (answer["answered"], answer["total"]) == (2, 2)
    assert stored() == {question.pk: "Un récit", second.pk: "D’une autre page"}


def test_only_what_was_given_is_saved(client, url, page, question, second):
    client.post(url())
    as_json(client, url("page", page.pk), fields(question, "Un récit"))
    assert stored() == {question.pk: "Un récit"}


def test_an_error_and_a_conflict_come_back_in_place(client, url, page, question, second):
    number = QuestionFactory(page=page, kind="number")
    client.post(url())
    as_json(client, url("page", page.pk), fields(question, "Ici") | fields(second, "Ici"))
    data = fields(question, "<b>Là</b>") | fields(number, "x") | fields(second, "Ici")
    answer = as_json(client, url("page", page.pk), data).json()
    assert answer["marks"] == {str(second.pk): mark(1, "Ici")}
    assert list(answer["errors"]) == [str(number.pk)]
    conflict = answer["conflicts"][str(question.pk)]
    assert conflict["page"] == url("page", page.pk)
    assert "&lt;b&gt;Là" in conflict["html"]
    assert f'value="mine.{1}"' in conflict["html"]
    given_up = as_json(client, url("page", page.pk), fields(question, "Là") | {f"k{question.pk}": "theirs"}).json()
    assert mark(1, "Ici") in given_up["stored"][str(question.pk)]
    assert ">\nIci</textarea>" in given_up["stored"][str(question.pk)]


# Sending --------------------------------------------------------------------------------------------


def test_all_is_checked_then_sent(client, url, page, question, mailoutbox):
    required = QuestionFactory(page=page, required=True, label="À dire absolument")
    client.post(url())
    shown = texts(client.get(url("review")))
    assert f"{url('page', page.pk)}#question-{required.pk}" in shown
    assert refusals(client.post(url("review"))) == {"quoting": "Dites si l’on peut vous citer, ou non."}
    assert client.post(url("review"), {"quoting": "named"}).status_code == 200
    assert Response.objects.get().submitted_at is None
    client.post(url("page", page.pk), fields(required, "Dit") | fields(question, "Un récit") | {"go": "next"})
    shown = texts(client.get(url("review")))
    assert "Dit" in shown
    assert "Un récit" in shown
    assert client.post(url("review"), {"quoting": "named"}).url == url("thanks")
    response = Response.objects.get()
    assert response.submitted_at
    assert response.quoting == "named"
    assert "Merci" in texts(client.get(url(), follow=True))
    client.post(url("thanks"))
    assert Mail.objects.get().recipient == "camille@exemple.test"


def test_what_was_sent_can_be_changed_until_closing(client, url, page, question):
    client.post(url())
    client.post(url("review"), {"quoting": "none"})
    assert "Modifier" in texts(client.get(url("review")))
    client.post(url("page", page.pk), fields(question, "Un ajout") | {"go": "next"})
    assert stored() == {question.pk: "Un ajout"}
    Campaign.objects.update(state="ended")
    shown = texts(client.get(url()))
    assert "Un ajout" in shown
    assert "Modifier" not in shown
    assert {client.get(url(name)).url for name in ("review", "thanks", "decline", "hand_on")} == {url()}


def test_what_was_not_sent_is_said_not_to_count(client, url, page, question):
    client.post(url())
    client.post(url("page", page.pk), fields(question, "Un début") | {"go": "later"})
    Campaign.objects.update(closes_on=timezone.localdate() - timedelta(days=1), opens_on="2024-01-01")
    shown = texts(client.get(url()))
    assert "elles ne sont pas prises en compte" in shown
    assert "Un début" in shown


def test_a_closed_questionnaire_that_nobody_began_says_so(client, url):
    Campaign.objects.update(state="ended")
    assert "Il n’accepte plus de réponses." in texts(client.get(url()))
    assert client.post(url()).url == url()
    assert not Response.objects.exists()


# Not answering --------------------------------------------------------------------------------------


def test_one_declines_and_changes_ones_mind(client, url, invitation, page, question):
    reasons = {"reasons": ["Je n’ai pas le temps", "Je ne m’occupe plus de ce sujet"], "words": "Désolée."}
    assert client.post(url("decline"), reasons).url == url()
    invitation.refresh_from_db()
    assert invitation.decline_reason == "Je n’ai pas le temps\nJe ne m’occupe plus de ce sujet\nDésolée."
    assert "vous ne répondez pas" in texts(client.get(url()))
    assert client.get(url("review")).url == url()
    assert client.post(url()).url == url("page", page.pk)
    invitation.refresh_from_db()
    assert invitation.declined_at is None


def test_declining_needs_no_reason(client, url, invitation):
    client.post(url("decline"))
    invitation.refresh_from_db()
    assert (bool(invitation.declined_at), invitation.decline_reason) == (True, "")


def test_one_hands_on_to_a_colleague(client, url, link, invitation, page, question):
    client.post(url())
    client.post(url("page", page.pk), fields(question, "Un début") | {"go": "later"})
    who = {"name": "Dominique Fictif", "email": "dominique@exemple.test"}
    assert set(refusals(client.post(url("hand_on"), who))) == {"agreed"}
    own = who | {"email": invitation.email, "agreed": "on"}
    assert set(refusals(client.post(url("hand_on"), own))) == {"email"}
    assert client.post(url("hand_on"), who | {"agreed": "on", "with_answers": "on"}).url == url()
    assert "Dominique Fictif va recevoir un courriel" in texts(client.get(url()))
    assert client.get(url("page", page.pk)).url == url()
    assert client.get(url("hand_on")).url == url()
    new = Invitation.objects.get(email="dominique@exemple.test")
    shown = texts(client.get(reverse("answering:start", args=[link(new)])))
    assert "Camille Fictive vous a transmis ce questionnaire, avec les réponses déjà données" in shown
    assert "1 réponse sur 1" in shown


def test_there_is_nothing_to_give_along_before_the_first_answer(client, url):
    assert "with_answers" not in client.get(url("hand_on")).context["form"].fields
    client.post(url())
    assert "with_answers" not in client.get(url("hand_on")).context["form"].fields


def test_getting_does_nothing(client, url, page, question, invitation):
    client.post(url())
    before = (list(Response.objects.values()), list(Invitation.objects.values()), list(Link.objects.values()))
    for name in ("start", "review", "thanks", "decline", "hand_on"):
        client.get(url(name), {"go": "next", "quoting": "named", "name": "x", "email": "x@exemple.test"})
    client.get(url("page", page.pk), fields(question, "x"), headers={"accept": "application/json"})
    assert before == (list(Response.objects.values()), list(Invitation.objects.values()), list(Link.objects.values()))
    assert (stored(), Mail.objects.count()) == ({}, 0)
