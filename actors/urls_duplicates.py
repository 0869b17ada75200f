from django.urls import path

from actors.views import duplicates

app_name = "duplicates"
urlpatterns = [
    path("ressemblances/", duplicates.look_alikes, name="look_alikes"),
    path("<int:territory>/", duplicates.pair_list, name="list"),
    path("<int:territory>/<int:first>-<int:second>/", duplicates.pair, name="pair"),
    path("<int:territory>/<int:first>-<int:second>/distinctes/", duplicates.tell_apart, name="tell_apart"),
    path("<int:territory>/distinctes/<int:pk>/oublier/", duplicates.forget_difference, name="forget_difference"),
    path("<int:territory>/reunions/<int:pk>/annuler/", duplicates.undo, name="undo"),
]
