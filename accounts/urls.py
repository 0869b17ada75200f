from django.urls import path

from accounts import views

app_name = "accounts"
urlpatterns = [
    path("", views.people, name="people"),
    path("ajouter/", views.add_person, name="add_person"),
    path("mon-compte/", views.profile, name="profile"),
    path("<int:pk>/", views.person, name="person"),
    path("<int:pk>/desactiver/", views.deactivate_person, name="deactivate_person"),
    path("<int:pk>/reactiver/", views.reactivate_person, name="reactivate_person"),
    path("<int:pk>/double-verification/", views.remove_second_factor, name="remove_second_factor"),
]
