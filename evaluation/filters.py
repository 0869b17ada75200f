from urllib.parse import urlencode

import django_filters
from django import forms
from django.http import QueryDict

from evaluation.campaigns.follow_up import FACT_WORDS, facts
from evaluation.campaigns.progress import Progress
from evaluation.models import Campaign, Case, Evaluation, Invitation
from territories.models import Territory, TrainingSession


class CaseFilter(django_filters.FilterSet):
    """Session, département and kind of territory; kept in the address of every page of an evaluation."""

    session = django_filters.ModelMultipleChoiceFilter(
        field_name="participation__session__number",
        to_field_name="number",
        queryset=TrainingSession.objects.none(),
        label="Session",
        widget=forms.CheckboxSelectMultiple,
    )
    departement = django_filters.MultipleChoiceFilter(
        field_name="participation__territory__department",
        label="Département",
        widget=forms.CheckboxSelectMultiple,
    )
    type = django_filters.MultipleChoiceFilter(
        field_name="participation__territory__kind",
        label="Type de territoire",
        widget=forms.CheckboxSelectMultiple,
    )

    class Meta:
        model = Case
        fields = []

    def __init__(self, data, *, evaluation: Evaluation, queryset):
        """Offer only what the evaluation's counted cases hold."""
        super().__init__(data, queryset=queryset)
        found = set(
            evaluation.cases.counted()
            .order_by()
            .values_list(
                "participation__session",
                "participation__territory__department",
                "participation__territory__kind",
            )
        )
        sessions = {session for session, _, _ in found}
        kinds = {kind for _, _, kind in found}
        self.filters["session"].queryset = TrainingSession.objects.filter(pk__in=sessions)
        self.filters["departement"].extra["choices"] = [(d, d) for d in sorted({d for _, d, _ in found})]
        self.filters["type"].extra["choices"] = [c for c in Territory.Kind.choices if c[0] in kinds]

    @property
    def is_narrowing(self) -> bool:
        return self.form.is_valid() and any(self.form.cleaned_data.values())

    @classmethod
    def query(cls, data: QueryDict) -> str:
        """The filters alone of an address, to be added to links: ``?session=1``, or nothing."""
        query = urlencode([(name, value) for name in cls.base_filters for value in data.getlist(name)])
        return f"?{query}" if query else ""

    @property
    def in_words(self) -> list[str]:
        """What was chosen, a phrase for each filter: ``["session 1, 3", "département 93"]``."""
        if not self.is_narrowing:
            return []
        chosen = self.form.cleaned_data
        words = {
            "session": [str(session.number) for session in chosen["session"]],
            "département": chosen["departement"],
            "type": [Territory.Kind(kind).label for kind in chosen["type"]],
        }
        return [f"{name} {', '.join(values)}" for name, values in words.items() if values]


class FollowUpFilter(django_filters.FilterSet):
    """Session, and what is known of a person; which curve is drawn is carried along."""

    session = django_filters.ModelMultipleChoiceFilter(
        field_name="case__participation__session__number",
        to_field_name="number",
        queryset=TrainingSession.objects.none(),
        label="Session",
        widget=forms.CheckboxSelectMultiple,
    )
    etat = django_filters.MultipleChoiceFilter(
        label="État", choices=list(FACT_WORDS.items()), widget=forms.CheckboxSelectMultiple
    )
    courbe = django_filters.CharFilter(widget=forms.HiddenInput)

    class Meta:
        model = Invitation
        fields = []

    def __init__(self, data, *, campaign: Campaign):
        super().__init__(data, queryset=campaign.invitations.none())
        sessions = campaign.invitations.order_by().values("case__participation__session")
        self.filters["session"].queryset = TrainingSession.objects.filter(pk__in=sessions)

    def keeps(self, one: Progress) -> bool:
        """Whether a person, whose state no query knows, is among those asked for."""
        if not self.is_narrowing:
            return True
        chosen = self.form.cleaned_data
        sessions = {session.pk for session in chosen["session"]}
        in_session = not sessions or one.invitation.case.participation.session_id in sessions
        return in_session and (not chosen["etat"] or not facts(one).isdisjoint(chosen["etat"]))

    @property
    def is_narrowing(self) -> bool:
        return self.form.is_valid() and bool(self.form.cleaned_data["session"] or self.form.cleaned_data["etat"])

    @property
    def in_words(self) -> list[str]:
        """What was chosen, a phrase for each filter."""
        if not self.is_narrowing:
            return []
        chosen = self.form.cleaned_data
        numbers = ", ".join(str(session.number) for session in chosen["session"])
        states = ", ".join(FACT_WORDS[fact] for fact in chosen["etat"])
        return [*([f"session {numbers}"] if numbers else []), *([states] if states else [])]
