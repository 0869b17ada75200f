"""What became of each mail, on a real SMTP server that refuses or hangs up at each step."""

import pytest
from django.core.mail import EmailMessage

from outbox.composing import written
from outbox.transport import InDoubt, NotAccepted, Refused, Transport, Unreachable


def a_mail(recipient: str = "a@exemple.test") -> EmailMessage:
    return EmailMessage("Réunion", "À 14 h.\n.\nFin", "Équipe <site@exemple.test>", [recipient])


def hand_over(transport: Transport, mail: EmailMessage) -> None:
    transport.begin()
    transport.address(*mail.to)
    transport.send(mail, written(mail))


def subjects(server) -> list[str]:
    return [message["To"] for message in server.messages]


def test_several_mails_over_one_connection(mail_server):
    seen = set()

    async def handle_MAIL(server, session, envelope, address, options):  # noqa: N802 (aiosmtpd's name)
        seen.add(session.peer)
        envelope.mail_from = address
        return "250 OK"

    mail_server.handle_MAIL = handle_MAIL
    with Transport() as transport:
        hand_over(transport, a_mail())
        hand_over(transport, a_mail("b@exemple.test"))
    assert subjects(mail_server) == ["a@exemple.test", "b@exemple.test"]
    assert len(seen) == 1
    message = mail_server.messages[0]
    assert message.get_content().split() == ["À", "14", "h.", ".", "Fin"]
    assert str(message["From"]) == "Équipe <site@exemple.test>"


@pytest.mark.parametrize(
    ("answer", "is_bounce"),
    [
        ("550 5.1.1 Boîte inconnue", True),
        ("550 Boîte inconnue", True),
        ("552 5.2.2 Boîte pleine", True),
        ("554 5.7.1 Relais refusé", False),
    ],
)
def test_an_address_refused_for_good(mail_server, answer, is_bounce):
    async def handle_RCPT(server, session, envelope, address, options):  # noqa: N802
        if address.startswith("b@"):
            return answer
        envelope.rcpt_tos.append(address)
        return "250 OK"

    mail_server.handle_RCPT = handle_RCPT
    with Transport() as transport:
        with pytest.raises(Refused, match=answer[:9]) as refused:
            hand_over(transport, a_mail("b@exemple.test"))
        hand_over(transport, a_mail())
    assert refused.value.is_bounce == is_bounce
    assert subjects(mail_server) == ["a@exemple.test"]


@pytest.mark.parametrize(
    ("answer", "error", "is_bounce"),
    [
        ("554 5.6.0 Contenu refusé", Refused, False),
        ("550 5.1.1 Boîte inconnue", Refused, True),
        ("451 4.3.0 Plus tard", NotAccepted, None),
    ],
)
def test_a_content_refused(mail_server, answer, error, is_bounce):
    mail_server.answer = answer
    with Transport() as transport:
        with pytest.raises(error, match=answer[:9]) as refused:
            hand_over(transport, a_mail())
        mail_server.answer = "250 OK"
        hand_over(transport, a_mail("b@exemple.test"))
    assert getattr(refused.value, "is_bounce", None) == is_bounce
    assert subjects(mail_server) == ["b@exemple.test"]


@pytest.mark.parametrize("hook", ["handle_MAIL", "handle_RCPT"])
def test_a_temporary_refusal_is_no_bounce(mail_server, hook):
    async def later(*_):
        return "450 4.2.1 Plus tard"

    setattr(mail_server, hook, later)
    with Transport() as transport, pytest.raises(NotAccepted, match=r"450 4\.2\.1"):
        hand_over(transport, a_mail())
    assert not mail_server.messages


def test_a_sender_refused_is_not_the_recipients_fault(mail_server):
    async def handle_MAIL(*_):  # noqa: N802
        return "550 5.7.1 Expéditeur refusé"

    mail_server.handle_MAIL = handle_MAIL
    with Transport() as transport, pytest.raises(NotAccepted, match="Expéditeur"):
        hand_over(transport, a_mail())


@pytest.mark.parametrize("hook", ["handle_MAIL", "handle_RCPT"])
def test_a_connection_lost_before_the_mail_is_opened_again(mail_server, hook):
    """As servers do that take so many mails a connection, with or without a word."""
    lost = []

    async def hang_up_once(server, session, envelope, address, options):
        if not lost:
            lost.append(address)
            server.transport.abort()
            return "421 Au revoir"
        if hook == "handle_MAIL":
            envelope.mail_from = address
        else:
            envelope.rcpt_tos.append(address)
        return "250 OK"

    setattr(mail_server, hook, hang_up_once)
    with Transport() as transport:
        hand_over(transport, a_mail())
    assert subjects(mail_server) == ["a@exemple.test"]


def test_a_connection_lost_while_the_server_accepts_leaves_a_doubt(mail_server):
    take = mail_server.handle_DATA

    async def hang_up(server, session, envelope):
        if envelope.rcpt_tos == ["a@exemple.test"]:
            server.transport.abort()
        return await take(server, session, envelope)

    mail_server.handle_DATA = hang_up
    with Transport() as transport:
        with pytest.raises(InDoubt):
            hand_over(transport, a_mail())
        hand_over(transport, a_mail("b@exemple.test"))
    assert subjects(mail_server) == ["a@exemple.test", "b@exemple.test"]


def test_no_server(settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    with pytest.raises(Unreachable):
        Transport().__enter__()


def test_a_server_that_goes_away(mail_server):
    async def gone(server, *_):
        server.transport.abort()
        return "250 OK"

    mail_server.handle_MAIL = gone
    with Transport() as transport, pytest.raises(Unreachable):
        hand_over(transport, a_mail())


def test_files_and_other_backends(mailoutbox):
    with Transport() as transport:
        hand_over(transport, a_mail())
    assert [mail.to for mail in mailoutbox] == [["a@exemple.test"]]
