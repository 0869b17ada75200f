"""Answering by the link of a mail, without an account."""

app_name = "answering"
urlpatterns = []
