from django.urls import path

from coordination.views import (
    calendars,
    meetings,
    meetings_agenda,
    meetings_attendance,
    meetings_invitations,
    meetings_log,
)

MEETING = "<int:territory>/reunions/<int:pk>/"

urlpatterns = [
    path("calendriers/", calendars.calendar_list, name="calendar_list"),
    path("calendriers/<int:pk>/revoquer/", calendars.calendar_revoke, name="calendar_revoke"),
    path("calendrier/<str:token>.ics", calendars.calendar_feed, name="calendar_feed"),
    path("reponse/<str:token>/", meetings_invitations.meeting_reply, name="meeting_reply"),
    path("<int:territory>/reunions/", meetings.meeting_list, name="meeting_list"),
    path("<int:territory>/reunions/prevoir/", meetings.meeting_add, name="meeting_add"),
    path("<int:territory>/reunions/consigner/", meetings_log.meeting_log, name="meeting_log"),
    path(MEETING, meetings.meeting, name="meeting"),
    path(f"{MEETING}modifier/", meetings.meeting_edit, name="meeting_edit"),
    path(f"{MEETING}consigner/", meetings_log.meeting_write_up, name="meeting_write_up"),
    path(f"{MEETING}ordre-du-jour/", meetings_agenda.meeting_agenda, name="meeting_agenda"),
    path(f"{MEETING}invitations/", meetings_invitations.meeting_invite, name="meeting_invite"),
    path(f"{MEETING}reponse/", meetings_invitations.meeting_reply_here, name="meeting_reply_here"),
    path(f"{MEETING}presences/", meetings_attendance.meeting_attendance, name="meeting_attendance"),
    path(f"{MEETING}annuler/", meetings.meeting_cancel, name="meeting_cancel"),
    path(f"{MEETING}maintenir/", meetings.meeting_reinstate, name="meeting_reinstate"),
    path(f"{MEETING}recommencer/", meetings.meeting_repeat, name="meeting_repeat"),
    path(f"{MEETING}supprimer/", meetings.meeting_delete, name="meeting_delete"),
    path(f"{MEETING}reunion.ics", meetings.meeting_ics, name="meeting_ics"),
]
