from datetime import date
from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.urls import reverse
from django.utils import timezone

from actors.week.rendering import Format, Imprint, render
from actors.week.schedule import LENGTH, build, coming_monday
from territories.models import Territory


class Command(BaseCommand):
    help = "Écrit le semainier d'un territoire en PDF (A4), pour douze semaines."

    def add_arguments(self, parser):
        parser.add_argument("code", help="code INSEE ou SIREN du territoire")
        parser.add_argument("--output", type=Path, required=True, help="fichier .pdf")
        parser.add_argument(
            "--from", dest="start", metavar="DATE", help="premier jour, AAAA-MM-JJ ; lundi prochain sinon"
        )

    def handle(self, *, code: str, output: Path, start: str | None, **options):
        if output.suffix.casefold() != ".pdf":
            raise CommandError("Le nom du fichier doit finir par .pdf.")
        territory = _territory(code)
        first_day = _day(start) if start else coming_monday(timezone.localdate())
        week = build(territory, first_day, first_day + LENGTH)
        url = f"{settings.SITE_URL}{reverse('week:week', args=[territory.slug])}"
        data = render(week, "fr", Format.A4, Imprint(timezone.localdate(), url))
        try:
            output.write_bytes(data)
        except OSError as error:
            raise CommandError(f"Impossible d'écrire {output} : {error.strerror}.") from None
        self.stdout.write(f"Semainier de {territory} ({len(week.lines)} lieu(x)) écrit dans {output}.")


def _territory(code: str) -> Territory:
    """The one of this code; a région's code is often a département's, and then not meant."""
    found = list(Territory.objects.filter(code__iexact=code).order_by("pk"))
    meant = [one for one in found if one.kind != Territory.Kind.REGION] or found
    if not meant:
        raise CommandError(f"Aucun territoire n'a le code « {code} ».")
    if len(meant) > 1:
        names = ", ".join(f"{one} ({one.get_kind_display()})" for one in meant)
        raise CommandError(f"Plusieurs territoires ont le code « {code} » : {names}.")
    return meant[0]


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise CommandError(f"« {text} » n'est pas une date : écrivez AAAA-MM-JJ.") from None
