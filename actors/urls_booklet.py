from django.urls import path

from actors.views import booklet

app_name = "booklet"
urlpatterns = [
    path("territoires/<int:territory>/", booklet.desk, name="desk"),
    path("territoires/<int:territory>/fiche-de-liaison.pdf", booklet.blank_form, name="referral"),
    path("<int:pk>.pdf", booklet.document, name="document"),
]
