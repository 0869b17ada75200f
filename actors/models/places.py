"""Where structures are, and the food services they offer there."""

from datetime import date

from django.db import models
from django.db.models import Q
from django.utils import timezone

from actors.models.actors import Actor, Visibility, new_uid
from alimactiv.fields import ChoiceListField


class Place(models.Model):
    """An address, and its point on the map when it is known."""

    uid = models.CharField(max_length=150, unique=True, default=new_uid, editable=False)
    name = models.CharField("nom du lieu", max_length=150, blank=True)
    address = models.CharField("adresse", max_length=200, blank=True, help_text="Numéro et voie.")
    address_extra = models.CharField(
        "complément", max_length=150, blank=True, help_text="Bâtiment, étage, entrée, repère."
    )
    postcode = models.CharField("code postal", max_length=5, blank=True)
    city = models.CharField("commune", max_length=100, blank=True)
    insee_code = models.CharField("code INSEE de la commune", max_length=5, blank=True, db_index=True)
    quarter = models.CharField("quartier", max_length=100, blank=True)
    latitude = models.FloatField("latitude", null=True, blank=True)
    longitude = models.FloatField("longitude", null=True, blank=True)

    class Meta:
        abstract = True
        constraints = [
            models.CheckConstraint(
                # Said whole: a CHECK lets pass what compares with NULL.
                condition=Q(latitude__isnull=True, longitude__isnull=True)
                | Q(
                    latitude__isnull=False,
                    longitude__isnull=False,
                    latitude__range=(-90, 90),
                    longitude__range=(-180, 180),
                ),
                name="%(class)s_coordinates_both_and_on_earth",
            ),
            models.CheckConstraint(
                condition=Q(postcode="") | Q(postcode__regex=r"^[0-9]{5}$"), name="%(class)s_postcode_has_5_digits"
            ),
            models.CheckConstraint(
                condition=Q(insee_code="") | Q(insee_code__regex=r"^[0-9][0-9AB][0-9]{3}$"),
                name="%(class)s_insee_code_is_one",
            ),
        ]

    def __str__(self) -> str:
        return self.name or self.address or self.city or "Lieu sans adresse"

    @property
    def lines(self) -> list[str]:
        """The address as it is written on an envelope, without empty lines."""
        town = " ".join(filter(None, (self.postcode, self.city)))
        return [line for line in (self.address, self.address_extra, town) if line]

    @property
    def has_coordinates(self) -> bool:
        return self.latitude is not None


class Site(Place):
    """A place of a structure."""

    actor = models.ForeignKey(Actor, models.PROTECT, related_name="sites", verbose_name="structure")
    is_step_free = models.BooleanField("accessible en fauteuil roulant", null=True, blank=True)
    access_note = models.CharField("pour venir", max_length=200, blank=True, help_text="Arrêt de bus, sonnette, code.")
    changed_at = models.DateTimeField(auto_now=True)

    class Meta(Place.Meta):
        verbose_name = "lieu"
        verbose_name_plural = "lieux"
        ordering = ["name", "address", "pk"]


class FoodServiceQuerySet(models.QuerySet):
    def offered(self, on: date | None = None):
        """Those not ended, of structures neither ended nor merged away."""
        on = on or timezone.localdate()
        return self.filter(
            Q(ended_on=None) | Q(ended_on__gt=on),
            Q(actor__ended_on=None) | Q(actor__ended_on__gt=on),
            actor__merged_into=None,
        )


