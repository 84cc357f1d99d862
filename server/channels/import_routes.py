"""The door for files: first what each line would do, then the same with effect. Sent twice it makes nothing twice."""

import asyncio

from server.channels import files, words
from server.channels.desk_routes import reach
from server.channels.door_routes import Answer, dry_of, take
from server.errors import Invalid, NotFound
from server.store import journal
from server.web.call import Call, View
from server.web.limits import Rate
from server.web.rights import right
from server.web.routes import Routes

routes = Routes("channels", words.explain)
PER_ADDRESS = Rate("channel.import", 20, 60)


class Lines(View):
    """Line by line; `n` of an answer is the line in the file, from 1. `counts`: how many of each outcome."""

    answers: list[Answer]
    counts: dict[str, int]
    dry: bool


@routes.route(
    "POST", "/api/channels/{id}/imports", request=bytes, consumes=("text/csv", "application/x-ndjson"),
    response=Lines, permit=right("matters.file"), limit=files.LIMIT, rate=PER_ADDRESS, queries=("dry",),
    errors=(NotFound, Invalid),
)  # fmt: skip
async def import_file(call: Call[bytes]) -> Lines:
    """Records of a channel from a file (CSV in UTF-8 or GB18030, or JSON lines). `dry=1`: what would happen."""
    dry = dry_of(call)
    async with call.db.reading() as tx:
        own, _ = await reach(tx, call, call.path("id"))
    read = await asyncio.to_thread(files.read, call.body)
    answers = await take(call.db, own, [item for _, item in read], call.caller.id, call.clock, dry=dry)
    for answer, (line, _) in zip(answers, read, strict=True):
        answer.n = line
    counts: dict[str, int] = {}
    for answer in answers:
        counts[answer.outcome] = counts.get(answer.outcome, 0) + 1
    if not dry:
        async with call.db.transaction() as tx:
            await journal.append(tx, own.id, "channel.imported", call.caller.id, counts, call.now())
    return Lines(answers, counts, dry)
