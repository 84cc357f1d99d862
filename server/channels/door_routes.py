"""The doors for systems outside: push records, ask how they stand, follow what changed. docs/channels.md tells them."""

from typing import Literal

import msgspec
from aiohttp import web

from server.channels import reading, receiving, store, words
from server.channels.model import Channel, Held, Item, Items, Outcome, Record, RecordView, VersionReused
from server.clock import Clock
from server.errors import AppError, Invalid, NotFound
from server.store import logins
from server.store.db import Database
from server.web import keys
from server.web.call import NOBODY, Call, Caller, View, channel
from server.web.limits import Rate
from server.web.routes import Routes

routes = Routes("channels", words.explain)
DOORS = ("/api/channels/records", "/api/channels/changes")
KEY = "hjk_"
PER_KEY = Rate("channel.key", 600, 60)
BATCHES = Rate("channel.batches", 30, 60)
BATCH_LIMIT = 4 * 1024 * 1024
AT_ONCE = 50
"""Records of a batch in one transaction: others must write in between."""
MOST_CHANGES = 500


class Told(View):
    """A fault of a record, or of one field of it."""

    field: str
    reason: str
    zh: str
    en: str


class Answer(View):
    """Of one record of a batch: how it stands, or why it was refused. With `dry` only what would become of it."""

    n: int
    """Its place, from 0."""
    ref: str
    outcome: Literal["created", "replaced", "noted", "older", "same", "refused"]
    record: RecordView | None = None
    code: str = ""
    explained: list[Told] = msgspec.field(default_factory=list)


class Answers(View):
    """In the order of the batch."""

    answers: list[Answer]


class Changes(View):
    """`next` is the `since` of the next question; `more`: ask again at once."""

    records: list[RecordView]
    next: str
    more: bool


async def identify(request: web.Request) -> Caller:
    """The channel whose key stands in `Authorization: Bearer`, or nobody; raises TooMany for one that asks too fast."""
    scheme, _, key = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not key.strip().startswith(KEY):
        return NOBODY
    async with request.app[keys.DB].reading() as tx:
        found = await store.of_key(tx, logins.hashed(key.strip()), request.app[keys.CLOCK]())
    if found is None:
        return NOBODY
    request.app[keys.LIMITS].check(PER_KEY, found.id)
    return Caller("channel", found.id, found.name)


@routes.route(
    "PUT", "/api/channels/records/{ref}", request=Record, reads=reading.record, response=RecordView, permit=channel,
    csrf="origin", errors=(VersionReused, Invalid),
)  # fmt: skip
async def put(call: Call[Record]) -> RecordView:
    """A record, or a newer version of it; sent again it gets the same answer and makes nothing twice."""
    ref = reading.ref_of(call.path("ref"))
    async with call.db.transaction() as tx:
        own = await store.load(tx, call.caller.id)
        held = await receiving.receive(tx, own, ref, call.body, own.id, call.now())
        return (await receiving.views(tx, [held]))[0]


@routes.route(
    "GET", "/api/channels/records/{ref}", response=RecordView, permit=channel, errors=(NotFound, Invalid)
)  # fmt: skip
async def show(call: Call[None]) -> RecordView:
    """How a record stands."""
    async with call.db.reading() as tx:
        held = await store.held(tx, call.caller.id, reading.ref_of(call.path("ref")))
        if held is None:
            raise NotFound("record")
        return (await receiving.views(tx, [held]))[0]


@routes.route(
    "POST", "/api/channels/records", request=Items, reads=reading.items, response=Answers, permit=channel,
    csrf="origin", limit=BATCH_LIMIT, queries=("dry",), errors=(Invalid,),
)  # fmt: skip
async def put_many(call: Call[list[Item | Invalid]]) -> Answers:
    """Up to 500 records, each answered by itself: a wrong one keeps no other out. With `dry=1` nothing changes."""
    call.request.app[keys.LIMITS].check(BATCHES, call.caller.id)
    dry = dry_of(call)
    async with call.db.reading() as tx:
        own = await store.load(tx, call.caller.id)
    return Answers(await take(call.db, own, call.body, own.id, call.clock, dry=dry))


@routes.route(
    "GET", "/api/channels/changes", response=Changes, permit=channel, queries=("since",), errors=(Invalid,)
)  # fmt: skip
async def changes(call: Call[None]) -> Changes:
    """Records whose matter came or moved on after `since` (empty: from the beginning), each as it stands now."""
    since = call.query("since", "0")
    if not (since.isascii() and since.isdigit() and len(since) <= 18):
        raise Invalid({"since": "value"})
    async with call.db.reading() as tx:
        found, upto, more = await store.changed(tx, call.caller.id, int(since), MOST_CHANGES)
        return Changes(await receiving.views(tx, found), str(upto), more)


def dry_of(call: Call[object]) -> bool:
    """Whether only what would happen is asked for; raises Invalid."""
    dry = call.query("dry", "0")
    if dry not in ("0", "1"):
        raise Invalid({"dry": "value"})
    return dry == "1"


async def take(
    db: Database, own: Channel, items: list[Item | Invalid], actor: str, clock: Clock, *, dry: bool
) -> list[Answer]:
    """Receive many, or say what would become of them; those of one call see those before them only when received."""
    answers: list[Answer] = []
    for start in range(0, len(items), AT_ONCE):
        some = list(enumerate(items))[start : start + AT_ONCE]
        async with db.reading() if dry else db.transaction() as tx:
            done: list[tuple[Answer, Held]] = []
            for n, item in some:
                if isinstance(item, Invalid):
                    answers.append(refused(n, "", item))
                    continue
                answer = Answer(n, item.ref, "same")
                try:
                    outcome, _ = await receiving.would(tx, own, item.ref, item)
                    if not dry:
                        done.append((answer, await receiving.receive(tx, own, item.ref, item, actor, clock())))
                except VersionReused as error:
                    answer = refused(n, item.ref, error)
                else:
                    answer.outcome = outcome.value if outcome else "same"
                answers.append(answer)
            for (answer, _), view in zip(done, await receiving.views(tx, [held for _, held in done]), strict=True):
                answer.record = view
    return answers


def refused(n: int, ref: str, error: AppError) -> Answer:
    """An answer that says why not."""
    told = [Told(**one) for one in words.explained(error)]
    return Answer(n, ref, "refused", None, error.code, told)


__all__ = ["DOORS", "KEY", "Answer", "Answers", "Outcome", "dry_of", "identify", "routes", "take"]
