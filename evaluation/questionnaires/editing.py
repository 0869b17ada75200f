"""Every change to questionnaires and their versions. What somebody began to answer stays as it is."""

from collections.abc import Callable

from django.core.exceptions import ValidationError
from django.db import transaction

from accounts import audit
from accounts.models import User
from evaluation.models import Campaign, Questionnaire, Response, Version
from evaluation.questionnaires import rows, wording
from evaluation.questionnaires.checks import check
from evaluation.questionnaires.structure import PagePart, Structure

Change = Callable[[Structure], Structure]


class ChangedMeanwhileError(Exception):
    """What was to be changed is no longer there."""


def responses_to(version: Version) -> int:
    """How many persons began to answer it: from one on, it stays as it is."""
    return Response.objects.filter(invitation__campaign__version=version).count()


@transaction.atomic
def create_questionnaire(*, title: str, purpose: str, copied: Version | None = None, by: User) -> Version:
    """A questionnaire and its first version: what ``copied`` asks, or one page without questions."""
    questionnaire = Questionnaire.objects.create(title=title, purpose=purpose)
    structure = rows.read(copied) if copied else Structure(pages=(PagePart("Vos réponses"),))
    audit.note(questionnaire, "création", by=by, **({"copie de": str(copied)} if copied else {}))
    return _add_version(questionnaire, structure, by)


@transaction.atomic
def rename_questionnaire(*, questionnaire: Questionnaire, title: str, purpose: str, by: User) -> None:
    before = audit.values(Questionnaire.objects.select_for_update().get(pk=questionnaire.pk))
    questionnaire.title, questionnaire.purpose = title, purpose
    if audit.note(questionnaire, "modification", by=by, before=before):
        questionnaire.save(update_fields=["title", "purpose"])


@transaction.atomic
def change(*, version: Version, to: Change, what: str, by: User) -> Version:
    """Have a version ask what ``to`` makes of what it asks now; ``what`` names the part that changes, for the history.

    Returns the version that holds the change: a new one if somebody began to answer this one. Raises
    ``ValidationError`` if a later version exists, or if the change would leave the questionnaire unsound; and
    ``ChangedMeanwhileError`` if ``to`` raises ``KeyError``: the part that it names is gone.
    """
    version = _locked(version)
    before = rows.read(version)
    try:
        after = to(before)
    except KeyError:
        raise ChangedMeanwhileError from None
    check(after)
    if after == before:
        return version
    if responses_to(version):
        version = _add_version(version.questionnaire, after, by)
    else:
        rows.write(after, version)
    audit.note(version, "modification", by=by, partie=what, **_difference(before, after))
    return version


@transaction.atomic
def prepare_version(*, version: Version, by: User) -> Version:
    """A new version that asks the same as ``version``, the latest, which somebody began to answer.

    Raises ``ValidationError`` if a later one exists, or if nobody has begun: this one can still change.
    """
    version = _locked(version)
    if not responses_to(version):
        raise ValidationError("Personne n’a encore répondu à cette version : elle peut être modifiée directement.")
    return _add_version(version.questionnaire, rows.read(version), by)


@transaction.atomic
def put_campaign_on(*, version: Version, campaign: Campaign, by: User) -> None:
    """Have a campaign in preparation ask this version of its questionnaire.

    Raises ``ValidationError`` if it was launched meanwhile.
    """
    campaign = Campaign.objects.select_for_update().get(pk=campaign.pk)
    if campaign.state != Campaign.State.DRAFT:
        raise ValidationError(f"« {campaign} » est déjà lancée : elle garde la version avec laquelle elle est partie.")
    before = audit.values(campaign)
    campaign.version = version
    if audit.note(campaign, "modification", by=by, before=before):
        campaign.save(update_fields=["version"])


@transaction.atomic
def delete_version(*, version: Version, by: User) -> None:
    """Raises ``ValidationError`` if a campaign uses it, or if it is the only one."""
    questionnaire = Questionnaire.objects.select_for_update().get(pk=version.questionnaire_id)
    _refuse_if_used(Campaign.objects.filter(version=version), "cette version")
    if questionnaire.versions.count() == 1:
        raise ValidationError("C’est la seule version : supprimez plutôt le questionnaire.")
    audit.note(questionnaire, "suppression", by=by, version=version.number)
    version.delete()


@transaction.atomic
def delete_questionnaire(*, questionnaire: Questionnaire, by: User) -> None:
    """Raises ``ValidationError`` if a campaign uses it."""
    Questionnaire.objects.select_for_update().get(pk=questionnaire.pk)
    _refuse_if_used(Campaign.objects.filter(version__questionnaire=questionnaire), "ce questionnaire")
    audit.note(questionnaire, "suppression", by=by, titre=questionnaire.title)
    questionnaire.delete()


def _locked(version: Version) -> Version:
    """The version as it stands, once nobody else changes its questionnaire. Raises ``ValidationError`` if a later one
    exists."""
    questionnaire = Questionnaire.objects.select_for_update().get(pk=version.questionnaire_id)
    latest = questionnaire.versions.in_full().order_by("-number").first()
    if latest.pk != version.pk:
        raise ValidationError(
            f"La version {latest.number} a été préparée entre-temps : c’est elle qui se modifie maintenant."
        )
    return latest


def _add_version(questionnaire: Questionnaire, structure: Structure, by: User) -> Version:
    latest = questionnaire.versions.order_by("-number").first()
    version = Version.objects.create(
        questionnaire=questionnaire, number=latest.number + 1 if latest else 1, created_by=by
    )
    rows.write(structure, version)
    audit.note(version, "création", by=by)
    return version


def _difference(before: Structure, after: Structure) -> dict[str, list[str]]:
    """What is said no longer and what is said now; nothing if only the order changes."""
    former, present = wording.lines(before), wording.lines(after)
    gone = [line for line in former if line not in present]
    new = [line for line in present if line not in former]
    return {"contenu": ["\n".join(gone), "\n".join(new)]} if gone or new else {}


def _refuse_if_used(campaigns, what: str) -> None:
    names = [f"« {campaign} »" for campaign in campaigns]
    if names:
        who = "la campagne" if len(names) == 1 else "les campagnes"
        verb = "emploie" if len(names) == 1 else "emploient"
        raise ValidationError(f"Suppression impossible : {who} {', '.join(names)} {verb} {what}.")
