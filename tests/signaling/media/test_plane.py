"""The door for rooms: opens, tells its port and address, forgets closed peers, closes clean."""

import asyncio
import socket

import pytest
from aioice import stun

from signaling.media import MediaOptions, MediaPlane
from tests.signaling.media.memory import Silent, answer_to
from tests.signaling.media.test_ice import check
from tests.signaling.media.waiting import until


async def test_offers_name_the_advertised_address_and_the_bound_port() -> None:
    plane = await MediaPlane.open(MediaOptions(advertised=("203.0.113.7", "2001:db8::7")))
    sdp = plane.add_peer("gu", Silent()).offer().sdp
    assert f"203.0.113.7 {plane.port} typ host" in sdp and f"2001:db8::7 {plane.port} typ host" in sdp
    assert "c=IN IP4 203.0.113.7" in sdp and plane.port > 0
    await plane.close()


@pytest.mark.parametrize("reached", ["127.0.0.1", "127.0.0.2", "::1"])
async def test_every_address_answers_for_itself_and_proves_the_way(reached: str) -> None:
    """Three sockets, two families, one port: answer and our own check leave from where the check arrived."""
    plane = await MediaPlane.open(MediaOptions(hosts=("127.0.0.1", "127.0.0.2", "::1")))
    peer = plane.add_peer("gu", Silent())
    await peer.answer(1, answer_to(peer.offer()))
    [credentials] = [agent.local for agent in plane._mux.agents.values()]
    family = socket.AF_INET6 if ":" in reached else socket.AF_INET
    with socket.socket(family, socket.SOCK_DGRAM) as browser:
        browser.setblocking(False)
        browser.connect((reached, plane.port))  # the kernel drops what comes from any other address
        browser.send(check(credentials, remote="abcd", nominate=True))
        heard: list[stun.Message] = []

        def read() -> None:
            heard.append(stun.parse_message(browser.recv(2048)))

        asyncio.get_running_loop().add_reader(browser, read)
        await until(lambda: {one.message_class for one in heard} >= {stun.Class.RESPONSE, stun.Class.REQUEST})
        asyncio.get_running_loop().remove_reader(browser)
        [answer] = [one for one in heard if one.message_class == stun.Class.RESPONSE]
        assert answer.attributes["XOR-MAPPED-ADDRESS"] == browser.getsockname()[:2]
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
