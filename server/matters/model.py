"""A matter 事项 and its people. Pure."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from server.cases.model import Facts, Side
from server.ids import AccountId, CaseId, MatterId, OrganisationId


class MatterState(StrEnum):
    """受理 - 分流 - 调解 - 反馈 - 归档. Words on the wire, in the database and in i18n keys."""

    received = "received"
    """已提交, a receipt was given."""
    accepted = "accepted"
    """已受理, to be routed."""
    routed = "routed"
    """已分流: at an organisation, nobody's yet; to be appointed or claimed."""
    appointed = "appointed"
    """已指派: a mediator is asked and has not answered."""
    mediating = "mediating"
    """调解中: there is a case."""
    settled = "settled"
    failed = "failed"
    referred = "referred"
    """已转出: to a court, arbitration, the police or another office outside."""
    declined = "declined"
    withdrawn = "withdrawn"
    merged = "merged"
    """已并案: the same dispute as another matter, which goes on for both."""
    archived = "archived"


class MatterAct(StrEnum):
    """What can be done to a matter."""

    accept = "accept"
    decline = "decline"
    withdraw = "withdraw"
    route = "route"
    refer = "refer"
    send_back = "send_back"
    """退回: not ours; the intake routes anew."""
    appoint = "appoint"
    claim = "claim"
    """揭榜认领"""
    agree = "agree"
    """The mediator takes it and has no conflict."""
    refuse = "refuse"
    expire = "expire"
    """The mediator did not answer in time."""
    recuse = "recuse"
    settle = "settle"
    fail = "fail"
    reopen = "reopen"
    merge = "merge"
    unmerge = "unmerge"
    archive = "archive"


class Source(StrEnum):
    """How a matter came; a channel's name stands in `channel`."""

    citizen = "citizen"
    counter = "counter"
    phone = "phone"
    channel = "channel"


@dataclass(frozen=True, slots=True)
class Filer:
    """Somebody of a matter, as they or others wrote it down; nothing is proven yet."""

    side: Side
    name: str = field(repr=False)
    phone: str = field(default="", repr=False)
    id_no: str = field(default="", repr=False)
    address: str = field(default="", repr=False)
    organisation: bool = False


@dataclass(frozen=True, slots=True)
class Needs:
    """What somebody needs to take part."""

    interpreter: str = ""
    """A language, or sign language; "" for none."""
    large_type: bool = False
    no_device: bool = False
    apart: bool = False
    """Must not meet the other side; shown to staff only."""
    mode: str = ""
    """video, in_person, phone, or "" for either."""
    times: str = ""


@dataclass(frozen=True, slots=True)
class Matter:
    """What somebody brought. `number` 受理号 stands on the receipt and is taken once."""

    id: MatterId
    number: str
    state: MatterState
    source: Source
    channel: str
    """Id of the channel's key, "" for the others."""
    source_ref: str
    """The channel's own number of the record, "" for the others."""
    organisation_id: OrganisationId
    """Who has it now."""
    title: str
    facts: Facts = field(repr=False)
    claims: str = field(repr=False)
    people: tuple[Filer, ...] = field(repr=False)
    needs: Needs = field(repr=False)
    received_at: datetime
    rehearsal: bool = False
    category: str = ""
    """Kind of dispute as in `law.disputes`, decided by a person; "" before."""
    complexity: str = ""
    """simple 简易 or complex 复杂; "" before it was decided."""
    clerk_id: AccountId | None = None
    mediator_id: AccountId | None = None
    case_id: CaseId | None = None
    evidence: tuple[str, ...] = ()
    """SHA-256 of files handed in."""
    claimable: bool = False
    """揭榜: any mediator of the organisation that has it may take it."""

    def of(self, side: Side) -> tuple[Filer, ...]:
        """The people of one side."""
        return tuple(one for one in self.people if one.side is side)
