"""The court packet of a rehearsal: made by the mediator, judged at the open door whole, and with one byte of each file
in it changed in turn."""

import asyncio
import io
import time
import zipfile
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

import msgspec

from server.rehearse.actor import Actor, BrokenPromise

COURT = "演练人民法院"
"""Where the addresses lead to none that is known."""
PATIENCE = 120.0
"""Seconds a packet may take on a busy machine."""
PAPER = b"\xff\xd8\xff\xe0" + bytes(range(256))
"""What the applicant gives for the court: the begin of a picture is enough."""
LOCAL = 30
"""Bytes of a local header before the name (APPNOTE 4.3.7)."""


async def made(mediator: Actor, agreement: str, court: str) -> bytes:
    """The packet of an agreement in effect, with one attachment; asked for twice it is the same."""
    door = f"/api/agreements/{agreement}"
    asked = urlencode({"kind": "identity", "slot": "申请人材料", "title": "演练用身份证明"})
    status, answer = await mediator.raw("POST", f"{door}/attachments?{asked}", body=PAPER, kind="application/pdf")
    if status != 200:
        raise BrokenPromise(f"attaching a paper answered {status}: {answer.decode(errors='replace')}")
    found = [await _made(mediator, door, court) for _ in range(2)]
    if found[0] != found[1]:
        raise BrokenPromise("the same packet came out otherwise when asked for again")
    return found[0]


async def _made(mediator: Actor, door: str, court: str) -> bytes:
    view = await mediator.call("POST", f"{door}/packet", {"court": court})
    end = time.monotonic() + PATIENCE
    while (packet := view["packets"][0])["state"] == "building":
        if time.monotonic() > end:
            raise BrokenPromise(f"the packet was not made in {PATIENCE:.0f} s, but is at step {packet['step']}")
        await asyncio.sleep(0.2)
        view = await mediator.call("GET", f"{door}/packet")
    if packet["state"] != "made":
        raise BrokenPromise(f"the packet was not made: {packet['cause']} {packet['detail']}")
    status, content = await mediator.raw("GET", f"{door}/packets/{packet['id']}")
    if status != 200:
        raise BrokenPromise(f"the packet answered {status}")
    return content


async def judged(court: Actor, packet: bytes) -> None:
    """The whole one is valid. Raises BrokenPromise."""
    if (report := await _report(court, packet))["verdict"] != "valid":
        raise BrokenPromise(f"the packet is {report['verdict']}, not valid: {report['reasons']}")


async def changed(court: Actor, packet: bytes) -> dict[str, str]:
    """Path of each file in it -> the verdict once its middle byte is another, which names that file."""
    found = {}
    for path, at in _middles(packet):
        altered = bytearray(packet)
        altered[at] ^= 1
        report = await _report(court, bytes(altered))
        if report["verdict"] == "valid" or path not in {reason.get("detail") for reason in report["reasons"]}:
            raise BrokenPromise(f"one changed byte in {path} is {report['verdict']}: {report['reasons']}")
        found[path] = str(report["verdict"])
    return found


def table(verdicts: dict[str, str]) -> str:
    """A line for each file."""
    return "\n".join(f"  one byte of {path}: {verdict}" for path, verdict in verdicts.items())


def _middles(packet: bytes) -> Iterator[tuple[str, int]]:
    """Where the middle byte of each file lies; they are stored as they are."""
    with zipfile.ZipFile(io.BytesIO(packet)) as opened:
        for one in opened.infolist():
            yield one.filename, one.header_offset + LOCAL + len(one.filename.encode()) + one.file_size // 2


async def _report(court: Actor, packet: bytes) -> dict[str, Any]:
    status, answer = await court.raw("POST", "/api/verify", body=packet, kind="application/zip")
    if status != 200:
        raise BrokenPromise(f"the verification page answered {status} to a packet")
    report: dict[str, Any] = msgspec.json.decode(answer)
    return report
