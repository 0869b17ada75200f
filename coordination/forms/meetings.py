"""When and where a meeting is; why it is called off; when it is repeated."""

from datetime import date, datetime, time

from django import forms
from django.db.models import Q
from django.forms.utils import from_current_timezone
from django.utils import timezone

from alimactiv.forms import DateInput, TimeInput
from coordination.models import Meeting

USUAL_START = time(14)


class WhenForm(forms.Form):
    """A day and an hour, on the clock of Paris."""

    day = forms.DateField(label="Date", widget=DateInput)
    starts = forms.TimeField(label="Début", widget=TimeInput)

    def clean(self):
        data = super().clean()
        if data.get("day") and data.get("starts"):
            data["starts_at"] = self._moment(data["day"], "starts")
        return data

    def _moment(self, day: date, name: str) -> datetime | None:
        """The day at the hour of a field; an error beside it for the hour that a change of clocks skips or repeats."""
        try:
            return from_current_timezone(datetime.combine(day, self.cleaned_data[name]))
        except forms.ValidationError:
            self.add_error(name, "Cette heure n’existe pas, ou existe deux fois, le jour du changement d’heure.")
            return None


class MeetingForm(WhenForm, forms.ModelForm):
    ends = forms.TimeField(label="Fin", required=False, widget=TimeInput)
    online_link = forms.URLField(
        label="Lien de visioconférence",
        required=False,
        assume_scheme="https",
        help_text="L’adresse complète, qui commence par https://.",
    )
    field_order = ["title", "day", "starts", "ends", "place", "online_link", "working_group", "theme"]

    class Meta:
        model = Meeting
        fields = ["title", "place", "online_link", "working_group", "theme"]

    def __init__(self, *args, instance: Meeting, initial: dict | None = None, **kwargs):
        super().__init__(*args, instance=instance, initial=_times(instance) | (initial or {}), **kwargs)
        groups = instance.territory.working_groups.filter(Q(is_active=True) | Q(pk=instance.working_group_id))
        self.fields["working_group"].queryset = groups
        self.fields["working_group"].empty_label = "aucun : toute la coordination"
        self.fields["theme"].choices = [("", "aucun en particulier"), *self.fields["theme"].choices[1:]]

    def clean(self):
        data = super().clean()
        if data.get("starts_at") and data.get("ends"):
            data["ends_at"] = self._moment(data["day"], "ends")
            if data["ends_at"] and data["ends_at"] <= data["starts_at"]:
                self.add_error("ends", "La réunion doit finir après avoir commencé.")
        return data

    def _post_clean(self):
        self.instance.starts_at = self.cleaned_data.get("starts_at") or self.instance.starts_at
        self.instance.ends_at = self.cleaned_data.get("ends_at")
        super()._post_clean()


class NewMeetingForm(MeetingForm):
    held = forms.BooleanField(
        label="Cette réunion a déjà eu lieu",
        required=False,
        help_text="Vous pourrez dire qui est venu et ce qui a été décidé juste après.",
    )

    def _post_clean(self):
        super()._post_clean()
        self.instance.status = Meeting.Status.HELD if self.cleaned_data.get("held") else Meeting.Status.PLANNED


class CancelForm(forms.Form):
    reason = forms.CharField(
        label="Raison",
        max_length=Meeting._meta.get_field("cancel_reason").max_length,
        help_text="Elle est écrite aux personnes invitées. Aucune donnée sur des personnes accueillies.",
    )


def _times(meeting: Meeting) -> dict:
    """A meeting's moments as the fields show them."""
    if meeting.starts_at is None:
        return {"starts": USUAL_START}
    starts = timezone.localtime(meeting.starts_at)
    ends = timezone.localtime(meeting.ends_at).time() if meeting.ends_at else None
    return {"day": starts.date(), "starts": starts.time(), "ends": ends}
