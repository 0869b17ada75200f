from django.apps import AppConfig


class EvaluationConfig(AppConfig):
    name = "evaluation"
    verbose_name = "Évaluation"

    def ready(self):
        from evaluation.answering import copies
        from evaluation.campaigns import mails
        from outbox import purposes

        for purpose in [*mails.PURPOSES, copies.PURPOSE]:
            purposes.register(purpose)
