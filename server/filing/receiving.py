"""Files of strangers: judged by how they begin, sealed, kept by their hash, never parsed."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from hashlib import sha256
from urllib.parse import quote, unquote

from server.errors import Invalid, Unavailable
from server.filing import rules, store
from server.filing.model import FILES, Evidence
from server.ids import new
from server.store import kept
from server.store.db import Tx
from server.vault import Vault
from server.web import keys
from server.web.call import Call, Reply
from server.web.limits import Rate

NAME = 120
UPLOADS = Rate("filing.files", 40, 600)


@asynccontextmanager
async def received(call: Call[bytes], owner: str) -> AsyncIterator[tuple[Tx, Evidence]]:
    """The body as a file of `owner`, written, in a transaction that may still refuse it: then nothing is left.

    Raises Invalid (name, too many), EvidenceUnreadable, Unavailable."""
    app, now = call.request.app, call.now()
    vault, blobs = app[keys.VAULT], app[keys.BLOBS]
    name = unquote(call.request.headers.get("X-Hejie-Name", "")).strip()
    if not 1 <= len(name) <= NAME or not name.isprintable():
        raise Invalid({"name": "format" if name else "required"})
    media_type, own = rules.type_of(call.body), new("fil")
    sealed, digest, blob = await asyncio.to_thread(_sealed, vault, own, call.body)
    async with call.db.transaction() as tx:
        await kept.begin(tx, blob, now)
    try:
        await blobs.put(sealed)
        async with call.db.transaction() as tx:
            if not await kept.settle(tx, blob):
                raise Unavailable("given up meanwhile")
            if len(await store.evidence(tx, vault, owner)) >= FILES:
                raise Invalid({"files": "too_long"})
            file = Evidence(own, owner, name, media_type, len(call.body), digest, blob, now)
            await store.hand_in(tx, vault, file)
            yield tx, file
    except BaseException:
        await blobs.remove(blob)
        async with call.db.transaction() as tx:
            await kept.settle(tx, blob)
        raise


def _sealed(vault: Vault, own: str, data: bytes) -> tuple[bytes, str, str]:
    """Sealed bytes, the content's hash, the blob's name."""
    sealed = vault.seal(f"filing-file|{own}", data)
    return sealed, sha256(data).hexdigest(), sha256(sealed).hexdigest()


async def sent(call: Call[None], file: Evidence) -> Reply:
    """The file as it was handed in: a picture to be looked at, anything else to be kept; nothing in it may run."""
    app = call.request.app
    data = await app[keys.BLOBS].get(file.blob)
    opened = await asyncio.to_thread(app[keys.VAULT].open, f"filing-file|{file.id}", data)
    kind = "inline" if file.media_type.startswith("image/") else "attachment"
    headers = {
        "Content-Disposition": f"{kind}; filename*=UTF-8''{quote(file.name, safe='')}",
        "Content-Security-Policy": "default-src 'none'; sandbox",
    }
    return Reply(opened, headers=headers, media_type=file.media_type)
