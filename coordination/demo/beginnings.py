"""How the town's coordination began: who backs it, who was mapped, two diagnoses, and what is printed since."""

import csv
import io

from coordination.demo.town import Town
from coordination.documents import add_document, attach
from coordination.models import Diagnostic, Document, Gap, Mapping, Need, OtherAction, PoliticalSupport
from coordination.models.record import Record, Theme
from coordination.records import create_record, delete_record
from coordination.uploads import examine


def tell(town: Town) -> None:
    _support(town)
    _mapping(town)
    _first_diagnostic(town)
    _second_diagnostic(town)
    _other_actions(town)


def keep_file(town: Town, *, title: str, name: str, content: bytes, record: Record | None = None) -> None:
    """Puts a file among the town's documents."""
    document, file = Document(territory=town.territory, title=title), io.BytesIO(content)
    attach(document, record)
    add_document(document=document, file=file, accepted=examine(file, name, len(content)), by=town.by)


def _support(town: Town) -> None:
    support = PoliticalSupport(
        territory=town.territory,
        structure=town.actors["mairie"],
        on_roadmap=True,
        elected_lead="Délégation fictive aux solidarités et à l’alimentation",
        election_on=town.day(-18),
        commitments="Un demi-poste pour animer la coordination, et un local de stockage mis à disposition.",
    )
    with town.on(49):
        create_record(record=support, by=town.by)


def _mapping(town: Town) -> None:
    mapping = Mapping(
        territory=town.territory,
        title="Qui fait quoi en aide alimentaire ? (fictif)",
        theme=Theme.KNOWLEDGE,
        started_on=town.day(46),
        finished_on=town.day(39),
        method="Un appel à chaque structure, puis une visite. La liste est relue ensemble en réunion.",
        summary="Neuf structures recensées ; cinq distribuent des denrées.",
    )
    with town.on(39):
        create_record(record=mapping, by=town.by, related={"actors": town.actors.values()})
        keep_file(
            town,
            title="Liste des structures recensées (fictives)",
            name="structures-recensees.csv",
            content=_csv([["Structure", "Type"], *([a.name, a.get_kind_display()] for a in town.actors.values())]),
            record=mapping,
        )


def _csv(rows: list[list[str]]) -> bytes:
    written = io.StringIO()
    csv.writer(written, delimiter=";").writerows(rows)
    return written.getvalue().encode("utf-8-sig")


def _first_diagnostic(town: Town) -> None:
    diagnostic = Diagnostic(
        territory=town.territory,
        title="Premier diagnostic (fictif)",
        theme=Theme.KNOWLEDGE,
        started_on=town.day(45),
        finished_on=town.day(37),
        method="Un questionnaire aux associations.",
        supply_constraints="Peu de produits frais en fin de mois.",
        priority_1="Mieux se connaître entre structures",
        priority_2="Stocker les produits frais",
        priority_3="Ouvrir une distribution en soirée",
    )
    source = Need.Source
    needs = [
        Need(source=source.ASSOCIATIONS, theme="De la place pour stocker", count=4),
        Need(source=source.ASSOCIATIONS, theme="Savoir qui fait quoi", count=6),
    ]
    gaps = [Gap(kind=Gap.Kind.TIME, text="Le soir"), Gap(kind=Gap.Kind.PLACE, text="Quartier fictif des Moulins")]
    with town.on(37):
        create_record(record=diagnostic, by=town.by, related={"needs": needs, "gaps": gaps})


def _second_diagnostic(town: Town) -> None:
    diagnostic = Diagnostic(
        territory=town.territory,
        title="Diagnostic partagé (fictif)",
        theme=Theme.KNOWLEDGE,
        started_on=town.day(21),
        finished_on=town.day(12),
        method="Deux réunions avec les structures, un temps d’échange avec des personnes concernées.",
        supply_constraints="Les dons du supermarché arrivent le samedi, quand peu de structures sont ouvertes.",
        priority_1="Stocker les produits frais",
        priority_2="Ramasser les dons ensemble",
        priority_3="Une information unique, à jour, sur les distributions",
    )
    source = Need.Source
    needs = [
        Need(source=source.ASSOCIATIONS, theme="De la place pour stocker", count=5),
        Need(source=source.ASSOCIATIONS, theme="Un véhicule le samedi", count=3),
        Need(source=source.CONCERNED, theme="Connaître les horaires à l’avance", count=11),
        Need(source=source.CONCERNED, theme="Davantage de fruits et légumes", count=8),
        Need(source=source.PROFESSIONALS, theme="Savoir vers qui orienter", count=4),
    ]
    gaps = [
        Gap(kind=Gap.Kind.PLACE, text="Quartier fictif des Moulins"),
        Gap(kind=Gap.Kind.TIME, text="Le dimanche"),
        Gap(kind=Gap.Kind.TIME, text="Les deux premières semaines d’août"),
    ]
    with town.on(12):
        create_record(record=diagnostic, by=town.by, related={"needs": needs, "gaps": gaps})


def _other_actions(town: Town) -> None:
    leaflet = OtherAction(
        territory=town.territory,
        title="Un dépliant commun des distributions (fictif)",
        theme=Theme.READABILITY,
        started_on=town.day(15),
        finished_on=town.day(8),
        summary="Une page, relue par toutes les structures, imprimée à 300 exemplaires.",
    )
    with town.on(8):
        create_record(record=leaflet, by=town.by)
    twice = OtherAction(territory=town.territory, title="Dépliant, saisi deux fois (fictif)", theme=Theme.READABILITY)
    with town.on(7):
        create_record(record=twice, by=town.by)
        delete_record(record=twice, by=town.by)
