"""What one types of each kind of record that has no subject of its own."""

from django import forms
from django.core.exceptions import ValidationError

from actors.models import Actor
from alimactiv.forms import DateInput, name_blank_choice
from coordination.forms.rows import RowForm, RowFormSet, rows_of
from coordination.models import (
    Diagnostic,
    FundingLine,
    Gap,
    Mapping,
    MutualisationProject,
    Need,
    OtherAction,
    Partner,
    PoliticalSupport,
)
from coordination.models.record import Record

YES_NO = [("unknown", "non renseigné"), ("true", "oui"), ("false", "non")]
SHARED = [field.name for field in MutualisationProject._meta.fields if field.name.startswith("shares_")]


class RecordForm(forms.ModelForm):
    """A record of ``instance.territory``. ``read_at`` remembers which state of it one has read."""

    read_at = forms.DateTimeField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args, instance: Record, **kwargs):
        super().__init__(*args, instance=instance, **kwargs)
        self.fields["read_at"].initial = instance.changed_at.isoformat() if instance.pk else ""
        self.actors = Actor.objects.filter(territories=instance.territory)

    def check_order(self, first: str, last: str, message: str) -> None:
        start, end = self.cleaned_data.get(first), self.cleaned_data.get(last)
        if start and end and start > end:
            self.add_error(last, message)


class ActivityForm(RecordForm):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        name_blank_choice(self.fields["theme"], "aucun en particulier")

    def clean(self):
        data = super().clean()
        self.check_order("started_on", "finished_on", "Ce jour précède celui du début.")
        return data


ACTIVITY_FIELDS = ["title", "theme", "started_on", "finished_on", "summary"]
ACTIVITY_WIDGETS = {
    "started_on": DateInput,
    "finished_on": DateInput,
    "summary": forms.Textarea(attrs={"rows": 4}),
}


class MappingForm(ActivityForm):
    class Meta:
        model = Mapping
        fields = [*ACTIVITY_FIELDS, "method", "actors"]
        widgets = ACTIVITY_WIDGETS | {
            "method": forms.Textarea(attrs={"rows": 3}),
            "actors": forms.CheckboxSelectMultiple,
        }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["actors"].queryset = self.actors
        if not self.actors.exists():
            del self.fields["actors"]


class DiagnosticForm(ActivityForm):
    class Meta:
        model = Diagnostic
        fields = [*ACTIVITY_FIELDS, "method", "supply_constraints", "priority_1", "priority_2", "priority_3"]
        widgets = ACTIVITY_WIDGETS | {
            "method": forms.Textarea(attrs={"rows": 3}),
            "supply_constraints": forms.Textarea(attrs={"rows": 3}),
        }


class NeedForm(RowForm):
    class Meta:
        model = Need
        fields = ["source", "theme", "count"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        name_blank_choice(self.fields["source"], "à choisir")


class GapForm(RowForm):
    class Meta:
        model = Gap
        fields = ["kind", "text"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        name_blank_choice(self.fields["kind"], "à choisir")


class ProjectForm(ActivityForm):
    shared = forms.MultipleChoiceField(
        label="Ce qui est partagé",
        required=False,
        choices=[(name, MutualisationProject._meta.get_field(name).verbose_name) for name in SHARED],
        widget=forms.CheckboxSelectMultiple,
    )
    field_order = ["title", "theme", "stage", "started_on", "finished_on", "shared", "summary", "results"]

    class Meta:
        model = MutualisationProject
        fields = [*ACTIVITY_FIELDS, "stage", "results"]
        widgets = ACTIVITY_WIDGETS | {"results": forms.Textarea(attrs={"rows": 3})}

    def __init__(self, *args, instance: MutualisationProject, **kwargs):
        super().__init__(*args, instance=instance, **kwargs)
        self.initial.setdefault("shared", [name for name in SHARED if getattr(instance, name)])

    def clean(self):
        data = super().clean()
        for name in SHARED:
            setattr(self.instance, name, name in data.get("shared", []))
        finished = data.get("stage") == MutualisationProject.Stage.FINISHED
        if finished and "finished_on" in data and not data["finished_on"]:
            self.add_error("finished_on", "Dites quel jour ce projet s’est terminé.")
        if data.get("finished_on") and data.get("stage") and not finished:
            self.add_error("stage", "Un projet qui a une date de fin est au stade « terminé ».")
        return data


class PartnerForm(RowForm):
    class Meta:
        model = Partner
        fields = ["actor", "role"]

    def __init__(self, *args, actors, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["actor"].queryset = actors
        self.fields["actor"].empty_label = "à choisir"


class PartnerFormSet(RowFormSet):
    def clean(self) -> None:
        chosen = [form.cleaned_data.get("actor") for form in self.forms if form.has_changed() and form.is_valid()]
        if len(chosen) > len(set(chosen)):
            raise ValidationError("Une structure ne figure qu’une fois parmi les partenaires.")


class FundingForm(RowForm):
    class Meta:
        model = FundingLine
        fields = ["funder", "label", "asked", "granted", "paid", "deadline"]
        widgets = {"deadline": DateInput}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        name_blank_choice(self.fields["funder"], "à choisir")


class OtherActionForm(ActivityForm):
    class Meta:
        model = OtherAction
        fields = ACTIVITY_FIELDS
        widgets = ACTIVITY_WIDGETS


class SupportForm(RecordForm):
    class Meta:
        model = PoliticalSupport
        fields = [
            "structure",
            "on_roadmap",
            "elected_lead",
            "mandate_start",
            "mandate_end",
            "election_on",
            "commitments",
        ]
        widgets = {
            "on_roadmap": forms.NullBooleanSelect,
            "mandate_start": DateInput,
            "mandate_end": DateInput,
            "election_on": DateInput,
            "commitments": forms.Textarea(attrs={"rows": 3}),
        }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["structure"].queryset = self.actors
        self.fields["structure"].empty_label = "non précisée"
        self.fields["on_roadmap"].widget.choices = YES_NO

    def clean(self):
        data = super().clean()
        self.check_order("mandate_start", "mandate_end", "Ce jour précède celui du début du mandat.")
        if not self.errors and not any(data.get(name) for name in ("structure", "elected_lead", "commitments")):
            self.add_error(None, "Donnez au moins la structure, la délégation ou les engagements.")
        return data


NeedRows = rows_of(NeedForm)
GapRows = rows_of(GapForm)
PartnerRows = rows_of(PartnerForm, PartnerFormSet)
FundingRows = rows_of(FundingForm)
