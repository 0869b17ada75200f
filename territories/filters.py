import django_filters
from django import forms

from territories.models import Territory


class TerritoryFilter(django_filters.FilterSet):
    """Name or code, type, département, and what they are part of; kept in the address."""

    q = django_filters.CharFilter(
        label="Nom ou code", method="search", widget=forms.TextInput(attrs={"type": "search", "autocomplete": "off"})
    )
    type = django_filters.ChoiceFilter(
        field_name="kind", label="Type", choices=Territory.Kind.choices, empty_label="tous"
    )
    departement = django_filters.ChoiceFilter(
        field_name="department", label="Département", choices=Territory.objects.department_choices, empty_label="tous"
    )
    dans = django_filters.ModelChoiceFilter(
        field_name="parents", queryset=Territory.objects.all(), widget=forms.HiddenInput
    )

    class Meta:
        model = Territory
        fields = []

    def search(self, queryset, name, value):
        return queryset.search(value)

    @property
    def is_narrowing(self) -> bool:
        return self.form.is_valid() and any(self.form.cleaned_data.values())

    @property
    def within(self) -> Territory | None:
        """The territory whose parts are listed, if they are."""
        return self.form.cleaned_data.get("dans") if self.form.is_valid() else None
