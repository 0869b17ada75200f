from django.urls import path

from evaluation.views import cells, criteria_pages, evaluations, figures, gaps, map, matrix, sessions, workbooks

app_name = "evaluation"
urlpatterns = [
    path("", evaluations.evaluation_list, name="evaluation_list"),
    path("importer/", workbooks.import_workbook, name="import_workbook"),
    path("imports/<uuid:run>/", workbooks.import_run, name="import_run"),
    path("imports/<uuid:run>/confirmer/", workbooks.confirm_import, name="confirm_import"),
    # Fixed words stand above: nothing below may take them for an evaluation's code.
    path("<str:code>/", figures.overview, name="overview"),
    path("<str:code>/chiffres/<str:figure>/", figures.figure, name="figure"),
    path("<str:code>/classeur/", workbooks.export_workbook, name="export_workbook"),
    path("<str:code>/freins/", criteria_pages.brakes, name="brakes"),
    path("<str:code>/reussites/", criteria_pages.success, name="success"),
    path("<str:code>/resultats/", criteria_pages.outcomes, name="outcomes"),
    path("<str:code>/carte/", map.territory_map, name="map"),
    path("<str:code>/sessions/", sessions.sessions, name="sessions"),
    path("<str:code>/ecarts/", gaps.gaps, name="gaps"),
    path("<str:code>/matrice/", matrix.matrix, name="matrix"),
    path("<str:code>/cas/<int:case>/", matrix.case, name="case"),
    path("<str:code>/cas/<int:case>/<str:criterion>/", cells.cell, name="cell"),
    path("<str:code>/cas/<int:case>/<str:criterion>/arbitrer/", cells.rule, name="rule"),
    path("<str:code>/arbitrages/<int:ruling>/retirer/", cells.withdraw_ruling, name="withdraw_ruling"),
]
