from django import forms

from coordination import documents
from coordination.models import Document
from coordination.models.record import Record
from coordination.uploads import ACCEPTED, RefusedFileError, examine

ACCEPT = ".pdf,.docx,.xlsx,.pptx,.odt,.ods,.odp,.png,.jpg,.jpeg,.txt,.csv"


class DocumentForm(forms.ModelForm):
    """A document's title and the record it goes with; ``attachable`` are those of its territory."""

    attached = forms.ChoiceField(label="À joindre à", required=False)

    class Meta:
        model = Document
        fields = ["title"]

    def __init__(self, *args, instance: Document, attachable: list[Record], **kwargs):
        super().__init__(*args, instance=instance, **kwargs)
        self.records = {f"{record.slug}-{record.pk}": record for record in attachable}
        groups: dict[str, list] = {}
        for key, record in self.records.items():
            groups.setdefault(str(record._meta.verbose_name_plural).capitalize(), []).append((key, str(record)))
        self.fields["attached"].choices = [("", "rien : document du territoire"), *groups.items()]
        if (current := instance.attached_to) and "attached" not in self.initial:
            self.initial["attached"] = f"{current.slug}-{current.pk}"

    def clean(self):
        data = super().clean()
        documents.attach(self.instance, self.records.get(data.get("attached") or ""))
        return data


class NewDocumentForm(DocumentForm):
    """With its file; without a title, the file's name will do."""

    file = forms.FileField(
        label="Fichier",
        help_text=f"15 Mio au plus : {ACCEPTED}.",
        widget=forms.FileInput(attrs={"accept": ACCEPT}),
    )
    field_order = ["file", "title", "attached"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["title"].required = False
        self.fields["title"].help_text = "À défaut, le nom du fichier."

    def clean_file(self):
        file = self.cleaned_data["file"]
        try:
            self.accepted = examine(file, file.name, file.size)
        except RefusedFileError as refused:
            raise forms.ValidationError(str(refused)) from refused
        return file

    def clean(self):
        data = super().clean()
        if not data.get("title") and data.get("file"):
            data["title"] = self.accepted.name.rsplit(".", 1)[0]
        return data
