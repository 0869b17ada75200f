"""What the mails of a campaign say: texts with placeholders, checked when written and filled when they leave."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.utils.html import escape, format_html, linebreaks
from django.utils.safestring import SafeString, mark_safe

from evaluation.models import Step

PLACEHOLDERS = {
    "nom": "le nom de la personne",
    "territoire": "le territoire pour lequel elle répond",
    "evaluation": "le titre de l’évaluation",
    "lien": "son lien personnel vers le questionnaire",
    "date_ouverture": "le jour des invitations",
    "date_limite": "le dernier jour pour répondre",
    "duree": "le nombre de minutes que prend le questionnaire",
    "expediteur": "le nom de l’expéditeur",
}
LINK = "lien"
CARRY_LINK = frozenset({Step.Kind.INVITATION, Step.Kind.REMINDER, Step.Kind.EXTRA})
"""Whoever reads one of these must be able to answer, and know until when."""
NEEDED = {LINK: "le lien vers le questionnaire", "date_limite": "la date limite"}

_placeholder = re.compile(r"\{([^{}]*)\}")


@dataclass(frozen=True)
class Words:
    """What a step says; the ``partial`` ones to whoever has begun to answer (empty: as to the others)."""

    subject: str
    text: str
    partial_subject: str = ""
    partial_text: str = ""


def check(step: Step) -> None:
    """Raises ``ValidationError``, by field and in French, for what a step cannot say or must say."""
    errors = {}
    for field in ("subject", "partial_subject", "text", "partial_text"):
        words = getattr(step, field)
        is_needed = field == "text" or (field == "subject" and step.kind != Step.Kind.CALL)
        try:
            if "subject" in field:
                check_subject(words)
            elif words or is_needed:
                check_text(words, step.kind)
            if is_needed and not words.strip():
                raise ValidationError("Écrivez ce que dit cette étape.")
        except ValidationError as error:
            errors[field] = error
    if errors:
        raise ValidationError(errors)


def check_subject(subject: str) -> None:
    """Raises ``ValidationError``, in French: a title says no link, and is one line."""
    _check_known(subject)
    if f"{{{LINK}}}" in subject:
        raise ValidationError("Le lien va dans le texte, pas dans l’objet.")
    if len(subject.splitlines()) > 1:
        raise ValidationError("L’objet tient sur une ligne.")


def check_text(text: str, kind: str) -> None:
    """Raises ``ValidationError``, in French, for what a mail of this kind cannot say or must say."""
    _check_known(text)
    if kind in CARRY_LINK:
        missing = [f"{{{name}}} ({what})" for name, what in NEEDED.items() if f"{{{name}}}" not in text]
        if missing:
            raise ValidationError(f"Il manque {' et '.join(missing)} : chaque courriel les rappelle.")


def _check_known(text: str) -> None:
    unknown = [found for found in _placeholder.findall(text) if found not in PLACEHOLDERS]
    if unknown:
        named = ", ".join(f"{{{name}}}" for name in dict.fromkeys(unknown))
        known = ", ".join(f"{{{name}}}" for name in PLACEHOLDERS)
        raise ValidationError(f"Champ inconnu : {named}. Les champs possibles sont {known}.")
    if re.search(r"[{}]", _placeholder.sub("", text)):
        raise ValidationError("Une accolade est seule : un champ s’écrit entre deux accolades, comme {nom}.")


def fill(text: str, values: Mapping[str, str]) -> str:
    """``text`` with its placeholders filled; one without a value stands as typed."""
    return _placeholder.sub(lambda found: values.get(found[1], found[0]), text)


def fill_line(text: str, values: Mapping[str, str]) -> str:
    """``fill`` for a title: on one line whatever the values are."""
    return " ".join(fill(text, values).splitlines()).strip()


def fill_html(text: str, values: Mapping[str, str]) -> SafeString:
    """``fill`` as paragraphs of HTML; the link is words that one can press."""
    safe = {name: escape(value) for name, value in values.items()}
    if LINK in values:
        safe[LINK] = format_html('<a href="{}">Ouvrir le questionnaire</a>', values[LINK])
    filled = _placeholder.sub(lambda found: safe.get(found[1], found[0]), escape(text))
    return mark_safe(linebreaks(filled, autoescape=False))  # noqa: S308 (escaped above)


# The texts that a new campaign starts with ---------------------------------------------------------

NOTICE = Words(
    "{territoire} : bientôt quelques questions sur votre coordination",
    """Bonjour {nom},

Votre territoire ({territoire}) a pris part à la formation à la coordination territoriale de l’aide alimentaire. \
Nous aimerions savoir ce qu’elle a permis, ou pas encore : dans quelques jours, le {date_ouverture}, vous \
recevrez un questionnaire.

Y répondre prend environ {duree} minutes, et vous pourrez vous arrêter puis reprendre. Que les choses aient \
avancé ou non, votre regard nous est utile : c’est avec lui que la formation s’améliore.

Vous n’avez rien à faire d’ici là. Si vous n’êtes plus en poste, répondez simplement à ce courriel pour nous \
dire qui pourrait nous renseigner.

Merci, et à bientôt,
{expediteur}""",
)
INVITATION = Words(
    "{territoire} : que devient la coordination ?",
    """Bonjour {nom},

Votre territoire ({territoire}) a pris part à la formation à la coordination territoriale de l’aide alimentaire. \
Où en êtes-vous aujourd’hui ? Ce qui a été fait, ce qui a freiné, ce qui a aidé : tout nous intéresse, y compris \
s’il ne s’est rien passé.

