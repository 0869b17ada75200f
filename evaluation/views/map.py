"""The territories on a map, by their verdict on one criterion or figure; and the same places as a list."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from django import forms
from django.conf import settings
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse

from evaluation.criteria import KIND_HEADINGS, Kind
from evaluation.evidence import Reading
from evaluation.figures import FORMULAS, Figure
from evaluation.matrix import Row
from evaluation.models import Evaluation
from evaluation.verdicts import Verdict
from evaluation.views.dossier import open_dossier
from evaluation.views.matrix import Words, words
from territories.departments import named

DEFAULT = "any_activity"
SIGNS = {Verdict.YES: "●", Verdict.UNCERTAIN: "◐", Verdict.NO: "○", Verdict.NO_ANSWER: "–"}


def _by_word(chosen: Words) -> dict[Verdict, str]:
    """The verdicts as ``alimactiv/_verdict.html`` words them."""
    yes = "signalé" if chosen.reported else "oui" if chosen.stated else "fait"
    no = "non signalé" if chosen.reported else "non"
    return {Verdict.YES: yes, Verdict.UNCERTAIN: "à vérifier", Verdict.NO: no, Verdict.NO_ANSWER: "sans réponse"}


@dataclass(frozen=True)
class Place:
    """A counted case with its verdict, as a code, a sign and a word."""

    row: Row
    verdict: str
    sign: str
    word: str
    url: str

    @property
    def department(self) -> str:
        return named(self.row.facts.department)

    @property
    def is_located(self) -> bool:
        return self.row.facts.latitude is not None


@dataclass(frozen=True)
class VerdictPlaces:
    """The places that share a verdict."""

    verdict: str
    places: Sequence[Place]


class CriterionChoice(forms.Form):
    """What the map shows: a figure that is judged territory by territory."""

    critere = forms.ChoiceField(label="Ce que montre la carte")

    def __init__(self, data: QueryDict, *, reading: Reading):
        super().__init__({"critere": data.get("critere") or DEFAULT})
        by_kind: dict[str, list[tuple[str, str]]] = defaultdict(list)
        by_kind[Kind.ACTIVITY] = [(code, formula.label) for code, formula in FORMULAS.items()]
        for criterion in reading.criteria:
            by_kind[criterion.family.kind].append((criterion.code, criterion.label))
        self.fields["critere"].choices = [(KIND_HEADINGS[kind], choices) for kind, choices in by_kind.items()]

    @property
    def chosen(self) -> str:
        """The figure's code; the default when the address asks for what is not offered."""
        return self.cleaned_data["critere"] if self.is_valid() else DEFAULT


def territory_map(request: HttpRequest, code: str) -> HttpResponse:
    dossier = open_dossier(request, code)
    choice = CriterionChoice(request.GET, reading=dossier.reading)
    figure = dossier.reading.figures[choice.chosen]
    criterion = next((found for found in dossier.reading.criteria if found.code == figure.code), None)
    wording = words(criterion) if criterion else Words()
    groups = _by_verdict(figure, dossier.evaluation, _by_word(wording))
    places = [place for group in groups for place in group.places]
    context = {
        "dossier": dossier,
        "choice": choice,
        "figure": figure,
        "words": wording,
        "groups": groups,
        "not_located": [place for place in places if not place.is_located],
        "map_data": _map_data([place for place in places if place.is_located]),
    }
    return render(request, "evaluation/map.html", context)


def _by_verdict(figure: Figure, evaluation: Evaluation, by_word: dict[Verdict, str]) -> list[VerdictPlaces]:
    def place(row: Row, verdict: Verdict) -> Place:
        url = reverse("evaluation:case", args=[evaluation.code, row.facts.case_id])
        return Place(row, verdict.code, SIGNS[verdict], by_word[verdict], url)

    return [
        VerdictPlaces(verdict.code, [place(row, verdict) for row in figure.rows[verdict]])
        for verdict in SIGNS
        if figure.rows[verdict]
    ]


def _map_data(places: Sequence[Place]) -> dict:
    """What ``map.js`` draws: the tiles, and one marker for each point, with all the cases that stand there."""
    by_point: dict[tuple[float, float], list[Place]] = defaultdict(list)
    for place in places:
        by_point[place.row.facts.latitude, place.row.facts.longitude].append(place)
    _, tiles, options = settings.LEAFLET_CONFIG["TILES"][0]
    return {
        "tiles": tiles,
        "attribution": options["attribution"],
        "points": [
            {
                "latitude": latitude,
                "longitude": longitude,
                "cases": [
                    {
                        "name": place.row.name,
                        "session": place.row.session,
                        "verdict": place.verdict,
                        "sign": place.sign,
                        "word": place.word,
                        "url": place.url,
                    }
                    for place in found
                ],
            }
            for (latitude, longitude), found in by_point.items()
        ],
    }
