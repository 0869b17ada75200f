from django.db import models
from django.db.models import Q
from django.utils import timezone

from actors.models import Actor, Member
from coordination.models.record import Record, RecordQuerySet


class ActionItemQuerySet(RecordQuerySet):
    def open(self):
        return self.alive().filter(state=ActionItem.State.OPEN)

    def overdue(self):
        return self.open().filter(due_on__lt=timezone.localdate())

    def for_agenda(self):
        """Open ones as the next agenda takes them: the most overdue first, undated ones last."""
        return self.open().order_by(models.F("due_on").asc(nulls_last=True), "pk")


class ActionItem(Record):
    """Something somebody is to do by a day."""

    class State(models.TextChoices):
        OPEN = "open", "à faire"
        DONE = "done", "fait"
        DROPPED = "dropped", "abandonné"

    title = models.CharField("action", max_length=300)
    owner_member = models.ForeignKey(
        Member, models.SET_NULL, null=True, blank=True, related_name="actions", verbose_name="personne chargée"
    )
    owner_actor = models.ForeignKey(
        Actor, models.SET_NULL, null=True, blank=True, related_name="actions", verbose_name="structure chargée"
    )
    due_on = models.DateField("pour le", null=True, blank=True)
    state = models.CharField("état", max_length=7, choices=State, default=State.OPEN)
    closed_on = models.DateField(null=True, editable=False)
    meeting = models.ForeignKey("coordination.Meeting", models.SET_NULL, null=True, blank=True, related_name="actions")

    objects = ActionItemQuerySet.as_manager()

    class Meta:
        verbose_name = "action"
        ordering = ["due_on", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=(Q(state="open") & Q(closed_on=None)) | (~Q(state="open") & Q(closed_on__isnull=False)),
                name="action_closed_is_dated",
            )
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def owner(self) -> str:
        return str(self.owner_member or self.owner_actor or "")
