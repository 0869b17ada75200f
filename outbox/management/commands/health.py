from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError
from django.utils import timezone

from outbox import health


class Command(BaseCommand):
    help = (
        "Dit l'état de chaque partie du site (ce que /etat/ montre) ; échoue si l'une des parties nommées est en "
        "panne : pour la surveillance des processus qui n'ont pas de page."
    )

    def add_arguments(self, parser):
        parser.add_argument("parts", nargs="*", metavar="PARTIE", help="worker, beat, broker, mail, to-check, database")

    def handle(self, *, parts: list[str], **options):
        try:
            lines = health.lines(timezone.now())
        except DatabaseError as error:
            raise CommandError("database: en panne. Elle ne répond pas.") from error
        unknown = set(parts) - {line.code for line in lines}
        if unknown:
            raise CommandError(f"Partie inconnue : {', '.join(sorted(unknown))}.")
        for line in lines:
            if not parts or line.code in parts:
                self.stdout.write(f"{line.code}: {line.level.value}. {line.words} {line.remedy}".rstrip())
        broken = [line.code for line in lines if line.code in parts and line.level == health.Level.BROKEN]
        if broken:
            raise CommandError(f"En panne : {', '.join(broken)}.")
