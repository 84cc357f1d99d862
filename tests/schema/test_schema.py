"""A small share of `python -m tests.schema`: the channels' doors, twenty requests each."""

from pathlib import Path

import pytest

from tests.running import Server, free_port
from tests.schema.campaign import channel_doors


@pytest.mark.timeout(300)
def test_no_request_made_of_the_document_finds_a_fault_or_an_answer_it_does_not_tell(tmp_path: Path) -> None:
    server = Server(tmp_path / "var", free_port(), extra={"HEJIE_PROXIES": "1"})
    server.start()
    try:
        told = channel_doors(server, 20)
        assert told.faults == [] and told.doors == 4 and told.answers[200]
    finally:
        server.stop()
