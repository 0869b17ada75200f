from django.urls import path

from actors.views import week, week_desk

app_name = "week"
urlpatterns = [
    path("preparer/<int:territory>/", week_desk.prepare, name="prepare"),
    path("editions/<int:pk>.pdf", week_desk.edition, name="edition"),
    path("<slug:slug>/", week.week, name="week"),
    path("<slug:slug>/integrer/", week.embed, name="embed"),
    path("<slug:slug>.ics", week.calendar, name="calendar"),
    path("<slug:slug>.pdf", week.document, name="document"),
]
