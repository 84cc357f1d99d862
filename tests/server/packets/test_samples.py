"""Each sample case to a packet over HTTP, judged by the real command line; one changed byte is named by its file."""

import asyncio
import hashlib
import json
import os
import sys
from datetime import timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import hashes

from documents import verify_packet
from documents.archive import write
from documents.packet import MANIFEST, PACKET_LIST
from server.demo_cases import CORPUS
from server.packets import store
from server.packets.parts import members as listed
from server.web import keys
from tests.conftest import Office
from tests.server.packets.filing import COURT, JPEG, PAGE, filed, members

pytestmark = pytest.mark.timeout(90)
ROOT = Path(__file__).parents[3]


def sm3(content: bytes) -> str:
    digest = hashes.Hash(hashes.SM3())
    digest.update(content)
    return digest.finalize().hex()


async def by_command(data: bytes, office: Office, tmp_path: Path) -> tuple[int, dict[str, object]]:
    """Exit code and report of `hejie verify PACKET.zip`."""
    packet, root = tmp_path / "packet.zip", tmp_path / "root.pem"
    packet.write_bytes(data)
    root.write_bytes(office.app[keys.AUTHORITY].root_pem)
    at = (office.clock() + timedelta(minutes=1)).isoformat()
    child = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "server.cli", "verify", str(packet), "--trust", str(root), "--at", at, "--json",
        cwd=ROOT, env={**os.environ}, stdout=asyncio.subprocess.PIPE,
    )  # fmt: skip
    out, _ = await child.communicate()
    return child.returncode or 0, json.loads(out)


def changed(files: dict[str, bytes], paths: list[str], at: float) -> bytes:
    """One byte of each of these files is another: `at` 0 the first, 1 the last."""
    other = dict(files)
    for path in paths:
        content = bytearray(files[path])
        content[int((len(content) - 1) * at)] ^= 1
        other[path] = bytes(content)
    return write(other)


async def named(office: Office, files: dict[str, bytes], *changes: list[str]) -> None:
    """A byte in the middle and the last one: whatever was changed is named."""
    root, now = office.app[keys.AUTHORITY].root_der, office.clock() + timedelta(minutes=1)
    for paths in changes:
        for at in (0.5, 1):
            data = await asyncio.to_thread(changed, files, paths, at)
            report = await asyncio.to_thread(verify_packet, data, [root], now)
            found = {one.detail for one in report.reasons}
            assert report.verdict != "valid" and set(paths) <= found, (paths, at, report.reasons)
            assert found - {MANIFEST} <= set(paths)


@pytest.mark.parametrize("sample", CORPUS)
async def test_a_sample_becomes_a_packet_that_judges_itself(office: Office, tmp_path: Path, sample: str) -> None:
    papers = sample != "leak"  # there each file is changed by itself, and the fewer the better
    one = await filed(office, sample, papers=papers)
    if papers:
        other = await one.cast.mediator.post(f"{one.door}/packet", {"court": COURT + "青禾法庭"})
        assert (other.status, other.code) == (422, "invalid") and "court" in str(other.json)
    await one.attach(person=one.cast.person("applicant") if "applicant" in one.cast.links else "")
    packet = await one.ask()
    assert (packet["state"], packet["cause"], packet["detail"]) == ("made", "", "")
    data = await one.zip(packet)
    files = members(data)
    assert files["04_身份证明/01_甲方身份证.jpg"] == JPEG and files["12_离线核验.html"] == PAGE
    assert {"02_调解协议书.pdf", "09_调解笔录.pdf", "13_存证日志摘录.json", MANIFEST, PACKET_LIST} < files.keys()

    code, report = await by_command(data, office, tmp_path)
    assert (code, report["verdict"], report["reasons"]) == (0, "valid", [])
    manifest = json.loads(files[MANIFEST])
    assert [line["path"] for line in manifest["files"]] == sorted(files.keys() - {MANIFEST, PACKET_LIST})
    for line in manifest["files"]:
        content = files[line["path"]]
        told = (len(content), hashlib.sha256(content).hexdigest(), sm3(content))
        assert (line["length"], line["sha256"], line["sm3"]) == told
    assert (manifest["court"], manifest["agreement"]["path"]) == (one.court, "02_调解协议书.pdf")
    signed = {"01_司法确认申请书.pdf", "03_调解组织主持调解证明.pdf", "07_承诺书.pdf", "08_送达地址确认书/01.pdf"}
    assert signed & files.keys() == (signed if papers else set())
    assert {signer["role"] for signer in manifest["signers"]} >= {"mediator", "committee"}
    assert packet["sha256"] == hashlib.sha256(data).hexdigest()
    async with office.db.reading() as tx:
        newest = await store.newest(tx, one.agreement)
    assert newest is not None and newest.sha256 == packet["sha256"]
    assert {each.path for each in listed(newest)} == files.keys() - {PACKET_LIST}

    each = [[path] for path in files]
    rest = [path for path in files if path != PACKET_LIST]
    await named(office, files, *(each if sample == "leak" else ([PACKET_LIST], rest)))
    assert await one.zip(await one.ask()) == data


async def test_a_changed_input_makes_another_packet_and_the_former_one_stays(office: Office) -> None:
    one = await filed(office, "leak")
    first = await one.ask()
    was = await one.zip(first)
    view = await one.attach("property", "不动产权证书", JPEG + b"2", slot="其他材料")
    assert [each["current"] for each in view["packets"]] == [False]
    second = await one.ask()
    assert (first["number"][-2:], second["number"][-2:]) == ("移1", "移2")
    now = members(await one.zip(second))
    assert now[PACKET_LIST] != members(was)[PACKET_LIST] and "06_财产权利证明/01_不动产权证书.jpg" in now
    assert await one.zip(first) == was
    gone = f"{one.door}/attachments/{view['attachments'][0]['id']}"
    assert (await one.cast.mediator.send("DELETE", gone)).status == 200
    office.clock.forward(seconds=1)
    assert await one.zip(await one.ask()) == was, "as it was asked for at first"
    assert members(await one.zip(second)) == now
