"""Files of the directory, in and out: which file, what its columns mean, what to put in an export."""

from pathlib import Path

from django import forms

from actors.exchange import reading
from actors.exchange.columns import BY_CODE, OF_PART
from actors.exchange.exporting import FORMATS
from actors.exchange.reading import MOST_ROWS, Source
from actors.models import FoodService
from alimactiv.tabular import MAX_BYTES

NOTHING = "-"
SUFFIXES = {".csv", ".txt", ".xlsx", ".json", ".geojson"}


class DirectoryFileForm(forms.Form):
    """``source``, once valid: the file's columns."""

    file = forms.FileField(
        label="Fichier",
        help_text=f"Tableau .csv ou .xlsx, data·inclusion .json ou carte .geojson\u00a0; 20\u00a0Mio et "
        f"{MOST_ROWS:_} lignes au plus.".replace("_", "\u202f"),
        widget=forms.FileInput(attrs={"accept": ",".join(sorted(SUFFIXES))}),
    )

    def clean_file(self):
        file = self.cleaned_data["file"]
        if Path(file.name).suffix.casefold() not in SUFFIXES:
            raise forms.ValidationError(
                "Ce fichier n’est ni un tableau .csv ou .xlsx, ni un .json ou .geojson. Depuis un tableur\u00a0: "
                "« Enregistrer sous », puis .xlsx ou CSV UTF-8."
            )
        if file.size > MAX_BYTES:
            raise forms.ValidationError("Fichier trop volumineux\u00a0: 20\u00a0Mio au plus.")
        self.content = file.read()
        self.source = reading.columns_of(self.content, file.name)
        if self.source.is_refused:
            raise forms.ValidationError([str(problem) for problem in self.source.problems])
        return file


def _choices() -> list[tuple[str, list[tuple[str, str]]]]:
    groups = [
        (part.value.capitalize(), [(column.code, column.heading) for column in columns])
        for part, columns in OF_PART.items()
    ]
    return [(NOTHING, "ne pas reprendre"), *groups]


class ColumnsForm(forms.Form):
    """What each column of a file means; its first value is shown to help."""

    def __init__(self, *args, source: Source, chosen: dict[str, str], **kwargs):
        super().__init__(*args, **kwargs)
        self.columns = source.columns
        for index, column in enumerate(self.columns):
            examples = [row.cells[column] for row in source.rows if row.cells.get(column)]
            self.fields[f"column-{index}"] = forms.ChoiceField(
                label=f"« {column} »",
                choices=_choices(),
                initial=chosen.get(column, NOTHING),
                help_text=f"Par exemple\u00a0: {examples[0][:60]}" if examples else "",
            )

    def clean(self):
        data = super().clean()
        seen: dict[str, str] = {}
        for index, column in enumerate(self.columns):
            code = data.get(f"column-{index}")
            if code in seen:
                message = f"La colonne « {seen[code]} » est déjà prise pour « {BY_CODE[code].heading} »."
                self.add_error(f"column-{index}", message)
            elif code and code != NOTHING:
                seen[code] = column
        self.mapping = {column: code for code, column in seen.items()}
        if not {"structure_nom", "structure_id"} & seen.keys():
            raise forms.ValidationError("Dites quelle colonne donne le nom de la structure.")
        return data


class ExportForm(forms.Form):
    format = forms.ChoiceField(
        label="Format",
        choices=[(one.code, one.label) for one in FORMATS.values()],
        initial="xlsx",
        help_text="Les tableaux reprennent tout ce que vous lisez, et se réimportent tels quels. data·inclusion et la "
        "carte ne contiennent que ce qui est destiné à tout le monde.",
    )
    kinds = forms.MultipleChoiceField(
        label="Seulement les structures qui proposent",
        choices=FoodService.Kind.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="Rien de coché\u00a0: toutes les structures.",
    )
    with_contacts = forms.BooleanField(
        label="Avec les personnes à joindre",
        required=False,
        help_text="Données personnelles, dans les tableaux seulement\u00a0: gardez ce fichier pour vous.",
    )
