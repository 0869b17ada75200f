from pathlib import Path

from django import forms
from django.core.exceptions import ValidationError

from alimactiv.tabular import MAX_BYTES


class WorkbookForm(forms.Form):
    file = forms.FileField(
        label="Classeur",
        help_text="Un classeur .xlsx, ou une archive .zip de fichiers CSV ; 20 Mio au plus.",
        widget=forms.FileInput(attrs={"accept": ".xlsx,.zip"}),
    )

    def clean_file(self):
        file = self.cleaned_data["file"]
        if Path(file.name).suffix.casefold() not in (".xlsx", ".zip"):
            raise ValidationError(
                "Ce fichier n’est ni un classeur .xlsx ni une archive .zip. Des fichiers CSV ? Mettez-les ensemble "
                "dans une archive .zip."
            )
        if file.size > MAX_BYTES:
            raise ValidationError("Fichier trop volumineux : 20 Mio au plus.")
        return file
