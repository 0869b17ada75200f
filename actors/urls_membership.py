from django.urls import path

from actors.views import arrivals, membership, membership_desk

app_name = "membership"
urlpatterns = [
    path("mes-structures/", membership.mine, name="mine"),
    path("territoire/<int:territory>/", membership_desk.member_list, name="list"),
    path("structure/<int:actor>/", membership.actor, name="actor"),
    path("structure/<int:actor>/inviter/", membership.invite, name="invite"),
    path("structure/<int:actor>/quitter/", membership.leave, name="leave"),
    path("structure/<int:actor>/c-est-ma-structure/", arrivals.claim, name="claim"),
    path("personne/<int:pk>/droits/", membership.member_access, name="member_access"),
    path("personne/<int:pk>/depart/", membership.member_left, name="member_left"),
    path("arrivee/<int:pk>/", membership.decide, name="decide"),
    path("arrivee/<int:pk>/renvoyer/", membership.send_again, name="send_again"),
    path("arrivee/<int:pk>/annuler/", membership.revoke, name="revoke"),
    path("invitation/<str:token>/", arrivals.invitation, name="invitation"),
    path("demande/<str:token>/", arrivals.claim_prove, name="claim_prove"),
]
