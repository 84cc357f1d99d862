"""The named steps of architecture 3a, and where a process dies around each, in the order a ceremony meets them."""

from tests.kill.faults import Fault, When

JOURNAL = "server.store.journal:append"
CEREMONY = "server.agreements.ceremony"


def entry(kind: str, when: When) -> Fault:
    """Around the commit of the transaction that writes this entry of the journal."""
    return Fault(JOURNAL, when, only=kind)


def around(kind: str) -> list[Fault]:
    return [entry(kind, "commit"), entry(kind, "committed")]


FREEZE = [
    *around("agreement.number_taken"),
    Fault("documents.sign:certify", "before"),
    Fault("documents.sign:certify", "after", nth=2),
    Fault(f"{CEREMONY}.freeze:freeze", "after"),
    *around("agreement.freeze"),
]
READY = [
    *around("ceremony.confirm"),
    *around("ceremony.enrol"),
    Fault("server.messages.delivery:Deliveries.send", "after"),
    Fault("documents.authority:Authority.issue_event", "after"),
    *around("ceremony.ready"),
]
TURN = [
    Fault(f"{CEREMONY}.turns:prepare", "after"),
    Fault(f"{CEREMONY}.leases:open_lease", "commit"),
    Fault(f"{CEREMONY}.leases:open_lease", "committed"),
    Fault("documents.persons:accept_turn", "after"),
    Fault("documents.timestamp:TimestampAuthority.token", "before"),
    Fault("documents.timestamp:TimestampAuthority.token", "after"),
    Fault("documents.timestamp:TimestampAuthority.token", "after", nth=2),
    Fault("documents.revisions:assemble", "after", nth=2),
    Fault(f"{CEREMONY}.leases:accept", "after"),
    *around("ceremony.sign"),
]
LAST = around("ceremony.all_signed")
SEAL = [
    Fault(f"{CEREMONY}.sealing:seal_once", "before"),
    Fault("documents.sign:_signed", "after"),
    Fault("documents.sign:_with_status", "after"),
    Fault("documents.sign:archived", "after"),
    Fault("documents.sign:archived", "after", nth=2),
    Fault(f"{CEREMONY}.store:note_pending", "commit"),
    Fault(f"{CEREMONY}.store:note_pending", "committed"),
    Fault("pathlib:Path.replace", "before"),
    Fault("server.store.blobs:Blobs._put", "after"),
    Fault("server.store.blobs:Blobs._put", "after", nth=2),
    Fault("server.store.blobs:Blobs.remove", "before"),
    *around("agreement.complete"),
]
VOID = around("ceremony.void")
WHOLE = [*FREEZE, *READY, *TURN, *LAST, *SEAL]
"""All steps of a ceremony that ends with files."""
