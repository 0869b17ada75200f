"""A campaign as a workbook: who stands where, what was answered, read in it, and said on the telephone.

Pseudonymised, a person is a code that stays the same from one export to the next, and nothing tells who they are but
their territory and their own words.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone
from django.utils.crypto import salted_hmac

from alimactiv.tabular_writing import write_xlsx
from evaluation.campaigns.follow_up import last_mail
from evaluation.campaigns.progress import Progress, progress
from evaluation.models import Campaign, Coding, Invitation, Item, Question, Response, Version
from evaluation.questionnaires import values
from evaluation.questionnaires.conditions import asked

NOT_ASKED = "(non posée)"
Rows = Iterator[tuple]
Tables = dict[str, tuple[Sequence[str], list[tuple]]]


@dataclass(frozen=True)
class Naming:
    """How persons stand in the workbook: by name, or each by a code."""

    with_names: bool

    def columns(self) -> tuple[str, ...]:
        return ("session", "territoire", "personne")

    def of(self, one: Invitation) -> tuple:
        who = one.name if self.with_names else code_of(one)
        return one.case.participation.session.number, one.case.label, who

    def named(self, *told) -> tuple:
        """What would tell who somebody is, or nothing."""
        return told if self.with_names else ()


def code_of(one: Invitation) -> str:
    """A person's code: it says nothing, not even who was entered first."""
    return f"P-{salted_hmac('campaign export', str(one.pk)).hexdigest()[:8]}"


def as_xlsx(campaign: Campaign, *, with_names: bool) -> bytes:
    return write_xlsx(tables(campaign, with_names=with_names))


def tables(campaign: Campaign, *, with_names: bool) -> Tables:
    """Sheets by name: their columns, and their rows by session, territory and person; as many queries for all."""
    naming = Naming(with_names)
    found = sorted(progress(campaign), key=lambda one: naming.of(one.invitation))
    questions = Version.objects.in_full().get(pk=campaign.version_id).questions
    return {
        "suivi": (_following_columns(naming), list(_following(campaign, found, naming))),
        "réponses": (_answer_columns(questions, naming), list(_answers(found, questions, naming))),
        "codages": (_coding_columns(naming), list(_codings(campaign, naming))),
        "appels": (_call_columns(naming), list(_calls(found, naming))),
    }


# Who stands where -----------------------------------------------------------------------------------


def _following_columns(naming: Naming) -> list[str]:
    return [
        *naming.columns(),
        *naming.named("structure", "courriel", "téléphone"),
        "état",
        "dernier courriel",
        "parti le",
        "questions répondues",
        "réponse commencée le",
        "réponse envoyée le",
        "a décliné le",
        *naming.named("motif"),
        "écarté·e le",
        "pourquoi",
        "adresse refusée",
        "ne veut plus de courriels",
        "appels",
        "dernier appel",
        "résultat",
    ]


def _following(campaign: Campaign, found: Sequence[Progress], naming: Naming) -> Rows:
    steps = {step.code: step for step in campaign.steps.all()}
    for one in found:
        invitation, response = one.invitation, getattr(one.invitation, "response", None)
        step, mail = last_mail(one, steps) or (None, None)
        actor = invitation.trainee.actor if invitation.trainee else None
        call = one.calls[0] if one.calls else None
        yield (
            *naming.of(invitation),
            *naming.named(str(actor or ""), invitation.email, invitation.phone),
            one.words,
            str(step or ""),
            _moment(mail and (mail.sent_at or mail.claimed_at)),
            one.answered,
            _moment(response and response.started_at),
            _moment(response and response.submitted_at),
            _moment(invitation.declined_at),
            *naming.named(invitation.decline_reason),
            _moment(invitation.ended_at),
            invitation.get_ending_display(),
            _yes(bool(one.bounce)),
            _yes(one.opted_out),
            len(one.calls),
            _moment(call and call.at),
            call.get_outcome_display() if call else "",
        )


