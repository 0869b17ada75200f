"""What every form of a part of an entry has in common: which part it is, and what its reader saw of it."""

import json
from typing import Any, ClassVar

from django import forms
from django.db import models

from accounts import audit
from actors.models import Section
from actors.operations.entries import differences


class Part:
    """A form of one row of an entry, or of the entry itself: ``instance``.

    ``read`` carries the words that its reader saw: whoever saves is told what others changed meanwhile.
    """

    section: ClassVar[Section]
    noun: ClassVar[str]
    """The thing in words, as the history tells it: « lieu »."""
    instance: models.Model

    @property
    def columns(self) -> list[str]:
        """The columns that this form writes."""
        raise NotImplementedError

    def words_of(self, row: models.Model) -> dict[str, str]:
        """The form's columns of ``row``, in words."""
        own = {str(row._meta.get_field(name).verbose_name) for name in self.columns}
        return {name: word for name, word in audit.values(row).items() if name in own}

    def said(self, changes: dict[str, list[str]]) -> dict[str, list[str]]:
        """Changes as people read them."""
        return changes

    def remember(self) -> None:
        """Take what the row says now for what the reader sees."""
        self.before = self.words_of(self.instance) if self.instance.pk else {}
        self.fields["read"].initial = json.dumps(self.before, ensure_ascii=False) if self.before else ""

    def changes(self) -> dict[str, list[str]]:
        """What a valid form would change of its row, as the row was when the form was made."""
        return self.said(differences(self.before, self.words_of(self.instance)))

    def changed_meanwhile(self, stored: models.Model) -> dict[str, list[str]]:
        """What others changed of ``stored``, as the database has it, since the form's reader opened it."""
        read = self.cleaned_data.get("read")
        return self.said(differences(read, self.words_of(stored))) if read else {}

    def read_again(self, stored: models.Model) -> None:
        """Keep what was typed, and take ``stored`` for seen: saving once more makes it so."""
        self.data = self.data.copy()
        self.data[self.add_prefix("read")] = json.dumps(self.words_of(stored), ensure_ascii=False)

    def clean_read(self) -> dict[str, str]:
        try:
            found = json.loads(self.cleaned_data["read"] or "{}")
        except ValueError:
            return {}
        return found if isinstance(found, dict) else {}


class PartForm(Part, forms.ModelForm):
    """``keeps``: for who keeps the entry as a coordinator, who has some fields more."""

    read = forms.CharField(required=False, widget=forms.HiddenInput)
    groups: ClassVar[list[tuple[str, list[str]]]] = []
    """The fields under their headings; none: all in one."""
    keepers_fields: ClassVar[list[str]] = []

    def __init__(self, *args, keeps: bool = False, **kwargs):
        super().__init__(*args, **kwargs)
        for name in self.keepers_fields:
            if not keeps:
                del self.fields[name]
        for field in self.fields.values():
            field.widget.attrs.setdefault("autocomplete", "off")
        self.remember()

    @property
    def columns(self) -> list[str]:
        own = {field.name for field in self.instance._meta.concrete_fields}
        return [name for name in self.fields if name in own]

    def grouped(self) -> list[tuple[str, list[forms.BoundField]]]:
        """The visible fields, heading by heading."""
        shown = {field.name: field for field in self.visible_fields()}
        groups = self.groups or [("", list(shown))]
        found = [(title, [shown[name] for name in names if name in shown]) for title, names in groups]
        return [(title, fields) for title, fields in found if fields]

    def values(self) -> dict[str, Any]:
        """What a valid form says, by column."""
        return {name: getattr(self.instance, name) for name in self.columns}


class YesNoField(forms.NullBooleanField):
    """Yes, no, or not known."""

    def __init__(self, **kwargs):
        choices = [("", "non renseigné"), (True, "oui"), (False, "non")]
        super().__init__(**{"required": False, "widget": forms.RadioSelect(choices=choices)} | kwargs)


class ReadNumberField(forms.CharField):
    """A text that ``read`` (``actors/numbers.py``) puts in its one form."""

    def __init__(self, *, read, **kwargs):
        self.read = read
        super().__init__(**{"required": False} | kwargs)

    def clean(self, value) -> str:
        try:
            return self.read(super().clean(value))
        except ValueError as error:
            raise forms.ValidationError(str(error)) from error
