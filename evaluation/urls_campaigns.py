"""Campaigns, their follow-up, calls and what was answered, for the team."""

app_name = "campaigns"
urlpatterns = []
