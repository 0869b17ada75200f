"""What a mail looks like when it leaves."""

import re

import pytest

from outbox.composing import compose, message_id, written
from outbox.links import MailLinks
from outbox.purposes import Attachment, Message
from tests.factories import MailFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def site(settings):
    settings.SITE_URL = "https://alimactiv.exemple.test"
    settings.DEFAULT_FROM_EMAIL = "Alim'Activ <ne-pas-repondre@alimactiv.exemple.test>"


def composed(mail=None, **what):
    mail = mail or MailFactory()
    return compose(mail, Message(**({"subject": "Réunion", "text": "À 14 h.\n"} | what)), MailLinks(mail))


def parts(message) -> list[str]:
    return [part.get_content_type() for part in message.walk()]


def test_headers(purpose):
    mail = MailFactory(recipient="a@exemple.test")
    message = composed(mail, reply_to="coordination@exemple.test", sender_name="Coordination d’Exempleville").message()
    (address,) = [value.strip("<>") for value in message.get_all("List-Unsubscribe")]
    assert address.startswith("https://alimactiv.exemple.test/courriels/desinscription/")
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["To"] == "a@exemple.test"
    assert message["Reply-To"] == "coordination@exemple.test"
    assert message["From"].endswith("<ne-pas-repondre@alimactiv.exemple.test>")
    assert "Exempleville" in message["From"]
    assert message["Message-ID"] == message_id(mail)
    assert message["Message-ID"].endswith("@alimactiv.exemple.test>")


def test_the_message_id_is_the_rows_own(purpose):
    mail, other = MailFactory(), MailFactory()
    again = type(mail).objects.get(pk=mail.pk)
    assert composed(mail).message()["Message-ID"] == composed(again).message()["Message-ID"]
    assert message_id(mail) != message_id(other)


def test_by_default_from_the_site_and_no_answer_to(purpose):
    message = composed().message()
    assert message["From"] == "Alim'Activ <ne-pas-repondre@alimactiv.exemple.test>"
    assert message["Reply-To"] is None


def test_text_with_its_foot(purpose):
    body = composed(sender_name="Coordination d’Exempleville").body
    link = body.split()[-1]
    assert body.rstrip() == (
        "À 14 h.\n\n-- \nCoordination d’Exempleville, avec Alim'Activ\nhttps://alimactiv.exemple.test/\n\n"
        f"Ne plus recevoir les essais\u00a0:\n{link}"
    )
    assert link.startswith("https://alimactiv.exemple.test/courriels/desinscription/")


def test_what_one_must_get_has_no_way_out(register):
    register(can_opt_out=False)
    message = composed(html="<p>À 14 h.</p>")
    assert "List-Unsubscribe" not in message.message()
    assert "desinscription" not in message.message().as_string()
    assert message.body.rstrip() == "À 14 h.\n\n-- \nAlim'Activ\nhttps://alimactiv.exemple.test/"


def test_html_beside_the_text_and_nothing_that_tells_who_reads(purpose):
    message = composed(html="<p>À <strong>14 h</strong>.</p>").message()
    assert parts(message) == ["multipart/alternative", "text/plain", "text/html"]
    html = message.get_payload()[1].get_payload(decode=True).decode()
    assert "<p>À <strong>14 h</strong>.</p>" in html
    assert "Ne plus recevoir les essais" in html
    assert "<img" not in html
    assert "<script" not in html


def test_an_invitation_keeps_its_method_and_a_file_its_name(purpose):
    calendar = b"BEGIN:VCALENDAR\r\nSUMMARY:R\xc3\xa9union\r\nEND:VCALENDAR\r\n"
    message = composed(
        attachments=(
            Attachment("réunion.ics", calendar, "text/calendar; charset=utf-8; method=REQUEST"),
            Attachment("compte-rendu.pdf", b"%PDF-1.7", "application/pdf"),
        )
    ).message()
    assert parts(message) == ["multipart/mixed", "text/plain", "text/calendar", "application/pdf"]
    invitation, minutes = message.get_payload()[1:]
    assert dict(invitation.get_params()) == {"text/calendar": "", "charset": "utf-8", "method": "REQUEST"}
    assert (invitation.get_filename(), invitation.get_payload(decode=True)) == ("réunion.ics", calendar)
    assert (minutes.get_filename(), minutes.get_payload(decode=True)) == ("compte-rendu.pdf", b"%PDF-1.7")


def leveled(content: bytes) -> bytes:
    """Without what differs from one writing to the next: boundaries, the second."""
    for boundary in re.findall(rb'boundary="([^"]+)"', content):
        content = content.replace(boundary, b"boundary")
    return re.sub(rb"\r\nDate: [^\r]+", b"", content)


@pytest.mark.parametrize(
    "subject", ["Reunion", "Réunion", "Compte rendu de la réunion de la coordination " * 3, "a " * 60]
)
@pytest.mark.parametrize("name", ["reunion.ics", "réunion.ics", "compte-rendu-de-la-reunion-" * 4 + ".ics"])
def test_a_mail_is_written_as_django_writes_it(purpose, subject, name):
    file = Attachment(name, b"BEGIN:VCALENDAR", "text/calendar; charset=utf-8; method=REQUEST")
    mail = composed(subject=subject, html="<p>À 14 h.</p>", sender_name="Équipe", attachments=(file,))
    content = written(mail)
    assert leveled(content) == leveled(mail.message().as_bytes(linesep="\r\n"))
    assert content.count(b"\r\n") == content.count(b"\n")
