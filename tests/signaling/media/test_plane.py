"""The door for rooms: opens, tells its port and address, forgets closed peers, closes clean."""

import pytest

from signaling.media import MediaOptions, MediaPlane
from tests.signaling.media.memory import Silent
from tests.signaling.media.waiting import until


async def test_offers_name_the_advertised_address_and_the_bound_port() -> None:
    plane = await MediaPlane.open(MediaOptions(advertised=("203.0.113.7", "2001:db8::7")))
    sdp = plane.add_peer("gu", Silent()).offer().sdp
    assert f"203.0.113.7 {plane.port} typ host" in sdp and f"2001:db8::7 {plane.port} typ host" in sdp
    assert "c=IN IP4 203.0.113.7" in sdp and plane.port > 0
    await plane.close()


async def test_all_peers_show_one_certificate_and_different_credentials() -> None:
    plane = await MediaPlane.open(MediaOptions())
    offers = [plane.add_peer(person, Silent()).offer().sdp for person in ("gu", "lin")]
    lines = [
        {name: line for line in sdp.splitlines() for name in ("fingerprint", "ice-ufrag") if name in line}
        for sdp in offers
    ]
    assert lines[0]["fingerprint"] == lines[1]["fingerprint"] and lines[0]["ice-ufrag"] != lines[1]["ice-ufrag"]
    await plane.close()


async def test_closed_peer_leaves_no_trace() -> None:
    plane = await MediaPlane.open(MediaOptions())
    gu, lin = plane.add_peer("gu", Silent()), plane.add_peer("lin", Silent())
    await gu.close()
    assert plane._peers == [lin] and len(plane._mux.agents) == 1
    await lin.close()
    assert not plane._mux.agents and not plane._mux.owners
    await plane.close()


async def test_timer_rests_while_nobody_is_here() -> None:
    plane = await MediaPlane.open(MediaOptions())
    peer = plane.add_peer("gu", Silent())
    assert plane._timer is not None
    await peer.close()
    await until(lambda: plane._timer is None)
    plane.add_peer("lin", Silent())
    assert plane._timer is not None
    await plane.close()
    await plane.close()


async def test_closed_plane_takes_nobody() -> None:
    plane = await MediaPlane.open(MediaOptions())
    await plane.close()
    with pytest.raises(RuntimeError):
        plane.add_peer("gu", Silent())


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "media.example.org"])  # noqa: S104 -- refused
async def test_host_must_be_one_address(host: str) -> None:
    with pytest.raises(ValueError):
        await MediaPlane.open(MediaOptions(hosts=(host,)))
