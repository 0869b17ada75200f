"""Columns that Django does not have."""

from collections.abc import Iterable

from django import forms
from django.db import models
from django.utils.functional import cached_property


class ChoiceListField(models.CharField):
    """Several of ``choices``, as a list of their codes, in the order of ``choices``.

    Stored as ``,one,two,`` (empty for none), the same on every database: ``field__contains=",one,"`` finds.
    """

    def __init__(self, *args, **kwargs):
        kwargs.setdefault("max_length", 300)
        super().__init__(*args, blank=True, default=list, **{k: v for k, v in kwargs.items() if k not in SET_HERE})

    def deconstruct(self):
        name, path, args, kwargs = super().deconstruct()
        return name, path, args, {key: value for key, value in kwargs.items() if key not in SET_HERE}

    def from_db_value(self, value, expression, connection) -> list[str]:
        return self.to_python(value)

    def to_python(self, value) -> list[str]:
        if isinstance(value, str):
            value = filter(None, value.split(","))
        chosen = set(value or ())
        return sorted(chosen, key=lambda code: (self._ranks.get(code, len(self._ranks)), code))

    @cached_property
    def _ranks(self) -> dict[str, int]:
        return {code: rank for rank, (code, _) in enumerate(self.flatchoices)}

    def get_prep_value(self, value: Iterable[str] | str | None) -> str:
        if isinstance(value, str) and (not value or value.startswith(",")):
            return value
        codes = self.to_python(value)
        return f",{','.join(codes)}," if codes else ""

    def value_to_string(self, obj) -> str:
        return self.get_prep_value(self.value_from_object(obj))

    def validate(self, value, model_instance):
        unknown = set(value) - {code for code, _ in self.flatchoices}
        if unknown:
            raise forms.ValidationError(f"Valeur inconnue : {', '.join(sorted(unknown))}.")

    def formfield(self, **kwargs):
        return forms.MultipleChoiceField(
            **{
                "label": str(self.verbose_name).capitalize(),
                "help_text": self.help_text,
                "required": False,
                "choices": self.flatchoices,
                "widget": forms.CheckboxSelectMultiple,
                "error_messages": {"invalid_choice": "Choisissez dans la liste : « %(value)s » n’y est pas."},
            }
            | {key: value for key, value in kwargs.items() if key in {"label", "help_text", "widget", "initial"}}
        )

    def clean(self, value, model_instance) -> list[str]:
        value = self.to_python(value)
        self.validate(value, model_instance)
        return value


SET_HERE = {"blank", "default"}
