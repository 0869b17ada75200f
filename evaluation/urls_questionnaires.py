"""Questionnaires, for the team."""

from django.urls import include, path

from evaluation.views import (
    questionnaires,
    questionnaires_editing,
    questionnaires_preview,
    questionnaires_versions,
)

version_patterns = [
    path("", questionnaires_versions.version, name="version"),
    path("apercu/", questionnaires_preview.preview, name="preview"),
    path("comparer/", questionnaires_versions.version_compare, name="version_compare"),
    path("preparer/", questionnaires_versions.version_prepare, name="version_prepare"),
    path("supprimer/", questionnaires_versions.version_delete, name="version_delete"),
    path("campagnes/<int:campaign>/", questionnaires_versions.campaign_put, name="campaign_put"),
    path("textes/", questionnaires_editing.texts_edit, name="texts_edit"),
    path("pages/", questionnaires_editing.page_add, name="page_add"),
    path("pages/<int:page>/", questionnaires_editing.page_edit, name="page_edit"),
    path("pages/<int:page>/deplacer/", questionnaires_editing.page_move, name="page_move"),
    path("pages/<int:page>/supprimer/", questionnaires_editing.page_delete, name="page_delete"),
    path("pages/<int:page>/questions/", questionnaires_editing.question_add, name="question_add"),
    path(
        "pages/<int:page>/questions/<str:kind>/",
        questionnaires_editing.question_add_kind,
        name="question_add_kind",
    ),
    path("questions/<int:question>/", questionnaires_editing.question_edit, name="question_edit"),
    path("questions/<int:question>/condition/", questionnaires_editing.question_condition, name="question_condition"),
    path("questions/<int:question>/deplacer/", questionnaires_editing.question_move, name="question_move"),
    path("questions/<int:question>/supprimer/", questionnaires_editing.question_delete, name="question_delete"),
]

app_name = "questionnaires"
urlpatterns = [
    path("", questionnaires.questionnaire_list, name="questionnaire_list"),
    path("nouveau/", questionnaires.questionnaire_create, name="questionnaire_create"),
    path("<int:questionnaire>/", questionnaires.questionnaire, name="questionnaire"),
    path("<int:questionnaire>/modifier/", questionnaires.questionnaire_edit, name="questionnaire_edit"),
    path("<int:questionnaire>/supprimer/", questionnaires.questionnaire_delete, name="questionnaire_delete"),
    path("<int:questionnaire>/versions/<int:number>/", include(version_patterns)),
]
