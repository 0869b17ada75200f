from datetime import date

from django.db import models
from django.db.models import F, Q

from actors.models import Actor
from coordination.models.record import KeptRecordQuerySet, Record, Theme


class Activity(Record):
    """Something done or under way to coordinate better; it counts for the evaluation once finished."""

    title = models.CharField("intitulé", max_length=200)
    theme = models.CharField("thème", max_length=20, choices=Theme, blank=True)
    started_on = models.DateField("commencé le", null=True, blank=True)
    finished_on = models.DateField(
        "terminé le", null=True, blank=True, help_text="Laissez vide tant que le travail est en cours."
    )
    summary = models.TextField(
        "en bref", blank=True, help_text="Aucune donnée sur des personnes accueillies : ni nom, ni situation."
    )

    objects = KeptRecordQuerySet.as_manager()

    class Meta:
        abstract = True
        ordering = ["-finished_on", "-started_on", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(started_on=None) | Q(finished_on=None) | Q(started_on__lte=F("finished_on")),
                name="%(class)s_starts_before_it_ends",
            )
        ]

    def __str__(self) -> str:
        return self.title


class Mapping(Activity):
    """A mapping of the actors (cartographie)."""

    slug = "cartographies"

    method = models.TextField("méthode", blank=True, help_text="Comment les acteurs ont été recensés.")
    actors = models.ManyToManyField(Actor, related_name="mappings", blank=True, verbose_name="acteurs recensés")

    class Meta(Activity.Meta):
        verbose_name = "cartographie"


class Diagnostic(Activity):
    """A local diagnosis: needs, gaps, three priorities."""

    slug = "diagnostics"

    method = models.TextField("méthode", blank=True)
    supply_constraints = models.TextField("contraintes d’approvisionnement", blank=True)
    priority_1 = models.CharField("première priorité", max_length=200, blank=True)
    priority_2 = models.CharField("deuxième priorité", max_length=200, blank=True)
    priority_3 = models.CharField("troisième priorité", max_length=200, blank=True)

    class Meta(Activity.Meta):
        verbose_name = "diagnostic"

    @property
    def priorities(self) -> list[str]:
        return [p for p in (self.priority_1, self.priority_2, self.priority_3) if p]


class Need(models.Model):
    """A need collected for a diagnosis: a theme and a count, never a person."""

    class Source(models.TextChoices):
        ASSOCIATIONS = "associations", "associations"
        CONCERNED = "concerned", "personnes concernées"
        PROFESSIONALS = "professionals", "professionnel·les"

    diagnostic = models.ForeignKey(Diagnostic, models.CASCADE, related_name="needs")
    source = models.CharField("exprimé par", max_length=15, choices=Source)
    theme = models.CharField("besoin", max_length=200)
    count = models.PositiveIntegerField("nombre de fois", null=True, blank=True)

    class Meta:
        verbose_name = "besoin"
        ordering = ["source", "-count", "pk"]

    def __str__(self) -> str:
        return self.theme


class Gap(models.Model):
    """A place or a time that no help covers."""

    class Kind(models.TextChoices):
        PLACE = "place", "lieu"
        TIME = "time", "période ou horaire"

    diagnostic = models.ForeignKey(Diagnostic, models.CASCADE, related_name="gaps")
    kind = models.CharField("type", max_length=5, choices=Kind)
    text = models.CharField("non couvert", max_length=200)

    class Meta:
        verbose_name = "manque"
        ordering = ["kind", "pk"]

    def __str__(self) -> str:
        return self.text


class MutualisationProjectQuerySet(KeptRecordQuerySet):
    def finished_by(self, day: date):
        """Those brought to their end by ``day``; an abandoned project is not finished."""
        return super().finished_by(day).filter(stage=MutualisationProject.Stage.FINISHED)


class MutualisationProject(Activity):
    """A project or resources shared between actors."""

    class Stage(models.TextChoices):
        IDEA = "idea", "idée"
        PREPARATION = "preparation", "en préparation"
        RUNNING = "running", "en cours"
        FINISHED = "finished", "terminé"
        ABANDONED = "abandoned", "abandonné"

    slug = "projets"

    stage = models.CharField("stade", max_length=12, choices=Stage, default=Stage.IDEA)
    shares_stock = models.BooleanField("du stockage", default=False)
    shares_place = models.BooleanField("un lieu", default=False)
    shares_vehicle = models.BooleanField("un véhicule", default=False)
    shares_purchase = models.BooleanField("des achats", default=False)
    shares_volunteers = models.BooleanField("des bénévoles", default=False)
    results = models.TextField("résultats", blank=True)

    objects = MutualisationProjectQuerySet.as_manager()

    class Meta(Activity.Meta):
        verbose_name = "projet de mutualisation"
        verbose_name_plural = "projets de mutualisation"
        constraints = [
            *Activity.Meta.constraints,
            models.CheckConstraint(
                condition=~Q(stage="finished") | Q(finished_on__isnull=False), name="project_finished_is_dated"
            ),
        ]


class Partner(models.Model):
    """An actor's part in a mutualisation project."""

    project = models.ForeignKey(MutualisationProject, models.CASCADE, related_name="partners")
    actor = models.ForeignKey(Actor, models.PROTECT, related_name="partnerships", verbose_name="structure")
    role = models.CharField("rôle", max_length=120, blank=True)

    class Meta:
        verbose_name = "partenaire"
        ordering = ["actor__name"]
        constraints = [models.UniqueConstraint(fields=["project", "actor"], name="partner_once")]

    def __str__(self) -> str:
        return str(self.actor)


class FundingLine(models.Model):
    """Money asked of one funder for a project, in euros."""

    class Funder(models.TextChoices):
        MMPT = "mmpt", "Mieux manger pour tous (MMPT)"
        PNA = "pna", "Programme national pour l’alimentation (PNA)"
        ARS = "ars", "ARS"
        REGION = "region", "région"
        DEPARTMENT = "department", "département"
        EPCI = "epci", "intercommunalité"
        CITY = "city", "ville"
        FOUNDATION = "foundation", "fondation"
        OTHER = "other", "autre financeur"

    project = models.ForeignKey(MutualisationProject, models.CASCADE, related_name="funding")
    funder = models.CharField("financeur", max_length=12, choices=Funder)
    label = models.CharField("précision", max_length=120, blank=True)
    asked = models.PositiveIntegerField("demandé (€)", null=True, blank=True)
    granted = models.PositiveIntegerField("accordé (€)", null=True, blank=True)
    paid = models.PositiveIntegerField("versé (€)", null=True, blank=True)
    deadline = models.DateField("échéance", null=True, blank=True)

    class Meta:
        verbose_name = "financement"
        ordering = ["deadline", "pk"]

    def __str__(self) -> str:
        return self.label or self.get_funder_display()


class OtherAction(Activity):
    """Any other action towards better coordination."""

    slug = "autres-actions"

    class Meta(Activity.Meta):
        verbose_name = "autre action"
        verbose_name_plural = "autres actions"
