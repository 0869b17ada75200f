"""The demonstration's campaigns: a fictional session, followed up at its end and again six months later.

Nobody in it exists, and no mail of it arrives: every address ends in ``@demo.alimactiv.example``. All goes through
the operations of every day, then is dated as if it had happened on its day.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db import transaction
from django.utils import timezone

from accounts.audit import subject_of
from accounts.models import AuditEntry, User
from actors.models import Trainee
from coordination.demo.town import DOMAIN
from evaluation.answering import operations as answering
from evaluation.answering.operations import Given
from evaluation.campaigns import operations, texts
from evaluation.campaigns.progress import QUESTIONNAIRE
from evaluation.models import (
    Answer,
    Campaign,
    Case,
    Evaluation,
    Evidence,
    Invitation,
    Question,
    Response,
    Step,
    Version,
)
from evaluation.questionnaires import default
from evaluation.questionnaires.conditions import asked
from outbox.models import Bounce, Mail
from territories.models import Participation, Territory, TrainingSession

SESSION = 99
FORMER, PRESENT = 190, 16  # days since each campaign opened
DOSSIERS = (
    ("exemple-fictif-fin", "Exemple fictif : la session 99 à sa fin", "À la fin de la formation", FORMER),
    ("exemple-fictif-6-mois", "Exemple fictif : la session 99 six mois après", "Six mois après", PRESENT),
)
"""Code and title of the evaluation, name of its campaign, days since it opened. What was true at the end of the
training may not be so later: each has its own state of play."""
DURATION = 35
PHONE = "01 99 00 00 00"  # of a range that is given to nobody
COMMUNE, EPCI = Territory.Kind.COMMUNE, Territory.Kind.EPCI
TERRITORIES = {
    "FICTIF-2": (COMMUNE, "Port-d’Essai (ville fictive)"),
    "FICTIF-3": (EPCI, "Val-Témoin (intercommunalité fictive)"),
    "FICTIF-4": (COMMUNE, "Rochemaquette (ville fictive)"),
    "FICTIF-5": (COMMUNE, "Trois-Brouillons (ville fictive)"),
}
"""Beside the town that has a logbook."""
YES, NO, UNKNOWN = Evidence.Value.YES, Evidence.Value.NO, Evidence.Value.UNKNOWN
Quoting = Response.Quoting


@dataclass(frozen=True)
class Answers:
    """What someone answers, so many days after the opening: by criterion, and an account in their words."""

    days: int
    says: Mapping[str, str]
    account: str = ""
    quoting: str = Quoting.NONE
    sent: bool = True


@dataclass(frozen=True)
class Person:
    """A trainee: the part of the address before the ``@``, and what they do of each campaign."""

    key: str
    name: str
    role: str
    former: Answers | None = None
    present: Answers | None = None
    declines: str = ""
    is_refused: bool = False


START = {"mapping": YES, "diagnostic": NO, "mutualisation": NO, "meeting": NO, "other": NO}
LATER = {"mapping": YES, "diagnostic": YES, "mutualisation": NO, "meeting": YES, "other": NO, "still_active": YES}
PEOPLE = {
    "FICTIF": (
        Person("robin", "Robin Fontaine", "CCAS fictif", Answers(2, START), None),
        Person(
            "gwen",
            "Gwen Source",
            "association fictive",
            Answers(6, START),
            Answers(
                1,
                LATER | {"success.field.concrete_tools": YES, "outcome.stronger_local_links": YES},
                "Nos réunions ont trouvé leur rythme depuis que chacune finit par une décision et un nom.",
                Quoting.NAMED,
            ),
        ),
    ),
    "FICTIF-2": (
        Person(
            "ariel",
            "Ariel Duport",
            "CCAS fictif",
            Answers(1, START),
            Answers(
                2,
                LATER | {"brake.people.lack_of_time": YES, "outcome.better_knowledge": YES},
                "Sans temps dédié, c’est la personne la plus disponible qui porte tout ; l’annuaire, lui, nous reste.",
                Quoting.TERRITORY,
            ),
        ),
        Person(
            "mika",
            "Mika Quai",
            "association fictive",
            None,
            Answers(
                8,
                LATER | {"meeting": YES, "still_active": NO, "brake.people.turnover": YES},
                "La dernière réunion date d’avant l’été ; depuis le départ de la collègue, plus rien.",
            ),
        ),
    ),
    "FICTIF-3": (
        Person(
            "jo",
            "Jo Valmont",
            "intercommunalité fictive",
            Answers(15, {"nothing": YES}),
            Answers(9, {"mapping": YES, "meeting": UNKNOWN}, sent=False),
        ),
        Person("sam", "Sam Témoin", "association fictive", Answers(16, START), None),
    ),
    "FICTIF-4": (
        Person("lior", "Lior Roche", "CCAS fictif", Answers(22, START), None, is_refused=True),
        Person("nour", "Nour Maquette", "centre social fictif", None, None, declines="Plus en poste sur ce sujet."),
    ),
    "FICTIF-5": (Person("val", "Val Brouillon", "CCAS fictif", None, None),),
}


@transaction.atomic
def create_demo_campaigns(*, by: User) -> None:
    """The fictional session and its two campaigns, one over, the other under way. Made once. No mail leaves."""
    if TrainingSession.objects.filter(number=SESSION).exists():
        return
    participations = _session()
    today = timezone.localdate()
    version = Version.objects.get(questionnaire=default.install(), number=1)
    for code, title, name, days in DOSSIERS:
        opened = today - timedelta(days=days)
        opened -= timedelta(days=opened.weekday())  # mails leave on working days
        evaluation = Evaluation.objects.create(code=code, title=title, as_of=opened + timedelta(days=DURATION))
        Case.objects.bulk_create(
            Case(evaluation=evaluation, participation=one, label=one.territory.name) for one in participations
        )
        campaign = Campaign(
            evaluation=evaluation,
            version=version,
            title=f"{name} (exemple fictif)",
            opens_on=today,
            closes_on=today + timedelta(days=DURATION),
            sender_name="Claude Équipe",
            reply_to=by.email,
        )
        _lived(campaign, opened, by, past=days == FORMER)
    Bounce.objects.get_or_create(address=f"lior@{DOMAIN}", defaults={"reason": "adresse inconnue (exemple)"})


def _session() -> list[Participation]:
    """The session, its territories and whom it trained."""
    year = timezone.localdate().year
    session = TrainingSession.objects.create(
        number=SESSION, region="Région fictive", start_year=year - 1, end_year=year
    )
    for code, (kind, name) in TERRITORIES.items():
        Territory.objects.create(kind=kind, code=code, name=name)
    participations = []
    for code, people in PEOPLE.items():
        participation = Participation.objects.create(
            session=session, territory=Territory.objects.get(code=code), status=Participation.Status.TRAINED
        )
        participations.append(participation)
        for one in people:
            Trainee.objects.create(
                participation=participation,
                name=one.name,
                role=one.role,
                email=f"{one.key}@{DOMAIN}",
                phone=PHONE,
            )
    return participations


def _lived(campaign: Campaign, opens_on: date, by: User, *, past: bool) -> None:
    """Prepare and launch ``campaign`` as if it were that day, let each person do what they did, and date it all."""
    opened = _moment(opens_on)
    before = opened - timedelta(days=4)
    with _dated(before):
        operations.create(campaign=campaign, sessions=[SESSION], by=by)
        operations.launch(campaign=campaign, by=by)
    people = {f"{one.key}@{DOMAIN}": one for found in PEOPLE.values() for one in found}
    for invitation in campaign.invitations.select_related("campaign__version", "case"):
        person = people[invitation.email]
        answers = person.former if past else person.present
        if answers:
            _answer(invitation, answers, opened + timedelta(days=answers.days))
        elif person.declines and not past:
            with _dated(opened + timedelta(days=3)):
                answering.decline(invitation=invitation, reason=person.declines)
            Invitation.objects.filter(pk=invitation.pk).update(declined_at=opened + timedelta(days=3))
        until = opened + timedelta(days=answers.days if answers and answers.sent else 3 if person.declines else 99)
        _mailed(campaign, opened, invitation, until, is_refused=person.is_refused and not past)
    Campaign.objects.filter(pk=campaign.pk).update(
        created_at=before, launched_at=before, opens_on=opens_on, closes_on=opens_on + timedelta(days=DURATION)
    )


def _answer(invitation: Invitation, answers: Answers, moment: datetime) -> None:
    with _dated(moment):
        answering.start(invitation=invitation)
        answering.save(invitation=invitation, given=_given(invitation.campaign.version, answers))
        if answers.sent:
            answering.submit(invitation=invitation, quoting=answers.quoting)
    Response.objects.filter(invitation=invitation).update(
        started_at=moment, saved_at=moment, submitted_at=moment if answers.sent else None
    )
    Answer.objects.filter(response__invitation=invitation).update(saved_at=moment)


def _given(version: Version, answers: Answers) -> list[Given]:
    """What the person says of each question that their answers lead to; texts: the account, to the first one."""
    values: dict[int, object] = {}
    account = answers.account
    for question in Version.objects.in_full().get(pk=version.pk).questions:
        if question.kind == Question.Kind.TEXT and account:
            values[question.pk], account = account, ""
        elif (value := _value(question, answers.says)) is not None:
            values[question.pk] = value
    questions = Version.objects.in_full().get(pk=version.pk).questions
    return [
        Given(question.pk, values[question.pk], 0) for question in asked(questions, values) if question.pk in values
    ]


def _value(question: Question, says: Mapping[str, str]):
    items = list(question.items.all())
    match question.kind:
        case Question.Kind.YES_NO:
            return says.get(question.criterion_id)
        case Question.Kind.GRID:
            return {str(item.pk): says[item.criterion_id] for item in items if item.criterion_id in says} or None
        case Question.Kind.SINGLE:
            meant = [item for item in items if item.criterion_id in says]
            return (meant or items)[0].pk
        case Question.Kind.SCALE:
            return question.maximum - 1
    return None


def _mailed(campaign: Campaign, opened: datetime, invitation: Invitation, until: datetime, *, is_refused: bool) -> None:
    """The mails that the person got by now, up to when they answered."""
    for step in campaign.steps.exclude(kind=Step.Kind.CALL):
        moment = opened + timedelta(days=step.days)
        if moment > min(until, timezone.now()):
            continue
        refused = is_refused and step.kind != Step.Kind.NOTICE
        Mail.objects.create(
            purpose=QUESTIONNAIRE,
            subject=subject_of(invitation),
            step=step.code,
            recipient=invitation.email,
            due_at=moment,
            created_at=moment,
            state=Mail.State.REFUSED if refused else Mail.State.SENT,
            sent_at=None if refused else moment,
            reason="Refusé par le serveur : adresse inconnue (exemple)" if refused else "",
            title=texts.fill_line(step.subject, {"territoire": invitation.case.label}),
        )
        if refused:
            return


def _moment(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time(10)))


@contextmanager
def _dated(moment: datetime) -> Iterator[None]:
    """What is done inside was done then: its history says so."""
    begun = timezone.now()
    yield
    AuditEntry.objects.filter(at__gte=begun).update(at=moment)
