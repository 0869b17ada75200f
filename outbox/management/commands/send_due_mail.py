from collections import Counter
from datetime import datetime

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from alimactiv.french import dated
from outbox import delivery, purposes
from outbox.decisions import Action, Decision
from outbox.models import Mail
from outbox.planning import plan


def a_moment(text: str) -> datetime:
    """Raises ``ValueError`` if it is no ISO moment; without an offset it is Paris time."""
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo else timezone.make_aware(moment)


def in_words(moment: datetime) -> str:
    return dated(timezone.localtime(moment), "l j F Y à G \\h i")


class Command(BaseCommand):
    help = "Envoie les courriels dont c'est le moment, ou montre qui recevrait quoi, et pourquoi pas les autres."

    def add_arguments(self, parser):
        parser.add_argument("--dry-run", action="store_true", help="montre sans rien envoyer ni écrire")
        parser.add_argument(
            "--at", default="", help="comme si l'on était à ce moment : 2027-03-01T10:00 (heure de Paris)"
        )

    def handle(self, *, dry_run: bool, at: str, **options):
        try:
            moment = a_moment(at) if at else None
        except ValueError as error:
            raise CommandError(f"« {at} » n'est pas un moment. Écrivez par exemple 2027-03-01T10:00.") from error
        if dry_run:
            self.show(moment or timezone.now())
        else:
            self.send(moment)

    def show(self, now: datetime) -> None:
        self.stdout.write(f"Au {in_words(now)} (heure de Paris) :")
        counts = Counter()
        for mail, decision in plan(now):
            decision, title = self.foreseen(mail, decision, now)
            counts[decision.action] += 1
            what = f"  {decision.action.value:<9} {mail.recipient}  {purposes.label_of(mail.purpose)} [{mail.subject}]"
            if title:
                what += f"  « {title} »"
            if decision.until:
                what += f"  jusqu'au {in_words(decision.until)}"
            self.stdout.write(f"{what}  {decision.reason}".rstrip())
        later = Mail.objects.filter(state=Mail.State.DUE, due_at__gt=now).count()
        self.stdout.write(
            f"{counts[Action.SEND]} à envoyer, {counts[Action.WAIT]} à faire attendre, "
            f"{counts[Action.CANCEL]} à annuler ; {later} de prévus plus tard. Rien n'a été envoyé."
        )

    def foreseen(self, mail: Mail, decision: Decision, at: datetime) -> tuple[Decision, str]:
        """What would be done once it is rendered, and its title."""
        if decision.action != Action.SEND:
            return decision, ""
        try:
            return decision, delivery.preview(mail, at)
        except purposes.NoLongerDue as error:
            return Decision(Action.CANCEL, str(error) or delivery.NOTHING_TO_TELL), ""
        except purposes.Later as error:
            return Decision(Action.WAIT, str(error), error.until), ""

    def send(self, moment: datetime | None) -> None:
        def clock() -> datetime:
            return moment or timezone.now()

        lost = delivery.mark_dead_claims(now=clock())
        outcome = delivery.send_due(clock=clock, seconds=None)
        told = [f"{count} {Mail.State(state).label}" for state, count in sorted(outcome.states.items()) if count]
        self.stdout.write(f"Courriels : {', '.join(told) or 'rien à faire'}.")
        if lost:
            self.stdout.write(f"{lost} à vérifier : leur envoi s'était interrompu.")
        if outcome.trouble:
            raise CommandError(outcome.trouble)
