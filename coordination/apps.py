from django.apps import AppConfig


class CoordinationConfig(AppConfig):
    name = "coordination"
    verbose_name = "Journal de coordination"

    def ready(self):
        from coordination import meeting_mails, minutes_mails
        from outbox import purposes

        for purpose in [*meeting_mails.PURPOSES, *minutes_mails.PURPOSES]:
            purposes.register(purpose)
