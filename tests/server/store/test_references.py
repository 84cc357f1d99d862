"""Every table is asked before the bytes of a blob are erased."""

from server.agreements.store import agreements
from server.store.references import named
from tests.conftest import Cast

DIGEST = "ab" * 32


async def test_a_hash_is_found_in_a_column_of_its_own_and_within_json(cast: Cast) -> None:
    draft = (await cast.mediator.post(f"/api/cases/{cast.case}/agreements", {})).json
    row = agreements.update().where(agreements.c.id == draft["id"])
    async with cast.office.db.transaction() as tx:
        assert not await named(tx, DIGEST)
        await tx.execute(row.values(paper={"print_sha256": DIGEST, "pages": 1, "printed_at": ""}))
        assert await named(tx, DIGEST)
        await tx.execute(row.values(paper=None, text_hash=DIGEST))
        assert await named(tx, DIGEST)
