"""One application as its court person has it before them: what the link is about, and no more of the case than that."""

from dataclasses import dataclass
from typing import Any

from server.agreements import store as agreements
from server.agreements.desk import profile_of
from server.agreements.model import Agreement
from server.cases import store as cases
from server.cases.model import Case
from server.confirmation import store as applications
from server.confirmation.acting import Author
from server.confirmation.model import Application
from server.docket import store
from server.docket.model import Link
from server.errors import NotFound
from server.ids import CaseId
from server.law import confirmation as law
from server.law import dates
from server.law.holidays import Calendar
from server.law.profiles import Profile
from server.store.db import Tx
from server.web.call import Call


@dataclass(frozen=True)
class Docket:
    """What a handler works with. The case is for its people's names and for the journal."""

    link: Link
    agreement: Agreement
    application: Application
    case: Case
    profile: Profile

    def window(self, calendar: Calendar) -> law.Window:
        """The days in which the parties may apply."""
        if self.agreement.effective_at is None:
            raise LookupError(self.agreement.id)
        effective = dates.legal_day(self.agreement.effective_at)
        return law.window(calendar, effective, self.profile.confirmation_days)


async def load(tx: Tx, call: Call[Any]) -> Docket:
    """Of the caller's link, whichever it is: no id of anything comes from the page."""
    link = await store.load(tx, call.caller.id)
    agreement = await agreements.load(tx, link.agreement_id)
    if agreement is None:
        raise NotFound("agreement")
    case = await cases.load(tx, CaseId(link.case_id))
    application = await applications.load(tx, link.confirmation_id)
    return Docket(link, agreement, application, case, profile_of(agreement, call.settings.centre))


def author_of(call: Call[Any], docket: Docket) -> Author:
    """The court itself."""
    return Author(docket.link.id, call.now(), docket.link.name)
