"""Campaigns, their follow-up, calls and what was answered, for the team."""

from django.urls import include, path

from evaluation.urls_answering import on_behalf_patterns
from evaluation.views import calls, campaign_follow_up

app_name = "campaigns"
urlpatterns = [
    # How it goes, person by person, and calling them.
    path("appels/", calls.call_list, name="calls"),
    path("appels/<int:pk>/retirer/", calls.call_remove, name="call_remove"),
    path("<int:pk>/suivi/", campaign_follow_up.follow_up, name="follow_up"),
    path("<int:pk>/suivi/relancer/", campaign_follow_up.remind, name="remind"),
    path("<int:pk>/suivi/exporter/", campaign_follow_up.export, name="export"),
    path("<int:pk>/personnes/<int:invitation>/", campaign_follow_up.person, name="person"),
    path("<int:pk>/personnes/<int:invitation>/appeler/", calls.call, name="call"),
    # Typing for a person what they say on the telephone.
    path("<int:campaign>/personnes/<int:invitation>/saisir/", include(on_behalf_patterns)),
]
