"""Questionnaires, for the team."""

app_name = "questionnaires"
urlpatterns = []
