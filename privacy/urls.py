from django.urls import path

from privacy import views

app_name = "privacy"
urlpatterns = [
    path("registre/", views.register_page, name="register"),
    path("exports/", views.export_list, name="exports"),
    path("garder/<str:token>/", views.keep, name="keep"),
]
