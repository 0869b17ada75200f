"""Rows for tests, one line each. Names and addresses are plainly fictional."""

from datetime import UTC, date, datetime

import factory

from accounts.models import User
from actors.models import Actor, Member, Trainee
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
from evaluation.models import (
    Case,
    Evaluation,
    Evidence,
    Interview,
    PublishedFigure,
    Rendering,
    Respondents,
    Ruling,
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

    name = factory.Sequence(lambda n: f"Association fictive {n}")
    kind = Actor.Kind.ASSOCIATION

    @factory.post_generation
    def territories(self, create, extracted, **kwargs):
        if extracted:
            self.territories.set(extracted)


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