class FoodService(models.Model):
    """A help that a structure offers: at one of its sites, or at stops (``Stop``) when it is itinerant."""

    class Kind(models.TextChoices):
        FOOD_PARCEL = "food_parcel", "colis alimentaire"
        SOCIAL_GROCERY = "social_grocery", "épicerie sociale et solidaire"
        HOT_MEAL = "hot_meal", "repas chaud"
        STREET_OUTREACH = "street_outreach", "maraude"
        FOOD_VOUCHER = "food_voucher", "chèque ou bon alimentaire"
        HOME_DELIVERY = "home_delivery", "livraison à domicile"
        SHARED_KITCHEN = "shared_kitchen", "cuisine partagée"
        COMMUNITY_GARDEN = "community_garden", "jardin partagé"
        NUTRITION_WORKSHOP = "nutrition_workshop", "atelier cuisine ou nutrition"
        LOGISTICS_HUB = "logistics_hub", "plateforme logistique"
        SHARED_STORAGE = "shared_storage", "stockage partagé"
        DAY_CENTRE = "day_centre", "accueil de jour"
        CLOTHING = "clothing", "vestiaire"

    class Public(models.TextChoices):
        """Codes close to those of data·inclusion v1. None chosen: everyone."""

        FAMILIES = "families", "familles"
        BABIES = "babies", "bébés et jeunes enfants"
        YOUNG = "young", "jeunes"
        STUDENTS = "students", "étudiantes et étudiants"
        WOMEN = "women", "femmes"
        SENIORS = "seniors", "personnes âgées"
        DISABLED = "disabled", "personnes en situation de handicap"
        HOMELESS = "homeless", "personnes sans domicile"
        EXILED = "exiled", "personnes exilées"
        JOBSEEKERS = "jobseekers", "personnes en recherche d’emploi"
        WORKING = "working", "personnes en emploi"
        QPV_RESIDENTS = "qpv_residents", "habitantes et habitants d’un quartier prioritaire"

    class Fee(models.TextChoices):
        UNKNOWN = "unknown", "non renseigné"
        FREE = "free", "gratuit"
        CONTRIBUTION = "contribution", "participation demandée"
        PAID = "paid", "payant"

    class Need(models.TextChoices):
        """Whether something is asked of who comes."""

        UNKNOWN = "unknown", "non renseigné"
        NO = "no", "non"
        YES = "yes", "oui"

    class Choice(models.TextChoices):
        UNKNOWN = "unknown", "non renseigné"
        FREE = "free", "choix libre"
        ACCOMPANIED = "accompanied", "choix accompagné"
        PARCEL = "parcel", "colis préparé"

    class CapacityUnit(models.TextChoices):
        PEOPLE_DAY = "people_day", "personnes par jour"
        PEOPLE_WEEK = "people_week", "personnes par semaine"
        HOUSEHOLDS_WEEK = "households_week", "foyers par semaine"
        HOUSEHOLDS_MONTH = "households_month", "foyers par mois"
        MEALS_DAY = "meals_day", "repas par jour"
        PARCELS_WEEK = "parcels_week", "colis par semaine"

    class Product(models.TextChoices):
        FRESH = "fresh", "fruits et légumes"
        DRY = "dry", "épicerie sèche"
        DAIRY = "dairy", "produits laitiers et œufs"
        MEAT_FISH = "meat_fish", "viande et poisson"
        FROZEN = "frozen", "surgelés"
        BREAD = "bread", "pain"
        BABY = "baby", "alimentation infantile"
        HYGIENE = "hygiene", "hygiène"
        MEALS = "meals", "plats préparés"

    class Language(models.TextChoices):
        """ISO 639-1; French is taken for granted. ``fsl`` is ISO 639-3."""

        ENGLISH = "en", "anglais"
        ARABIC = "ar", "arabe"
        SPANISH = "es", "espagnol"
        PORTUGUESE = "pt", "portugais"
        ROMANIAN = "ro", "roumain"
        RUSSIAN = "ru", "russe"
        UKRAINIAN = "uk", "ukrainien"
        TURKISH = "tr", "turc"
        TAMIL = "ta", "tamoul"
        BENGALI = "bn", "bengali"
        CHINESE = "zh", "chinois"
        DARI = "fa", "dari ou persan"
        PASHTO = "ps", "pachto"
        SONINKE = "snk", "soninké"
        BAMBARA = "bm", "bambara"
        WOLOF = "wo", "wolof"
        LINGALA = "ln", "lingala"
        SIGN = "fsl", "langue des signes française"

    uid = models.CharField(max_length=150, unique=True, default=new_uid, editable=False)
    actor = models.ForeignKey(Actor, models.PROTECT, related_name="services", verbose_name="structure")
    site = models.ForeignKey(Site, models.PROTECT, null=True, blank=True, related_name="services", verbose_name="lieu")
    is_itinerant = models.BooleanField("itinérant, avec des arrêts", default=False)
    kind = models.CharField("type d’aide", max_length=20, choices=Kind)
    name = models.CharField("nom", max_length=150, blank=True, help_text="S’il en a un ; sinon, le type suffit.")
    description = models.TextField(
        "en quelques mots", blank=True, help_text="Aucune donnée sur des personnes accueillies : ni nom, ni situation."
    )
    publics = ChoiceListField("publics", choices=Public, help_text="Rien de coché : tout le monde.")
    publics_note = models.CharField("précision sur les publics", max_length=200, blank=True)
    fee = models.CharField("coût", max_length=15, choices=Fee, default=Fee.UNKNOWN)
    fee_note = models.CharField("précision sur le coût", max_length=200, blank=True)
    papers = models.CharField("des papiers sont demandés", max_length=10, choices=Need, default=Need.UNKNOWN)
    referral = models.CharField(
        "une orientation par un service social est demandée", max_length=10, choices=Need, default=Need.UNKNOWN
    )
    registration = models.CharField("une inscription est demandée", max_length=10, choices=Need, default=Need.UNKNOWN)
    conditions = models.CharField("conditions d’accès", max_length=300, blank=True)
    choice = models.CharField("choix des produits", max_length=15, choices=Choice, default=Choice.UNKNOWN)
    products = ChoiceListField("produits", choices=Product)
    languages = ChoiceListField("langues parlées", choices=Language, help_text="En plus du français.")
    capacity = models.PositiveIntegerField("capacité", null=True, blank=True)
    capacity_unit = models.CharField("unité", max_length=20, choices=CapacityUnit, blank=True)
    opening_hours = models.CharField("horaires", max_length=2000, blank=True)
    """OSM opening_hours, Paris time unless the site is overseas; empty: not known. Stops have their own."""
    hours_note = models.CharField("précision sur les horaires", max_length=200, blank=True)
    visibility = models.CharField("qui voit ce service", max_length=15, choices=Visibility, default=Visibility.PUBLIC)
    """Never wider than the entry's: the narrower of both counts (``actors.visibility``)."""
    ended_on = models.DateField("arrêté le", null=True, blank=True)
    changed_at = models.DateTimeField(auto_now=True)

    objects = FoodServiceQuerySet.as_manager()

    class Meta:
        verbose_name = "service"
        ordering = ["kind", "name", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(is_itinerant=False) | Q(site__isnull=True, opening_hours=""),
                name="service_itinerant_has_stops",
            ),
            models.CheckConstraint(
                condition=Q(capacity__isnull=True) | ~Q(capacity_unit=""), name="service_capacity_has_unit"
            ),
        ]

    def __str__(self) -> str:
        return self.name or self.get_kind_display().capitalize()

    @property
    def has_ended(self) -> bool:
        return self.ended_on is not None and self.ended_on <= timezone.localdate()


