"""Rows for tests, one line each. Names and addresses are plainly fictional."""

from datetime import UTC, date, datetime

import factory

from accounts.models import User
from actors.models import Actor, Trainee
from evaluation.models import (
    Case,
    Evaluation,
    Evidence,
    Interview,
    PublishedFigure,
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
    class Meta:
        model = Actor

    name = factory.Sequence(lambda n: f"Association fictive {n}")
    kind = Actor.Kind.ASSOCIATION


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
