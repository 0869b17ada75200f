"""Whether what works behind the pages works: read from what it leaves behind, nothing is asked of it.

Once a minute beat queues ``outbox.tasks.pulse`` with the moment at which it does so; the worker that takes it notes
that moment for beat, and its own. A silent worker with tasks that wait has stopped; with none waiting, it is beat
that sends nothing any more. Who runs the site reads it on ``/healthz``, ANSA's team on ``/etat/``.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum

from django.template.defaultfilters import pluralize
from django.utils import timezone

from alimactiv import broker
from alimactiv.french import dated
from outbox.decisions import OPENS, PARIS, Action, is_open
from outbox.models import Mail, Pulse
from outbox.planning import plan

Process = Pulse.Process
LATE = timedelta(minutes=3)  # a process is seen every minute
SILENT = timedelta(minutes=10)
MAIL_LATE, MAIL_STUCK = timedelta(minutes=30), timedelta(hours=2)  # a thousand mails leave within minutes
UNREACHABLE = None


class Level(Enum):
    GOOD = "en ordre"
    WATCH = "à surveiller"
    BROKEN = "en panne"


@dataclass(frozen=True)
class Line:
    """What is known of one part."""

    code: str
    """Its name on ``/healthz``."""
    part: str
    level: Level
    plain: str
    """For who runs the site, in English, without what a visitor should not read: no address, no name."""
    words: str
    """For ANSA's team, in French."""
    remedy: str = ""
    """What to do, in French."""
    page: str = ""
    """The name of the page that shows more."""


def note_pulse(*, sent_at: datetime, now: datetime) -> None:
    """The worker lives ``now``; beat did at ``sent_at``."""
    Pulse.objects.bulk_create(
        [Pulse(process=Process.WORKER, at=now), Pulse(process=Process.BEAT, at=sent_at)],
        update_conflicts=True,
        unique_fields=["process"],
        update_fields=["at"],
    )


def silence(now: datetime) -> str:
    """Since when the worker has been silent, in French, if it is for too long; otherwise nothing. One query."""
    seen = Pulse.objects.filter(process=Process.WORKER).values_list("at", flat=True).first()
    if seen is None:
        return "depuis l’installation du site"
    return f"depuis le {moment(seen)}" if now - seen >= SILENT else ""


def lines(now: datetime) -> list[Line]:
    """Each part in turn. Raises ``DatabaseError`` without a database: then nothing can be said."""
    seen = dict(Pulse.objects.values_list("process", "at"))
    try:
        waiting = broker.waiting()
    except broker.Unreachable:
        waiting = UNREACHABLE
    worker, beat = seen.get(Process.WORKER), seen.get(Process.BEAT)
    return [
        Line("database", "Base de données", Level.GOOD, "answers", "Elle répond."),
        _broker(waiting),
        _worker(worker, waiting, now),
        _beat(beat, worker, waiting, now),
        _mails(now),
        _doubts(),
    ]


def moment(when: datetime) -> str:
    return dated(timezone.localtime(when), "j F Y à G\xa0\\h\xa0i")


def _iso(when: datetime | None) -> str:
    return when.isoformat(timespec="seconds") if when else "never"


def _age(seen: datetime | None, now: datetime) -> Level:
    if seen is None or now - seen >= SILENT:
        return Level.BROKEN
    return Level.WATCH if now - seen >= LATE else Level.GOOD


def _broker(waiting: int | None) -> Line:
    part = ("broker", "File des tâches")
    if waiting is UNREACHABLE:
        return Line(
            *part,
            Level.BROKEN,
            "unreachable",
            "Elle ne répond pas : aucun travail ne peut être confié au travail de fond.",
            "Faites relancer la file (Redis). Ce qui devait partir partira ensuite, rien n’est perdu.",
        )
    tasks = f"{waiting} tâche{pluralize(waiting)} y attend{pluralize(waiting, 'ent')}" if waiting else "rien n’y attend"
    return Line(*part, Level.GOOD, f"answers, {waiting} waiting", f"Elle répond ; {tasks}.")


