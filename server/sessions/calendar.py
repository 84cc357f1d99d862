"""A session as a file for calendars (RFC 5545, sent by the rules of RFC 5546). A calendar is seen by families and
colleagues and lies on servers of others: no name of anybody, no matter of dispute, no secret of a link is in it."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlsplit

import icalendar
import sqlalchemy as sa

from server.clock import wire
from server.sessions.model import Session, SessionState
from server.settings import Settings
from server.store.db import Tx, metadata

versions = sa.Table(
    "calendar_versions",
    metadata,
    sa.Column("session_id", sa.String(24), primary_key=True),
    sa.Column("sequence", sa.Integer, nullable=False),
    sa.Column("facts", sa.String(60), nullable=False),
)
NOBODY = "invalid:nomail"
"""RFC 5546 wants an attendee; of people without a mail address calendars write this."""


@dataclass(frozen=True)
class Words:
    """What stands in the calendar."""

    mediation: str
    verification: str
    enter: str
    online: str


ZH = Words("网上调解", "网上核实", "用短信里的链接进入。不能来或者要改时间，请打 {phone}。", "网上视频")
EN = Words(
    "Online mediation", "Online verification",
    "Come in by the link in the message. If you cannot come or need another time, call {phone}.", "By video",
)  # fmt: skip


def facts_of(session: Session) -> str:
    """What makes a file another one when it changes."""
    return f"{wire(session.starts_at)}|{session.minutes}|{session.state is SessionState.cancelled}"


async def sequence(tx: Tx, session: Session) -> int:
    """0 at first, one more whenever the session was moved or cancelled since: calendars replace what they hold."""
    row = (await tx.execute(sa.select(versions).where(versions.c.session_id == session.id))).first()
    facts = facts_of(session)
    if row is None:
        await tx.execute(versions.insert().values(session_id=session.id, sequence=0, facts=facts))
        return 0
    if row.facts == facts:
        return int(row.sequence)
    values = {"sequence": row.sequence + 1, "facts": facts}
    await tx.execute(versions.update().where(versions.c.session_id == session.id).values(values))
    return int(row.sequence) + 1


async def made(
    tx: Tx, settings: Settings, session: Session, now: datetime, email: str = "", language: str = "zh-CN"
) -> str:
    """The file as it is now."""
    return text(settings, session, await sequence(tx, session), now, email, language)


def text(settings: Settings, session: Session, sequence: int, now: datetime, email: str, language: str) -> str:
    """METHOD:REQUEST puts it in or replaces it, METHOD:CANCEL takes it out; `email` is the reader's own."""
    words = EN if language.lower().startswith("en") else ZH
    over = session.state is SessionState.cancelled
    event = icalendar.Event()
    event.add("uid", f"{session.id}@{urlsplit(settings.http.origin).hostname}")
    event.add("dtstamp", now)
    event.add("sequence", sequence)
    event.add("dtstart", session.starts_at)
    event.add("dtend", session.starts_at + timedelta(minutes=session.minutes))
    event.add("summary", f"{words.verification if session.court else words.mediation} · {settings.centre.name}")
    event.add("description", words.enter.format(phone=settings.centre.phone))
    event.add("location", words.online)
    event.add("status", "CANCELLED" if over else "CONFIRMED")
    event.add("class", "PRIVATE")
    organizer = icalendar.vCalAddress(f"mailto:{settings.smtp.sender}" if settings.smtp.sender else NOBODY)
    organizer.params["CN"] = icalendar.vText(settings.centre.name)
    event.add("organizer", organizer)
    event.add("attendee", icalendar.vCalAddress(f"mailto:{email}" if email else NOBODY))
    calendar = icalendar.Calendar()
    calendar.add("prodid", "-//Hejie//Sessions//ZH")
    calendar.add("version", "2.0")
    calendar.add("method", "CANCEL" if over else "REQUEST")
    calendar.add_component(event)
    return str(calendar.to_ical().decode())
