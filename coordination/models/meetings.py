import uuid
from datetime import date, datetime, time, timedelta

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone

from actors.models import Actor, Member
from coordination.models.record import Record, RecordQuerySet, Theme
from territories.models import Territory

USUAL_LENGTH = timedelta(hours=2)
"""How long a meeting is taken to last when nobody said."""


class WorkingGroup(models.Model):
    """A group of a territory that meets on a theme (GT)."""

    territory = models.ForeignKey(Territory, models.PROTECT, related_name="working_groups")
    name = models.CharField("nom du groupe", max_length=120)
    theme = models.CharField("thème", max_length=20, choices=Theme, blank=True)
    is_active = models.BooleanField("actif", default=True)

    class Meta:
        verbose_name = "groupe de travail"
        verbose_name_plural = "groupes de travail"
        ordering = ["name"]
        constraints = [models.UniqueConstraint(fields=["territory", "name"], name="working_group_name_once")]

    def __str__(self) -> str:
        return self.name


class MeetingQuerySet(RecordQuerySet):
    def held(self):
        return self.alive().filter(status=Meeting.Status.HELD)

    def held_by(self, day: date):
        """Those held on or before ``day``, as the day is counted in France."""
        after = datetime.combine(day + timedelta(days=1), time.min, tzinfo=timezone.get_default_timezone())
        return self.held().filter(starts_at__lt=after)

    def planned(self):
        return self.alive().filter(status=Meeting.Status.PLANNED)

    def to_come(self):
        return self.planned().filter(starts_at__gte=timezone.now() - USUAL_LENGTH)

    def due_and_to_come(self) -> tuple[list["Meeting"], list["Meeting"]]:
        """Planned ones, in the order of time: those whose time has passed (were they held?), and those to come."""
        planned, ended = list(self.planned().order_by("starts_at", "pk")), timezone.now() - USUAL_LENGTH
        return [one for one in planned if one.starts_at < ended], [one for one in planned if one.starts_at >= ended]


class Meeting(Record):
    """A coordination meeting. Once held it is evidence of the evaluation's ``meeting`` and ``still_active``."""

    class Status(models.TextChoices):
        PLANNED = "planned", "prévue"
        HELD = "held", "tenue"
        CANCELLED = "cancelled", "annulée"

    slug = "reunions"

    title = models.CharField("objet", max_length=200, default="Réunion de coordination")
    working_group = models.ForeignKey(
        WorkingGroup, models.SET_NULL, null=True, blank=True, related_name="meetings", verbose_name="groupe de travail"
    )
    theme = models.CharField("thème", max_length=20, choices=Theme, blank=True)
    status = models.CharField("état", max_length=10, choices=Status, default=Status.PLANNED)
    starts_at = models.DateTimeField("début")
    ends_at = models.DateTimeField("fin", null=True, blank=True)
    place = models.CharField("lieu", max_length=200, blank=True)
    online_link = models.URLField("lien de visioconférence", blank=True)
    cancel_reason = models.CharField("raison de l’annulation", max_length=200, blank=True)
    sequence = models.PositiveIntegerField(default=0, editable=False)
    """How often what the invitation says has changed (iCalendar SEQUENCE)."""
    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    """What every calendar knows it by, for good (iCalendar UID)."""

    objects = MeetingQuerySet.as_manager()

    class Meta:
        verbose_name = "réunion"
        ordering = ["-starts_at"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_at=None) | Q(ends_at__gt=F("starts_at")), name="meeting_ends_after_it_starts"
            )
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("coordination:meeting", args=[self.territory_id, self.pk])

    @property
    def day(self) -> date:
        """The day it starts on, as counted in France."""
        return timezone.localdate(self.starts_at)

    @property
    def end(self) -> datetime:
        """When it ends, or is taken to."""
        return self.ends_at or self.starts_at + USUAL_LENGTH

    @property
    def has_begun(self) -> bool:
        return self.starts_at <= timezone.now()


class AgendaItem(models.Model):
    """A point of a meeting's agenda; one may take up an open action."""

    meeting = models.ForeignKey(Meeting, models.CASCADE, related_name="agenda")
    position = models.PositiveIntegerField(default=0)
    title = models.CharField("point", max_length=200)
    minutes = models.PositiveIntegerField("durée (minutes)", null=True, blank=True)
    action = models.ForeignKey(
        "coordination.ActionItem", models.SET_NULL, null=True, blank=True, related_name="agenda_items"
    )

    class Meta:
        verbose_name = "point de l’ordre du jour"
        verbose_name_plural = "points de l’ordre du jour"
        ordering = ["position", "pk"]

    def __str__(self) -> str:
        return self.title


class AttendanceQuerySet(models.QuerySet):
    def of_group(self, group: WorkingGroup):
        """Those asked to a working group's meetings, or who came."""
        rows = self.filter(meeting__working_group=group, meeting__deleted_at=None)
        return rows.filter(Q(invited=True) | Q(present=True))


class Attendance(models.Model):
    """Someone invited to, or present at, a meeting: a member of an actor, or a name typed on the spot."""

    class Reply(models.TextChoices):
        NONE = "none", "sans réponse"
        YES = "yes", "vient"
        NO = "no", "ne vient pas"
        MAYBE = "maybe", "peut-être"

    meeting = models.ForeignKey(Meeting, models.CASCADE, related_name="attendances")
    member = models.ForeignKey(Member, models.PROTECT, null=True, blank=True, related_name="attendances")
    actor = models.ForeignKey(
        Actor, models.PROTECT, null=True, blank=True, related_name="attendances", verbose_name="structure"
    )
    name = models.CharField("nom", max_length=120, blank=True)
    invited = models.BooleanField("à inviter", default=False)
    reply = models.CharField("réponse", max_length=5, choices=Reply, default=Reply.NONE)
    replied_at = models.DateTimeField(null=True, editable=False)
    present = models.BooleanField("présence", null=True, blank=True)

    objects = AttendanceQuerySet.as_manager()

    class Meta:
        verbose_name = "présence"
        ordering = ["actor__name", "name", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["meeting", "member"], name="attendance_member_once"),
            models.CheckConstraint(
                condition=Q(member__isnull=False) | Q(actor__isnull=False) | ~Q(name=""),
                name="attendance_is_of_someone",
            ),
        ]

    def __str__(self) -> str:
        who = self.member.name if self.member else self.name
        return f"{who} ({self.actor})" if who and self.actor else who or str(self.actor)
