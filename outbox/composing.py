"""A message as it leaves: headers, the frame around what it says, attachments. Nothing in it tells who reads it."""

import secrets
from email.encoders import encode_base64
from email.generator import BytesGenerator
from email.message import EmailMessage as ParsedHeaders
from email.mime.base import MIMEBase
from email.policy import Compat32
from email.utils import formataddr, parseaddr
from io import BytesIO

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string

from outbox import purposes
from outbox.links import MailLinks, absolute
from outbox.models import Mail
from outbox.purposes import Attachment, Message


class _ShortHeaders(Compat32):
    """Writes a header that fits its line as it is: the standard library looks for where to fold it all the same."""

    def fold_binary(self, name: str, value: str) -> bytes:
        line = f"{name}: {value}"
        if len(line) <= self.max_line_length and line.isascii() and line.isprintable() and line == line.strip():
            return f"{line}{self.linesep}".encode()
        return super().fold_binary(name, value)


AS_SENT = _ShortHeaders(linesep="\r\n")


def message_id(mail: Mail) -> str:
    """The same for every attempt at a row: a mail program shows one sent twice only once."""
    return f"<{mail.pk}.{mail.created_at.timestamp():.6f}@{_own_address().rpartition('@')[2]}>"


def compose(mail: Mail, message: Message, links: MailLinks) -> EmailMultiAlternatives:
    """``message`` as a mail to ``mail``'s recipient."""
    unsubscribe = links.unsubscribe()
    headers = {"Message-ID": message_id(mail), "Auto-Submitted": "auto-generated"}
    if unsubscribe:
        headers |= {"List-Unsubscribe": f"<{unsubscribe}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"}
    frame = {
        "message": message,
        "unsubscribe": unsubscribe,
        "label": purposes.label_of(mail.purpose),
        "site": absolute("/"),
    }
    composed = EmailMultiAlternatives(
        subject=message.subject,
        body=render_to_string("outbox/email/frame.txt", frame),
        from_email=formataddr((message.sender_name, _own_address())) if message.sender_name else None,
        to=[mail.recipient],
        reply_to=[message.reply_to] if message.reply_to else None,
        headers=headers,
    )
    if message.html:
        composed.attach_alternative(render_to_string("outbox/email/frame.html", frame), "text/html")
    for attachment in message.attachments:
        composed.attach(_part(attachment))
    return composed


def written(composed: EmailMultiAlternatives) -> bytes:
    """The mail as it goes to the server, as Django writes it. Raises ``BadHeaderError`` for line breaks in a header."""
    message = composed.message()
    for part in message.walk():
        if part.is_multipart():
            part.set_boundary(f"={secrets.token_hex(16)}=")  # otherwise one is looked for that no part holds
    content = BytesIO()
    BytesGenerator(content, mangle_from_=False, policy=AS_SENT).flatten(message)
    return content.getvalue()


def _own_address() -> str:
    return parseaddr(settings.DEFAULT_FROM_EMAIL)[1]


def _part(attachment: Attachment) -> MIMEBase:
    headers = ParsedHeaders()
    headers["Content-Type"] = attachment.mimetype
    content_type = headers["Content-Type"]
    part = MIMEBase(content_type.maintype, content_type.subtype, **content_type.params)
    part.set_payload(attachment.content)
    encode_base64(part)
    part.add_header("Content-Disposition", "attachment", filename=attachment.name)
    return part
