from django.urls import path

from outbox import views

app_name = "outbox"
urlpatterns = [
    path("", views.mailbox, name="mailbox"),
    path("envois/", views.mail_list, name="mail_list"),
    path("envois/<int:pk>/renvoyer/", views.requeue, name="requeue"),
    path("envois/<int:pk>/parti/", views.mark_sent, name="mark_sent"),
    path("adresses/", views.address_list, name="address_list"),
    path("adresses/refus/<int:pk>/lever/", views.lift_bounce, name="lift_bounce"),
    path("adresses/desinscriptions/<int:pk>/lever/", views.opt_in, name="opt_in"),
    path("desinscription/<str:token>/", views.unsubscribe, name="unsubscribe"),
]
