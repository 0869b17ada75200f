import pytest

from accounts.audit import subject_of
from evaluation.campaigns.progress import QUESTIONNAIRE
from evaluation.models import Invitation
from outbox import links
from tests.factories import CampaignFactory, InvitationFactory, PageFactory, QuestionFactory, ResponseFactory


@pytest.fixture
def page():
    return PageFactory(title="Vos réunions")


@pytest.fixture
def question(page):
    return QuestionFactory(page=page, kind="text", label="Racontez")


@pytest.fixture
def campaign(page):
    return CampaignFactory(running=True, version=page.version)


@pytest.fixture
def invitation(campaign):
    return InvitationFactory(campaign=campaign, name="Camille Fictive", email="camille@exemple.test")


@pytest.fixture
def response(invitation):
    return ResponseFactory(invitation=invitation)


@pytest.fixture
def link():
    """``link(invitation)``: a link's token, as a mail of the campaign makes it."""

    def make(invitation: Invitation, purpose: str = QUESTIONNAIRE) -> str:
        return links.make(purpose=purpose, subject=subject_of(invitation), recipient=invitation.email, days=30)

    return make
