from django.urls import path

from actors.views import calls, checking, proposals, suggesting

app_name = "freshness"
_DESK = "territoire/<int:territory>"
_ENTRY = f"{_DESK}/fiche/<int:actor>"
urlpatterns = [
    path(f"{_DESK}/appels/", calls.call_list, name="call_list"),
    path(f"{_ENTRY}/", calls.follow, name="follow"),
    path(f"{_ENTRY}/juste/", calls.confirm_by_phone, name="confirm_by_phone"),
    path(f"{_ENTRY}/modifier/<slug:code>/", calls.edit_by_phone, name="edit_by_phone"),
    path(f"{_ENTRY}/modifier/<slug:code>/<int:target>/", calls.edit_by_phone, name="edit_by_phone"),
    path(f"{_ENTRY}/appel/", calls.note_call, name="note_call"),
    path(f"{_ENTRY}/demander/", calls.ask_now, name="ask_now"),
    path(f"{_ENTRY}/revoquer/", calls.revoke_links, name="revoke_links"),
    path(f"{_ENTRY}/ne-pas-relancer/", calls.do_not_ask, name="do_not_ask"),
    path(f"{_ENTRY}/relancer/", calls.ask_again, name="ask_again"),
    path(f"{_DESK}/propositions/", proposals.proposal_list, name="proposal_list"),
    path(f"{_DESK}/propositions/<int:pk>/", proposals.proposal, name="proposal"),
    path("signaler/<int:actor>/", suggesting.suggest, name="suggest"),
    path("signaler/<int:actor>/merci/", suggesting.suggested, name="suggested"),
    path("signaler/<int:actor>/<slug:code>/", suggesting.suggest_part, name="suggest_part"),
    path("signaler/<int:actor>/<slug:code>/<int:target>/", suggesting.suggest_part, name="suggest_part"),
    path("<str:token>/", checking.check, name="check"),
    path("<str:token>/merci/", checking.thanks, name="thanks"),
    path("<str:token>/nouveau-lien/", checking.new_link, name="new_link"),
    path("<str:token>/ferme/", checking.closed, name="closed"),
    path("<str:token>/autre-personne/", checking.someone_else, name="someone_else"),
    path("<str:token>/modifier/<slug:code>/", checking.check_part, name="check_part"),
    path("<str:token>/modifier/<slug:code>/<int:target>/", checking.check_part, name="check_part"),
]
