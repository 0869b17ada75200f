import json

from django.core.management.base import BaseCommand, CommandError

from alimactiv.french import dated
from evaluation.evidence import Reading, read
from evaluation.models import Evaluation
from evaluation.verdicts import Verdict


class Command(BaseCommand):
    help = "Affiche les chiffres et la matrice d'une évaluation, calculés à l'instant."

    def add_arguments(self, parser):
        parser.add_argument("code", help="code de l'évaluation")
        parser.add_argument("--json", action="store_true", help="en JSON, comme le dit le contrat d'évaluation")

    def handle(self, *, code, json: bool, **options):
        try:
            evaluation = Evaluation.objects.named(code)
        except Evaluation.DoesNotExist as error:
            raise CommandError(error) from None
        reading = read(evaluation)
        self.stdout.write(_as_json(evaluation, reading) if json else _as_table(evaluation, reading))


def _as_json(evaluation: Evaluation, reading: Reading) -> str:
    return json.dumps(
        {
            "evaluation": evaluation.code,
            "as_of": evaluation.as_of.isoformat(),
            "figures": {
                code: {
                    "label": figure.label,
                    "certain": figure.certain,
                    "possible": figure.possible,
                    "no_answer": figure.no_answer,
                    "published": figure.published,
                    "status": figure.status.value,
                    "territories": figure.names(Verdict.YES),
                    "uncertain": figure.names(Verdict.UNCERTAIN),
                }
                for code, figure in reading.figures.items()
            },
            "matrix": [
                {
                    "session": row.session,
                    "territory": row.name,
                    "answered": row.answered,
                    "cells": {code: cell.verdict.code for code, cell in row.cells.items()},
                }
                for row in reading.matrix.rows
            ],
        },
        ensure_ascii=False,
        indent=2,
    )


def _as_table(evaluation: Evaluation, reading: Reading) -> str:
    lines = [f"{evaluation.title} – état des lieux au {dated(evaluation.as_of)}", ""]
    lines.append(f"{'chiffre':<44}{'certain':>8}{'possible':>9}{'sans rép.':>10}{'publié':>8}  statut")
    for figure in reading.figures.values():
        published = "–" if figure.published is None else figure.published
        lines.append(
            f"{figure.code:<44}{figure.certain:>8}{figure.possible:>9}{figure.no_answer:>10}{published:>8}"
            f"  {figure.status.value}"
        )
    return "\n".join(lines)
