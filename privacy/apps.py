from django.apps import AppConfig

from outbox import purposes


class PrivacyConfig(AppConfig):
    name = "privacy"
    verbose_name = "données personnelles"

    def ready(self) -> None:
        from privacy import mails

        purposes.register(mails.WARNING)
