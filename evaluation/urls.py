from django.urls import path

from evaluation.views import cells, evaluations, figures, gaps, matrix

app_name = "evaluation"
urlpatterns = [
    path("", evaluations.evaluation_list, name="evaluation_list"),
    # Fixed words stand above: nothing below may take them for an evaluation's code.
    path("<slug:code>/", figures.overview, name="overview"),
    path("<slug:code>/chiffres/<str:figure>/", figures.figure, name="figure"),
    path("<slug:code>/ecarts/", gaps.gaps, name="gaps"),
    path("<slug:code>/matrice/", matrix.matrix, name="matrix"),
    path("<slug:code>/cas/<int:case>/", matrix.case, name="case"),
    path("<slug:code>/cas/<int:case>/<str:criterion>/", cells.cell, name="cell"),
    path("<slug:code>/cas/<int:case>/<str:criterion>/arbitrer/", cells.rule, name="rule"),
    path(
        "<slug:code>/cas/<int:case>/<str:criterion>/retirer/", cells.withdraw_ruling, name="withdraw_ruling"
    ),
]
