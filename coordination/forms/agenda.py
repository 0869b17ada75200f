"""The points of an agenda, typed as rows; a blank row is no point."""

from collections.abc import Iterable

from django import forms

from coordination.agenda import Point
from coordination.models import ActionItem, AgendaItem

BLANK_ROWS = 2


class PointForm(forms.Form):
    title = forms.CharField(label="Point", max_length=AgendaItem._meta.get_field("title").max_length, required=False)
    minutes = forms.IntegerField(label="Minutes", min_value=1, max_value=600, required=False)
    action = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args, actions: dict[int, ActionItem], **kwargs):
        super().__init__(*args, **kwargs | {"use_required_attribute": False, "empty_permitted": False})
        self._actions = actions
        self.fields["minutes"].widget.attrs["inputmode"] = "numeric"
        self.fields["title"].widget.attrs["autocomplete"] = "off"

    @property
    def taken_up(self) -> ActionItem | None:
        """The action that this point takes up."""
        return self._actions.get(self._pk)

    @property
    def _pk(self) -> int | None:
        value = self["action"].value()
        return int(value) if str(value or "").isdecimal() else None

    @property
    def point(self) -> Point | None:
        data = self.cleaned_data
        return Point(data["title"], data["minutes"], self.taken_up) if data["title"] else None


class PointFormSet(forms.BaseFormSet):
    @property
    def points(self) -> list[Point]:
        return [form.point for form in self.forms if form.point]

    def moved(self, button: str) -> list[Point]:
        """The points once a row's button was pressed: ``up-2``, ``down-0``, ``remove-1`` (rows as they stand)."""
        rows = [form.point for form in self.forms]
        direction, _, number = button.partition("-")
        at = int(number) if number.isdecimal() and int(number) < len(rows) else None
        if at is not None and direction == "remove":
            rows[at] = None
        to = None if at is None else {"up": at - 1, "down": at + 1}.get(direction)
        if to is not None and 0 <= to < len(rows):
            rows[at], rows[to] = rows[to], rows[at]
        return [row for row in rows if row]


_Points = forms.formset_factory(
    PointForm, formset=PointFormSet, extra=BLANK_ROWS, max_num=100, absolute_max=100, validate_max=True
)


def points_formset(data, *, points: Iterable[Point], actions: Iterable[ActionItem]) -> PointFormSet:
    """``points`` to be changed; ``actions`` are those that points may take up, nobody else's."""
    known = {action.pk: action for action in actions}
    initial = [{"title": p.title, "minutes": p.minutes, "action": p.action and p.action.pk} for p in points]
    return _Points(data, prefix="point", initial=initial, form_kwargs={"actions": known})
