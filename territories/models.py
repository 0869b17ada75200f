import re
from datetime import date

from django.conf import settings
from django.db import models
from django.db.models import Case, Count, Exists, F, OuterRef, Q, Value, When
from django.db.models.functions import Upper
from django.urls import reverse
from django.utils.text import slugify

from alimactiv.text import normalised


def searched(text: str) -> str:
    """``text`` as names are searched: normalised, with the ways one writes « saint » and « 11e » made one.

    >>> searched("St-Denis"), searched("Paris 11ème")
    ('saint denis', 'paris 11')
    """
    words = normalised(text).split()
    words = [{"st": "saint", "ste": "sainte"}.get(word, word) for word in words]
    return " ".join(re.sub(r"^(\d+)(er|e|eme|ieme)$", r"\1", word) for word in words)


class TerritoryQuerySet(models.QuerySet):
    def current(self, on: date | None = None):
        """Those that exist on a day (today unless told): neither merged away yet nor still to come."""
        on = on or date.today()
        return self.filter(Q(valid_from=None) | Q(valid_from__lte=on), Q(valid_to=None) | Q(valid_to__gte=on))

    def inside(self, territory: "Territory"):
        """A territory and all that is in it, to the third degree (a région holds départements, EPCI and communes)."""
        return self.filter(pk__in=territory.keys_inside())

    def with_slug(self, slug: str):
        """The one whose address is so written (``Territory.slug``), as a QuerySet of one or none."""
        _name, _, code = slug.rpartition("-")
        if not code.isalnum():  # PostgreSQL refuses some characters that an address may hold
            return self.none()
        found = [one.pk for one in self.filter(code__iexact=code) if one.slug == slug]
        return self.filter(pk__in=found)

    def coded(self, code: str) -> "Territory":
        """The one of this code; a région's code is often a département's, and then not meant.

        Raises ``Territory.DoesNotExist``, ``Territory.MultipleObjectsReturned``, with a message in French.
        """
        found = list(self.filter(code__iexact=code.strip()).order_by("pk"))
        meant = [one for one in found if one.kind != Territory.Kind.REGION] or found
        if not meant:
            raise Territory.DoesNotExist(f"Aucun territoire n'a le code « {code} ».")
        if len(meant) > 1:
            names = ", ".join(f"{one} ({one.get_kind_display()})" for one in meant)
            raise Territory.MultipleObjectsReturned(f"Plusieurs territoires ont le code « {code} » : {names}.")
        return meant[0]

    def matching(self, text: str):
        """Those whose name has every word of ``text`` as the start of one of its words, or whose code starts so.

        Reads the whole table, which takes 7 ms for the 36,500 official territories on either database.
        """
        found = self
        for word in searched(text).split():
            found = found.filter(
                Q(search_name__startswith=word) | Q(search_name__contains=f" {word}") | Q(code__startswith=word.upper())
            )
        return found

    def search(self, text: str):
        """Those ``matching``, the likeliest first: still existing, so named or coded, name starting so, largest.

        A region's code, which nobody types, is often a département's: it does not count.
        """
        text = searched(text)
        if not text:
            return self.none()
        return (
            self.matching(text)
            .alias(
                likeness=Case(
                    When(Q(search_name=text) | Q(code=text.upper()) & ~Q(kind="region"), then=Value(0)),
                    When(search_name__startswith=text, then=Value(1)),
                    default=Value(2),
                ),
                is_over=Case(When(valid_to__lt=date.today(), then=Value(1)), default=Value(0)),
            )
            .order_by("is_over", "likeness", F("population").desc(nulls_last=True), "name", "kind", "pk")
        )

    def department_choices(self) -> list[tuple[str, str]]:
        """The official départements, as ``("93", "93 – Seine-Saint-Denis")``."""
        departments = self.filter(kind=Territory.Kind.DEPARTMENT, is_official=True).order_by("code")
        return [(code, f"{code} – {name}") for code, name in departments.values_list("code", "name")]

    def network_first(self):
        """Those in the network before the others, each part in the order it had."""
        order = self.query.order_by or self.model._meta.ordering
        return self.alias(in_network=_takes_part()).order_by("-in_network", *order)

    def in_network(self):
        """Those that took, or asked to take, part in a training session."""
        return self.filter(_takes_part())

    def visible_to(self, user):
        """Those whose own page ``user`` may open: staff and steering readers all, coordinators theirs."""
        if user.is_staff or user.is_steering_reader:
            return self
        return self.filter(Exists(Coordinator.objects.filter(territory=OuterRef("pk"), user=user)))


