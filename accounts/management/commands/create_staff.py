from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.core.validators import validate_email

from accounts.models import User
from accounts.operations import change_account, open_account, reactivate_account


class Command(BaseCommand):
    help = "Ouvre un compte de l'équipe ANSA, ou donne ce rôle à un compte qui existe."

    def add_arguments(self, parser):
        parser.add_argument("email", help="l'adresse où arriveront les codes de connexion")
        parser.add_argument("--name", default="", help="le nom affiché")

    def handle(self, *, email: str, name: str, **options):
        email = email.strip().lower()
        try:
            validate_email(email)
        except ValidationError as error:
            raise CommandError(f"« {email} » n'est pas une adresse de courriel.") from error
        user = User.objects.filter(email=email).first()
        if user is None:
            open_account(by=None, email=email, name=name, role=User.Role.STAFF)
            self.stdout.write(f"Le compte {email} est ouvert, dans l'équipe ANSA.")
        elif user.is_staff and user.is_active and name in {"", user.name}:
            self.stdout.write(f"Le compte {email} est déjà dans l'équipe ANSA : rien à faire.")
        else:
            change_account(by=None, user=user, email=email, name=name or user.name, role=User.Role.STAFF)
            reactivate_account(by=None, user=user)
            self.stdout.write(f"Le compte {email} existait : il est maintenant dans l'équipe ANSA.")
