"""Who was asked or came: people to tick, and people to add on the spot, typed or pasted."""

from collections.abc import Iterable
from dataclasses import dataclass

from django import forms

from actors.models import Actor, Member
from coordination.attendance import Candidate, Newcomer, Who

FEW = 24
"""So many more people to tick are shown at once; beyond, they wait behind a click."""


@dataclass(frozen=True)
class Tick:
    """A person as shown: a box, ticked or not."""

    key: str
    candidate: Candidate
    is_ticked: bool


class PeopleField(forms.MultipleChoiceField):
    """Gives the ``Candidate``s ticked. The form sets its ``people``: nobody else is accepted."""

    def __init__(self, **kwargs):
        error = {"invalid_choice": "Une personne cochée n’est pas dans l’annuaire de ce territoire."}
        super().__init__(required=False, error_messages=error, widget=forms.CheckboxSelectMultiple, **kwargs)
        self._people: dict[str, Candidate] = {}

    @property
    def people(self) -> list[Candidate]:
        return list(self._people.values())

    @people.setter
    def people(self, people: Iterable[Candidate]) -> None:
        self._people = {candidate.key: candidate for candidate in people}
        self.choices = [(key, str(candidate)) for key, candidate in self._people.items()]

    def clean(self, value) -> list[Candidate]:
        return [self._people[key] for key in super().clean(value)]


def ticks(field: forms.BoundField) -> list[Tick]:
    """The people of a ``PeopleField`` as its page shows them."""
    ticked = set(field.value() or ())
    return [Tick(c.key, c, c.key in ticked) for c in field.field.people]


def who_of(chosen: Iterable[Candidate]) -> list[Who]:
    return [candidate.who for candidate in chosen]


class NewcomerForm(forms.Form):
    """Someone to add on the spot; a blank one is nobody."""

    name = forms.CharField(label="Nom", max_length=Member._meta.get_field("name").max_length, required=False)
    structure = forms.CharField(
        label="Structure",
        max_length=Actor._meta.get_field("name").max_length,
        required=False,
        widget=forms.TextInput(attrs={"list": "structures"}),
    )
    email = forms.EmailField(label="Courriel", required=False)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs | {"use_required_attribute": False, "empty_permitted": False})
        for field in self.fields.values():
            field.widget.attrs["autocomplete"] = "off"

    def clean(self):
        data = super().clean()
        if not data.get("name") and any(data.values()):
            self.add_error("name", "Il manque le nom.")
        elif data.get("email") and not data.get("structure") and "structure" not in self.errors:
            self.add_error("structure", "Une adresse de courriel se garde avec une structure : indiquez-la.")
        return data

    @property
    def newcomer(self) -> Newcomer | None:
        data = self.cleaned_data
        return Newcomer(data["name"], data["structure"], data["email"]) if data["name"] else None


class NewcomerFormSet(forms.BaseFormSet):
    @property
    def newcomers(self) -> list[Newcomer]:
        return [form.newcomer for form in self.forms if form.newcomer]

    @property
    def has_typed(self) -> bool:
        """Whether something is typed in a line, be it right or wrong."""
        return any(field.value() for form in self.forms for field in form)


Newcomers = forms.formset_factory(
    NewcomerForm, formset=NewcomerFormSet, extra=2, max_num=100, absolute_max=100, validate_max=True
)


class PasteField(forms.CharField):
    """Gives the ``Newcomer``s of a list: « Nom ; structure ; courriel », one a line, the last two may be missing.

    Semicolons or tabs, as copied from a spreadsheet. Every line that cannot be read is told, by its number.
    """

    COLUMNS = ("name", "structure", "email")

    def __init__(self, **kwargs):
        super().__init__(required=False, widget=forms.Textarea(attrs={"rows": 6}), **kwargs)

    def clean(self, value) -> list[Newcomer]:
        people, problems = [], []
        for number, line in enumerate(super().clean(value).splitlines(), start=1):
            if not line.strip(" \t;"):
                continue
            try:
                people.append(self._read(line))
            except forms.ValidationError as error:
                problems.append(f"Ligne {number} (« {line.strip()[:60]} ») : {' '.join(error.messages)}")
        if problems:
            raise forms.ValidationError(problems)
        return people

    def _read(self, line: str) -> Newcomer:
        parts = [part.strip() for part in line.split("\t" if "\t" in line else ";")]
        if any(parts[len(self.COLUMNS) :]):
            raise forms.ValidationError("Il y a plus de trois colonnes.")
        form = NewcomerForm(dict(zip(self.COLUMNS, parts, strict=False)))
        if not form.is_valid():
            raise forms.ValidationError([message for errors in form.errors.values() for message in errors])
        return form.newcomer


class AttendanceForm(forms.Form):
    """Who came to a meeting: ticked, or pasted."""

    present = PeopleField(label="Qui est venu ?")
    pasted = PasteField(
        label="Coller une liste",
        help_text="Une personne par ligne : nom ; structure ; courriel. La structure et le courriel peuvent manquer.",
    )

    def __init__(self, *args, people: Iterable[Candidate], ticked: Iterable[str], **kwargs):
        super().__init__(*args, initial={"present": list(ticked)}, **kwargs)
        self.fields["present"].people = people
