"""A message as a mail: by a server of the operator's choice, with its certificate checked, and in finite time."""

import smtplib
import socket
import ssl
from datetime import datetime
from email.message import EmailMessage
from email.utils import format_datetime
from functools import partial

from sharebot import logs
from sharebot.alerts.words import Message
from sharebot.config.alerting import Mail
from sharebot.errors import SharebotError
from sharebot.patient import Patient

_PATIENCE = 20.0
"""Seconds that the server may be silent."""
_LONGEST = 60.0
"""Seconds for it all."""
_Refused = dict[str, tuple[int, bytes]]
"""Who does not get it of several, and what the server said."""
_CURES = {
    530: "it asks for a user and a password",
    534: "it wants another way to sign in, such as an app password",
    535: "are user and password right?",
    550: "does it take mail from this sender, for these recipients?",
}


class NotSent(SharebotError):
    """A message was not taken; the words hold no secret, and nothing that a server repeated."""


def mail(settings: Mail, message: Message, now: datetime) -> None:
    """Send a message. Raises NotSent."""
    server, port = settings.place
    try:
        # A server whose answer drips in byte by byte is never silent, and never done.
        refused = Patient(partial(_handed_over, settings, _written(settings, message, now)), _LONGEST).answer()
    except smtplib.SMTPRecipientsRefused as error:
        raise NotSent(_answered(f"{server}:{port}", max(code for code, _ in error.recipients.values()))) from None
    except smtplib.SMTPResponseException as error:
        raise NotSent(_answered(f"{server}:{port}", error.smtp_code)) from None
    except ssl.SSLCertVerificationError as error:
        raise NotSent(f"{server}:{port}: its certificate is not valid ({error.verify_message})") from None
    except (OSError, smtplib.SMTPException, UnicodeError) as error:
        raise NotSent(f"{server}:{port}: {_why(error)}") from None
    for whom, (code, _) in refused.items():  # the others have it, and would get it twice
        logs.warn("alert.failed", to=whom, subject=message.subject, error=_answered(f"{server}:{port}", code))


def _handed_over(settings: Mail, written: EmailMessage) -> _Refused:
    with _connected(settings) as smtp:
        if settings.user and settings.password:
            smtp.login(settings.user, settings.password.get_secret_value())
        return smtp.send_message(written, settings.sender, settings.to)


def _connected(settings: Mail) -> smtplib.SMTP:
    me, context = socket.gethostname(), ssl.create_default_context()  # smtplib itself would ask a name server
    if settings.tls == "tls":
        return smtplib.SMTP_SSL(*settings.place, me, timeout=_PATIENCE, context=context)
    smtp = smtplib.SMTP(*settings.place, me, timeout=_PATIENCE)
    if settings.tls == "starttls":
        try:
            smtp.starttls(context=context)
        except BaseException:
            smtp.close()
            raise
    return smtp


def _written(settings: Mail, message: Message, now: datetime) -> EmailMessage:
    domain = settings.sender.partition("@")[2]
    written = EmailMessage()
    written["From"] = settings.sender
    written["To"] = ", ".join(settings.to)
    written["Subject"] = message.subject
    written["Date"] = format_datetime(now)
    written["Message-ID"] = _id(message.name, domain)
    # https://www.rfc-editor.org/rfc/rfc3834#section-5: nobody's absence is to be answered to it
    written["Auto-Submitted"] = "auto-generated"
    if message.answers:
        written["In-Reply-To"] = _id(message.answers[0], domain)
        written["References"] = " ".join(_id(name, domain) for name in message.answers)
    written.set_content(message.body)
    return written


def _id(name: str, domain: str) -> str:
    return f"<sharebot.{name}@{domain}>"


def _answered(place: str, code: int) -> str:
    cure = f": {_CURES[code]}" if code in _CURES else ""
    return f"{place} answered {code}{cure}"


def _why(error: Exception) -> str:
    if isinstance(error, TimeoutError):
        return "no answer in time"
    if isinstance(error, smtplib.SMTPNotSupportedError):
        return "it does not offer what is asked for (tls:, or user: and password:)"
    if isinstance(error, smtplib.SMTPServerDisconnected):
        return "it closed the connection"
    return getattr(error, "strerror", None) or "it could not be spoken to; are server:, port: and tls: right?"
