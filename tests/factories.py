"""Rows for tests, one line each. Names and addresses are plainly fictional."""

from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

import factory
from django.utils import timezone

from accounts.audit import subject_of
from accounts.models import User
from actors.models import (
    Actor,
    BookletPrint,
    CheckRound,
    Confirmation,
    Directory,
    DirectoryImport,
    FoodService,
    Joining,
    Member,
    Proposal,
    Site,
    Stop,
    SupplyLine,
    Trainee,
    WeekEdition,
)
from coordination.models import (
    ActionItem,
    Attendance,
    Diagnostic,
    Document,
    FundingLine,
    Mapping,
    Meeting,
    Minutes,
    MutualisationProject,
    OtherAction,
    PoliticalSupport,
)
from evaluation.campaigns.progress import QUESTIONNAIRE
from evaluation.models import (
    Answer,
    Call,
    Campaign,
    Case,
    Coding,
    Evaluation,
    Evidence,
    Interview,
    Invitation,
    Item,
    Page,
    PublishedFigure,
    Question,
    Questionnaire,
    Rendering,
    Respondents,
    Response,
    Ruling,
    Step,
    Version,
)
from outbox.models import Mail
from territories.models import Coordinator, Participation, Territory, TrainingSession


class UserFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = User

    email = factory.Sequence(lambda n: f"personne{n}@exemple.test")
    name = factory.Sequence(lambda n: f"Personne Fictive {n}")
    password = "!"  # unusable, as for everyone


class MailFactory(factory.django.DjangoModelFactory):
    """To be sent since Monday 2 March 2026, 9 in Paris; its purpose is the fixture ``purpose``'s."""

    class Meta:
        model = Mail

    purpose = "essai"
    subject = factory.Sequence(lambda n: f"essai:{n}")
    recipient = factory.Sequence(lambda n: f"destinataire{n}@exemple.test")
    due_at = datetime(2026, 3, 2, 8, tzinfo=UTC)


class TerritoryFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Territory

    name = factory.Sequence(lambda n: f"Ville-Exemple-{n}")
    kind = Territory.Kind.COMMUNE
    code = factory.Sequence(lambda n: f"X{n:04}")
    department = "93"


class TrainingSessionFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = TrainingSession

    number = factory.Sequence(lambda n: 100 + n)
    region = "Île-de-France"
    start_year = 2024
    end_year = 2025


class ParticipationFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Participation

    session = factory.SubFactory(TrainingSessionFactory)
    territory = factory.SubFactory(TerritoryFactory)


class CoordinatorFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Coordinator

    user = factory.SubFactory(UserFactory)
    territory = factory.SubFactory(TerritoryFactory)


class ActorFactory(factory.django.DjangoModelFactory):
    """``ActorFactory(territories=[territory])``"""

    class Meta:
        model = Actor
        skip_postgeneration_save = True

    name = factory.Sequence(lambda n: f"Association fictive {n:05}")  # lists by name keep the order of making
    kind = Actor.Kind.ASSOCIATION

    @factory.post_generation
    def territories(self, create, extracted, **kwargs):
        if extracted:
            self.territories.set(extracted)


class DirectoryFactory(factory.django.DjangoModelFactory):
    """A territory's directory, open to everyone."""

    class Meta:
        model = Directory

    territory = factory.SubFactory(TerritoryFactory)
    is_published = True
    published_at = factory.LazyFunction(timezone.now)


class SiteFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Site

    actor = factory.SubFactory(ActorFactory)
    address = factory.Sequence(lambda n: f"{n} rue de l’Exemple")
    postcode = "00000"
    city = "Fontaine-l’Exemple"


class FoodServiceFactory(factory.django.DjangoModelFactory):
    """A service at a site of its actor; ``site=None, is_itinerant=True`` for one with stops."""

    class Meta:
        model = FoodService

    site = factory.SubFactory(SiteFactory)
    actor = factory.LazyAttribute(lambda service: service.site.actor if service.site else ActorFactory())
    kind = "food_parcel"


class StopFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Stop

    service = factory.SubFactory(FoodServiceFactory, site=None, is_itinerant=True)
    name = factory.Sequence(lambda n: f"Arrêt d’exemple {n}")
    city = "Fontaine-l’Exemple"


class SupplyLineFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = SupplyLine

    actor = factory.SubFactory(ActorFactory)
    direction = "need"
    product = "fresh"


class ConfirmationFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Confirmation

    actor = factory.SubFactory(ActorFactory)
    section = "hours"
    role = "structure"


class CheckRoundFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = CheckRound

    actor = factory.SubFactory(ActorFactory)


class ProposalFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Proposal

    actor = factory.SubFactory(ActorFactory)
    section = "contact"
    form = "contact"


class JoiningFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Joining

    actor = factory.SubFactory(ActorFactory)
    name = factory.Sequence(lambda n: f"Arrivante Fictive {n}")
    email = factory.Sequence(lambda n: f"arrivante{n}@exemple.test")


class DirectoryImportFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = DirectoryImport

    file_name = "annuaire.csv"


class BookletPrintFactory(factory.django.DjangoModelFactory):
    """A small PDF that is made."""

    class Meta:
        model = BookletPrint

    territory = factory.SubFactory(TerritoryFactory)
    state = BookletPrint.State.DONE
    content = b"%PDF-1.7"


class WeekEditionFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = WeekEdition

    territory = factory.SubFactory(TerritoryFactory)
    number = factory.Sequence(lambda n: n + 1)
    starts_on = date(2026, 1, 5)
    ends_on = date(2026, 3, 29)
    content = factory.LazyAttribute(
        lambda one: {
            "territory": one.territory.name,
            "slug": one.territory.slug,
            "starts_on": one.starts_on.isoformat(),
            "ends_on": one.ends_on.isoformat(),
            "lines": [],
            "contact": "",
        }
    )


class TraineeFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Trainee

    participation = factory.SubFactory(ParticipationFactory)
    name = factory.Sequence(lambda n: f"Personne Formée {n}")
    email = factory.Sequence(lambda n: f"formee{n}@exemple.test")


class EvaluationFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Evaluation

    code = factory.Sequence(lambda n: f"evaluation-{n}")
    title = factory.Sequence(lambda n: f"Évaluation d'essai {n}")
    as_of = date(2025, 12, 31)


class CaseFactory(factory.django.DjangoModelFactory):
    """A counted case, labelled as its territory."""

    class Meta:
        model = Case

    evaluation = factory.SubFactory(EvaluationFactory)
    participation = factory.SubFactory(ParticipationFactory, status=Participation.Status.TRAINED)
    label = factory.SelfAttribute("participation.territory.name")


class RespondentsFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Respondents

    case = factory.SubFactory(CaseFactory)
    count = 1


class InterviewFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Interview

    case = factory.SubFactory(CaseFactory)
    structures = "CCAS fictif"


class EvidenceFactory(factory.django.DjangoModelFactory):
    """``EvidenceFactory(case=case, criterion_id="meeting", value="no")``"""

    class Meta:
        model = Evidence

    case = factory.SubFactory(CaseFactory)
    criterion_id = "meeting"
    value = Evidence.Value.YES
    source = Evidence.Source.DOCUMENT
    reference = factory.Sequence(lambda n: f"document d'essai, page {n}")


class RulingFactory(factory.django.DjangoModelFactory):
    """A ruling in force, by nobody in particular. Where decisions follow each other, use ``evaluation.operations``."""

    class Meta:
        model = Ruling

    case = factory.SubFactory(CaseFactory)
    criterion_id = "meeting"
    value = Ruling.Value.YES
    reason = "motif d'essai"


class PublishedFigureFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = PublishedFigure

    evaluation = factory.SubFactory(EvaluationFactory)
    code = "trained"
    value = 1
    reference = "rapport d'essai"


class VersionFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Version

    questionnaire = factory.SubFactory("tests.factories.QuestionnaireFactory")
    number = 1


class QuestionnaireFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Questionnaire

    title = factory.Sequence(lambda n: f"Questionnaire d'essai {n}")


class PageFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Page

    version = factory.SubFactory(VersionFactory)
    title = factory.Sequence(lambda n: f"Page d'essai {n}")
    position = factory.Sequence(lambda n: n)


class QuestionFactory(factory.django.DjangoModelFactory):
    """``QuestionFactory(page=page, kind="yes_no", criterion_id="meeting")``"""

    class Meta:
        model = Question

    page = factory.SubFactory(PageFactory)
    position = factory.Sequence(lambda n: n)
    kind = Question.Kind.TEXT
    label = factory.Sequence(lambda n: f"Question d'essai {n}")


class ItemFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Item

    question = factory.SubFactory(QuestionFactory, kind=Question.Kind.SINGLE)
    position = factory.Sequence(lambda n: n)
    label = factory.Sequence(lambda n: f"Choix d'essai {n}")


class CampaignFactory(factory.django.DjangoModelFactory):
    """In preparation; ``running=True``: launched, its invitations of today, with no step yet."""

    class Meta:
        model = Campaign

    class Params:
        running = factory.Trait(state=Campaign.State.RUNNING, launched_at=factory.LazyFunction(timezone.now))

    evaluation = factory.SubFactory(EvaluationFactory)
    version = factory.SubFactory(VersionFactory)
    title = factory.Sequence(lambda n: f"Campagne d'essai {n}")
    opens_on = factory.LazyFunction(timezone.localdate)
    closes_on = factory.LazyAttribute(lambda campaign: campaign.opens_on + timedelta(days=35))
    sender_name = "Équipe d'essai"
    reply_to = "equipe@exemple.test"


class StepFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Step

    campaign = factory.SubFactory(CampaignFactory)
    kind = Step.Kind.INVITATION
    days = 0
    subject = "Votre questionnaire d'essai"
    text = "Bonjour {nom}, le lien\u00a0: {lien}, jusqu’au {date_limite}."


class InvitationFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Invitation

    campaign = factory.SubFactory(CampaignFactory)
    case = factory.SubFactory(CaseFactory, evaluation=factory.SelfAttribute("..campaign.evaluation"))
    name = factory.Sequence(lambda n: f"Personne Invitée {n}")
    email = factory.Sequence(lambda n: f"invitee{n}@exemple.test")


class QuestionnaireMailFactory(MailFactory):
    """``QuestionnaireMailFactory(invitation=invitation, step=step.code)``: sent to them just now, unless told."""

    class Params:
        invitation = None
        is_claimed = factory.LazyAttribute(lambda mail: mail.state in (Mail.State.CLAIMED, Mail.State.TO_CHECK))

    purpose = QUESTIONNAIRE
    subject = factory.LazyAttribute(lambda mail: subject_of(mail.invitation))
    recipient = factory.LazyAttribute(lambda mail: mail.invitation.email.lower())
    due_at = factory.LazyFunction(timezone.now)
    state = Mail.State.SENT
    sent_at = factory.LazyAttribute(lambda mail: mail.due_at if mail.state == Mail.State.SENT else None)
    claim = factory.LazyAttribute(lambda mail: uuid4() if mail.is_claimed else None)
    claimed_at = factory.LazyAttribute(lambda mail: mail.due_at if mail.is_claimed else None)


class CallFactory(factory.django.DjangoModelFactory):
    """``CallFactory(invitation=invitation, outcome="stop")``"""

    class Meta:
        model = Call

    invitation = factory.SubFactory(InvitationFactory)
    by = factory.SubFactory(UserFactory, is_staff=True)
    outcome = Call.Outcome.NO_ANSWER


class ResponseFactory(factory.django.DjangoModelFactory):
    """Begun; ``submitted_at=...`` once sent."""

    class Meta:
        model = Response

    invitation = factory.SubFactory(InvitationFactory)


