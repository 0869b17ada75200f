from django.urls import path

from coordination.views import actions, minutes, minutes_editing, minutes_review, minutes_sending, search

MEETING = "<int:territory>/reunions/<int:meeting>/compte-rendu/"

urlpatterns = [
    path("mes-actions/", actions.my_actions, name="my_actions"),
    path("recherche/", search.search, name="search"),
    path("relecture/<str:token>/", minutes_review.minutes_review, name="minutes_review"),
    path("<int:territory>/comptes-rendus/", minutes.minutes_list, name="minutes_list"),
    path("<int:territory>/comptes-rendus/<int:year>.pdf", minutes.minutes_year_pdf, name="minutes_year_pdf"),
    path(MEETING, minutes.minutes, name="minutes"),
    path(f"{MEETING}modifier/", minutes_editing.minutes_edit, name="minutes_edit"),
    path(f"{MEETING}compte-rendu.pdf", minutes.minutes_pdf, name="minutes_pdf"),
    path(f"{MEETING}envoyer/", minutes_sending.minutes_send, name="minutes_send"),
    path(f"{MEETING}clore/", minutes_sending.minutes_close, name="minutes_close"),
    path(f"{MEETING}reprendre/", minutes_sending.minutes_reopen, name="minutes_reopen"),
    path(f"{MEETING}corrections/<int:pk>/", minutes_sending.correction_settle, name="correction_settle"),
    path(f"{MEETING}decisions/<int:pk>/projet/", minutes_sending.decision_project, name="decision_project"),
    path("<int:territory>/actions/", actions.action_list, name="action_list"),
    path("<int:territory>/actions/ajouter/", actions.action_create, name="action_create"),
    path("<int:territory>/actions/<int:pk>/", actions.action, name="action"),
    path("<int:territory>/actions/<int:pk>/modifier/", actions.action_edit, name="action_edit"),
    path("<int:territory>/actions/<int:pk>/etat/", actions.action_state, name="action_state"),
    path("<int:territory>/actions/<int:pk>/supprimer/", actions.action_delete, name="action_delete"),
]
