"""Puts a disclosure together: chosen entries of one journal, the anchors that prove them, the paths between. Pure."""

import json
from collections.abc import Sequence

from documents import (
    WHOLE,
    ByField,
    Closed,
    Disclosure,
    Evidence,
    FileHead,
    Opened,
    Shown,
    Stamped,
    Tree,
    Whole,
    blind,
    commitments,
    field_salt,
    packed,
    write_disclosure,
)
from server.clock import wire
from server.errors import Conflict
from server.journal.anchoring import tree_of, tree_over
from server.journal.choosing import Choice
from server.store.anchors import Anchor, CaseHead
from server.store.chain import Entry


class NotWhole(Conflict):
    """The journal is not what it was: nothing is proven by it; the detail is the first fault (409)."""

    code = "journal_not_whole"


class NotAnchored(NotWhole):
    """An entry is under no time-stamp yet (409)."""

    code = "journal_not_anchored"


class Assembly:
    """`heads`: numbers of the entries whose hash stands in a signed file. Raises NotAnchored."""

    def __init__(
        self, chain: Sequence[Entry], stamped: Sequence[Anchor], chosen: Sequence[Choice], heads: Sequence[int]
    ) -> None:
        self._chain, self._chosen, self._heads = chain, chosen, heads
        self._case = chain[0].case_id
        own = ((one, head) for one in stamped for head in one.heads if head.case_id == self._case)
        self._known = sorted(own, key=lambda pair: pair[1].seq)
        needed = {one.entry.seq for one in chosen} | {max([*heads, *(one.entry.seq for one in chosen)])}
        places = sorted({self._first(seq) for seq in needed})
        self._used = [self._known[place] for place in places]
        self._trees: dict[int, Tree] = {}

    def _first(self, seq: int) -> int:
        """The place of the first anchor that has this entry."""
        for place, (_, head) in enumerate(self._known):
            if head.seq >= seq:
                return place
        raise NotAnchored(str(seq))

    @property
    def tokens(self) -> list[bytes]:
        """Of the anchors used, the newest last."""
        return [one.token for one, _ in self._used]

    def written(self, status: Evidence) -> bytes:
        """The file; `status` tells what the certificates of the tokens are worth."""
        last = self._used[-1][1].seq
        return write_disclosure(
            Disclosure(
                self._case,
                [self._shown(one, last) for one in self._chosen],
                [_stamped(*pair) for pair in self._used],
                [FileHead(seq, self._chain[seq - 1].hash, self._path(seq, last)) for seq in self._heads],
                [packed(one) for one in status.certificates],
                [packed(one) for one in status.ocsps],
                [packed(one) for one in status.crls],
            )
        )

    def _shown(self, choice: Choice, last: int) -> Shown:
        entry = choice.entry
        place = next(place for place, (_, head) in enumerate(self._used) if head.seq >= entry.seq)
        length = self._used[place][1].seq
        final = self._path(entry.seq, last) if length != last else []
        head = (entry.seq, wire(entry.at), entry.kind, entry.actor, entry.previous)
        return Shown(*head, _body(choice), place, self._path(entry.seq, length), final)

    def _path(self, seq: int, length: int) -> list[str]:
        if length not in self._trees:
            self._trees[length] = tree_of([entry.hash for entry in self._chain[:length]])
        return [one.hex() for one in self._trees[length].path(seq - 1)]


def _body(choice: Choice) -> ByField | Whole | Closed:
    entry = choice.entry
    if entry.body is None or entry.salt is None:
        return Closed(entry.body_hash)
    body = json.loads(entry.body)
    if choice.fields is None or entry.form == WHOLE:
        return Whole(entry.salt, body)
    opened = {name: Opened(field_salt(entry.salt, name), body[name]) for name in sorted(choice.fields)}
    closed = [one for name, one in commitments(entry.salt, body).items() if name not in opened]
    return ByField(opened, sorted([*closed, blind(entry.salt)]))


def _stamped(one: Anchor, head: CaseHead) -> Stamped:
    index = one.heads.index(head)
    path = [each.hex() for each in tree_over(one.heads).path(index)]
    return Stamped(head.seq, head.head, head.tree_root, index, len(one.heads), path, packed(one.token))
