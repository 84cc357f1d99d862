"""What a freeze asks of the companions: the papers to print, or what they lack."""

from collections.abc import Sequence
from dataclasses import dataclass

from aiohttp import web

from server.agreements.ceremony.further import Further
from server.agreements.desk import Desk
from server.agreements.document import Frame
from server.agreements.errors import FurtherLacking
from server.confirmation.companions import rules, store, wording
from server.confirmation.companions.model import Kept
from server.store.db import Tx
from server.web import keys


@dataclass(frozen=True)
class Companions:
    """What was chosen and given when the number was taken."""

    kept: Kept

    def texts(self, desk: Desk, frame: Frame) -> Sequence[Further]:
        services = [(party, self.kept.services[party.id]) for party in desk.case.parties]
        return tuple(wording.texts(desk, frame, self.kept.choice, services))


async def prepared(app: web.Application, tx: Tx, desk: Desk) -> Companions | None:
    """None where the mediator chose none. Raises FurtherLacking."""
    kept = await store.kept(tx, app[keys.VAULT], desk.agreement.id)
    if not kept.choice.wanted or rules.hindrance(desk):
        return None
    missing = [one for one in rules.lacks(desk, kept) if one.needed]
    if missing:
        raise FurtherLacking([(one.code, desk.matter.label_of(one.party)) for one in missing])
    return Companions(kept)
