from django.urls import path

from actors.views import participations as views

app_name = "actors"
urlpatterns = [
    path("<int:pk>/", views.participation, name="participation"),
    path("<int:pk>/personnes/ajouter/", views.trainee_add, name="trainee_add"),
    path("personnes/<int:pk>/modifier/", views.trainee_edit, name="trainee_edit"),
    path("personnes/<int:pk>/effacer/", views.trainee_remove, name="trainee_remove"),
]
