from collections.abc import Callable

import pytest

from outbox import purposes
from outbox.purposes import Message, Purpose


def say_essai(mail, links) -> Message:
    return Message(subject=f"Essai {mail.subject}", text="Bonjour,\n\nceci est un essai.")


@pytest.fixture
def register(monkeypatch) -> Callable[..., Purpose]:
    """``register("essai", urgent=True)``: a purpose for the length of the test, the only ones there are."""
    monkeypatch.setattr(purposes, "_registered", {})

    def register(code: str = "essai", **what) -> Purpose:
        what = {"label": "les essais", "render": say_essai} | what
        purposes.register(Purpose(code=code, **what))
        return purposes.get(code)

    return register


@pytest.fixture
def purpose(register) -> Purpose:
    return register()
