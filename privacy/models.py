from datetime import datetime

from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils import timezone


class KeptContact(models.Model):
    """Someone warned that their data would be forgotten, and who asked to keep it: a contact like another."""

    address = models.EmailField("adresse", unique=True)
    at = models.DateTimeField("le", default=timezone.now)

    class Meta:
        verbose_name = "contact gardé"
        verbose_name_plural = "contacts gardés"
        ordering = ["address"]
        constraints = [models.CheckConstraint(condition=Q(address=Lower("address")), name="kept_contact_lower_case")]

    def __str__(self) -> str:
        return self.address

    @classmethod
    def moments(cls) -> list[tuple[str, datetime]]:
        return list(cls.objects.values_list("address", "at"))
