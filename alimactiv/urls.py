from django.contrib.auth.decorators import login_not_required
from django.urls import include, path
from django.views.generic import RedirectView

from alimactiv import views

handler500 = views.server_error

urlpatterns = [
    path("", views.home, name="home"),
    path("bienvenue/", views.landing, name="landing"),
    path("accessibilite/", views.accessibility, name="accessibility"),
    path("mentions-legales/", views.legal, name="legal"),
    path(".well-known/security.txt", views.security_txt, name="security_txt"),
    path("", include("outbox.urls_health")),
    path("compte/", include("accounts.urls_sign_in")),
    path("personnes/", include("accounts.urls")),
    path("courriels/", include("outbox.urls")),
    path(
        "territoires/<slug:slug>/semaine/",
        login_not_required(RedirectView.as_view(pattern_name="week:week", query_string=True)),
        name="territory_week",
    ),
    path("territoires/", include("territories.urls")),
    path("participations/", include("actors.urls")),
    path("annuaire/gestion/", include("actors.urls_entries")),
    path("annuaire/verification/", include("actors.urls_freshness")),
    path("annuaire/membres/", include("actors.urls_membership")),
    path("annuaire/doublons/", include("actors.urls_duplicates")),
    path("annuaire/echanges/", include("actors.urls_exchange")),
    path("annuaire/livret/", include("actors.urls_booklet")),
    path("api/", include("actors.urls_api")),
    path("annuaire/", include("actors.urls_directory")),
    path("semaine/", include("actors.urls_week")),
    path("journal/", include("coordination.urls")),
    path("journal/", include("coordination.urls_coverage")),
    path("donnees/", include("privacy.urls")),
    path("evaluations/", include("evaluation.urls")),
    path("questionnaires/", include("evaluation.urls_questionnaires")),
    path("campagnes/", include("evaluation.urls_campaigns")),
    path("repondre/", include("evaluation.urls_answering")),
]
