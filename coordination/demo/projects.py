"""What the town's structures share: a storage that is finished, a round that runs and looks for money."""

from coordination.demo.town import Town
from coordination.models import FundingLine, MutualisationProject, Outcome, Partner
from coordination.models.record import Theme
from coordination.records import create_record
from coordination.sending import lead_to_project

Stage, Funder = MutualisationProject.Stage, FundingLine.Funder


def tell(town: Town, *, decided_in: Outcome) -> None:
    _storage(town)
    _round(town, decided_in)


def _storage(town: Town) -> None:
    project = MutualisationProject(
        territory=town.territory,
        title="Un stockage partagé rue des Moulins (fictif)",
        theme=Theme.LOGISTICS,
        stage=Stage.FINISHED,
        started_on=town.day(37),
        finished_on=town.day(14),
        shares_stock=True,
        shares_place=True,
        summary="Un local de 60 m² et une chambre froide, ouverts à cinq structures.",
        results="Cinq structures y stockent ; plus aucun produit frais perdu faute de place en trois mois.",
    )
    partners = _partners(town, mairie="prête le local", panier="tient les clés et le planning", etal="", marmite="")
    funding = [
        FundingLine(funder=Funder.CITY, label="Travaux", asked=6000, granted=6000, paid=6000, deadline=town.day(30)),
        FundingLine(funder=Funder.MMPT, label="Chambre froide", asked=15000, granted=12000, paid=12000),
    ]
    with town.on(14):
        create_record(record=project, by=town.by, related={"partners": partners, "funding": funding})


def _round(town: Town, decided_in: Outcome) -> None:
    project = MutualisationProject(
        territory=town.territory,
        title="Une tournée de ramasse commune le samedi (fictive)",
        theme=Theme.LOGISTICS,
        stage=Stage.RUNNING,
        started_on=town.day(16),
        shares_vehicle=True,
        shares_volunteers=True,
        summary="Un véhicule et six bénévoles pour trois structures.",
    )
    partners = _partners(town, etal="tient le planning", panier="", marmite="prête son véhicule", marche="donne")
    funding = [
        FundingLine(funder=Funder.DEPARTMENT, label="Location du véhicule", asked=4800, deadline=town.day(-2)),
        FundingLine(funder=Funder.FOUNDATION, label="Fondation fictive du Partage", asked=5000, granted=3000),
        FundingLine(funder=Funder.CITY, label="Carburant", asked=1200, granted=1200, paid=600, deadline=town.day(-20)),
    ]
    with town.on(16):
        create_record(record=project, by=town.by, related={"partners": partners, "funding": funding})
        lead_to_project(decision=decided_in, project=project, by=town.by)


def _partners(town: Town, **roles: str) -> list[Partner]:
    """By the keys of structures, what each does."""
    return [Partner(actor=town.actors[key], role=role) for key, role in roles.items()]
