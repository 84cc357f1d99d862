"""What docs/channels.md shows its readers is what the doors do."""

import json
import re
from pathlib import Path

from tests.conftest import Office
from tests.server.channels.test_doors import channel

TEXT = (Path(__file__).parents[3] / "docs/channels.md").read_text(encoding="utf-8")
RECORD, ANSWER, FAULT = (json.loads(one) for one in re.findall(r"```json\n(.*?)```", TEXT, re.S))


async def test_the_examples_of_the_document_are_answered_as_it_says(office: Office) -> None:
    program, _, _ = await channel(office)
    assert (await program.put("/api/channels/records/2026-0001", RECORD)).json == ANSWER
    assert (await program.get("/api/channels/records/2026-0001")).json == ANSWER
    batch = await program.post("/api/channels/records?dry=1", {"records": [{**RECORD, "ref": "2026-0001"}]})
    assert batch.json["answers"][0]["outcome"] == "same"
    nameless = {**RECORD, "people": [{"side": "applicant", "name": ""}]}
    refused = await program.put("/api/channels/records/2", nameless)
    assert refused.data["explained"] == [FAULT]
