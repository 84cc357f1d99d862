"""A participant with good keys who sends what no browser sends: only they get less, and what is kept stays bounded."""

import struct

import pytest

from signaling.media import rtcp
from signaling.media.estimate import HIGHEST, LOWEST
from signaling.media.link import MAX_SOURCES
from signaling.media.ring import RESEND_RATE
from signaling.media.rtp import scan
from signaling.media.uplink import KEY_GAP
from tests.hostile import golden
from tests.hostile.caller import FRAME, Caller
from tests.hostile.conftest import Scene
from tests.hostile.readers import STREAMS
from tests.signaling.media.memory import OPUS, RTX, VP8, extensions, packet, vp8_payload
from tests.signaling.media.waiting import until

MARK = b"evil"


def lines_of(listener: Caller, person: str) -> set[int]:
    """SSRCs, repairs too, under which `listener` receives `person`."""
    [lent] = [each for each in listener.peer.subscriptions._lent if each.person == person]
    return {ssrc for leg in lent.legs.values() for ssrc in (leg.ssrc, leg.rtx_ssrc)}


def evil(ssrc: int, sequence: int, *, mid: str = "", kind: int = VP8, key: bool = True) -> bytes:
    payload = MARK if kind == OPUS else vp8_payload(MARK + bytes(FRAME), key=key, picture=sequence)
    return packet(ssrc, sequence, sequence * 90, payload, payload_type=kind, mid=mid, twcc=sequence)


def picture_of(person: Caller, source: str) -> int:
    [lent] = [each for each in person.peer.subscriptions._lent if each.person == source]
    return lent.legs["video"].ssrc


async def passed(scene: Scene) -> None:
    """All the offender sent so far was read: the last of it, a spoken word, came out."""
    scene.bad.speak(b"last word")
    await until(lambda: any(b"last word" in data for data in scene.two.other.rtp))


async def test_ssrcs_without_end_are_refused(scene: Scene) -> None:
    scene.bad.speak(b"first")
    for n in range(1000):
        scene.bad.send_rtp(evil(0x1000 + n, 1, mid="01" if n % 2 else ""))
        scene.bad.send_rtcp(rtcp.pli(0x9000 + n, 1))
        if n % 200 == 199:
            await scene.two.flows(1)
    await passed(scene)
    link = scene.bad.peer._link
    assert len(link._sources) == MAX_SOURCES and link.unreadable > 1000  # type: ignore[attr-defined]
    assert len(scene.bad.peer.publisher._streams) <= STREAMS
    await scene.unharmed()


async def test_anothers_ssrcs_put_nothing_on_anothers_lines(scene: Scene) -> None:
    """SSRCs of another publisher, of the lines the server sends on, and repairs of them."""
    one, other = scene.two.one, scene.two.other
    foreign = {*one.ssrc.values(), *lines_of(other, one.person)}
    other.rtp.clear()
    for ssrc in foreign:
        for n in range(1, 20):
            scene.bad.send_rtp(evil(ssrc, n, mid="01"))
            scene.bad.send_rtp(evil(ssrc, n, mid="00", kind=OPUS))
            scene.bad.send_rtp(packet(ssrc ^ 1, n, 0, struct.pack("!H", n) + MARK, payload_type=RTX, mid="01"))
    await passed(scene)
    mine = lines_of(other, "bad")
    assert all(int.from_bytes(data[8:12], "big") in mine for data in other.rtp if MARK in data)
    await scene.unharmed()


