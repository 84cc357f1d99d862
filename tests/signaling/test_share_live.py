"""A screen over real media: what the room forwards of it, whatever a browser sends; what is looked at and held back."""

import contextlib

import pytest

from signaling.media import Peer
from signaling.media.synthetic import ColourTrack
from tests.signaling.conftest import House
from tests.signaling.test_live import Guest, eventually

PEOPLE = ("gu", "lin", "chen")


def screens(house: House, to: str) -> dict[str, int]:
    """Person -> packets of their screen forwarded to `to`."""
    hearing = house.room._peers[to].peer.health().hearing
    return {person: kinds["screen"].packets for person, kinds in hearing.items() if "screen" in kinds}


async def rude(house: House) -> dict[str, Guest]:
    """Three people; lin's browser sends a screen all the time, shared or not."""
    visitors = await house.enter(*PEOPLE)
    guests = {}
    for person, visitor in zip(PEOPLE, visitors, strict=True):
        guests[person] = guest = await Guest.wire(visitor, person)
        house.stack.push_async_callback(guest.media.close)
    picture = ColourTrack(7, 5)
    house.stack.callback(picture.stop)
    guests["lin"].media._tracks["screen"] = picture
    guests["lin"].media._place()
    await eventually(lambda: all(guests[p].sound("lin") > 10 for p in ("gu", "chen")))
    return guests


async def test_a_screen_reaches_those_in_the_chamber_while_it_is_shared_and_nobody_before(house: House) -> None:
    guests = await rude(house)
    sender = house.room._peers["lin"].peer
    await eventually(lambda: sender.health().refused > 20)  # it is sent, and not forwarded
    assert screens(house, "gu").get("lin", 0) == 0
    assert await guests["lin"].visitor.say("share", {"on": True}) == {"ok": True}
    await eventually(lambda: all(screens(house, p).get("lin", 0) > 20 for p in ("gu", "chen")))
    assert await guests["gu"].visitor.say("stop_share", {"person": "lin"}) == {"ok": True}
    seen, refused = screens(house, "gu")["lin"], sender.health().refused
    await eventually(lambda: sender.health().refused > refused + 20)
    assert screens(house, "gu")["lin"] == seen


async def test_a_screen_shared_in_a_caucus_never_leaves_it(house: House) -> None:
    guests = await rude(house)
    lin, chen = guests["lin"].visitor, guests["chen"].visitor
    assert await lin.say("share", {"on": True}) == {"ok": True}
    await eventually(lambda: screens(house, "chen").get("lin", 0) > 5)
    await guests["gu"].visitor.say("move", {"people": ["lin"], "chamber": "caucus_applicant"})
    await lin.until(lambda: lin.room["you"]["chamber"] == "caucus_applicant")
    await chen.until(lambda: chen.room["away"])
    assert not lin.room["you"]["sharing"]
    assert "chen" not in house.room._peers["lin"].peer.health().heard_by  # not even a leg is left
    outside = screens(house, "chen")
    assert await lin.say("share", {"on": True}) == {"ok": True}
    inside = screens(house, "gu").get("lin", 0)
    await eventually(lambda: screens(house, "gu").get("lin", 0) > inside + 20)
    assert screens(house, "chen") == outside
    assert "lin" not in [p["person"] for p in chen.room["chamber"]["people"]]


async def test_a_second_screen_is_refused_by_name(house: House) -> None:
    guests = await rude(house)
    assert await guests["lin"].visitor.say("share", {"on": True}) == {"ok": True}
    answer = await guests["chen"].visitor.say("share", {"on": True})
    assert answer["error"] == {"code": "share_taken", "detail": "林秀珍"}


async def test_what_is_looked_at_reaches_the_media_plane(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    looked: list[object] = []
    monkeypatch.setattr(Peer, "watch", lambda peer, sizes, screen: looked.append((peer.person, sizes, screen)))
    gu, _ = await house.enter("gu", "lin")
    assert await gu.say("watch", {"sizes": {"lin": 180}, "screen": False}) == {"ok": True}
    assert (await gu.say("watch", {"sizes": {"lin": -1}}))["error"]["code"] == "protocol_error"
    assert looked == [("gu", {"lin": 180}, False)]
    assert await gu.say("watch", {"sizes": {"lin": 0, "chen": 180}}) == {"ok": True}
    assert house.room.machine.people["gu"].unseen == {"lin"}


async def test_whose_picture_is_held_back_is_told_when_it_changes(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    held: dict[str, frozenset[str]] = {}
    monkeypatch.setattr(Peer, "paused", lambda peer: held.get(peer.person, frozenset()))
    gu, _ = await house.enter("gu", "lin")
    for held["gu"] in (frozenset({"lin"}), frozenset({"lin"}), frozenset()):
        await gu.say("stats", {"received": {}, "line": 1})
    with contextlib.suppress(TimeoutError):
        await gu.until(lambda: len(gu.all("saving")) == 2)
    assert gu.all("saving") == [{"people": ["lin"]}, {"people": []}]