def _worker(seen: datetime | None, waiting: int | None, now: datetime) -> Line:
    part = ("worker", "Travail de fond")
    level = _age(seen, now)
    said = f"Dernier signe de vie le {moment(seen)}." if seen else "Aucun signe de vie depuis l’installation."
    if level == Level.GOOD:
        return Line(*part, level, f"seen {_iso(seen)}", said)
    plain = f"silent since {_iso(seen)}"
    if waiting is UNREACHABLE:
        return Line(*part, level, plain, said, "Rétablissez d’abord la file des tâches : sans elle, il ne reçoit rien.")
    if waiting == 0:
        said += " Rien ne l’attend : l’horloge ne lui demande sans doute plus rien."
        return Line(*part, Level.WATCH, plain, said, "Faites d’abord relancer l’horloge des tâches.")
    return Line(
        *part,
        level,
        plain,
        f"{said} Pendant ce temps, ni courriel, ni relance, ni import.",
        "Faites relancer le processus « worker » et lire son journal. Ce qui attend partira ensuite, sans rafale.",
    )


def _beat(seen: datetime | None, worker: datetime | None, waiting: int | None, now: datetime) -> Line:
    """What is known of beat, a worker has taken: without worker, only the queue tells that it still fills it."""
    part = ("beat", "Horloge des tâches")
    level = _age(seen, now)
    said = f"Dernière tâche demandée, à notre connaissance, le {moment(seen)}." if seen else "Aucune tâche demandée."
    if level == Level.GOOD:
        return Line(*part, level, f"seen {_iso(seen)}", said)
    if waiting is UNREACHABLE or (waiting and _age(worker, now) != Level.GOOD):
        why = "la file ne répond pas" if waiting is UNREACHABLE else "les tâches attendent le travail de fond"
        said = f"{said} On ne sait rien de plus récent : {why}."
        return Line(*part, Level.WATCH, f"unknown since {_iso(seen)}", said, "Rétablissez d’abord ce qui précède.")
    return Line(
        *part,
        level,
        f"silent since {_iso(seen)}",
        f"{said} Elle ne demande plus rien : ni courriel, ni relance ne part.",
        "Faites relancer le processus « beat » (un seul) et lire son journal.",
    )


def _mails(now: datetime) -> Line:
    """Those that may leave at this very moment, and have not."""
    part = ("mail", "Courriels à envoyer")
    opened = datetime.combine(now.astimezone(PARIS).date(), OPENS, tzinfo=PARIS)
    due = Mail.objects.due(now) if is_open(now) else Mail.objects.due(now).filter(urgent=True)
    since = [
        max(mail.due_at, mail.retry_at or mail.due_at, mail.due_at if mail.urgent else opened)
        for mail, decision in plan(now, due)
        if decision.action == Action.SEND
    ]
    if not since:
        words = "Aucun n’est en retard."
        if not is_open(now):
            words += " Les envois reprendront aux heures d’envoi : du lundi au vendredi, de 8 h à 18 h, sauf en août."
        return Line(*part, Level.GOOD, "none late", words, page="outbox:mail_list")
    count, oldest = len(since), min(since)
    late = now - oldest
    return Line(
        *part,
        Level.BROKEN if late >= MAIL_STUCK else Level.WATCH if late >= MAIL_LATE else Level.GOOD,
        f"{count} could have left, since {_iso(oldest)}",
        f"{count} courriel{pluralize(count)} peu{pluralize(count, 't,vent')} partir en ce moment ; "
        f"{pluralize(count, 'il,le plus ancien')} le peut depuis le {moment(oldest)}.",
        "Si tout ce qui précède est en ordre, c’est le serveur d’envoi qui ne répond pas : faites lire le journal du "
        "processus « worker » et vérifier EMAIL_URL."
        if late >= MAIL_LATE
        else "",
        "outbox:mail_list",
    )


def _doubts() -> Line:
    part = ("to-check", "Courriels à vérifier")
    count = Mail.objects.filter(state=Mail.State.TO_CHECK).count()
    if not count:
        return Line(*part, Level.GOOD, "none", "Aucun.", page="outbox:mail_list")
    return Line(
        *part,
        Level.WATCH,
        f"{count}",
        f"{count} envoi{pluralize(count)} {pluralize(count, 's’est interrompu,se sont interrompus')} : "
        f"on ne sait pas si {pluralize(count, 'le courriel est parti,les courriels sont partis')}.",
        "Sur la page des envois, dites pour chacun s’il est parti ou s’il faut le renvoyer.",
        "outbox:mail_list",
    )
