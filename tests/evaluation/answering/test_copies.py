"""The mail with one's own answers: ``evaluation/answering/copies.py``."""

from datetime import timedelta

import pytest
from django.utils import timezone

from evaluation.answering import operations
from evaluation.answering.copies import render
from evaluation.answering.operations import COPY, Given
from evaluation.campaigns.progress import QUESTIONNAIRE
from evaluation.models import Campaign, Invitation
from outbox import delivery, links
from outbox.links import MailLinks
from outbox.models import Mail
from outbox.purposes import NoLongerDue
from tests.factories import QuestionFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def mail(response, question, page):
    met = QuestionFactory(page=page, kind="yes_no", label="Une réunion ?")
    QuestionFactory(page=page, label="Laissée vide")
    QuestionFactory(page=page, label="Pas posée", condition_question=met, condition_values=["no"])
    given = [Given(question.pk, "Deux < trois", 0), Given(met.pk, "yes", 0)]
    operations.save(invitation=response.invitation, given=given)
    operations.submit(invitation=response.invitation, quoting="territory")
    operations.ask_copy(invitation=response.invitation)
    return Mail.objects.get(purpose=COPY)


def test_a_copy_holds_all_that_was_asked(mail, invitation):
    message = render(mail, MailLinks(mail))
    assert (
        "VOS RÉUNIONS\n\nRacontez\nDeux < trois\n\nUne réunion ?\noui\n\nLaissée vide\n(sans réponse)" in message.text
    )
    assert "Pas posée" not in message.text
    assert "citer en nommant seulement le territoire" in message.text
    assert "Deux &lt; trois" in message.html
    assert (message.reply_to, message.sender_name) == (invitation.campaign.reply_to, invitation.campaign.sender_name)


def test_it_leaves_at_once_and_leads_back_to_the_answers(mail, invitation, mailoutbox, client):
    sunday_night = timezone.now().replace(hour=23) + timedelta(days=6 - timezone.now().weekday())
    delivery.send_due(clock=lambda: sunday_night)
    (sent,) = mailoutbox
    assert sent.to == ["camille@exemple.test"]
    assert "List-Unsubscribe" not in sent.extra_headers
    token = sent.body.split("/repondre/")[1].split("/")[0]
    assert links.find(token, QUESTIONNAIRE).subject == f"invitation:{invitation.pk}"
    assert client.get(f"/repondre/{token}/", follow=True).status_code == 200


def test_once_closed_it_has_no_link(mail):
    Campaign.objects.update(state="ended")
    assert "/repondre/" not in render(mail, MailLinks(mail)).text


@pytest.mark.parametrize(
    "change",
    [{"email": "autre@exemple.test"}, {"ended_at": timezone.now(), "ending": "removed"}],
)
def test_it_goes_to_nobody_else(mail, change):
    Invitation.objects.update(**change)
    with pytest.raises(NoLongerDue):
        render(mail, MailLinks(mail))
