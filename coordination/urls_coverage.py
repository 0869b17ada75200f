from django.urls import path

from coordination.views import coverage

app_name = "coverage"
urlpatterns = [
    path("<int:territory>/couverture/", coverage.coverage, name="coverage"),
    path("<int:territory>/couverture/noter/", coverage.save, name="save"),
]
