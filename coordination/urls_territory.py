from django.urls import path

from coordination.views import overview

urlpatterns = [
    path("<int:territory>/", overview.territory, name="territory"),
    path("<int:territory>/consigner/", overview.territory, name="log"),
    path("<int:territory>/demarches/", overview.territory, name="record_list"),
    path("<int:territory>/documents/", overview.territory, name="document_list"),
    path("<int:territory>/membres/", overview.territory, name="member_list"),
]
