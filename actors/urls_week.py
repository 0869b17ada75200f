app_name = "week"
urlpatterns = []