async def test_guessed_mids_reach_no_other_set_and_no_other_person(scene: Scene) -> None:
    """Lines the offender receives on, lines of others, the set at rest; plain, doubled, hidden in two-byte elements."""
    other = scene.two.other
    other.rtp.clear()
    number = 0
    for mid in ("03", "04", "05", "06", "0z", "10", "11", "12", "13", "14", "15", "1c", "zz", "0", "0000"):
        hidden = extensions(mid)[4:]
        for elements, profile in (
            (hidden, 0xBEDE),
            (hidden + extensions("01")[4:], 0xBEDE),
            (extensions("01")[4:] + hidden, 0xBEDE),
            (b"\1\2" + mid.encode()[:2].ljust(2, b"0"), 0x1000),
        ):
            number += 1
            head = struct.pack("!BBHLLHH", 0x90, VP8, number, number, 5000 + number % 3, profile, len(elements) // 4)
            scene.bad.send_rtp(head + elements + vp8_payload(MARK, key=True, picture=number))
    await passed(scene)
    mine = lines_of(other, "bad")
    for data in other.rtp:
        assert not data[0] & 0x10 or (scan(data).mid == 0 and data[12:14] == b"\xbe\xde")
        assert MARK not in data or int.from_bytes(data[8:12], "big") in mine
    assert not any(MARK in data for data in other.rtp), "none of these was said to be on the set in use alone"
    await scene.unharmed()


async def test_jumping_sequence_numbers(scene: Scene) -> None:
    for n in range(600):
        scene.bad.send_rtp(evil(scene.bad.ssrc["video"], n * (99, 7, 20_011)[n % 3], mid="01", key=n % 5 == 0))
        if n % 200 == 199:
            await scene.two.flows(1)
    await scene.unharmed()


async def test_flapping_layers(scene: Scene) -> None:
    """A key frame of another layer with every packet, and layers of one name by many streams."""
    for n in range(600):
        rid = b"lmhx"[n % 4 : n % 4 + 1]
        element = extensions("01", n)[4:] + bytes([0x50]) + rid
        body = element + bytes(-len(element) % 4)
        head = struct.pack("!BBHLLHH", 0x90, VP8, n, n * 90, 7000 + n % 12, 0xBEDE, len(body) // 4)
        scene.bad.send_rtp(head + body + vp8_payload(MARK, key=True, picture=n))
        if n % 200 == 199:
            await scene.two.flows(1)
    await scene.unharmed()


async def test_numbers_of_packets_far_apart_are_told_in_bounded_feedback(scene: Scene) -> None:
    scene.bad.rtcp.clear()
    for n in range(1000):
        scene.bad.send_rtp(packet(4242, n, 0, b"", payload_type=OPUS, twcc=n * 401))
        if n % 100 == 99:
            await scene.two.flows(1)
    assert len(scene.bad.rtcp) < 2 * 1000
    await scene.unharmed()


async def test_reports_by_the_dozen_are_passed_on_once(scene: Scene) -> None:
    scene.bad.speak(b"so that a stream flows")
    await passed(scene)
    listener = scene.two.one
    listener.rtcp.clear()
    began = scene.plane.clock()
    for n in range(50):
        told = rtcp.SenderReport(scene.bad.ssrc["audio"], 0xE000_0000 + n << 32, n, n, n)
        scene.bad.send_rtcp(rtcp.sender_report(told) * 40)
    await passed(scene)
    mine = lines_of(listener, "bad")

    def passed_on() -> int:
        items = (item for data in listener.rtcp for item in rtcp.walk(data))
        return sum(isinstance(item, rtcp.SenderReport) and item.ssrc in mine for item in items)

    await until(passed_on)
    assert passed_on() <= 4 + 20 * (scene.plane.clock() - began)
    await scene.unharmed()


async def test_a_storm_of_nacks_is_answered_at_a_bounded_rate(scene: Scene) -> None:
    ssrc, began = picture_of(scene.bad, "gu"), scene.plane.clock()
    for _ in range(10):
        await scene.two.flows(1)
    scene.bad.rtp.clear()
    storm = b"".join(struct.pack("!BBHLLHH", 0x81, 205, 3, 1, ssrc, n * 17 & 0xFFFF, 0xFFFF) for n in range(80))
    for n in range(400):
        scene.bad.send_rtcp(storm[16 * (n % 80) :])
        if n % 100 == 99:
            await scene.two.flows(1)
    await passed(scene)
    again = sum(data[1] & 0x7F == RTX for data in scene.bad.rtp)
    assert again <= RESEND_RATE * (1 + scene.plane.clock() - began)
    await scene.unharmed()


async def test_a_storm_of_picture_losses_asks_the_publisher_seldom(scene: Scene) -> None:
    publisher, ssrc, began = scene.two.one, picture_of(scene.bad, "gu"), scene.plane.clock()
    publisher.rtcp.clear()
    entries = struct.pack("!LL", ssrc, 0) * 100
    fir = struct.pack("!BBHLL", 0x84, 206, 2 + len(entries) // 4, 1, 0) + entries
    for n in range(300):
        scene.bad.send_rtcp(rtcp.pli(1, ssrc) * 100 if n % 2 else fir)
        if n % 100 == 99:
            await scene.two.flows(1)
    await passed(scene)
    asked = [each for data in publisher.rtcp for each in rtcp.walk(data) if isinstance(each, rtcp.PictureLoss)]
    assert len(asked) <= 2 + (scene.plane.clock() - began) / KEY_GAP
    await scene.unharmed()


async def test_feedback_that_lies_harms_its_sender_only(scene: Scene) -> None:
    """65,535 statuses, numbers never sent, the same again, a clock that runs backwards or stands."""
    down = scene.bad.peer.subscriptions._downlink
    theirs = scene.two.other.peer.subscriptions._downlink.estimator
    for n in range(300):
        top = down.pacer.sent.next
        scene.bad.send_rtcp(golden.claim(top - 200 + n, 65_535, 1) * 8)
        scene.bad.send_rtcp(golden.claim(top + 5000, 65_535, 500))
        clock = bytearray(golden.claim(top - 3, 3, 3))
        clock[16:19] = (0xFFFFFF - n * 1000 if n % 2 else 7).to_bytes(3, "big")
        scene.bad.send_rtcp(bytes(clock))
        if n % 50 == 49:
            await scene.two.flows(1)
    await passed(scene)
    assert LOWEST <= down.estimator.bitrate <= HIGHEST
    assert theirs.heard_at is None, "whose feedback is missing is not told by somebody else's"
    await scene.unharmed()


async def test_oversized_packets_and_reports(scene: Scene) -> None:
    assert scene.bad.tx is not None
    for n in range(200):
        size = 1300 + n
        scene.bad.send_rtp(evil(scene.bad.ssrc["video"], 400 + n, mid="01")[:40] + bytes(max(0, size - 40)))
        scene.bad.send(bytes([128, 111]) + bytes(60_000 if n % 50 == 0 else size))
        scene.bad.send_rtcp((struct.pack("!BBH", 0x80, 206, 0) * 400)[: min(size, 1356) & ~3])
    await passed(scene)
    await scene.unharmed()


async def test_reports_about_everything_at_once(scene: Scene) -> None:
    """62 report blocks in a datagram, all about one stream, all of total loss: nobody else's limit falls for it."""
    ssrc = picture_of(scene.bad, "gu")
    block = rtcp.Block(ssrc, 255, 0x7FFFFF, 0xFFFFFFFF, 0xFFFFFFFF, 0xFFFFFFFF, 0xFFFFFFFF)
    for _ in range(200):
        scene.bad.send_rtcp(rtcp.receiver_report(1, [block] * 25) * 2)
    await passed(scene)
    assert scene.two.other.peer.subscriptions._downlink._blind > 1_000_000
    await scene.unharmed()


async def test_a_clock_that_stands_or_runs_back_keeps_no_groups(scene: Scene) -> None:
    """Each report acknowledges one packet that was really sent, and says it came with all others, or before."""
    estimator = scene.bad.peer.subscriptions._downlink.estimator
    sent = scene.bad.peer.subscriptions._downlink.pacer.sent
    for back in (0, 1):
        for n in range(1500):
            number = sent.note(1000, scene.plane.clock() + n / 100)
            report = rtcp.Feedback(number, 1, 0x800000 - back * n, (0,), (0,))
            estimator.on_feedback(report, scene.plane.clock())
    await scene.unharmed()


async def test_a_fault_of_ours_that_one_brings_about_ends_their_connection_only(
    scene: Scene, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(now: float) -> None:
        raise RuntimeError("not foreseen")

    monkeypatch.setattr(scene.bad.peer, "tick", fail)
    await until(lambda: scene.bad.peer.closed)
    await scene.unharmed()
    assert caplog.text.count("media.peer_failed") == 1