class AnswerFactory(factory.django.DjangoModelFactory):
    """``AnswerFactory(response=response, question=question, value="yes")``"""

    class Meta:
        model = Answer

    response = factory.SubFactory(ResponseFactory)
    question = factory.SubFactory(
        QuestionFactory, page__version=factory.SelfAttribute("...response.invitation.campaign.version")
    )
    value = "réponse d'essai"


class CodingFactory(factory.django.DjangoModelFactory):
    """``CodingFactory(answer=answer, criterion_id="meeting")``: of the text as it is."""

    class Meta:
        model = Coding

    answer = factory.SubFactory(AnswerFactory)
    criterion_id = "meeting"
    revision = factory.SelfAttribute("answer.revision")
    by = factory.SubFactory(UserFactory)


class RenderingFactory(factory.django.DjangoModelFactory):
    """A small PDF that is made: ``RenderingFactory(snapshot=snapshot)``."""

    class Meta:
        model = Rendering

    format = "pdf"
    state = Rendering.State.DONE
    by = factory.SubFactory(UserFactory)
    file = factory.django.FileField(data=b"%PDF-1.7", filename="rapport.pdf")


class MemberFactory(factory.django.DjangoModelFactory):
    """``MemberFactory(actor__territories=[territory], user=user)``"""

    class Meta:
        model = Member

    actor = factory.SubFactory(ActorFactory)
    name = factory.Sequence(lambda n: f"Membre Fictif {n}")
    email = factory.Sequence(lambda n: f"membre{n}@exemple.test")


class RecordFactory(factory.django.DjangoModelFactory):
    """A record of a logbook, of a territory of its own unless told."""

    class Meta:
        abstract = True

    territory = factory.SubFactory(TerritoryFactory)


class MeetingFactory(RecordFactory):
    """Held on 5 May 2026 in the morning, unless told."""

    class Meta:
        model = Meeting

    title = factory.Sequence(lambda n: f"Réunion fictive {n}")
    status = Meeting.Status.HELD
    starts_at = datetime(2026, 5, 5, 8, tzinfo=UTC)


class ActionItemFactory(RecordFactory):
    class Meta:
        model = ActionItem

    title = factory.Sequence(lambda n: f"Action fictive {n}")


class MappingFactory(RecordFactory):
    class Meta:
        model = Mapping

    title = factory.Sequence(lambda n: f"Cartographie fictive {n}")


class DiagnosticFactory(RecordFactory):
    class Meta:
        model = Diagnostic

    title = factory.Sequence(lambda n: f"Diagnostic fictif {n}")


class ProjectFactory(RecordFactory):
    class Meta:
        model = MutualisationProject

    title = factory.Sequence(lambda n: f"Projet fictif {n}")


class FundingLineFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = FundingLine

    project = factory.SubFactory(ProjectFactory)
    funder = FundingLine.Funder.MMPT


class OtherActionFactory(RecordFactory):
    class Meta:
        model = OtherAction

    title = factory.Sequence(lambda n: f"Autre action fictive {n}")


class SupportFactory(RecordFactory):
    class Meta:
        model = PoliticalSupport

    elected_lead = factory.Sequence(lambda n: f"Délégation fictive {n}")


class DocumentFactory(RecordFactory):
    """A small text file."""

    class Meta:
        model = Document

    title = factory.Sequence(lambda n: f"Document fictif {n}")
    filename = factory.Sequence(lambda n: f"document-{n}.txt")
    media_type = "text/plain"
    size = 5
    sha256 = "0" * 64
    file = factory.django.FileField(data=b"texte", filename="essai.txt")


class AttendanceFactory(factory.django.DjangoModelFactory):
    """Someone of a structure who came: ``AttendanceFactory(meeting=meeting, member=member)``."""

    class Meta:
        model = Attendance

    meeting = factory.SubFactory(MeetingFactory)
    member = factory.SubFactory(MemberFactory)
    actor = factory.SelfAttribute("member.actor")
    present = True


class MinutesFactory(factory.django.DjangoModelFactory):
    """A draft. What was sent has ``state`` and ``sent_at``."""

    class Meta:
        model = Minutes

    meeting = factory.SubFactory(MeetingFactory)
