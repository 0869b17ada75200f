from django.urls import path

from outbox import views

urlpatterns = [
    path("etat/", views.health_page, name="health"),
    path("healthz", views.healthz, name="healthz"),
]
