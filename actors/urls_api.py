from django.urls import path

from actors.views import directory_api

app_name = "api"
urlpatterns = [path("annuaire/", directory_api.directory, name="directory")]
