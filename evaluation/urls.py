from django.urls import path

from evaluation.views import cells, evaluations, figures, gaps, matrix

app_name = "evaluation"
urlpatterns = [
    path("", evaluations.evaluation_list, name="evaluation_list"),
    # Fixed words stand above: nothing below may take them for an evaluation's code.
    path("<str:code>/", figures.overview, name="overview"),
    path("<str:code>/chiffres/<str:figure>/", figures.figure, name="figure"),
    path("<str:code>/ecarts/", gaps.gaps, name="gaps"),
    path("<str:code>/matrice/", matrix.matrix, name="matrix"),
    path("<str:code>/cas/<int:case>/", matrix.case, name="case"),
    path("<str:code>/cas/<int:case>/<str:criterion>/", cells.cell, name="cell"),
    path("<str:code>/cas/<int:case>/<str:criterion>/arbitrer/", cells.rule, name="rule"),
    path("<str:code>/arbitrages/<int:ruling>/retirer/", cells.withdraw_ruling, name="withdraw_ruling"),
]
