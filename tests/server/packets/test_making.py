"""The job that makes a packet: of an agreement signed by hand, killed between its steps, refused with a reason; and its
doors, which are for the staff of the case alone."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest

from documents import verify_packet, write_packet
from documents.packet import MANIFEST, read_manifest
from server.packets import making, parts, places, store
from server.packets.making import MAKERS
from server.packets.model import State
from server.settings import Settings
from server.store import journal
from server.web import keys
from tests.conftest import MakeOffice, Office
from tests.server.agreements.test_by_hand import PDF
from tests.server.agreements.test_confirming import in_effect
from tests.server.packets.filing import COURT, JPEG, Filed, members

pytestmark = pytest.mark.timeout(120)


async def by_hand(office: Office) -> Filed:
    """In effect by a scan."""
    cast = await office.cast("estate")
    door = await in_effect(cast, "甲方于2026年12月10日前支付乙方5000元。")
    return Filed(cast, door.split("/")[3])


@pytest.fixture
async def one(office: Office) -> Filed:
    return await by_hand(office)


def verdict(office: Office, data: bytes) -> str:
    return verify_packet(data, office.app[keys.ANCHORS], office.clock()).verdict


@asynccontextmanager
async def asleep(office: Office) -> AsyncIterator[None]:
    """The job of this process waits for its turn."""
    async with office.app[MAKERS].turn:
        yield


async def blobs(settings: Settings) -> set[str]:
    return {path.name for path in await asyncio.to_thread(lambda: list(settings.blobs.glob("??/*")))}


async def test_an_agreement_signed_by_hand_is_there_as_its_scan(one: Filed, office: Office) -> None:
    packet = await one.ask()
    data = await one.zip(packet)
    files = members(data)
    assert files["02_调解协议书.pdf"] == PDF and not any(path.startswith("11_") for path in files)
    assert await asyncio.to_thread(verdict, office, data) == "valid"
    async with office.db.reading() as tx:
        kept = await store.newest(tx, one.agreement)
    assert kept is not None
    held = {source.path: source.sha256 for source in kept.inputs.sources} | dict(kept.parts)
    bytes_of = {path: await parts.content(office.db, office.app[keys.BLOBS], held[path]) for path in held}
    assert write_packet(bytes_of) == data, "out of what is kept comes the same zip"
    manifest = read_manifest(files[MANIFEST])
    assert (manifest.agreement.path, manifest.signers) == ("02_调解协议书.pdf", ())
    assert not next(each for each in manifest.files if each.path == manifest.agreement.path).signed
    async with office.db.reading() as tx:
        (entry,) = [each for each in await journal.read(tx, one.cast.case) if each.kind == "packet.made"]
    assert packet["sha256"] in (entry.body or "") and COURT not in (entry.body or "")


class Killed(BaseException):
    """The process is gone."""


async def killed_at(office: Office, packet: str, moment: int, monkeypatch: pytest.MonkeyPatch) -> bool:
    """Make it, and die at that moment: before or after a blob is written. False if it was made before that."""
    put, count = office.app[keys.BLOBS].put, iter(range(100))

    async def dying(data: bytes) -> str:
        if next(count) == moment:
            raise Killed
        found = await put(data)
        if next(count) == moment:
            raise Killed
        return found

    with monkeypatch.context() as patched:
        patched.setattr(office.app[keys.BLOBS], "put", dying)
        try:
            await making.make(office.app, packet)
        except Killed:
            return True
    return False


async def test_killed_at_any_step_it_goes_on_and_leaves_nothing_unnamed(
    one: Filed, office: Office, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    await one.attach("other", "借条", slot="其他材料")
    async with asleep(office):
        for moment in range(100):
            asked = await one.cast.mediator.post(f"{one.door}/packet", {"court": f"第{moment}人民法院"})
            packet = asked.json["packets"][0]
            died = await killed_at(office, packet["id"], moment, monkeypatch)
            if died:
                await making.make(office.app, packet["id"])
            data = await one.zip(packet)
            assert await asyncio.to_thread(verdict, office, data) == "valid", moment
            if not died:
                break
    assert moment >= 8
    async with office.db.reading() as tx:
        all_of_them = await store.of_agreement(tx, one.agreement)
        made = [each for each in await journal.read(tx, one.cast.case) if each.kind == "packet.made"]
    assert len(made) == len(all_of_them) == moment + 1
    named = {each.sha256 for each in all_of_them} | {part for each in all_of_them for part in each.parts.values()}
    named |= {source.sha256 for each in all_of_them for source in each.inputs.sources}
    new = await blobs(settings) - named
    async with office.db.reading() as tx:
        kept = [each for each in new if await making.named(tx, each)]
    assert sorted(new) == sorted(kept), "no blob that nobody knows"


async def test_what_was_asked_for_before_the_end_is_made_at_the_next_start(
    one: Filed, office: Office, make_office: MakeOffice
) -> None:
    async with asleep(office):
        await one.cast.mediator.post(f"{one.door}/packet", {"court": COURT})
        await make_office()
        packet = await one.made()
    assert packet["state"] == "made"
    assert await asyncio.to_thread(verdict, office, await one.zip(packet)) == "valid"


async def test_a_packet_that_is_not_valid_is_not_handed_out_and_says_why(
    one: Filed, office: Office, settings: Settings
) -> None:
    before = await blobs(settings)
    async with asleep(office):
        asked = (await one.cast.mediator.post(f"{one.door}/packet", {"court": COURT})).json["packets"][0]
        office.app._state[keys.ANCHORS] = ()  # nobody would believe the seal
    failed = await one.made()
    assert (failed["state"], failed["cause"], failed["sha256"]) == ("failed", "member_unknown_issuer", "")
    assert (await one.cast.mediator.get(f"{one.door}/packets/{asked['id']}")).status == 404
    page = await blobs(settings) - before
    assert len(page) == 1, "only the verifier's page stays"


async def test_a_build_without_the_offline_page_makes_no_packet(one: Filed, settings: Settings) -> None:
    (settings.http.static / "offline.html").unlink()
    refused = await one.cast.mediator.post(f"{one.door}/packet", {"court": COURT})
    assert (refused.status, refused.code) == (503, "offline_page_missing")
    view = (await one.cast.mediator.get(f"{one.door}/packet")).json
    (page,) = [each for each in view["items"] if each["code"] == "verifier"]
    assert (page["missing"], page["by"], view["packets"]) == (True, "operator", [])


async def test_the_list_says_what_is_missing_and_of_whom(one: Filed) -> None:
    view = await one.attach(person=one.cast.person("applicant"))
    items = {each["code"]: each for each in view["items"]}
    assert items["agreement"]["count"] == 1 and "application" not in items
    assert items["identity"]["count"] == 1 and items["identity"]["missing"]
    labels = {each["id"]: each["label"] for each in view["people"]}
    assert labels[one.cast.person("applicant")] not in items["identity"]["people"]
    assert items["property"] == {"code": "property", "count": 0, "missing": False, "by": "staff", "people": []}
    for field, value in (("property", "yes"), ("performed", "part")):
        await one.cast.mediator.post(f"{one.door}/precheck", {"field": field, "value": value})
    items = {each["code"]: each for each in (await one.cast.mediator.get(f"{one.door}/packet")).json["items"]}
    assert items["property"]["missing"] and items["performance"]["missing"]


async def test_an_attachment_is_erased_when_it_is_taken_out_unless_something_holds_its_bytes(
    one: Filed, settings: Settings
) -> None:
    async def out(view: dict[str, Any]) -> None:
        door = f"{one.door}/attachments/{view['attachments'][-1]['id']}"
        assert (await one.cast.mediator.get(door)).body == JPEG
        assert (await one.cast.mediator.send("DELETE", door)).json["attachments"] == []
        assert (await one.cast.mediator.get(door)).status == 404

    before = await blobs(settings)
    await out(await one.attach())
    assert await blobs(settings) == before
    await one.attach()
    packet = await one.ask()
    view = (await one.cast.mediator.get(f"{one.door}/packet")).json
    await out(view)
    assert members(await one.zip(packet))["04_身份证明/01_甲方身份证.jpg"] == JPEG
    current = (await one.cast.mediator.get(f"{one.door}/packet")).json["packets"][0]["current"]
    assert current is False


WRONG: tuple[tuple[dict[str, Any], str], ...] = (
    ({"title": ""}, "title"), ({"title": "a/b"}, "title"), ({"title": "字" * 61}, "title"),
    ({"title": "a\u202eb"}, "title"), ({"kind": "notes"}, "kind"), ({"slot": "聊天记录"}, "slot"),
    ({"person": "pty_none"}, "person"), ({"data": b"GIF89a"}, "scan"),
)  # fmt: skip


async def test_what_no_packet_holds_is_refused_by_its_field(one: Filed) -> None:
    for more, field in WRONG:
        refused = await one.attach(status=422, **more)
        assert list(refused["error"]["fields"]) == [field]


async def test_there_is_an_end_to_what_may_be_attached(one: Filed, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(places, "MOST", 1)
    await one.attach()
    assert (await one.attach(status=409))["error"]["code"] == "attachments_full"


async def test_only_one_packet_of_an_agreement_is_made_at_a_time(one: Filed, office: Office) -> None:
    async with asleep(office):
        first = await one.cast.mediator.post(f"{one.door}/packet", {"court": COURT})
        again = await one.cast.mediator.post(f"{one.door}/packet", {"court": COURT})
        other = await one.cast.mediator.post(f"{one.door}/packet", {"court": "另一人民法院"})
    assert first.json["packets"][0]["id"] == again.json["packets"][0]["id"]
    assert (other.status, other.code) == (409, "packet_busy")
    assert (await one.made())["state"] == State.made.value


async def test_a_party_and_a_stranger_get_no_packet(one: Filed, office: Office) -> None:
    packet = await one.ask()
    stranger = (await office.cast()).mediator
    for path in ("packet", f"packets/{packet['id']}"):
        assert (await one.cast.seats["applicant"].get(f"{one.door}/{path}")).status == 403
        assert (await (await office.browser()).get(f"{one.door}/{path}")).status == 401
        assert (await stranger.get(f"{one.door}/{path}")).status == 404
