"""How a campaign goes, person by person: reminding the silent ones, and taking it all away. For the team."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.text import slugify

from accounts import audit
from accounts.audit import subject_of
from accounts.history import history_of
from alimactiv.access import require
from alimactiv.tabular import MEDIA_TYPES
from evaluation.campaigns import calls, curves, exporting, operations, texts
from evaluation.campaigns.follow_up import Counts, by_territory, counts, lines, name_of, reminding
from evaluation.campaigns.mails import sample_values
from evaluation.campaigns.progress import QUESTIONNAIRE, Progress, Status, progress
from evaluation.charts import Curve, over_days
from evaluation.filters import FollowUpFilter
from evaluation.models import Answer, Campaign, Invitation, Response, Version
from evaluation.permissions import can_follow_campaigns
from evaluation.questionnaires import values
from outbox.models import Link, Mail

TERRITORIES_PER_PAGE = 50
FORMERS = 6
"""How many former campaigns one can choose to compare with."""
BY_SESSION, ALONE = "sessions", "aucune"


TILES = {
    Status.SENT: ("personne a reçu un courriel", "personnes ont reçu un courriel"),
    Status.BOUNCED: ("personne a une adresse refusée", "personnes ont une adresse refusée"),
    Status.OPENED: ("personne a ouvert le questionnaire", "personnes ont ouvert le questionnaire"),
    Status.PARTIAL: ("personne a commencé, sans envoyer", "personnes ont commencé, sans envoyer"),
    Status.DONE: ("personne a répondu", "personnes ont répondu"),
    Status.DECLINED: ("personne a décliné", "personnes ont décliné"),
}


@dataclass(frozen=True)
class Tile:
    """A count, and the fact that its link narrows the list to."""

    fact: str
    count: int

    @property
    def words(self) -> str:
        one, several = TILES[Status(self.fact)]
        return several if self.count > 1 else one


def find_campaign(request: HttpRequest, pk: int) -> Campaign:
    """The campaign for a page of its follow-up: 403 if not allowed."""
    require(can_follow_campaigns(request.user))
    return get_object_or_404(Campaign.objects.select_related("evaluation", "version__questionnaire"), pk=pk)


def follow_up(request: HttpRequest, pk: int) -> HttpResponse:
    """Counts first, how answers come in, then each territory and person."""
    campaign, now = find_campaign(request, pk), timezone.now()
    if campaign.state == Campaign.State.DRAFT:
        return render(request, "evaluation/campaigns/follow_up_draft.html", {"campaign": campaign})
    found, narrowed = progress(campaign), FollowUpFilter(request.GET, campaign=campaign)
    territories = by_territory(line for line in lines(campaign, found, now) if narrowed.keeps(line.progress))
    page = Paginator(territories, TERRITORIES_PER_PAGE).get_page(request.GET.get("page"))
    counted = counts(found)
    context = {
        "campaign": campaign,
        "counts": counted,
        "tiles": [Tile(fact, counted.facts.get(fact, 0)) for fact in TILES],
        "to_remind": len(reminding(campaign, found, now).written) if _may_remind(campaign) else 0,
        "to_call": len(_to_call(campaign, found)),
        "filter": narrowed,
        "page_obj": page,
        "pace": _pace(request, campaign, counted),
    }
    return render(request, "evaluation/campaigns/follow_up.html", context)


def _is_under_way(campaign: Campaign) -> bool:
    return campaign.state == Campaign.State.RUNNING and campaign.is_open


def _may_remind(campaign: Campaign) -> bool:
    """As ``operations.remind_silent`` has it."""
    return _is_under_way(campaign) and campaign.has_invited


def _to_call(campaign: Campaign, found: Sequence[Progress]) -> list[calls.ToCall]:
    return calls.among([campaign], found, timezone.localdate()) if _is_under_way(campaign) else []


# How answers come in ----------------------------------------------------------------------------------


@dataclass(frozen=True)
class Choice:
    """Something that the curve can be compared with, and the address that does."""

    label: str
    address: str
    is_current: bool


@dataclass(frozen=True)
class Pace:
    """How answers come in: the chart, the table it is drawn from, and what else can be drawn."""

    spec: dict
    curves: Sequence[Curve]
    rows: Sequence[tuple[int, Sequence[int | None]]]
    """A day, and the count of each curve."""
    choices: Sequence[Choice]
    comparison: str
    """Where a former campaign stood on the same day, in French; empty without one."""


def _pace(request: HttpRequest, campaign: Campaign, counted: Counts) -> Pace:
    formers = list(curves.former_campaigns(campaign)[:FORMERS])
    wanted = request.GET.get("courbe", "")
    former = next((one for one in formers if str(one.pk) == wanted), formers[0] if formers else None)
    drawn = [curves.of_campaign(campaign, "Cette campagne")]
    comparison = ""
    if wanted == BY_SESSION:
        drawn, current = curves.by_session(campaign), BY_SESSION
    elif wanted == ALONE or former is None:
        current = ALONE
    else:
        drawn, current = [*drawn, curves.of_campaign(former, former.title)], str(former.pk)
        comparison = _comparison(*drawn)
    days = sorted({day for curve in drawn for day, _ in curve.points})
    options = [(str(one.pk), one.title) for one in formers]
    options += [(BY_SESSION, "les sessions entre elles"), (ALONE, "rien")]
    return Pace(
        spec=over_days(drawn, share_word="part des territoires", days_word="jours depuis l’ouverture"),
        curves=drawn,
        rows=[(day, [curve.at(day) for curve in drawn]) for day in days],
        choices=[Choice(label, _address(request, value), value == current) for value, label in options],
        comparison=comparison,
    )


def _comparison(this: Curve, former: Curve) -> str:
    day, _ = this.points[-1]
    then = min(day, former.points[-1][0])
    return (
        f"Au même jour (jour\u00a0{then}), «\u00a0{former.label}\u00a0» en était à {former.at(then)} sur {former.of}."
    )


def _address(request: HttpRequest, value: str) -> str:
    query = request.GET.copy()
    query["courbe"] = value
    return f"?{query.urlencode()}#rythme"


# Reminding ------------------------------------------------------------------------------------------


def remind(request: HttpRequest, pk: int) -> HttpResponse:
    """Who exactly would be reminded, when, and who not and why; POST asks for it."""
    campaign = find_campaign(request, pk)
    if request.method == "POST":
        try:
            asked = operations.remind_silent(campaign=campaign, by=request.user)
        except ValidationError as error:
            messages.error(request, " ".join(error.messages))
        else:
            messages.success(request, _said(asked))
        return redirect("campaigns:follow_up", campaign.pk)
    filled = sample_values(campaign)
    context = {
        "campaign": campaign,
        "may_remind": _may_remind(campaign),
        "reminding": reminding(campaign, progress(campaign), timezone.now()),
        "subject": texts.fill_line(texts.EXTRA.subject, filled),
        "text": texts.fill(texts.EXTRA.text, filled),
    }
    return render(request, "evaluation/campaigns/remind.html", context)


def _said(asked: int) -> str:
    if not asked:
        return "Personne à relancer de plus aujourd’hui\u00a0: rien n’est parti."
    return f"{asked} relance{'s' if asked > 1 else ''} en route. Chacune part dès que l’adresse peut la recevoir."


# One person -----------------------------------------------------------------------------------------


def person(request: HttpRequest, pk: int, invitation: int) -> HttpResponse:
    """All that is known of one person in a campaign, and what one can do."""
    campaign = find_campaign(request, pk)
    found = campaign.invitations.in_full().select_related("successor", "predecessor", "trainee__actor")
    one = get_object_or_404(found, pk=invitation)
    (line,) = lines(campaign, progress(campaign, [one]), timezone.now())
    steps = {step.code: step for step in campaign.steps.all()}
    mails = Mail.objects.filter(purpose=QUESTIONNAIRE, subject=subject_of(one)).order_by("-due_at", "-pk")
    links = Link.objects.filter(purpose=QUESTIONNAIRE, subject=subject_of(one))
    context = {
        "campaign": campaign,
        "invitation": one,
        "predecessor": getattr(one, "predecessor", None),
        "response": getattr(one, "response", None),
        "line": line,
        "mails": [(mail, name_of(steps.get(mail.step))) for mail in mails],
        "open_links": list(links.open().order_by("-expires_at")),
        "answers": _answers(campaign, one),
        "events": history_of(one),
    }
    return render(request, "evaluation/campaigns/person.html", context)


@dataclass(frozen=True)
class Told:
    """An answer in words."""

    question: str
    words: str
    answer: Answer


def _answers(campaign: Campaign, one: Invitation) -> list[Told]:
    """What was answered so far, in the questions' order."""
    given = Answer.objects.given().filter(response__in=Response.objects.filter(invitation=one))
    by_question = {answer.question_id: answer for answer in given.select_related("saved_by")}
    if not by_question:
        return []
    questions = Version.objects.in_full().get(pk=campaign.version_id).questions
    return [
        Told(question.label, values.words(question, by_question[question.pk].value), by_question[question.pk])
        for question in questions
        if question.pk in by_question
    ]


# Taking it away -------------------------------------------------------------------------------------


def export(request: HttpRequest, pk: int) -> HttpResponse:
    """What the workbook holds; POST gives it, and leaves a trace."""
    campaign = find_campaign(request, pk)
    if request.method != "POST":
        return render(request, "evaluation/campaigns/export.html", {"campaign": campaign})
    with_names = request.POST.get("noms") == "oui"
    content = exporting.as_xlsx(campaign, with_names=with_names)
    words = {"campagne": campaign.title, "contenu": "avec les noms" if with_names else "pseudonymisé"}
    audit.note_export(campaign, "de la campagne", by=request.user, **words)
    name = f"{slugify(campaign.title) or 'campagne'}{'' if with_names else '-pseudonymise'}.xlsx"
    response = HttpResponse(content, content_type=MEDIA_TYPES[".xlsx"])
    response["Content-Disposition"] = content_disposition_header(True, name)
    return response
