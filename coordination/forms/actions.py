from django import forms

from alimactiv.forms import DateInput
from coordination.actions import ActionFields
from coordination.forms.owners import OwnerField, Owners, key_of, split
from coordination.models import ActionItem


class ActionForm(forms.Form):
    title = forms.CharField(
        label="Ce qui est à faire",
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="Aucune donnée sur des personnes accueillies : ni nom, ni situation.",
    )
    owner = OwnerField()
    due_on = forms.DateField(label="Pour le", required=False, widget=DateInput)

    def __init__(self, *args, action: ActionItem | None, owners: Owners, **kwargs):
        initial = {}
        if action:
            owner = action.owner_member or action.owner_actor
            initial = {"title": action.title, "owner": key_of(owner), "due_on": action.due_on}
        super().__init__(*args, initial=initial, **kwargs)
        self.fields["owner"].owners = owners

    @property
    def asked(self) -> ActionFields:
        data = self.cleaned_data
        return ActionFields(title=data["title"], due_on=data["due_on"], **split(data["owner"]))


class StateForm(forms.Form):
    state = forms.ChoiceField(choices=ActionItem.State)
