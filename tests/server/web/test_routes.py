"""Decoding: msgspec's sentences become a path and a reason, and never repeat what was sent."""

import asyncio
from typing import Annotated

import msgspec
import pytest
from msgspec import Meta

from server.errors import Invalid
from server.web import routes
from server.web.call import Body
from server.web.routes import decode
from tests.conftest import Office


class Inner(Body):
    amount: Annotated[int, Meta(ge=0)]


class Outer(Body):
    items: list[Inner]
    slug: Annotated[str, Meta(pattern="^[a-z]+$")] = "a"


@pytest.mark.parametrize(
    "body, field, reason",
    [
        ({"items": [{"amount": 1}, {"amount": "八千五百"}]}, "items[1].amount", "type"),
        ({"items": [{"amount": -1}]}, "items[0].amount", "range"),
        ({"items": [{}]}, "items[0].amount", "required"),
        ({"items": [], "slug": "林秀珍"}, "slug", "format"),
    ],
)
def test_the_path_and_the_reason(body: object, field: str, reason: str) -> None:
    with pytest.raises(Invalid) as caught:
        decode(msgspec.json.encode(body), Outer)
    assert caught.value.fields == {field: reason}
    assert "林" not in str(caught.value) and "八" not in str(caught.value)


@pytest.mark.parametrize("body", [b"[" * 60_000, b'{"a":' * 12_000, b'"\\ud800"', b"\xff", b""])
def test_what_cannot_be_read_is_invalid(body: bytes) -> None:
    with pytest.raises(Invalid):
        decode(body, object)


async def test_a_body_that_never_ends_is_given_up(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(routes, "BODY_SECONDS", 0.05)
    reader, writer = await asyncio.open_connection("127.0.0.1", int(office.base.rsplit(":", 1)[1]))
    head = b"POST /api/login HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 9\r\n\r\n{"
    writer.write(head)
    async with asyncio.timeout(10):
        line = await reader.readline()
    writer.close()
    assert b"408" in line
