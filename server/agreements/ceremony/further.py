"""Files beside the agreement and the minutes in one ceremony, and who may open which. What they say is another
feature's matter; `app.py` hands it in."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from aiohttp import web

from documents import DocumentText
from server.agreements.ceremony.model import File
from server.agreements.desk import Desk
from server.agreements.document import Frame
from server.cases.model import Case, Part
from server.store.db import Tx
from server.web.call import Caller

ACTING = frozenset({Part.party, Part.representative, Part.guardian})
"""Those whose application it is: whoever helps or attests has no business with it."""


@dataclass(frozen=True)
class Further:
    """One file of the set."""

    id: str
    text: DocumentText
    of_party: str | None = None
    """The one party whose paper it is; None: of all."""


class Prepared(Protocol):
    """What is to be printed. Equal values print the same: compared again when the ceremony is stored."""

    def texts(self, desk: Desk, frame: Frame) -> Sequence[Further]:
        """Pure; in the order in which people read them."""
        ...


FURTHER: web.AppKey[Callable[[web.Application, Tx, Desk], Awaitable[Prepared | None]]] = web.AppKey("further")
"""What was chosen for an agreement, None for nothing; refuses what lacks something."""


def openable(files: Sequence[File], case: Case, caller: Caller) -> tuple[File, ...]:
    """Those of a ceremony's files that the caller may open. The agreement and the minutes are everybody's who may see
    the agreement; what goes to a court is the parties', and a paper of one party that party's alone."""
    if caller.kind == "staff":
        return tuple(files)
    person = case.party(caller.id)
    acts = person is not None and person.part in ACTING
    party = (person.acts_for or person.id) if person else None
    return tuple(one for one in files if one.id in SHARED or (acts and one.of_party in (None, party)))


SHARED = ("agreement", "minutes")
"""Of everybody in the set."""
