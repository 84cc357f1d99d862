"""Writing down what happened to an application: acts, appointments, the ruling. The same for staff, who were told, and
for the court, which does it itself; whose word it is stands with each."""

from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Literal

from aiohttp import web

from server.clock import wire
from server.confirmation import rules, store
from server.confirmation.model import Application, Checked, Event, Ruling, State
from server.confirmation.rulings import CHECK, need_pdf
from server.errors import IllegalAct, Invalid, JsonValue, NotFound
from server.ids import new
from server.law import dates
from server.law.confirmation import Window
from server.store import journal
from server.store.db import Tx
from server.web import keys


@dataclass(frozen=True)
class Author:
    """Who writes it down and when; `court`: by name, where it is the court itself."""

    id: str
    now: datetime
    court: str = ""

    def signed(self, data: dict[str, str]) -> dict[str, str]:
        """What an event keeps, with the court person it is from."""
        return data | ({"by_court": self.court} if self.court else {})


async def act(tx: Tx, before: Application, said: rules.Said, window: Window, author: Author) -> Application:
    """The application after what was said, kept with its event. Raises IllegalAct, Invalid."""
    earlier = [one.on for one in await store.events(tx, before.id) if one.kind in rules.ACTS]
    after = rules.moved(before, said, window, max(earlier, default=None), dates.legal_day(author.now))
    await store.save(tx, after, new=before.state is State.preparing)
    await store.add_event(tx, after, _event(said.act.value, said.on, said.data(), author))
    entry: dict[str, JsonValue] = {
        "agreement": after.agreement_id, "confirmation": after.id, "from": before.state.value,
        "to": after.state.value, "on": said.on.isoformat(),
    }  # fmt: skip
    await journal.append(tx, after.case_id, f"confirmation.{said.act.value}", author.id, entry, author.now)
    return after


async def appoint(
    tx: Tx, application: Application, kind: Literal["appointment", "cancelled"], data: dict[str, str], author: Author
) -> Event:
    """A day at court, or that one is off. Raises IllegalAct, NotFound."""
    if application.state not in rules.AT_COURT:
        raise IllegalAct(application.state, kind, rules.AT_COURT)
    standing = rules.appointments(await store.events(tx, application.id))
    if kind == "cancelled" and data["of"] not in {one.id for one in standing}:
        raise NotFound("appointment")
    event = _event(kind, dates.legal_day(author.now), data, author)
    await store.add_event(tx, application, event)
    entry: dict[str, JsonValue] = {"agreement": application.agreement_id, "event": data.get("of", event.id)}
    await journal.append(tx, application.case_id, f"confirmation.{kind}", author.id, entry, author.now)
    return event


@dataclass(frozen=True)
class Filed:
    """A ruling that was read and lies among the blobs, to be kept with its application."""

    sha256: str
    checked: Checked
    case_no: str
    on: date


async def read_ruling(app: web.Application, pdf: bytes, case_no: str, on: date) -> Filed:
    """Judge the file's own signatures and keep its bytes. Raises Invalid, Unavailable."""
    need_pdf(pdf)
    if not 0 < len(case_no) <= 60:
        raise Invalid({"case_no": "required" if not case_no else "too_long"})
    checked = await app[CHECK](app, pdf)
    return Filed(await app[keys.BLOBS].put(pdf), checked, case_no, on)


async def keep_ruling(tx: Tx, before: Application, filed: Filed, author: Author) -> Application:
    """With the application, in place of the one before. Raises IllegalAct, Invalid."""
    need_ruling(before, filed.on, dates.legal_day(author.now))
    ruling = Ruling(filed.sha256, filed.case_no, filed.on.isoformat(), filed.checked, author.id, wire(author.now))
    after = replace(before, ruling=ruling, case_no=before.case_no or filed.case_no)
    await store.save(tx, after, new=False)
    data = {"sha256": filed.sha256, "case_no": filed.case_no}
    await store.add_event(tx, after, _event("ruling", filed.on, data, author))
    entry: dict[str, JsonValue] = {
        "agreement": after.agreement_id, "confirmation": after.id, "file": filed.sha256, "checked": filed.checked,
    }  # fmt: skip
    await journal.append(tx, after.case_id, "confirmation.ruling", author.id, entry, author.now)
    return after


def need_ruling(application: Application, on: date, today: date) -> None:
    """There may be a ruling of that day. Raises IllegalAct, Invalid."""
    if application.state not in rules.RULED:
        raise IllegalAct(application.state, "ruling", rules.RULED)
    if not (application.submitted_on or on) <= on <= today:
        raise Invalid({"on": "range"})


def _event(kind: str, on: date, data: dict[str, str], author: Author) -> Event:
    return Event(new("cfe"), kind, on, author.now, author.id, author.signed(data))
