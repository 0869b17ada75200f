from django.urls import path

from actors.views import entries as views
from actors.views import entries_keeping as keeping

app_name = "entries"
urlpatterns = [
    path("territoires/<int:territory>/", views.entry_list, name="list"),
    path("territoires/<int:territory>/ajouter/", views.entry_add, name="add"),
    path("<int:actor>/", views.entry, name="edit"),
    path("<int:actor>/tout-est-juste/", keeping.confirm, name="confirm"),
    path("<int:actor>/historique/", views.history, name="history"),
    path("<int:actor>/visibilite/", keeping.visibility, name="visibility"),
    path("<int:actor>/territoires/", keeping.territories, name="territories"),
    path("<int:actor>/fin/", keeping.end, name="end"),
    path("<int:actor>/reprise/", keeping.reopen, name="reopen"),
    path("<int:actor>/services/<int:pk>/arret/", keeping.service_end, name="service_end"),
    path("<int:actor>/services/<int:pk>/reprise/", keeping.service_resume, name="service_resume"),
    path("<int:actor>/<str:code>/", views.part, name="part"),
    path("<int:actor>/<str:code>/<int:target>/", views.part, name="row"),
    path("<int:actor>/<str:code>/<int:target>/retirer/", keeping.remove, name="remove"),
]
