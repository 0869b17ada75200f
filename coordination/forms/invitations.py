"""Whom to invite: people, whole structures, or those of a working group."""

from collections.abc import Iterable
from itertools import groupby

from django import forms

from coordination.attendance import Candidate
from coordination.forms.attendance import PeopleField, Tick, ticks
from coordination.models import Attendance


class InviteForm(forms.Form):
    people = PeopleField(label="Qui inviter ?")
    whole = forms.MultipleChoiceField(required=False, widget=forms.CheckboxSelectMultiple)

    def __init__(self, *args, people: Iterable[Candidate], ticked: Iterable[str], **kwargs):
        super().__init__(*args, initial={"people": list(ticked)}, **kwargs)
        self.fields["people"].people = people
        names = dict.fromkeys(candidate.structure for candidate in people)
        self.fields["whole"].choices = [(name, name) for name in names]

    def clean(self):
        data = super().clean()
        if "people" in data and "whole" in data and not self.chosen:
            self.add_error("people", "Cochez au moins une personne ou une structure.")
        return data

    @property
    def chosen(self) -> list[Candidate]:
        """Everyone ticked, themselves or with their structure, once, in the order shown."""
        ticked, whole = set(self.cleaned_data["people"]), set(self.cleaned_data["whole"])
        return [c for c in self.fields["people"].people if c in ticked or c.structure in whole]

    @property
    def by_structure(self) -> list[tuple[str, bool, list[Tick]]]:
        """Each structure: its name, whether the whole of it is ticked, its people."""
        whole = set(self["whole"].value() or ())
        grouped = groupby(ticks(self["people"]), key=lambda tick: tick.candidate.structure)
        return [(name, name in whole, list(people)) for name, people in grouped]


class ReplyForm(forms.Form):
    reply = forms.ChoiceField(choices=[choice for choice in Attendance.Reply.choices if choice[0] != "none"])
