"""Mail by SMTP (RFC 5321). The Message-ID is the message's own, the same at every attempt: a connection that breaks
after DATA leaves open whether it was taken, so it is sent again, and a mailbox that has it keeps one."""

import ssl
from email.message import EmailMessage
from email.utils import format_datetime, formataddr

import aiosmtplib

from server.messages.model import NotTaken, Parcel, Refused
from server.settings import SmtpOptions

TIMEOUT = 20.0
"""Seconds for each word of the conversation."""
FILE = "session.ics"


class MailGateway:
    """The server of HEJIE_SMTP_HOST."""

    def __init__(self, options: SmtpOptions, centre: str) -> None:
        self._options, self._centre = options, centre

    async def hand_over(self, parcel: Parcel) -> str:
        """What the server said to the whole message. Raises NotTaken, Refused."""
        options = self._options
        context = ssl.create_default_context(cafile=options.ca)
        client = aiosmtplib.SMTP(
            hostname=options.host, port=options.port, timeout=TIMEOUT, use_tls=options.security == "tls",
            start_tls=options.security == "starttls", username=options.user or None, password=options.password,
            tls_context=None if options.security == "none" else context,
        )  # fmt: skip
        try:
            async with client:
                _, answer = await client.send_message(self._letter(parcel), sender=options.sender)
        except aiosmtplib.SMTPAuthenticationError:
            raise NotTaken("login") from None  # ours to mend, not the receiver's
        except aiosmtplib.SMTPRecipientsRefused as error:
            raise _judged(error.recipients[0].code) from None
        except aiosmtplib.SMTPResponseException as error:
            raise _judged(error.code) from None
        except (aiosmtplib.SMTPException, OSError) as error:
            raise NotTaken(type(error).__name__) from None
        return answer

    def _letter(self, parcel: Parcel) -> EmailMessage:
        letter = EmailMessage()
        sender = self._options.sender
        letter["From"] = formataddr((self._centre, sender))
        letter["To"] = parcel.to
        letter["Subject"] = f"【{self._centre}】通知"
        letter["Date"] = format_datetime(parcel.at)
        letter["Message-ID"] = f"<{parcel.id}@{sender.partition('@')[2]}>"
        letter["Auto-Submitted"] = "auto-generated"
        letter.set_content(parcel.text)
        if parcel.calendar:
            method = "CANCEL" if "METHOD:CANCEL" in parcel.calendar else "REQUEST"
            letter.add_alternative(parcel.calendar, subtype="calendar", params={"method": method})
            letter.add_attachment(parcel.calendar, subtype="calendar", filename=FILE, params={"method": method})
        return letter


def _judged(code: int) -> NotTaken:
    """RFC 5321 4.2.1: 4yz is for now, 5yz for good."""
    return (Refused if 500 <= code < 600 else NotTaken)(f"smtp {code}")
