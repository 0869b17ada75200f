"""What keeps a campaign from being launched, and what one should know before: in French, for its pages."""

from django.core.exceptions import ValidationError
from django.utils import timezone

from evaluation.campaigns import texts
from evaluation.campaigns.mails import in_words
from evaluation.models import Campaign, Question, Step

Kind = Step.Kind


def problems(campaign: Campaign) -> list[str]:
    """Without a remedy to each of these, a campaign is not launched."""
    found = []
    if campaign.opens_on < timezone.localdate():
        found.append("Le jour des invitations est passé : choisissez aujourd’hui ou plus tard.")
    if not campaign.invitations.standing().exists():
        found.append("La campagne n’a pas encore de destinataire.")
    if not Question.objects.filter(page__version=campaign.version_id).exists():
        found.append("Le questionnaire n’a pas encore de question.")
    for step in campaign.steps.all():
        try:
            texts.check(step)
        except ValidationError as error:
            found += [f"Étape du {in_words(step.day)} ({step}) : {message}" for message in error.messages]
    return found


def warnings(campaign: Campaign) -> list[str]:
    """What may be meant, and may be a slip."""
    found = []
    as_of = campaign.evaluation.as_of
    if campaign.opens_on > as_of:
        found.append(
            f"L’état des lieux de l’évaluation est au {in_words(as_of)}, avant les invitations : aucune réponse ne "
            "comptera dans ses chiffres. Repoussez cette date en modifiant l’évaluation."
        )
    elif campaign.closes_on > as_of:
        found.append(
            f"L’état des lieux de l’évaluation est au {in_words(as_of)} : les réponses envoyées après ce jour ne "
            "compteront pas dans ses chiffres."
        )
    others = campaign.evaluation.campaigns.exclude(pk=campaign.pk).filter(launched_at__isnull=False)
    if other := others.first():
        found.append(
            f"« {other} » interroge déjà pour cette évaluation : qui répond aux deux compte pour deux personnes, et un "
            "« non » d’hier contredit un « oui » d’aujourd’hui. Mieux vaut une évaluation par campagne."
        )
    for step in campaign.steps.all():
        if step.day > campaign.closes_on:
            what = "les appels commenceraient" if step.kind == Kind.CALL else f"cette étape ({step}) partirait"
            found.append(f"Le {in_words(step.day)}, {what} après la clôture, le {in_words(campaign.closes_on)}.")
        if (
            campaign.state == Campaign.State.DRAFT
            and step.kind == Kind.NOTICE
            and step.day < timezone.localdate() <= campaign.opens_on
        ):
            found.append(f"L’annonce était prévue le {in_words(step.day)} : ce jour est passé, elle ne partira pas.")
    return found
