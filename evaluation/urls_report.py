"""The report's pages: what is under an evaluation's address, what links open, and what all reports share."""

from django.urls import path

from evaluation.views import recommendations, report, shared_report, slide_template, snapshots

shared = [
    path("modele-de-diaporama/", slide_template.slide_template, name="slide_template"),
    path("modele-de-diaporama/fichier/", slide_template.slide_template_file, name="slide_template_file"),
    path("modele-de-diaporama/retirer/", slide_template.slide_template_remove, name="slide_template_remove"),
    path("partage/<str:token>/", shared_report.shared_report, name="shared_report"),
    path("partage/<str:token>/lire/", shared_report.shared_report_read, name="shared_report_read"),
    path("partage/<str:token>/<str:format>/", shared_report.shared_report_file, name="shared_report_file"),
]
pages = [
    path("", report.report, name="report"),
    path("rubriques/", report.report_arrange, name="report_arrange"),
    path("rubriques/<str:section>/commentaire/", report.report_commentary, name="report_commentary"),
    path("apercu/", report.report_preview, name="report_preview"),
    path("figer/", report.report_freeze, name="report_freeze"),
    path("recommandations/", recommendations.recommendations, name="recommendations"),
    path("recommandations/ajouter/", recommendations.recommendation_add, name="recommendation_add"),
    path("recommandations/<int:pk>/", recommendations.recommendation_edit, name="recommendation_edit"),
    path("recommandations/<int:pk>/supprimer/", recommendations.recommendation_delete, name="recommendation_delete"),
    path("recommandations/<int:pk>/deplacer/", recommendations.recommendation_move, name="recommendation_move"),
    path("<int:number>/", snapshots.snapshot, name="snapshot"),
    path("<int:number>/lire/", snapshots.snapshot_read, name="snapshot_read"),
    path("<int:number>/comparer/", snapshots.snapshot_compare, name="snapshot_compare"),
    path("<int:number>/liens/", snapshots.snapshot_links, name="snapshot_links"),
    path("<int:number>/liens/revoquer/", snapshots.snapshot_link_revoke, name="snapshot_link_revoke"),
    path("<int:number>/<str:format>/demander/", snapshots.rendering_ask, name="rendering_ask"),
    path("<int:number>/<str:format>/", snapshots.rendering_file, name="rendering_file"),
]
