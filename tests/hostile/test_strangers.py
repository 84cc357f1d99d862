"""Who has no keys, or forges where they are: no byte back, no state kept, nobody's path moved, nobody's talk ended."""

import random

import pytest
from OpenSSL import SSL

from signaling.media import MediaPlane
from signaling.media.ice import AMPLIFY
from tests.hostile import golden
from tests.hostile.caller import FRAME, Caller
from tests.hostile.conftest import Scene
from tests.signaling.media.memory import VP8, packet, vp8_payload
from tests.signaling.media.waiting import until

ROUNDS = 300


def address(person: Caller) -> tuple[str, int]:
    host, port = person.socket.getsockname()
    return str(host), int(port)


async def settled(plane: MediaPlane, strays: int) -> None:
    """Until that many datagrams met silence."""
    await until(lambda: plane.strays >= strays)


async def test_a_strangers_floods_meet_silence(scene: Scene) -> None:
    stranger = Caller(scene.plane, "stranger")
    agents, before = len(scene.plane._mux.agents), scene.plane.strays
    hello = hello_of(stranger)
    media = golden.rtp_packets() + golden.rtcp_packets([1, 2])
    for n in range(ROUNDS):
        for data in (hello, media[n % len(media)], b"", golden.stun_messages("guessed8", "x" * 24, "remo")[n % 7]):
            stranger.send(data)
        if n % 50 == 49:
            await scene.two.flows(1)
    await settled(scene.plane, before + 3 * ROUNDS)
    assert stranger.got == 0 and len(scene.plane._mux.agents) == agents
    assert address(stranger) not in scene.plane._mux.owners
    await scene.unharmed()
    await stranger.leave()


def hello_of(person: Caller) -> bytes:
    """A ClientHello."""
    with pytest.raises(SSL.WantReadError):
        person.dtls.do_handshake()
    return bytes(person.dtls.bio_read(1400))


async def test_names_and_passwords_cannot_be_guessed(scene: Scene) -> None:
    """Also who knows a name, as the operator of a network path does, does not get in without the password."""
    stranger, chance = Caller(scene.plane, "stranger"), random.Random(4)
    before = scene.plane.strays
    known = scene.two.one.remote[0]
    for n in range(ROUNDS):
        ufrag = known if n % 2 else "".join(chance.choices("abcXYZ019-_", k=8))
        stranger.check(nominate=True, ufrag=ufrag, password="".join(chance.choices("abcXYZ019-_", k=32)))
    await settled(scene.plane, before + ROUNDS)
    assert stranger.got == 0 and address(stranger) not in scene.plane._mux.owners
    await scene.unharmed()
    await stranger.leave()


async def test_packets_copied_from_the_wire_move_nothing_and_are_heard_once(scene: Scene) -> None:
    """Who copies packets on their way can hand them on from anywhere, as a NAT does: each is heard once, whoever brings
    it; the copier gets a few unanswered checks for it, no media, and nobody's path follows."""
    one, other, plane = scene.two.one, scene.two.other, scene.plane
    assert one.tx is not None
    picture = vp8_payload(b"copied" + bytes(FRAME), key=True, picture=900)
    data = one.tx.protect(packet(one.ssrc["video"], 900, 1, picture, payload_type=VP8, mid="01"))
    stranger = Caller(plane, "stranger")
    stranger.proves = False
    stranger.send(data)
    await until(lambda: any(b"copied" in got for got in other.rtp))
    for _ in range(100):
        one.send(data)
        stranger.send(data)
    one.sequence = 901
    one.speak(b"after all")
    await until(lambda: other.heard(b"after all"))
    assert sum(b"copied" in got for got in other.rtp) == 1
    assert one.peer._link.agent.media_path == address(one)  # type: ignore[attr-defined]
    assert stranger.got <= AMPLIFY * 101 * len(data) and not stranger.rtp
    await scene.unharmed()
    await stranger.leave()


async def test_a_participant_who_forges_anothers_address_gets_nothing_of_it(scene: Scene) -> None:
    """Good checks of the offender, and garbage of every kind, that seem to come from where somebody else is."""
    victim, plane = address(scene.two.one), scene.plane
    check = scene.bad.check(nominate=True)
    clock = plane.clock
    for n in range(ROUNDS):
        for data in (
            check,
            b"",
            bytes([21, 254, 253]) + bytes(8) + b"\0\2\2\50",  # a fatal alert in clear
            bytes([21, 254, 253, 0, 1]) + bytes(5) + bytes([n & 255]) + b"\0\x1a" + bytes(26),
            bytes([22, 254, 253]) + bytes(30),
            bytes([128, 111, 0, n & 255]) + bytes(60),
            bytes([128, 200, 0, 6]) + bytes(60),
        ):
            plane._mux.receive(data, victim, clock())
        if n % 100 == 99:
            await scene.two.flows(1)
    link = scene.two.one.peer._link
    assert plane._mux.owners[victim].listener is link
    await scene.unharmed()


async def test_media_never_follows_a_forged_path(scene: Scene) -> None:
    """The offender nominates an address of a third party with good checks: not a byte beyond three for one."""
    plane, third = scene.plane, Caller(scene.plane, "third party")
    third.proves = False
    sent = 0
    for n in range(100):
        data = scene.bad.check(nominate=True)
        plane._mux.receive(data, address(third), plane.clock())
        sent += len(data)
        if n % 20 == 19:
            await scene.two.flows(1)
    assert third.got <= AMPLIFY * sent and not third.rtp
    assert scene.bad.peer._link.agent.media_path == address(scene.bad)  # type: ignore[attr-defined]
    await scene.unharmed()
    await third.leave()


async def test_many_records_in_one_datagram_do_not_pile_up(scene: Scene) -> None:
    """All are read at once: the goodbye behind them is heard with the datagram that brings it."""
    for _ in range(20):
        for _ in range(20):
            scene.bad.dtls.send(b"x")
        scene.bad.send(scene.bad.dtls.bio_read(2000))
    await scene.unharmed()
    assert scene.bad.peer.health().connected
    for _ in range(20):
        scene.bad.dtls.send(b"x")
    scene.bad.dtls.shutdown()
    scene.bad.send(scene.bad.dtls.bio_read(2000))
    await until(lambda: not scene.bad.peer.health().connected)
    await scene.two.flows()


async def test_a_handshake_again_and_again_costs_its_own_sender_only(scene: Scene) -> None:
    """ClientHellos and their fragments, after the handshake, from the participant themselves."""
    other = Caller(scene.plane, "bad again")
    hello = hello_of(other)
    for n in range(ROUNDS):
        scene.bad.send(hello)
        scene.bad.send(hello[: 20 + n % 100])
        scene.bad.send(hello[:20] + (5).to_bytes(3, "big") + hello[23:])
    await scene.unharmed()
    await other.leave()


async def test_a_wrong_certificate_never_comes_up(scene: Scene) -> None:
    """Somebody on the path answers in a participant's stead: the fingerprint of the answer decides."""
    thief = Caller(scene.plane, "thief")
    thief.offer = thief.peer.offer()
    thief.remote = golden_names(thief)
    await thief.peer.answer(thief.offer.n, thief.answer(thief.offer, fingerprint=":".join(["AB"] * 32)))
    thief.check(nominate=True)
    await until(lambda: thief.answered)
    thief._shake()
    await until(lambda: thief.peer._link._dtls._closed)  # type: ignore[attr-defined]
    assert not thief.peer.health().connected
    await scene.unharmed()
    await thief.leave()


def golden_names(person: Caller) -> tuple[str, str]:
    transport = person.peer._link.transport()
    return transport.ufrag, transport.password
