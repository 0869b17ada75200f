"""The form of the hours of a service, or of one of its stops."""

from typing import Any

from django import forms

from actors.forms.hours import HoursForm
from actors.forms.parts import Part
from actors.hours.french import sentences
from actors.locating import department_of
from actors.models import FoodService, Section, Stop


class TimedForm(Part, HoursForm):
    """When ``instance`` is open, and a remark on it. Its history tells hours in sentences."""

    section, noun = Section.HOURS, "horaires"
    columns = ["opening_hours", "hours_note"]
    read = forms.CharField(required=False, widget=forms.HiddenInput)
    hours_note = forms.CharField(
        label="Précision sur les horaires",
        required=False,
        max_length=200,
        help_text="« Sonnez à la grille », « arriver avant 11 h »… Rien sur des personnes accueillies.",
    )

    def __init__(self, data=None, *, instance: FoodService | Stop, keeps: bool = False):
        self.instance = instance
        place = instance if isinstance(instance, Stop) else instance.site
        super().__init__(data, text=instance.opening_hours, department=department_of(place) if place else "")
        self.fields["hours_note"].initial = instance.hours_note
        self.remember()

    def clean(self):
        data = super().clean()
        if not self.errors:
            self.instance.opening_hours = data["opening_hours"]
            self.instance.hours_note = data["hours_note"]
        return data

    def values(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in self.columns}

    def said(self, changes: dict[str, list[str]]) -> dict[str, list[str]]:
        """Hours in sentences; as they are stored where the sentences are the same (a closure that is over)."""
        stored = changes.get("horaires", ["", ""])
        words = [_sentences(text, self.department) for text in stored]
        return changes | ({"horaires": words} if words[0] != words[1] else {})


def _sentences(text: str, department: str) -> str:
    try:
        return "\n".join(sentences(text, department))
    except ValueError:  # kept by an older version: as it is stored
        return text
