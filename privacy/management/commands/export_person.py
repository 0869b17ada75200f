import json

from django.core.management.base import BaseCommand

from privacy import operations


class Command(BaseCommand):
    help = "Écrit en JSON tout ce que le site conserve d'une personne, par son adresse (droit d'accès, RGPD art. 15)."

    def add_arguments(self, parser):
        parser.add_argument("email", metavar="COURRIEL")

    def handle(self, *, email: str, **options):
        found = operations.export_person(email=email, by=None)
        self.stdout.write(json.dumps(found, ensure_ascii=False, indent=2))
        if not found["données"]:
            self.stderr.write("Rien n'est conservé sous cette adresse.")
