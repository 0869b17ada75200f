from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone

from actors.models import Actor, Member
from coordination.models.record import Record, RecordQuerySet, kept_by


def _unsent() -> Q:
    """Written in a draft since its minutes were last received, if they ever were."""
    minutes = "outcome__minutes__"
    not_sent = Q(**{f"{minutes}sent_at": None}) | Q(created_at__gt=F(f"{minutes}sent_at"))
    not_final = Q(**{f"{minutes}final_at": None}) | Q(created_at__gt=F(f"{minutes}final_at"))
    return Q(outcome__isnull=False, outcome__minutes__state="draft") & not_sent & not_final


class ActionItemQuerySet(RecordQuerySet):
    def open(self):
        return self.alive().filter(state=ActionItem.State.OPEN)

    def overdue(self):
        return self.open().filter(due_on__lt=timezone.localdate())

    def visible_to(self, user):
        """As every record, save that a member does not see what only minutes nobody received say."""
        seen = super().visible_to(user)
        return seen if user.is_staff else seen.filter(Q(territory__in=kept_by(user)) | ~_unsent())

    def of(self, user):
        """Those that this person is to do, as a member of structures of any territory."""
        members = Member.objects.of(user)
        mine = Q(owner_member__in=members) | Q(owner_member=None, owner_actor__members__in=members)
        return self.alive().visible_to(user).filter(mine).distinct()

    def announced(self):
        """Those that their owners were told, or may be: not those of minutes that nobody received."""
        return self.exclude(_unsent())

    def closed(self):
        """Done or dropped, the latest first."""
        return self.alive().exclude(state=ActionItem.State.OPEN).order_by("-closed_on", "-pk")

    def of_actor(self, actor):
        """Those that a structure, or one of its people, is to do."""
        return self.filter(Q(owner_actor=actor) | Q(owner_member__actor=actor))

    def due_by(self, day):
        return self.filter(due_on__lte=day)

    def with_owners(self):
        """With who is to do each, and their addresses, however many there are."""
        people = models.Prefetch("owner_actor__members", Member.objects.current(), to_attr="current_members")
        return self.select_related("owner_member__actor", "owner_actor", "outcome__minutes").prefetch_related(people)

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

    def get_absolute_url(self) -> str:
        return reverse("coordination:action", args=[self.territory_id, self.pk])

    @property
    def owner(self) -> str:
        return str(self.owner_member or self.owner_actor or "")

    @property
    def is_late(self) -> bool:
        return self.state == self.State.OPEN and self.due_on is not None and self.due_on < timezone.localdate()

    @property
    def is_unsent(self) -> bool:
        """Written in a draft since its minutes were last received, if they ever were."""
        outcome = getattr(self, "outcome", None)
        if outcome is None or outcome.minutes.state != outcome.minutes.State.DRAFT:
            return False
        received = [at for at in (outcome.minutes.sent_at, outcome.minutes.final_at) if at]
        return all(self.created_at > at for at in received)

    def people(self) -> list[Member]:
        """Those to write to about it: the owner, or the members in post of the owning structure."""
        if self.owner_member:
            people = [] if self.owner_member.has_left else [self.owner_member]
        elif not self.owner_actor:
            people = []
        elif hasattr(self.owner_actor, "current_members"):
            people = self.owner_actor.current_members
        else:
            people = list(self.owner_actor.members.current())
        return [member for member in people if member.email]
