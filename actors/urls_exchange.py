from django.urls import path

from actors.views import exchange

app_name = "exchange"
urlpatterns = [
    path("api/", exchange.api, name="api"),
    path("modele.xlsx", exchange.model, name="model"),
    path("<int:territory>/", exchange.desk, name="desk"),
    path("<int:territory>/exporter/", exchange.export, name="export"),
    path("<int:territory>/imports/<int:pk>/", exchange.run, name="run"),
    path("<int:territory>/imports/<int:pk>/colonnes/", exchange.columns, name="columns"),
    path("<int:territory>/imports/<int:pk>/importer/", exchange.confirm, name="confirm"),
    path("<int:territory>/imports/<int:pk>/reprendre/", exchange.resume, name="resume"),
    path("<int:territory>/imports/<int:pk>/annuler/", exchange.undo, name="undo"),
]
