from django.apps import AppConfig


class AlimactivConfig(AppConfig):
    name = "alimactiv"
    verbose_name = "Alim'Activ"
