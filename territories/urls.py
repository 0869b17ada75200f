from django.urls import path

from territories.views import coordinators, sessions, territories

app_name = "territories"
urlpatterns = [
    path("", territories.territory_list, name="territory_list"),
    path("recherche/", territories.territory_search, name="territory_search"),
    path("les-miens/", territories.my_territories, name="my_territories"),
    path("ajouter/", territories.territory_create, name="territory_create"),
    path("<int:pk>/", territories.territory, name="territory"),
    path("<int:pk>/modifier/", territories.territory_edit, name="territory_edit"),
    path("<int:pk>/reunir/", territories.territory_merge, name="territory_merge"),
    path("<int:pk>/separer/", territories.territory_unmerge, name="territory_unmerge"),
    path("<int:pk>/coordination/ajouter/", coordinators.coordinator_add, name="coordinator_add"),
    path("coordination/<int:pk>/retirer/", coordinators.coordinator_remove, name="coordinator_remove"),
    path("sessions/", sessions.session_list, name="session_list"),
    path("sessions/ajouter/", sessions.session_create, name="session_create"),
    path("sessions/<int:number>/", sessions.session, name="session"),
    path("sessions/<int:number>/modifier/", sessions.session_edit, name="session_edit"),
    path(
        "sessions/<int:number>/territoires/ajouter/",
        sessions.session_participation_add,
        name="session_participation_add",
    ),
    path(
        "sessions/participations/<int:pk>/modifier/",
        sessions.session_participation_edit,
        name="session_participation_edit",
    ),
    path(
        "sessions/participations/<int:pk>/retirer/",
        sessions.session_participation_remove,
        name="session_participation_remove",
    ),
]
