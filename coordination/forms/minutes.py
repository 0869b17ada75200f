"""What one types of minutes: free text, and one row per outcome; blank rows are no rows."""

from typing import Any

from django import forms

from alimactiv.forms import DateInput
from coordination.forms.owners import OwnerField, Owners, key_of, split
from coordination.minutes import OutcomeRow
from coordination.models import Correction, Minutes, MutualisationProject, Outcome

BLANK_ROWS = 3
MAX_ROWS = 100
NO_PERSONAL_DATA = "Aucune donnée sur des personnes accueillies : ni nom, ni situation."


class MinutesForm(forms.Form):
    """``version`` is the one that was read; 0 for minutes that were not there yet."""

    MINE, THEIRS, BOTH = "mine", "theirs", "both"

    version = forms.IntegerField(min_value=0, widget=forms.HiddenInput)
    text = forms.CharField(
        label="Échanges, texte libre",
        required=False,
        widget=forms.Textarea(attrs={"rows": 10}),
        help_text=f"{NO_PERSONAL_DATA} Mise en forme simple : **gras**, tirets pour une liste, # pour un titre.",
    )
    keep_text = forms.ChoiceField(
        label="Texte libre à garder",
        required=False,
        choices=[
            (MINE, "le mien, ci-dessous"),
            (THEIRS, "l’autre"),
            (BOTH, "les deux, l’un à la suite de l’autre"),
        ],
        widget=forms.RadioSelect,
        initial=MINE,
    )

    def clean_text(self) -> str:
        """With one kind of line break: browsers post another one than htmx."""
        return self.cleaned_data["text"].replace("\r\n", "\n")

    def merged_text(self, theirs: str) -> str:
        """The text to save, as chosen between what was typed and ``theirs``."""
        mine = self.cleaned_data["text"]
        choice = self.cleaned_data["keep_text"]
        if choice == self.THEIRS:
            return theirs
        return f"{mine}\n\n{theirs}".strip() if choice == self.BOTH else mine


class OutcomeForm(forms.Form):
    """One outcome. ``take`` is offered where someone else wrote the same outcome otherwise (``theirs``)."""

    pk = forms.IntegerField(required=False, widget=forms.HiddenInput)
    kind = forms.ChoiceField(
        label="Nature", required=False, choices=Outcome.Kind.choices, initial=Outcome.Kind.INFORMATION
    )
    text = forms.CharField(
        label="Contenu", required=False, max_length=500, widget=forms.Textarea(attrs={"rows": 2, "maxlength": 500})
    )
    owner = OwnerField()
    due_on = forms.DateField(label="Pour le", required=False, widget=DateInput)
    take = forms.BooleanField(label="Reprendre cette version", required=False)

    theirs: OutcomeRow | None = None
    is_theirs_alone = False
    """Added by the other."""
    is_mine_alone = False
    """Taken away by the other: it is kept unless one empties it."""

    def __init__(self, *args, owners: Owners, **kwargs):
        super().__init__(*args, **kwargs | {"empty_permitted": False, "use_required_attribute": False})
        self.fields["owner"].owners = owners

    @property
    def is_blank(self) -> bool:
        data = self.cleaned_data
        return not (data.get("text") or data.get("owner") or data.get("due_on"))

    def clean_text(self) -> str:
        return " ".join(self.cleaned_data["text"].split())

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        is_action = data.get("kind") == Outcome.Kind.ACTION
        if is_action and not data.get("text") and (data.get("owner") or data.get("due_on")):
            self.add_error("text", "Dites ce qui est à faire.")
        if not is_action:
            for name in ("owner", "due_on"):
                if data.get(name):
                    self.add_error(name, "Seule une action a une personne et une date : changez la nature ou videz.")
        return data

    @property
    def row(self) -> OutcomeRow:
        data = self.cleaned_data
        return OutcomeRow(
            kind=data["kind"] or Outcome.Kind.INFORMATION,
            text=data["text"],
            due_on=data["due_on"],
            pk=data["pk"],
            **split(data["owner"]),
        )


class OutcomeFormSet(forms.BaseFormSet):
    """``filled`` are the forms that say something."""

    @property
    def filled(self) -> list[OutcomeForm]:
        return [form for form in self.forms if not form.is_blank]

    @property
    def rows(self) -> list[OutcomeRow]:
        return [form.row for form in self.filled]


_OutcomeFormSet = forms.formset_factory(
    OutcomeForm, formset=OutcomeFormSet, extra=BLANK_ROWS, max_num=MAX_ROWS, validate_max=True
)


def outcome_forms(data, *, rows: list[OutcomeRow], owners: Owners) -> OutcomeFormSet:
    """The rows as posted in ``data``; without, ``rows`` and some blank ones."""
    return _OutcomeFormSet(data, prefix="rows", initial=[as_initial(r) for r in rows], form_kwargs={"owners": owners})


def as_initial(row: OutcomeRow) -> dict[str, Any]:
    return {
        "pk": row.pk,
        "kind": row.kind,
        "text": row.text,
        "owner": key_of(row.owner_member or row.owner_actor),
        "due_on": row.due_on,
    }


def owners_of(minutes: Minutes | None) -> list:
    """Whoever minutes name, to be kept in the choices."""
    if minutes is None:
        return []
    outcomes = minutes.outcomes.select_related("owner_member", "owner_actor")
    return [outcome.owner_member or outcome.owner_actor for outcome in outcomes]


class CorrectionForm(forms.ModelForm):
    class Meta:
        model = Correction
        fields = ["text"]
        help_texts = {"text": f"Dites ce qui manque, ou ce qu’il faudrait écrire à la place. {NO_PERSONAL_DATA}"}
        widgets = {"text": forms.Textarea(attrs={"rows": 6})}


class DecisionProjectForm(forms.Form):
    """An existing project of the territory, or a new one by its title."""

    project = forms.ModelChoiceField(
        label="Un projet déjà noté", queryset=MutualisationProject.objects.none(), required=False, empty_label="aucun"
    )
    title = forms.CharField(
        label="Ou un nouveau projet, intitulé",
        max_length=200,
        required=False,
        help_text="Il commence au stade de l’idée ; vous le compléterez dans « Projets et démarches ».",
    )

    def __init__(self, *args, projects, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["project"].queryset = projects

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        if data.get("project") and data.get("title"):
            self.add_error("title", "Choisissez un projet déjà noté, ou donnez un intitulé : pas les deux.")
        return data
