from django.conf import settings
from django.contrib.auth.models import AbstractUser, BaseUserManager
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.urls import reverse

from alimactiv.text import normalised

EXPORT = "export"
"""How the action of an audit entry begins when data was taken out of the site."""


class UserQuerySet(models.QuerySet):
    def active_staff(self):
        """Those who can run the site: at least one must remain."""
        return self.filter(is_staff=True, is_active=True)

    def matching(self, text: str):
        """Those whose name or address has every word of ``text`` as the start of one of its words."""
        found = self
        for word in normalised(text).split():
            found = found.filter(Q(search_text__startswith=word) | Q(search_text__contains=f" {word}"))
        return found


class UserManager(BaseUserManager.from_queryset(UserQuerySet)):
    def create_user(self, email: str, **fields) -> "User":
        """Open an account. There is no password: one signs in by mailed code.

        Raises ``ValueError`` without an address.
        """
        if not email:
            raise ValueError("an account needs an e-mail address")
        user = self.model(email=email.strip().lower(), **fields)
        user.set_unusable_password()
        user.save(using=self._db)
        return user

    def get_by_natural_key(self, email: str) -> "User":
        return self.get(email=email.lower())


class User(AbstractUser):
    """A person who signs in, known by one e-mail address.

    Roles: ``is_staff`` is ANSA's team, ``is_steering_reader`` reads every evaluation (COPIL); coordinators are
    those with a ``territories.Coordinator`` row; everybody else is a plain user.
    """

    class Role(models.TextChoices):
        """What one may do on the whole site. Rights on one territory are given on that territory's page."""

        STAFF = "staff", "équipe ANSA"
        STEERING_READER = "steering_reader", "comité de pilotage"
        NONE = "none", "sans rôle national"

        @property
        def flags(self) -> dict[str, bool]:
            """The fields of a user with this role."""
            return {
                "is_staff": self == User.Role.STAFF,
                "is_steering_reader": self == User.Role.STEERING_READER,
            }

    username = None
    first_name = None
    last_name = None
    name = models.CharField("nom affiché", max_length=120, blank=True)
    email = models.EmailField(
        "adresse de courriel",
        unique=True,
        error_messages={"unique": "Un compte est déjà ouvert à cette adresse."},
    )
    is_staff = models.BooleanField("équipe ANSA", default=False)
    is_steering_reader = models.BooleanField("membre du comité de pilotage (lecture)", default=False)
    search_text = models.CharField(max_length=400, editable=False, default="")

    objects = UserManager()
    USERNAME_FIELD = "email"
    REQUIRED_FIELDS = []

    class Meta:
        verbose_name = "personne"
        verbose_name_plural = "personnes"
        ordering = ["email"]
        constraints = [
            models.CheckConstraint(condition=Q(email=Lower("email")), name="user_email_lower_case"),
            models.CheckConstraint(condition=Q(is_staff=False) | Q(is_steering_reader=False), name="user_one_role"),
        ]

    def __str__(self) -> str:
        return self.name or self.email

    def save(self, *args, **kwargs):
        self.search_text = normalised(f"{self.name} {self.email}")
        changed = kwargs.get("update_fields")
        if changed is not None and {"name", "email"} & set(changed):
            kwargs["update_fields"] = {*changed, "search_text"}
        super().save(*args, **kwargs)

    @property
    def role(self) -> Role:
        if self.is_staff:
            return self.Role.STAFF
        return self.Role.STEERING_READER if self.is_steering_reader else self.Role.NONE

    def get_full_name(self) -> str:
        return str(self)

    get_short_name = get_full_name

    def get_absolute_url(self) -> str:
        return reverse("accounts:person", args=[self.pk])


class AccountChange(models.Model):
    """What was done to an account, by whom: never rewritten."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="changes")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name="par")
    at = models.DateTimeField("le", auto_now_add=True)
    what = models.CharField("quoi", max_length=1000)

    class Meta:
        verbose_name = "changement d'un compte"
        verbose_name_plural = "changements des comptes"
        ordering = ["-at", "-pk"]

    def __str__(self) -> str:
        return self.what


class AuditEntryQuerySet(models.QuerySet):
    def exports(self):
        """Those that say that data was taken out of the site (``accounts.audit.note_export``)."""
        return self.filter(action__startswith=EXPORT)


class AuditEntry(models.Model):
    """What was done to a record: who, when, through which sign-in, and each field's words before and after."""

    subject = models.CharField("sujet", max_length=60)
    """``model:id``, as ``meeting:12``."""
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name="par")
    sign_in = models.CharField("connexion", max_length=60, blank=True)
    at = models.DateTimeField("le", auto_now_add=True)
    action = models.CharField("action", max_length=60)
    changes = models.JSONField("changements", default=dict)

    objects = AuditEntryQuerySet.as_manager()

    class Meta:
        verbose_name = "trace"
        ordering = ["-at", "-pk"]
        indexes = [models.Index(fields=["subject", "-at"], name="audit_subject_at")]

    def __str__(self) -> str:
        return f"{self.subject} – {self.action}"
