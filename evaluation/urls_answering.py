"""Answering by the link of a mail, without an account; and the same pages for the team, under its campaigns."""

from collections.abc import Callable

from django.urls import include, path

from evaluation.views import answering, answering_leaving
from evaluation.views.answering_access import by_link, on_behalf


def _pages(prefix: str, first: str, opened: Callable) -> list:
    return [
        path("", opened(answering.start), name=first),
        path("page/<int:page>/", opened(answering.page), name=f"{prefix}page"),
        path("verifier/", opened(answering.review), name=f"{prefix}review"),
        path("merci/", opened(answering.thanks), name=f"{prefix}thanks"),
        path("decliner/", opened(answering_leaving.decline), name=f"{prefix}decline"),
        path("transmettre/", opened(answering_leaving.hand_on), name=f"{prefix}hand_on"),
    ]


app_name = "answering"
urlpatterns = [path("<str:token>/", include(_pages("", "start", by_link)))]

on_behalf_patterns = _pages("enter_", "enter", on_behalf)
"""In the namespace of the campaigns, below one of their persons."""
