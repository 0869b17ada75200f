from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError

from privacy import mentions, operations


class Command(BaseCommand):
    help = (
        "Efface une personne, par son adresse (droit à l'effacement, RGPD art. 17). Ce qui a été compté dans une "
        "évaluation compte toujours, sans la nommer. C'est sans retour."
    )

    def add_arguments(self, parser):
        parser.add_argument("email", metavar="COURRIEL")

    def handle(self, *, email: str, **options):
        try:
            done = operations.erase_person(email=email, by=None)
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from error
        if not done.changed:
            self.stdout.write("Rien n'était conservé sous cette adresse.")
        else:
            self.stdout.write("Effacé :")
        for title, count in done.changed.items():
            self.stdout.write(f"- {title} : {count}")
        if places := mentions.left({email.strip().lower(), *done.names}):
            self.stdout.write("Son nom, son adresse ou son téléphone se lit encore ici, à corriger à la main :")
            for place in places:
                self.stdout.write(f"- {place}")
