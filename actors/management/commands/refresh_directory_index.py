from django.core.management.base import BaseCommand

from actors import listing
from actors.models import Listing


class Command(BaseCommand):
    help = "Refait l'index de l'annuaire (recherche, carte, ouvertures des jours à venir), comme chaque nuit."

    def handle(self, **options):
        listing.rebuild()
        self.stdout.write(f"Index refait : {Listing.objects.count()} entrées.")
