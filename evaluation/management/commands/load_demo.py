import csv

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand
from django.db import transaction

from accounts.demo import ASSOCIATION, COORDINATOR, STAFF, create_demo_accounts
from actors.demo import create_demo_directory
from coordination.demo import create_demo_logbook
from coordination.demo.town import structures
from evaluation.demo import create_demo_campaigns
from evaluation.models import Evaluation, Recommendation
from territories.models import Coordinator, Territory

WORKBOOK = settings.BASE_DIR / "data" / "sessions-1-3"
SUITES = settings.BASE_DIR / "data" / "suites-sessions-1-3.csv"
EVALUATION = "sessions-1-3"
COORDINATED = "93010"  # Bondy


class Command(BaseCommand):
    help = (
        "Charge la démonstration : géographie officielle, évaluation des sessions 1 à 3, une ville fictive, son "
        "journal d’un an et son annuaire, une session fictive et ses campagnes de questionnaires, un compte par rôle."
    )

    @transaction.atomic
    def handle(self, **options):
        """What is already there is left as it was found, whatever was changed in it since."""
        if not Territory.objects.filter(is_official=True).exists():
            call_command("load_geography", stdout=self.stdout)
        if not Evaluation.objects.filter(code=EVALUATION).exists():
            call_command("import_evaluation", WORKBOOK, verbosity=0, stdout=self.stdout)
            self._what_comes_next(Evaluation.objects.get(code=EVALUATION))
        accounts = create_demo_accounts()
        territory = Territory.objects.get(kind=Territory.Kind.COMMUNE, code=COORDINATED)
        Coordinator.objects.get_or_create(user=accounts[COORDINATOR], territory=territory)
        town = create_demo_logbook(coordinator=accounts[COORDINATOR], association=accounts[ASSOCIATION])
        create_demo_directory(territory=town, actors=structures(town), by=accounts[COORDINATOR])
        create_demo_campaigns(by=accounts[STAFF])
        places = {COORDINATOR: f", {territory} et {town}", ASSOCIATION: f", {town}"}
        self._tell(accounts, places)

    def _what_comes_next(self, evaluation: Evaluation) -> None:
        """What the report announces in its part III, that a workbook has no table for; in our words."""
        with SUITES.open(encoding="utf-8", newline="") as file:
            Recommendation.objects.bulk_create(
                Recommendation(
                    evaluation=evaluation,
                    kind=row["nature"],
                    heading=row["intitule"],
                    text=row["texte"],
                    funding=row["financement"],
                    position=position,
                )
                for position, row in enumerate(csv.DictReader(file))
            )

    def _tell(self, accounts: dict, places: dict) -> None:
        self.stdout.write("Comptes de démonstration (connexion par code, sans mot de passe) :")
        for account in accounts:
            self.stdout.write(f"  {account.email} – {account.who}{places.get(account, '')}")
