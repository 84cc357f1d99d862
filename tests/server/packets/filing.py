"""A sample case brought to signed files, and its packet asked for, over the real doors."""

import asyncio
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from documents.archive import read
from tests.conftest import Cast, Office
from tests.server.agreements.ceremony.test_samples import read as read_out
from tests.server.agreements.ceremony.test_samples import sign
from tests.server.agreements.companions import choose_and_give
from tests.server.agreements.signer import act

COURT = "嘉南市嘉南区人民法院"
JPEG = b"\xff\xd8\xff\xe0" + bytes(range(256)) * 8
PAGE = b"<!doctype html><title>verifier</title>"


@dataclass
class Filed:
    """An agreement in effect, and its doors as the mediator uses them."""

    cast: Cast
    agreement: str
    court: str = COURT
    """That the signed application names, where there is one."""

    @property
    def door(self) -> str:
        return f"/api/agreements/{self.agreement}"

    async def attach(
        self, kind: str = "identity", title: str = "甲方身份证", data: bytes = JPEG, status: int = 200, **more: str
    ) -> dict[str, Any]:
        asked = urlencode({"kind": kind, "slot": "申请人材料", "title": title} | more)
        answer = await self.cast.mediator.post(f"{self.door}/attachments?{asked}", data=data, kind="application/pdf")
        assert answer.status == status, answer.json
        view: dict[str, Any] = answer.json
        return view

    async def ask(self, court: str = "") -> dict[str, Any]:
        """The packet once it is made, or why it is not."""
        answer = await self.cast.mediator.post(f"{self.door}/packet", {"court": court or self.court})
        assert answer.status == 200, answer.json
        return await self.made()

    async def made(self) -> dict[str, Any]:
        """The last one asked for, when it is no longer being made."""
        async with asyncio.timeout(30):
            while True:
                view = (await self.cast.mediator.get(f"{self.door}/packet")).json
                if view["packets"][0]["state"] != "building":
                    packet: dict[str, Any] = view["packets"][0]
                    return packet
                await asyncio.sleep(0.05)

    async def zip(self, packet: dict[str, Any]) -> bytes:
        answer = await self.cast.mediator.get(f"{self.door}/packets/{packet['id']}")
        assert answer.status == 200, answer.json
        assert answer.headers["Cache-Control"] == "no-store"
        return answer.body


async def filed(office: Office, sample: str, *, papers: bool = False) -> Filed:
    """Read, confirmed, frozen, signed, sealed; with the papers for a court, if asked."""
    cast = await office.cast(sample)
    view = await read_out(cast, sample)
    court = (await choose_and_give(cast, view))["court"] if papers else COURT
    frozen = await act(cast, view["id"], "freeze")
    await sign(cast, f"/api/ceremonies/{frozen['ceremony']}")
    return Filed(cast, view["id"], court)


def members(data: bytes) -> dict[str, bytes]:
    """What is in a packet, by path."""
    return {one.path: one.content() for one in read(data).members}