class Stop(Place):
    """Where an itinerant service stops, and when."""

    service = models.ForeignKey(FoodService, models.CASCADE, related_name="stops", verbose_name="service")
    opening_hours = models.CharField("horaires", max_length=2000, blank=True)
    hours_note = models.CharField("précision sur les horaires", max_length=200, blank=True)

    class Meta(Place.Meta):
        verbose_name = "arrêt"
        ordering = ["name", "address", "pk"]


class Supply(models.Model):
    """What a structure has to store and carry with: for professionals, never public."""

    actor = models.OneToOneField(Actor, models.CASCADE, related_name="supply", verbose_name="structure")
    storage_area = models.PositiveIntegerField("stockage (m²)", null=True, blank=True)
    has_cold_room = models.BooleanField("chambre froide", null=True, blank=True)
    has_freezer = models.BooleanField("congélateur", null=True, blank=True)
    vehicles = models.PositiveIntegerField("véhicules", null=True, blank=True)
    refrigerated_vehicles = models.PositiveIntegerField("dont frigorifiques", null=True, blank=True)
    shares = models.CharField("ce qui peut être prêté ou partagé", max_length=300, blank=True)

    class Meta:
        verbose_name = "logistique"
        constraints = [
            models.CheckConstraint(
                condition=Q(refrigerated_vehicles=None)
                | Q(vehicles__isnull=False, refrigerated_vehicles__lte=models.F("vehicles")),
                name="supply_refrigerated_among_vehicles",
            )
        ]

    def __str__(self) -> str:
        return f"Logistique de {self.actor}"


class SupplyLine(models.Model):
    """Something that a structure lacks, or has too much of."""

    class Direction(models.TextChoices):
        NEED = "need", "besoin"
        SURPLUS = "surplus", "surplus"

    actor = models.ForeignKey(Actor, models.CASCADE, related_name="supply_lines", verbose_name="structure")
    direction = models.CharField("sens", max_length=10, choices=Direction)
    product = models.CharField("produit", max_length=15, choices=FoodService.Product, blank=True)
    text = models.CharField("précision", max_length=200, blank=True)
    until = models.DateField("jusqu’au", null=True, blank=True)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        verbose_name = "besoin ou surplus"
        verbose_name_plural = "besoins et surplus"
        ordering = ["direction", "product", "pk"]
        constraints = [
            models.CheckConstraint(condition=~Q(product="", text=""), name="supply_line_says_what"),
        ]

    def __str__(self) -> str:
        return f"{self.get_direction_display()} : {self.get_product_display() or self.text}"
