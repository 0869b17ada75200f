app_name = "freshness"
urlpatterns = []