def _takes_part() -> Exists:
    return Exists(Participation.objects.filter(territory=OuterRef("pk")))


class Territory(models.Model):
    """A French administrative territory. Territories nest (``parents``) and merge (``merged_into``).

    Populations of nested territories overlap: never sum them.
    """

    class Kind(models.TextChoices):
        COMMUNE = "commune", "commune"
        ARRONDISSEMENT = "arrondissement", "arrondissement municipal"
        EPCI = "epci", "intercommunalité (EPCI)"
        EPT = "ept", "établissement public territorial (EPT)"
        DEPARTMENT = "department", "département"
        METROPOLIS = "metropolis", "métropole"
        REGION = "region", "région"

    name = models.CharField("nom", max_length=200)
    kind = models.CharField("type", max_length=20, choices=Kind)
    code = models.CharField("code INSEE ou SIREN", max_length=20)
    department = models.CharField("département", max_length=3, blank=True, db_index=True)
    parents = models.ManyToManyField(
        "self", symmetrical=False, related_name="children", blank=True, verbose_name="fait partie de"
    )
    latitude = models.FloatField("latitude", null=True, blank=True)
    longitude = models.FloatField("longitude", null=True, blank=True)
    population = models.PositiveIntegerField("population", null=True, blank=True)
    valid_from = models.DateField("existe depuis le", null=True, blank=True)
    valid_to = models.DateField("a existé jusqu'au", null=True, blank=True)
    merged_into = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="merged_from", verbose_name="réuni à"
    )
    is_official = models.BooleanField("issu du découpage officiel", default=False, editable=False)
    search_name = models.CharField(max_length=200, editable=False, db_index=True)

    objects = TerritoryQuerySet.as_manager()

    class Meta:
        verbose_name = "territoire"
        ordering = ["name", "code"]
        indexes = [models.Index(Upper("code"), name="territory_code_any_case")]
        constraints = [
            models.UniqueConstraint(fields=["kind", "code"], name="territory_kind_code_unique"),
            models.CheckConstraint(
                # Said whole: a CHECK lets pass what compares with NULL.
                condition=Q(latitude__isnull=True, longitude__isnull=True)
                | Q(
                    latitude__isnull=False,
                    longitude__isnull=False,
                    latitude__range=(-90, 90),
                    longitude__range=(-180, 180),
                ),
                name="territory_coordinates_both_and_on_earth",
            ),
            models.CheckConstraint(
                condition=Q(valid_from__isnull=True) | Q(valid_to__isnull=True) | Q(valid_from__lte=F("valid_to")),
                name="territory_valid_from_before_to",
            ),
            models.CheckConstraint(
                condition=Q(merged_into__isnull=True) | Q(valid_to__isnull=False),
                name="territory_merged_has_end",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def save(self, *args, **kwargs):
        self.search_name = normalised(self.name)
        if "update_fields" in kwargs and "name" in kwargs["update_fields"]:
            kwargs["update_fields"] = {*kwargs["update_fields"], "search_name"}
        super().save(*args, **kwargs)

    def get_absolute_url(self) -> str:
        return reverse("territories:territory", args=[self.pk])

    def keys_inside(self):
        """Its key, and those of all that is in it, to the third degree (``TerritoryQuerySet.inside``): a query."""
        links = Territory.parents.through.objects
        itself = Territory.objects.filter(pk=self.pk).order_by().values("pk")
        # One list: PostgreSQL takes "in one or another" for most of the country, and then reads all of its structures.
        return itself.union(
            *(
                links.filter(**{f"to_territory{'__parents' * degree}": self.pk}).values("from_territory")
                for degree in range(3)
            )
        )

    @property
    def slug(self) -> str:
        """The territory in a public address: ``bondy-93010``."""
        return f"{slugify(self.name)}-{self.code.lower()}"

    @property
    def is_over(self) -> bool:
        """It existed, and no longer does today."""
        return self.valid_to is not None and self.valid_to < date.today()


class TrainingSessionQuerySet(models.QuerySet):
    def with_counts(self):
        """Each with ``participation_count`` and ``trained_count``, in territories."""
        trained = Q(participations__status=Participation.Status.TRAINED)
        return self.annotate(
            participation_count=Count("participations"), trained_count=Count("participations", filter=trained)
        )


class TrainingSession(models.Model):
    """One run of the training (8 to 10 territories), known by its number."""

    class Status(models.TextChoices):
        PLANNED = "planned", "à venir"
        OPEN = "open", "en cours"
        CLOSED = "closed", "terminée"

    number = models.PositiveIntegerField("numéro", unique=True)
    region = models.CharField("région", max_length=100)
    start_year = models.PositiveIntegerField("année de début")
    end_year = models.PositiveIntegerField("année de fin")
    status = models.CharField("état", max_length=10, choices=Status, default=Status.CLOSED)

    objects = TrainingSessionQuerySet.as_manager()

    class Meta:
        verbose_name = "session"
        ordering = ["number"]
        constraints = [
            models.CheckConstraint(condition=Q(start_year__lte=F("end_year")), name="session_starts_before_it_ends")
        ]

    def __str__(self) -> str:
        return f"Session {self.number}"

    def get_absolute_url(self) -> str:
        return reverse("territories:session", args=[self.number])

    @property
    def years(self) -> str:
        return str(self.start_year) if self.start_year == self.end_year else f"{self.start_year}–{self.end_year}"


class ParticipationQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Those of the territories whose page ``user`` may open."""
        return self.filter(territory__in=Territory.objects.visible_to(user))


class Participation(models.Model):
    """A territory's part in one session. A territory can be trained twice."""

    class Status(models.TextChoices):
        CANDIDATE = "candidate", "candidat"
        SELECTED = "selected", "retenu"
        TRAINED = "trained", "formé"
        WITHDRAWN = "withdrawn", "retiré"

    session = models.ForeignKey(TrainingSession, models.PROTECT, related_name="participations", verbose_name="session")
    territory = models.ForeignKey(Territory, models.PROTECT, related_name="participations", verbose_name="territoire")
    status = models.CharField("statut", max_length=10, choices=Status, default=Status.CANDIDATE)
    comment = models.TextField("commentaire", blank=True)

    objects = ParticipationQuerySet.as_manager()

    class Meta:
        verbose_name = "participation"
        ordering = ["session__number", "territory__name"]
        constraints = [models.UniqueConstraint(fields=["session", "territory"], name="participation_once_per_session")]

    def __str__(self) -> str:
        return f"{self.territory} (session {self.session.number})"


class Coordinator(models.Model):
    """A user's right to act for a territory. Several people can share it; one person can have several."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="coordinations")
    territory = models.ForeignKey(Territory, models.PROTECT, related_name="coordinators")
    since = models.DateField("depuis le", default=date.today)

    class Meta:
        verbose_name = "coordinateur ou coordinatrice"
        verbose_name_plural = "coordinateurs et coordinatrices"
        ordering = ["territory__name", "user__email"]
        constraints = [models.UniqueConstraint(fields=["user", "territory"], name="coordinator_once")]

    def __str__(self) -> str:
        return f"{self.user} – {self.territory}"