Votre questionnaire est ici :
{lien}

Comptez environ {duree} minutes. Vos réponses sont gardées à mesure : vous pouvez vous arrêter et reprendre plus \
tard, sur un autre appareil, avec le même lien. Il est ouvert jusqu’au {date_limite}.

Vos réponses servent à l’évaluation « {evaluation} ». Vous pouvez aussi ne pas répondre, ou transmettre à un·e \
collègue : le questionnaire vous le propose.

Ce lien est personnel, merci de ne pas le transférer.

Merci de votre aide,
{expediteur}""",
    "{territoire} : votre questionnaire est commencé",
    """Bonjour {nom},

Vous avez commencé à répondre pour {territoire}, et vos réponses sont gardées. Pour reprendre où vous en étiez :
{lien}

Vous avez jusqu’au {date_limite}. Tant que vous n’avez pas pressé « Envoyer », nous ne les comptons pas.

Merci de votre aide,
{expediteur}""",
)
FIRST_REMINDER = Words(
    "{territoire} : votre réponse nous serait utile",
    """Bonjour {nom},

Nous vous avons écrit il y a quelques jours à propos de la coordination de l’aide alimentaire sur votre \
territoire ({territoire}). Vous n’avez sans doute pas eu le temps de répondre ; le questionnaire vous attend :
{lien}

Il prend environ {duree} minutes et reste ouvert jusqu’au {date_limite}. Une réponse brève vaut mieux qu’aucune.

Si vous préférez ne pas répondre, dites-le en un clic depuis cette page, et nous ne vous relancerons plus.

Merci,
{expediteur}""",
    "{territoire} : plus que quelques questions",
    """Bonjour {nom},

Merci d’avoir commencé à répondre pour {territoire}. Vos réponses sont gardées : il ne reste qu’à terminer, puis \
à presser « Envoyer ».
{lien}

Le questionnaire est ouvert jusqu’au {date_limite}. Si quelque chose vous a arrêté·e, répondez à ce courriel : \
nous vous aiderons.

Merci,
{expediteur}""",
)
SECOND_REMINDER = Words(
    "{territoire} : il est encore temps de répondre",
    """Bonjour {nom},

Nous n’avons pas encore votre réponse au sujet de la coordination de l’aide alimentaire sur votre territoire \
({territoire}). Chaque territoire compte : sans votre regard, l’évaluation ne saurait pas ce qui s’y est passé, \
ni ce qui a manqué.
{lien}

Comptez environ {duree} minutes, d’ici au {date_limite}. Si quelqu’un d’autre est mieux placé pour répondre, la \
page vous permet de lui transmettre le questionnaire.

Merci,
{expediteur}""",
    "{territoire} : votre réponse n’est pas encore envoyée",
    """Bonjour {nom},

Votre réponse pour {territoire} est commencée, mais pas encore envoyée : sans cela, elle ne comptera pas. Elle \
vous attend là où vous l’avez laissée :
{lien}

Vous avez jusqu’au {date_limite}.

Merci,
{expediteur}""",
)
LAST_REMINDER = Words(
    "{territoire} : dernier rappel pour votre questionnaire",
    """Bonjour {nom},

Le questionnaire au sujet de la coordination de l’aide alimentaire sur votre territoire ({territoire}) ferme le \
{date_limite}. C’est notre dernier rappel prévu par courriel :
{lien}

Il prend environ {duree} minutes. Si vous préférez répondre de vive voix, répondez à ce courriel avec un numéro \
et un moment : nous vous appellerons.

Merci pour le temps que vous voudrez bien y consacrer,
{expediteur}""",
    "{territoire} : envoyez votre réponse d’ici au {date_limite}",
    """Bonjour {nom},

Vous avez commencé à répondre pour {territoire} : vos réponses sont gardées, mais elles ne compteront que si \
vous les envoyez d’ici au {date_limite}.
{lien}

S’il vous manque du temps, répondez à ce courriel avec un numéro et un moment : nous terminerons ensemble au téléphone.

Merci,
{expediteur}""",
)
EXTRA = Words(
    "{territoire} : votre questionnaire vous attend",
    """Bonjour {nom},

Nous n’avons pas encore reçu votre réponse au sujet de la coordination de l’aide alimentaire sur votre \
territoire ({territoire}). Le questionnaire est toujours ouvert :
{lien}

Il prend environ {duree} minutes, d’ici au {date_limite}. Vous pouvez aussi y dire que vous ne souhaitez pas \
répondre, ou le transmettre à un·e collègue.

Merci,
{expediteur}""",
    "{territoire} : votre réponse est à terminer",
    """Bonjour {nom},

Votre réponse pour {territoire} est commencée et gardée. Il reste à la terminer et à presser « Envoyer », d’ici \
au {date_limite} :
{lien}

Merci,
{expediteur}""",
)
CALL = Words(
    "Appel",
    """Bonjour, je vous appelle de la part de {expediteur}. Nous vous avons écrit au sujet de la coordination de \
l’aide alimentaire sur votre territoire ({territoire}). Avez-vous reçu nos courriels ? Est-ce un bon moment ?

– Si oui : proposer de répondre ensemble au téléphone ({duree} minutes environ), ou renvoyer le lien.
– Si non : convenir d’un moment, d’ici au {date_limite}.
– Si la personne n’est plus en poste : demander qui la remplace.
– Elle peut refuser sans donner de raison.""",
)
