"""What mails keep about people."""

from datetime import timedelta
from hashlib import sha256

from accounts.privacy import Forgetting, Holding, Rows, Trace, delete, in_words
from outbox.models import Bounce, Link, Mail, OptOut
from outbox.purposes import label_of


def _find(email: str) -> Rows:
    mails = in_words(
        Mail.objects.filter(recipient=email), title="titre", purpose="courriel", state="état", sent_at="envoyé le"
    )
    links = in_words(Link.objects.filter(recipient=email), purpose="lien", created_at="du", expires_at="jusqu’au")
    outs = in_words(OptOut.objects.filter(address=email), purpose="désinscription", since="depuis le")
    refusals = in_words(Bounce.objects.filter(address=email), reason="adresse refusée", since="depuis le")
    return [{label: label_of(value) for label, value in row.items()} for row in (*mails, *links, *outs)] + refusals


def _erase(email: str) -> int:
    """That a mail of a campaign was sent still counts; to whom is forgotten. What waits is not sent."""
    nobody = f"effacee-{sha256(email.encode()).hexdigest()[:16]}@invalide.invalid"
    mails = Mail.objects.filter(recipient=email)
    mails.not_handed_over().update(state=Mail.State.CANCELLED)
    changed = mails.update(recipient=nobody, title="", reason="")
    rows = (Link.objects.filter(recipient=email), OptOut.objects.filter(address=email))
    return changed + sum(map(delete, rows)) + delete(Bounce.objects.filter(address=email))


def _forget(mails) -> int:
    return mails.update(title="", reason="")


HOLDINGS = [
    Holding(
        code="mails",
        title="Courriels envoyés, refusés et désinscriptions",
        people="Les personnes à qui le site écrit.",
        data="Adresse, titre, date des courriels, liens (leur empreinte), désinscriptions, adresses en échec et ce que "
        "leur serveur a répondu.",
        purpose="N’écrire qu’une fois, à bon escient, et plus du tout à qui ne le veut pas. Aucun traceur.",
        basis="Intérêt légitime (art. 6.1.f).",
        kept="Un an pour le titre des courriels, trois ans pour la trace d’envoi et les adresses en échec ; les liens, "
        "un mois après leur fin ; les désinscriptions, tant qu’il faut les respecter.",
        seen_by="L’équipe de l’ANSA.",
        find=_find,
        erase=_erase,
    ),
]
TRACES = [Trace(Mail, ("title", "reason")), Trace(Bounce, ("reason",))]
FORGETTINGS = [
    Forgetting(
        "Titres des courriels de plus d’un an",
        timedelta(days=365),
        lambda before: Mail.objects.filter(due_at__lt=before).exclude(title="", reason="").exclude(state="due"),
        _forget,
    ),
    Forgetting(
        "Traces d’envoi de plus de trois ans",
        timedelta(days=3 * 365),
        lambda before: Mail.objects.filter(due_at__lt=before).exclude(state=Mail.State.DUE),
        delete,
    ),
    Forgetting(
        "Adresses en échec depuis plus de trois ans",
        timedelta(days=3 * 365),
        lambda before: Bounce.objects.filter(since__lt=before),
        delete,
    ),
]
