"""Campaigns, their follow-up, calls and what was answered, for the team."""

from django.urls import include, path

from evaluation.urls_answering import on_behalf_patterns
from evaluation.views import calls, campaign_follow_up, campaigns, campaigns_recipients, campaigns_texts

app_name = "campaigns"
urlpatterns = [
    # Preparing and running a campaign.
    path("", campaigns.campaign_list, name="campaign_list"),
    path("nouvelle/", campaigns.campaign_create, name="campaign_create"),
    path("<int:pk>/", campaigns.campaign, name="campaign"),
    path("<int:pk>/modifier/", campaigns.campaign_edit, name="campaign_edit"),
    path("<int:pk>/supprimer/", campaigns.campaign_delete, name="campaign_delete"),
    path("<int:pk>/envois/", campaigns.sending, name="sending"),
    path("<int:pk>/lancer/", campaigns.launch, name="launch"),
    path("<int:pk>/pause/", campaigns.pause, name="pause"),
    path("<int:pk>/reprendre/", campaigns.resume, name="resume"),
    path("<int:pk>/prolonger/", campaigns.extend, name="extend"),
    path("<int:pk>/arreter/", campaigns.end, name="end"),
    # What it says.
    path("<int:pk>/textes/", campaigns_texts.campaign_texts, name="texts"),
    path("<int:pk>/textes/ajouter/<str:kind>/", campaigns_texts.step_add, name="step_add"),
    path("etapes/<int:pk>/", campaigns_texts.step_edit, name="step_edit"),
    path("etapes/<int:pk>/supprimer/", campaigns_texts.step_remove, name="step_remove"),
    path("etapes/<int:pk>/essai/", campaigns_texts.step_test, name="step_test"),
    # Whom it asks.
    path("<int:pk>/destinataires/", campaigns_recipients.campaign_recipients, name="recipients"),
    path("<int:pk>/destinataires/ajouter/", campaigns_recipients.recipient_add, name="recipient_add"),
    path(
        "<int:pk>/personnes/<int:invitation>/corriger/",
        campaigns_recipients.recipient_correct,
        name="recipient_correct",
    ),
    path(
        "<int:pk>/personnes/<int:invitation>/remplacer/",
        campaigns_recipients.recipient_replace,
        name="recipient_replace",
    ),
    path(
        "<int:pk>/personnes/<int:invitation>/retirer/",
        campaigns_recipients.recipient_remove,
        name="recipient_remove",
    ),
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
