from django.apps import AppConfig


class ActorsConfig(AppConfig):
    name = "actors"
    verbose_name = "Acteurs"

    def ready(self):
        from accounts import closing
        from actors import membership, membership_mails
        from actors.freshness import mails as freshness_mails
        from outbox import purposes

        for purpose in [*membership_mails.PURPOSES, *freshness_mails.PURPOSES]:
            purposes.register(purpose)
        closing.register(membership.said_before_closing)
