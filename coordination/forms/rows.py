"""Lists of rows typed in one form (needs, partners, funding): usable without JavaScript, blank rows are no rows."""

from typing import Any

from django import forms
from django.http import QueryDict

MAX_ROWS = 50


class RowForm(forms.ModelForm):
    """One row; when all of it is empty it is left out, also if it was filled before: emptying a row removes it."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs | {"empty_permitted": True, "use_required_attribute": False})

    def has_changed(self) -> bool:
        return any(as_typed(self, self.data).values()) if self.is_bound else False


class RowFormSet(forms.BaseFormSet):
    """``rows`` are the filled ones, as unsaved models."""

    def __init__(self, *args, row_kwargs: dict[str, Any] | None = None, **kwargs):
        super().__init__(*args, form_kwargs=row_kwargs or {}, **kwargs)

    @property
    def rows(self) -> list:
        return [form.instance for form in self.forms if form.has_changed()]

    def with_one_more(self, data: QueryDict) -> "RowFormSet":
        """The same rows as typed, unchecked, and a blank one."""
        return self._unchecked(data, blank=1)

    def as_typed(self, data: QueryDict) -> "RowFormSet":
        """The same rows as typed, unchecked."""
        return self._unchecked(data, blank=0)

    def _unchecked(self, data: QueryDict, blank: int) -> "RowFormSet":
        bound = type(self)(data, prefix=self.prefix, row_kwargs=self.form_kwargs)
        typed = [as_typed(form, data) for form in bound.forms]
        formset = type(self)(initial=typed, prefix=self.prefix, row_kwargs=self.form_kwargs)
        formset.extra = blank
        return formset


def rows_of(form: type[RowForm], formset: type[RowFormSet] = RowFormSet) -> type[RowFormSet]:
    """The class of lists of ``form``, which show one blank row to begin with."""
    return forms.formset_factory(form, formset=formset, extra=1, max_num=MAX_ROWS, validate_max=True)


def as_typed(form: forms.BaseForm, data: QueryDict) -> dict[str, Any]:
    """What was typed in a form, unchecked: to be shown again as it was."""
    return {
        name: field.widget.value_from_datadict(data, {}, form.add_prefix(name)) for name, field in form.fields.items()
    }
