"""The kinds of records that share the same pages: list, record, form, deletion."""

from dataclasses import dataclass, field
from typing import Any

from coordination.forms import records as forms
from coordination.forms.rows import RowFormSet
from coordination.models import Diagnostic, Mapping, MutualisationProject, OtherAction, PoliticalSupport
from coordination.models.record import Record
from coordination.records import RECORDS


@dataclass(frozen=True)
class Rows:
    """A list of rows typed in a record's form. ``name`` is the relation's."""

    name: str
    title: str
    row_title: str
    add: str
    formset: type[RowFormSet]
    help: str = ""


@dataclass(frozen=True)
class Kind:
    """How one kind of record is named, typed and shown."""

    model: type[Record]
    form: type[forms.RecordForm]
    template: str
    add: str
    """The title of the page that adds one."""
    purpose: str
    rows: list[Rows] = field(default_factory=list)

    @property
    def slug(self) -> str:
        return self.model.slug

    @property
    def label(self) -> str:
        return self.model._meta.verbose_name

    @property
    def plural(self) -> str:
        return self.model._meta.verbose_name_plural

    @property
    def choice(self) -> str:
        return self.add.removeprefix("Consigner ").capitalize()

    def row_kwargs(self, rows: Rows, form: forms.RecordForm) -> dict[str, Any]:
        return {"actors": form.actors} if rows.name == "partners" else {}


KINDS = {
    kind.slug: kind
    for kind in [
        Kind(
            Mapping,
            forms.MappingForm,
            "coordination/records/mapping.html",
            "Consigner une cartographie",
            "Qui aide, où et comment : le recensement des acteurs.",
        ),
        Kind(
            Diagnostic,
            forms.DiagnosticForm,
            "coordination/records/diagnostic.html",
            "Consigner un diagnostic",
            "Les besoins, les manques et vos trois priorités.",
            [
                Rows(
                    "needs",
                    "Besoins recueillis",
                    "Besoin",
                    "Ajouter un besoin",
                    forms.NeedRows,
                    "Un thème et le nombre de fois où il est revenu, jamais une personne ni sa situation.",
                ),
                Rows(
                    "gaps",
                    "Lieux et horaires non couverts",
                    "Manque",
                    "Ajouter un manque",
                    forms.GapRows,
                    "Par exemple « quartier des Tilleuls » ou « le dimanche, et tout le mois d’août ».",
                ),
            ],
        ),
        Kind(
            MutualisationProject,
            forms.ProjectForm,
            "coordination/records/project.html",
            "Consigner un projet de mutualisation",
            "Ce que plusieurs structures partagent, avec qui et quels financements.",
            [
                Rows(
                    "partners",
                    "Partenaires",
                    "Partenaire",
                    "Ajouter un partenaire",
                    forms.PartnerRows,
                    "Une structure manque dans la liste ? Ajoutez-la d’abord dans l’onglet « Membres ».",
                ),
                Rows(
                    "funding",
                    "Financements",
                    "Financement",
                    "Ajouter un financement",
                    forms.FundingRows,
                    "En euros, sans centimes. Une échéance proche vous sera rappelée tant que rien n’est versé.",
                ),
            ],
        ),
        Kind(
            OtherAction,
            forms.OtherActionForm,
            "coordination/records/other_action.html",
            "Consigner une autre action",
            "Un guide, un planning, une visite, un temps fort… tout ce qui aide à se coordonner.",
        ),
        Kind(
            PoliticalSupport,
            forms.SupportForm,
            "coordination/records/support.html",
            "Consigner un soutien politique",
            "Qui porte la coordination, sur quelle feuille de route, jusqu’à quand.",
        ),
    ]
}

MODELS = {model.slug: model for model in RECORDS}
"""Every kind of record by its slug, also those that have pages of their own."""


class KindConverter:
    regex = "|".join(KINDS)

    def to_python(self, value: str) -> Kind:
        return KINDS[value]

    def to_url(self, value: str | Kind) -> str:
        return value.slug if isinstance(value, Kind) else value


class ModelConverter:
    regex = "|".join(MODELS)

    def to_python(self, value: str) -> type[Record]:
        return MODELS[value]

    def to_url(self, value: str | type[Record]) -> str:
        return value if isinstance(value, str) else value.slug
