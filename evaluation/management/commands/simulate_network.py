import time

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from evaluation.simulation import PREFIX, Simulation, Size
from territories.models import Territory


class Command(BaseCommand):
    help = (
        "Construit un pays fictif de la taille demandée (territoires, annuaires, journaux, une évaluation), pour "
        "mesurer et éprouver le site. À ne lancer que sur une base d'essai : rien ne l'efface ensuite."
    )

    def add_arguments(self, parser):
        parser.add_argument("--territories", type=int, default=1500, metavar="NOMBRE")
        parser.add_argument("--actors", type=int, default=100_000, metavar="NOMBRE")
        parser.add_argument("--meetings", type=int, default=60_000, metavar="NOMBRE")
        parser.add_argument("--seed", type=int, default=1, metavar="GRAINE")

    def handle(self, *, territories: int, actors: int, meetings: int, seed: int, **options):
        if not 1 <= territories < 100_000 or actors < 0 or meetings < 0:
            raise CommandError("Il faut au moins un territoire (moins de 100 000), et des nombres positifs.")
        if Territory.objects.filter(code__startswith=PREFIX).exists():
            raise CommandError("Un pays simulé est déjà là : prenez une base neuve.")
        started = time.monotonic()
        with transaction.atomic():
            for made in Simulation(Size(territories, actors, meetings), seed).build():
                self.stdout.write(f"{time.monotonic() - started:7.1f} s  {made}")
                self.stdout.flush()
