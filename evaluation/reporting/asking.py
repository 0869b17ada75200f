"""How people were asked to answer: each campaign's turnout, and what is known of those who did not. Names no person.

Reasons that people give for declining are for the team: nobody agreed to print them.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from django.db.models import Count

from evaluation.answers import Turnout, turnout
from evaluation.campaigns.progress import LEFT, Progress, Status, progress_in
from evaluation.models import Campaign, Evaluation, Invitation, Response
from evaluation.models.dossier import CaseQuerySet
from evaluation.reporting.blocks import Column, Table
from evaluation.reporting.release import NOT_TOLD, Release
from evaluation.reporting.wording import capital, french_date, joined, plural

BECAME = {
    Status.SENT: ("n’a pas répondu", "n’ont pas répondu"),
    Status.OPENED: ("a ouvert le questionnaire sans répondre", "ont ouvert le questionnaire sans répondre"),
    Status.PARTIAL: ("a commencé sans aller au bout", "ont commencé sans aller au bout"),
    Status.DONE: ("a répondu après l’état des lieux", "ont répondu après l’état des lieux"),
    Status.DECLINED: ("a décliné", "ont décliné"),
    Status.OPTED_OUT: ("ne veut plus de courriels", "ne veulent plus de courriels"),
    Status.BOUNCED: ("a une adresse qui ne reçoit plus", "ont une adresse qui ne reçoit plus"),
    Status.WAITING: ("n’a pas encore reçu de courriel", "n’ont pas encore reçu de courriel"),
    Status.ENDED: ("n’est plus sollicitée", "ne sont plus sollicitées"),
}


@dataclass(frozen=True)
class Asking:
    """``typed`` has, by campaign (id), the responses that the team typed, on the telephone mostly; ``silent`` what is
    known of each case (id) that did not answer, in words; ``names`` those of who was asked, not to be told."""

    turnout: Sequence[Turnout] = ()
    typed: Mapping[int, int] = field(default_factory=dict)
    silent: Mapping[int, str] = field(default_factory=dict)
    names: frozenset[str] = frozenset()


def read_asking(evaluation: Evaluation, cases: CaseQuerySet, silent: Collection[int]) -> Asking:
    """How those of ``cases`` were asked, and what is known of the ``silent`` ones (ids); eleven queries at most."""
    launched = turnout(evaluation, cases)
    if not launched:
        return Asking()
    chosen = cases.order_by().values("pk")
    typed = Response.objects.submitted(evaluation).filter(invitation__case__in=chosen, answers__saved_by__isnull=False)
    asked = Invitation.objects.filter(campaign__in=[one.campaign for one in launched])
    found: dict[int, list[Progress]] = defaultdict(list)
    for one in progress_in([one.campaign for one in launched], asked.filter(case__in=silent).in_full()):
        found[one.invitation.case_id].append(one)
    return Asking(
        turnout=launched,
        typed=dict(typed.order_by().values_list("invitation__campaign").annotate(Count("pk", distinct=True))),
        silent={case: _known(theirs) for case, theirs in found.items()},
        names=frozenset(asked.order_by().values_list("name", flat=True)),
    )


def _known(found: Sequence[Progress]) -> str:
    """``2 personnes sollicitées, par 4 courriels et 1 appel : 1 n’a pas répondu, 1 a décliné.``"""
    left = sum(mail.state in LEFT for one in found for mail in one.mails.values())
    called = sum(len(one.calls) for one in found)
    means = ((left, "courriel", "courriels"), (called, "appel", "appels"))
    by = joined([plural(*one) for one in means if one[0]])
    # Who has a successor is asked through them.
    states = Counter(one.status for one in found if not one.invitation.successor_id)
    became = [f"{states[state]} {words[states[state] > 1]}" for state, words in BECAME.items() if states[state]]
    persons = plural(states.total(), "personne sollicitée", "personnes sollicitées")
    return f"{persons}{f', par {by}' if by else ''} : {', '.join(became)}."


def campaigns(asking: Asking, release: Release, *, tells_respondents: bool) -> Table:
    """Each campaign with its days and its turnout; in public, of persons, only what is not small.

    ``tells_respondents``: whether the number of persons who answered is told at all.
    """
    days = [Column("Campagne"), Column("Invitations"), Column("Réponses jusqu’au")]
    numbers = ["Personnes sollicitées", "Ont répondu"]
    if release.public:
        counts = [_public_counts(one, release, tells_respondents=tells_respondents) for one in asking.turnout]
    else:
        numbers += ["dont saisies par l’équipe", "dont après l’état des lieux"]
        counts = [[one.asked, one.answered, asking.typed.get(one.campaign.pk, 0), one.late] for one in asking.turnout]
    rows = [[*_days(one.campaign), *numbers] for one, numbers in zip(asking.turnout, counts, strict=True)]
    return Table(
        title="Les campagnes de questionnaire",
        columns=[*days, *(Column(label, numeric=True) for label in numbers)],
        rows=rows,
        message="" if release.public else _message(asking.turnout),
    )


def _days(campaign: Campaign) -> list[str]:
    return [str(campaign), french_date(campaign.opens_on), french_date(campaign.closes_on)]


def _public_counts(one: Turnout, release: Release, *, tells_respondents: bool) -> list[int | str]:
    """Persons asked, and those of them whose answers are counted."""
    counted = one.answered - one.late
    told = tells_respondents and release.tells(counted, one.asked - counted)
    return [one.asked, counted] if told else [NOT_TOLD, NOT_TOLD]


def _message(found: Sequence[Turnout]) -> str:
    answers = plural(sum(one.answered for one in found), "réponse reçue", "réponses reçues")
    asked = plural(sum(one.asked for one in found), "personne sollicitée", "personnes sollicitées")
    once = "" if len(found) == 1 else f", en {len(found)} campagnes"
    return f"{capital(answers)} pour {asked}{once}."
