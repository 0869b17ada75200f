from django.contrib.auth.models import AbstractUser, BaseUserManager
from django.db import models
from django.db.models.functions import Lower


class UserManager(BaseUserManager):
    def create_user(self, email: str, password: str | None = None, **fields) -> "User":
        """Open an account; without a password one signs in by mailed code only.

        Raises ``ValueError`` without an address.
        """
        if not email:
            raise ValueError("an account needs an e-mail address")
        user = self.model(email=email.strip().lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields) -> "User":
        return self.create_user(email, password, is_staff=True, is_superuser=True, **fields)

    def get_by_natural_key(self, email: str) -> "User":
        return self.get(email__iexact=email)


class User(AbstractUser):
    """A person who signs in, known by one e-mail address.

    Roles: ``is_staff`` is ANSA's team, ``is_steering_reader`` reads every evaluation (COPIL); coordinators are
    those with a ``territories.Coordinator`` row; everybody else is a plain user.
    """

    username = None
    first_name = None
    last_name = None
    name = models.CharField("nom affiché", max_length=120, blank=True)
    email = models.EmailField("adresse de courriel", unique=True)
    is_staff = models.BooleanField("équipe ANSA", default=False)
    is_steering_reader = models.BooleanField("membre du comité de pilotage (lecture)", default=False)

    objects = UserManager()
    USERNAME_FIELD = "email"
    REQUIRED_FIELDS = []

    class Meta:
        verbose_name = "personne"
        verbose_name_plural = "personnes"
        ordering = ["email"]
        constraints = [models.UniqueConstraint(Lower("email"), name="user_email_unique_any_case")]

    def __str__(self) -> str:
        return self.name or self.email

    def get_full_name(self) -> str:
        return str(self)

    get_short_name = get_full_name
