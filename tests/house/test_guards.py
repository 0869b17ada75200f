"""The guards of tests/conftest.py do guard."""

import smtplib
import socket

import pytest
from django.core.mail import send_mail
from django.template import Context, engines
from django.template.base import Origin, Template


def test_the_network_is_out_of_reach():
    with pytest.raises(RuntimeError, match="tests reach this machine only"):
        socket.create_connection(("192.0.2.1", 80))
    with pytest.raises(RuntimeError, match="tests reach this machine only"):
        socket.getaddrinfo("www.example.org", 443)


def template(text: str, origin: str) -> Template:
    return Template(text, origin=Origin(origin), engine=engines["django"].engine)


def render(template: Template) -> str:
    return template.render(Context())


def test_an_undefined_variable_fails_in_our_templates(settings):
    ours = template("{% if True %}{{ nobody.name|upper }}{% endif %}", str(settings.BASE_DIR / "templates/x.html"))
    with pytest.raises(pytest.fail.Exception, match=r"nobody\.name » in templates/x\.html"):
        render(ours)


def test_an_undefined_variable_is_empty_in_a_librarys_templates():
    assert render(template("[{{ nobody }}]", "/library/templates/x.html")) == "[]"


def test_mail_goes_through_a_real_server(mail_server):
    send_mail("Réunion", "À 14 h, salle des fêtes.", None, ["a@example.org"])
    (message,) = mail_server.messages
    assert message["Subject"] == "Réunion"
    assert message.get_content().strip() == "À 14 h, salle des fêtes."
    mail_server.answer = "451 Plus tard"
    with pytest.raises(smtplib.SMTPDataError):
        send_mail("Réunion", "", None, ["a@example.org"])
