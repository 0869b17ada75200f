from django.urls import path

from actors.views import entries_public, publication, search

app_name = "directory"
urlpatterns = [
    path("", search.search, name="search"),
    path("fiche/<int:pk>/", entries_public.entry, name="entry"),
    path("points/", search.points, name="points"),
    path("publication/<int:territory>/", publication.publication, name="publication"),
    path("publication/<int:territory>/fermer/", publication.unpublish, name="unpublish"),
    path("<slug:slug>/", search.territory, name="territory"),
    path("<slug:slug>/integrer/", search.embed, name="embed"),
]