# What was answered ----------------------------------------------------------------------------------


def _answer_columns(questions: Sequence[Question], naming: Naming) -> list[str]:
    return [
        *naming.columns(),
        "état",
        "commencée le",
        "envoyée le",
        "citation",
        "saisie par l’équipe",
        *(title for title, *_ in _columns(questions)),
    ]


def _columns(questions: Sequence[Question]) -> Iterator[tuple[str, Question, Item | None]]:
    """A column for each question, or for each row of a grid; numbered, for labels may be the same."""
    for number, question in enumerate(questions, start=1):
        if question.kind != Question.Kind.GRID:
            yield f"{number}. {question.label}", question, None
            continue
        for row, item in enumerate(question.items.all(), start=1):
            yield f"{number}.{row} {question.label} {item.label}", question, item


def _answers(found: Sequence[Progress], questions: Sequence[Question], naming: Naming) -> Rows:
    responses = {one.invitation.pk: one.invitation.response for one in found if hasattr(one.invitation, "response")}
    given: dict[int, dict] = defaultdict(dict)
    typed: set[int] = set()
    for invitation, question, value, saved_by in Response.objects.filter(invitation__in=responses).values_list(
        "invitation", "answers__question", "answers__value", "answers__saved_by"
    ):
        given[invitation][question] = value
        typed |= {invitation} if saved_by else set()
    for one in found:
        if response := responses.get(one.invitation.pk):
            yield (
                *naming.of(one.invitation),
                "envoyée" if response.submitted_at else "commencée",
                _moment(response.started_at),
                _moment(response.submitted_at),
                response.get_quoting_display(),
                _yes(one.invitation.pk in typed),
                *_words(questions, given[one.invitation.pk]),
            )


def _words(questions: Sequence[Question], given: Mapping) -> Iterator[str]:
    reached = {question.pk for question in asked(questions, given)}
    for _, question, item in _columns(questions):
        value = given.get(question.pk)
        if question.pk not in reached:
            yield NOT_ASKED
        elif item is None:
            yield values.words(question, value)
        else:
            said = (value or {}).get(str(item.pk))
            yield values.YES_NO_WORDS[said] if said else ""


# What was read in it, and said on the telephone --------------------------------------------------------


def _coding_columns(naming: Naming) -> list[str]:
    columns = ["question", "texte", "critère", "intitulé", "valeur", "extrait", "à relire", "le"]
    return [*naming.columns(), *columns, *naming.named("par")]


def _codings(campaign: Campaign, naming: Naming) -> Rows:
    codings = Coding.objects.filter(answer__response__invitation__campaign=campaign).select_related(
        "answer__response__invitation__case__participation__session", "answer__question", "criterion", "by"
    )
    rows = [
        (
            *naming.of(coding.answer.response.invitation),
            coding.answer.question.label,
            coding.answer.value or "",
            coding.criterion_id,
            coding.criterion.label,
            coding.get_value_display(),
            coding.excerpt,
            _yes(coding.is_outdated),
            _moment(coding.at),
            *naming.named(str(coding.by)),
        )
        for coding in codings.order_by("answer__question__page__position", "answer__question__position", "pk")
    ]
    return iter(sorted(rows, key=lambda row: row[:3]))


def _call_columns(naming: Naming) -> list[str]:
    return [*naming.columns(), "le", "résultat", "rappeler le", *naming.named("note", "par")]


def _calls(found: Sequence[Progress], naming: Naming) -> Rows:
    for one in found:
        for call in reversed(one.calls):
            yield (
                *naming.of(one.invitation),
                _moment(call.at),
                call.get_outcome_display(),
                call.again_on,
                *naming.named(call.note, str(call.by)),
            )


def _moment(at: datetime | None) -> datetime | None:
    """As a cell holds it: Paris's hour, to the minute."""
    return timezone.localtime(at).replace(tzinfo=None, second=0, microsecond=0) if at else None


def _yes(holds: bool) -> str:
    return "oui" if holds else ""
