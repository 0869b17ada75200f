from django.urls import path, register_converter

from coordination.views import bin, coordinators, documents, groups, members, overview, records
from coordination.views.kinds import KindConverter, ModelConverter

register_converter(KindConverter, "kind")
register_converter(ModelConverter, "model")

urlpatterns = [
    path("", overview.mine, name="mine"),
    path("<int:territory>/", overview.territory, name="territory"),
    path("<int:territory>/chronologie/", overview.timeline, name="timeline"),
    path("<int:territory>/consigner/", records.log, name="log"),
    path("<int:territory>/demarches/", records.record_list, name="record_list"),
    path("<int:territory>/diagnostics/<int:pk>/comparer/", records.diagnostic_compare, name="diagnostic_compare"),
    path("<int:territory>/<kind:kind>/ajouter/", records.record_add, name="record_add"),
    path("<int:territory>/<kind:kind>/<int:pk>/", records.record, name="record"),
    path("<int:territory>/<kind:kind>/<int:pk>/modifier/", records.record_edit, name="record_edit"),
    path("<int:territory>/<kind:kind>/<int:pk>/supprimer/", records.record_delete, name="record_delete"),
    path("<int:territory>/<model:model>/<int:pk>/historique/", bin.record_history, name="record_history"),
    path("<int:territory>/<model:model>/<int:pk>/retablir/", bin.record_restore, name="record_restore"),
    path("<int:territory>/corbeille/", bin.record_bin, name="bin"),
    path("<int:territory>/documents/", documents.document_list, name="document_list"),
    path("<int:territory>/documents/ajouter/", documents.document_add, name="document_add"),
    path("<int:territory>/documents/<int:pk>/", documents.document, name="document"),
    path("<int:territory>/documents/<int:pk>/modifier/", documents.document_edit, name="document_edit"),
    path("<int:territory>/documents/<int:pk>/supprimer/", documents.document_delete, name="document_delete"),
    path("<int:territory>/membres/", members.member_list, name="member_list"),
    path("<int:territory>/membres/structures/ajouter/", members.actor_add, name="actor_add"),
    path("<int:territory>/membres/structures/<int:actor>/modifier/", members.actor_edit, name="actor_edit"),
    path("<int:territory>/membres/structures/<int:actor>/personnes/", members.member_add, name="member_add"),
    path("<int:territory>/membres/personnes/<int:pk>/modifier/", members.member_edit, name="member_edit"),
    path("<int:territory>/membres/personnes/<int:pk>/depart/", members.member_left, name="member_left"),
    path("<int:territory>/groupes/", groups.group_list, name="group_list"),
    path("<int:territory>/groupes/<int:pk>/modifier/", groups.group_edit, name="group_edit"),
    path("<int:territory>/groupes/<int:pk>/clore/", groups.group_close, name="group_close"),
    path("<int:territory>/coordination/", coordinators.coordinator_list, name="coordinator_list"),
    path("<int:territory>/coordination/quitter/", coordinators.coordination_leave, name="coordination_leave"),
    path("<int:territory>/coordination/partage/", coordinators.share, name="share"),
    path("<int:territory>/territoires/", coordinators.inside, name="inside"),
]
