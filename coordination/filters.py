import django_filters

from actors.models import Actor
from coordination.models import ActionItem, Meeting, WorkingGroup
from coordination.models.record import Theme
from territories.models import Territory


class ActionFilter(django_filters.FilterSet):
    """By who is to do it (a structure counts with its people) and by the working group that asked for it."""

    owner = django_filters.ModelChoiceFilter(
        label="Qui", empty_label="tout le monde", queryset=Actor.objects.none(), method="of_actor"
    )
    group = django_filters.ModelChoiceFilter(
        label="Groupe de travail",
        empty_label="tous",
        field_name="meeting__working_group",
        queryset=WorkingGroup.objects.none(),
    )

    class Meta:
        model = ActionItem
        fields = []

    def __init__(self, *args, territory: Territory, **kwargs):
        super().__init__(*args, **kwargs)
        self.filters["owner"].queryset = territory.actors.order_by("name", "pk")
        self.filters["group"].queryset = territory.working_groups.all()

    def of_actor(self, actions, name, actor):
        return actions.of_actor(actor)


class MeetingFilter(django_filters.FilterSet):
    """By working group, theme and what became of it."""

    groupe = django_filters.ModelChoiceFilter(
        field_name="working_group", label="Groupe de travail", queryset=WorkingGroup.objects.none(), empty_label="tous"
    )
    theme = django_filters.ChoiceFilter(label="Thème", choices=Theme.choices, empty_label="tous")
    etat = django_filters.ChoiceFilter(
        field_name="status", label="État", choices=Meeting.Status.choices, empty_label="tous"
    )

    class Meta:
        model = Meeting
        fields = []

    def __init__(self, *args, territory: Territory, **kwargs):
        super().__init__(*args, **kwargs)
        self.filters["groupe"].queryset = territory.working_groups.all()

    @property
    def is_narrowing(self) -> bool:
        return self.form.is_valid() and any(self.form.cleaned_data.values())
