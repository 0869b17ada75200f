"""What questionnaires and reports keep about people."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db.models import Q, QuerySet

from accounts.privacy import ERASED, Forgetting, Holding, Rows, Trace, delete, in_words, said
from evaluation.models import (
    Answer,
    Call,
    Campaign,
    ImportRun,
    Invitation,
    Question,
    ReportOpening,
    ReportSnapshot,
    Response,
)
from evaluation.questionnaires import values

FREE_TEXT = [Question.Kind.TEXT]
WITHDRAWN = "[texte effacé à la demande de la personne]"


def _of(email: str) -> Q:
    """Of this person, in whichever campaign: by the address asked, or by the one they had when trained."""
    return Q(email__iexact=email) | Q(trainee__email__iexact=email)


def _find_answers(email: str) -> Rows:
    mine = Invitation.objects.filter(_of(email))
    asked = {
        "name": "nom",
        "phone": "téléphone",
        "campaign__title": "campagne",
        "added_at": "ajouté·e le",
        "declined_at": "a décliné le",
        "decline_reason": "raison donnée",
        "response__submitted_at": "réponse envoyée le",
        "response__quoting": "accord pour être cité·e",
    }
    call = {"at": "appel du", "outcome": "résultat", "note": "note"}
    answers = Answer.objects.filter(response__invitation__in=mine).select_related("question")
    given = [
        {
            "question": answer.question.label,
            "réponse": values.words(answer.question, answer.value),
            "enregistrée le": said(answer.saved_at),
        }
        for answer in answers.prefetch_related("question__items")
    ]
    called = in_words(Call.objects.filter(invitation__in=mine), **call)
    led = in_words(Campaign.objects.filter(reply_to__iexact=email), title="campagne à laquelle on vous répond")
    return in_words(mine, **asked) + given + called + led


def _erase_answers(email: str) -> int:
    """What was counted still counts, and what a text was read to say; the words and the name are gone."""
    return _forget_people(Invitation.objects.filter(_of(email)))


def _forget_people(invitations: QuerySet) -> int:
    mine = list(invitations.values_list("pk", flat=True))
    texts = Answer.objects.filter(response__invitation__in=mine, question__kind__in=FREE_TEXT, value__isnull=False)
    for answer in texts:
        answer.codings.update(excerpt="")
    changed = texts.update(value=WITHDRAWN, is_withheld=True)
    Response.objects.filter(invitation__in=mine).update(quoting=Response.Quoting.NONE)
    Call.objects.filter(invitation__in=mine).update(note="")
    blank = {"name": ERASED, "email": "", "phone": "", "decline_reason": ""}
    return changed + Invitation.objects.filter(pk__in=mine).update(**blank)


def _unreachable_people(before: datetime) -> QuerySet:
    """Nobody can warn them: asked, called or heard for the last time before that."""
    rows = Invitation.objects.filter(Q(trainee=None) | Q(trainee__email=""), email="", added_at__lt=before)
    rows = rows.exclude(declined_at__gte=before).exclude(response__saved_at__gte=before)
    return rows.exclude(calls__at__gte=before).exclude(name=ERASED)


def _answer_contacts() -> Iterable[tuple[str, datetime]]:
    fields = ("email", "added_at", "declined_at", "response__saved_at")
    for email, *moments in Invitation.objects.exclude(email="").values_list(*fields):
        yield email.lower(), max(filter(None, moments))


def _find_reports(email: str) -> Rows:
    opened = in_words(
        ReportOpening.objects.filter(recipient=email), snapshot__number="rapport", at="ouvert le", what="quoi"
    )
    names = {name for name in Invitation.objects.filter(_of(email)).values_list("name", flat=True) if name != ERASED}
    named = [
        {"rapport figé": str(snapshot), "nom cité": name}
        for name in sorted(names)
        for snapshot in ReportSnapshot.objects.filter(content__icontains=name)
    ]
    return opened + named


def _erase_reports(email: str) -> int:
    return delete(ReportOpening.objects.filter(recipient=email))


HOLDINGS = [
    Holding(
        code="reports",
        title="Rapports : lectures et citations",
        people="Les personnes à qui un lien ouvre un rapport ; celles qui ont accepté d’être citées avec leur nom.",
        data="Adresse, dates du lien et de ses ouvertures ; nom et phrase citée.",
        purpose="Ouvrir le rapport à qui n’a pas de compte, et savoir qu’il est lu ; donner la parole, avec accord.",
        basis="Intérêt légitime pour les liens et leurs ouvertures ; consentement pour les citations.",
        kept="Un mois après sa fin pour un lien, un an pour ses ouvertures. Un rapport figé ne change pas : une "
        "citation retirée disparaît des suivants, et l’ancien se retire ou se remplace à la main.",
        seen_by="L’équipe de l’ANSA ; les citations, les lectrices et lecteurs du rapport.",
        find=_find_reports,
        erase=_erase_reports,
    ),
    Holding(
        code="answers",
        title="Réponses aux questionnaires",
        people="Les personnes formées, et leurs collègues à qui elles ont transmis la demande ; la personne à qui l’on "
        "répond.",
        data="Nom, adresse et téléphone professionnels, réponses, accord pour être cité·e, notes des appels ; adresse "
        "de réponse de la campagne.",
        purpose="Évaluer les suites de la formation.",
        basis="Intérêt légitime (art. 6.1.f) ; consentement pour les citations.",
        kept="Trois ans après la dernière réponse, puis, après un avertissement de trente jours si une adresse est "
        "connue, les réponses sans le nom, ni les textes libres, ni les notes. L’adresse de réponse : avec la "
        "campagne.",
        seen_by="L’équipe de l’ANSA ; en public, des chiffres, et les citations consenties.",
        find=_find_answers,
        erase=_erase_answers,
        contacts=_answer_contacts,
    ),
]
TRACES = [Trace(ImportRun, ("changes", "problems"))]
FORGETTINGS = [
    Forgetting(
        "Noms et textes de qui a répondu sans adresse, trois ans après",
        timedelta(days=3 * 365),
        _unreachable_people,
        _forget_people,
    ),
    Forgetting(
        "Ouvertures de rapports de plus d’un an",
        timedelta(days=365),
        lambda before: ReportOpening.objects.filter(at__lt=before),
        delete,
    ),
]
