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

    def visible_to(self, user):
        """As every record, save that a member does not see what only minutes nobody received say."""
        unsent = Q(outcome__minutes__sent_at=None, outcome__minutes__final_at=None, outcome__isnull=False)
        kept = Q(territory__coordinators__user=user)
        seen = super().visible_to(user)
        return seen if user.is_staff else seen.filter(kept | ~unsent)

    def of(self, user):
        """Those that this person is to do, as a member of structures of any territory."""
        members = Member.objects.of(user)
        mine = Q(owner_member__in=members) | Q(owner_member=None, owner_actor__members__in=members)
        return self.alive().visible_to(user).filter(mine).distinct()

    def for_agenda(self):
        """Open ones as the next agenda takes them: the most overdue first, undated ones last."""
        return self.open().order_by(models.F("due_on").asc(nulls_last=True), "pk")


class ActionItem(Record):
    """Something somebody is to do by a day."""

    class State(models.TextChoices):
        OPEN = "open", "à faire"
        DONE = "done", "fait"
        DROPPED = "dropped", "abandonné"

    slug = "actions"

    title = models.CharField("action", max_length=500)
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
