from coordination import urls_meetings, urls_minutes, urls_territory

app_name = "coordination"
urlpatterns = [*urls_territory.urlpatterns, *urls_meetings.urlpatterns, *urls_minutes.urlpatterns]
