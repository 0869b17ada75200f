from django.urls import include, path

from evaluation import urls_report
from evaluation.views import (
    administration,
    cells,
    criteria_administration,
    criteria_pages,
    evaluations,
    figures,
    gaps,
    map,
    matrix,
    published_figures,
    recording,
    sessions,
    workbooks,
)

app_name = "evaluation"
urlpatterns = [
    path("", evaluations.evaluation_list, name="evaluation_list"),
    path("importer/", workbooks.import_workbook, name="import_workbook"),
    path("imports/<uuid:run>/", workbooks.import_run, name="import_run"),
    path("imports/<uuid:run>/confirmer/", workbooks.confirm_import, name="confirm_import"),
    path("nouvelle/", administration.evaluation_create, name="evaluation_create"),
    path("criteres/", criteria_administration.criteria, name="criteria"),
    path("criteres/famille/", criteria_administration.family_add, name="family_add"),
    path("criteres/famille/<str:family>/", criteria_administration.family_edit, name="family_edit"),
    path("criteres/famille/<str:family>/supprimer/", criteria_administration.family_delete, name="family_delete"),
    path("criteres/critere/", criteria_administration.criterion_add, name="criterion_add"),
    path("criteres/critere/<str:criterion>/", criteria_administration.criterion_edit, name="criterion_edit"),
    path(
        "criteres/critere/<str:criterion>/supprimer/",
        criteria_administration.criterion_delete,
        name="criterion_delete",
    ),
    *urls_report.shared,
    # Fixed words stand above: nothing below may take them for an evaluation's code.
    path("<str:code>/", figures.overview, name="overview"),
    path("<str:code>/rapport/", include(urls_report.pages)),
    path("<str:code>/chiffres/<str:figure>/", figures.figure, name="figure"),
    path("<str:code>/classeur/", workbooks.export_workbook, name="export_workbook"),
    path("<str:code>/modifier/", administration.evaluation_edit, name="evaluation_edit"),
    path("<str:code>/perimetre/", administration.evaluation_scope, name="evaluation_scope"),
    path("<str:code>/perimetre/ajouter/", administration.scope_add, name="scope_add"),
    path("<str:code>/chiffres-publies/", published_figures.published_figures, name="published_figures"),
    path("<str:code>/chiffres-publies/ajouter/", published_figures.published_figure_add, name="published_figure_add"),
    path(
        "<str:code>/chiffres-publies/<int:pk>/", published_figures.published_figure_edit, name="published_figure_edit"
    ),
    path(
        "<str:code>/chiffres-publies/<int:pk>/supprimer/",
        published_figures.published_figure_delete,
        name="published_figure_delete",
    ),
    path("<str:code>/freins/", criteria_pages.brakes, name="brakes"),
    path("<str:code>/reussites/", criteria_pages.success, name="success"),
    path("<str:code>/resultats/", criteria_pages.outcomes, name="outcomes"),
    path("<str:code>/carte/", map.territory_map, name="map"),
    path("<str:code>/sessions/", sessions.sessions, name="sessions"),
    path("<str:code>/ecarts/", gaps.gaps, name="gaps"),
    path("<str:code>/matrice/", matrix.matrix, name="matrix"),
    path("<str:code>/cas/<int:case>/", matrix.case, name="case"),
    # Here too: a criterion's code is none of these words (administration_forms.py).
    path("<str:code>/cas/<int:case>/nom/", administration.case_rename, name="case_rename"),
    path("<str:code>/cas/<int:case>/retirer/", administration.case_remove, name="case_remove"),
    path("<str:code>/cas/<int:case>/repondants/", recording.respondents_edit, name="respondents_edit"),
    path("<str:code>/cas/<int:case>/entretien/", recording.interview_edit, name="interview_edit"),
    path("<str:code>/cas/<int:case>/entretien/supprimer/", recording.interview_delete, name="interview_delete"),
    path("<str:code>/cas/<int:case>/<str:criterion>/", cells.cell, name="cell"),
    path("<str:code>/cas/<int:case>/<str:criterion>/constat/", recording.evidence_add, name="evidence_add"),
    path("<str:code>/constats/<int:pk>/", recording.evidence_edit, name="evidence_edit"),
    path("<str:code>/constats/<int:pk>/supprimer/", recording.evidence_delete, name="evidence_delete"),
    path("<str:code>/cas/<int:case>/<str:criterion>/arbitrer/", cells.rule, name="rule"),
    path("<str:code>/arbitrages/<int:ruling>/retirer/", cells.withdraw_ruling, name="withdraw_ruling"),
]
