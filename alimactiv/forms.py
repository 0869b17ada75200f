"""How every form looks: ``{{ form }}`` gives labels, help, and errors in words beside their field."""

from django import forms
from django.forms.renderers import TemplatesSetting


class FormRenderer(TemplatesSetting):
    form_template_name = "alimactiv/forms/form.html"
    formset_template_name = "alimactiv/forms/formset.html"
    field_template_name = "alimactiv/forms/field.html"


class DateInput(forms.DateInput):
    """The browser's own calendar; it speaks ISO dates whatever the language."""

    input_type = "date"

    def __init__(self, attrs=None):
        super().__init__(attrs=attrs, format="%Y-%m-%d")


class TimeInput(forms.TimeInput):
    input_type = "time"

    def __init__(self, attrs=None):
        super().__init__(attrs=attrs, format="%H:%M")


def name_blank_choice(field: forms.ChoiceField, name: str) -> None:
    """Say in words what it means to choose nothing."""
    field.choices = [(value, label if value else name) for value, label in field.choices]
