import django_filters
from django import forms

from outbox import purposes
from outbox.models import Mail


def purpose_choices() -> list[tuple[str, str]]:
    return [(purpose.code, purpose.label) for purpose in purposes.all_of_them()]


class MailFilter(django_filters.FilterSet):
    """Address, state and purpose; kept in the address."""

    q = django_filters.CharFilter(
        field_name="recipient",
        lookup_expr="icontains",
        label="Adresse",
        widget=forms.TextInput(attrs={"type": "search", "autocomplete": "off"}),
    )
    etat = django_filters.ChoiceFilter(field_name="state", label="État", choices=Mail.State.choices, empty_label="tous")
    objet = django_filters.ChoiceFilter(
        field_name="purpose", label="Objet", choices=purpose_choices, empty_label="tous"
    )

    class Meta:
        model = Mail
        fields = []

    @property
    def is_narrowing(self) -> bool:
        return self.form.is_valid() and any(self.form.cleaned_data.values())
