"""What is logged, and told to Sentry, names nobody."""

import json
import logging

import pytest
from django.core.exceptions import ImproperlyConfigured
from hypothesis import given
from hypothesis import strategies as st

from alimactiv import logs
from outbox import links

ADDRESS = "camille.fictive+liste@exemple.test"


def record(message: str, *arguments, error: BaseException | None = None) -> logging.LogRecord:
    info = (type(error), error, error.__traceback__) if error else None
    return logging.LogRecord("alimactiv.test", logging.WARNING, __file__, 1, message, arguments, info)


@pytest.mark.django_db
def test_a_link_is_not_logged():
    token = links.make(purpose="unsubscribe", subject="essai:1", recipient=ADDRESS, days=1)
    said = logs.redacted(f"GET /courriels/desinscription/{token}/ {ADDRESS} 200")
    assert said == "GET /courriels/desinscription/[jeton]/ [adresse] 200"


def test_a_link_without_digit_is_not_logged():
    """As one of 1,500 is."""
    assert logs.redacted(f"GET /repondre/{'abC-_' * 8}abc/") == "GET /repondre/[jeton]/"


@given(st.emails(domains=st.sampled_from(["exemple.test", "demo.alimactiv.example"])))
def test_no_address_passes(address):
    plain = address.split("@")[0].isascii() and all(c.isalnum() or c in ".+'-_" for c in address.split("@")[0])
    if plain:
        assert address not in logs.Words().format(record("mail to %s", address))


def test_one_object_a_line():
    try:
        raise ValueError(f"no mail for {ADDRESS}")
    except ValueError as error:
        line = logs.Json().format(record("mail %s\nfailed", 12, error=error))
    said = json.loads(line)
    assert "\n" not in line
    assert (said["level"], said["logger"], said["message"]) == ("warning", "alimactiv.test", "mail 12\nfailed")
    assert said["error"].endswith("ValueError: no mail for [adresse]")
    assert "in test_one_object_a_line" in said["error"], "the names of functions stay readable"


def test_an_unknown_form_is_refused():
    with pytest.raises(ImproperlyConfigured, match="LOG_FORMAT"):
        logs.configuration("xml")


def test_sentry_is_told_of_no_person():
    event = {
        "level": "error",
        "user": {"id": 1, "email": ADDRESS, "ip_address": "192.0.2.1"},
        "server_name": "machine",
        "request": {
            "method": "POST",
            "url": f"https://alimactiv.example/annuaire/?q={ADDRESS}",
            "data": {"name": "Camille Fictive"},
            "headers": {"Cookie": "sessionid=abc"},
            "env": {"REMOTE_ADDR": "192.0.2.1"},
        },
        "exception": {"values": [{"type": "ValueError", "value": f"no mail for {ADDRESS}"}]},
    }
    assert logs.without_people(event, {}) == {
        "level": "error",
        "request": {"method": "POST", "url": "https://alimactiv.example/annuaire/"},
        "exception": {"values": [{"type": "ValueError", "value": "no mail for [adresse]"}]},
    }
