"""CPU per received packet of the hot path, against bare crypto and system calls in the same run.

`python -m tests.bench.forward` prints one line per fan-out and writes build/bench/forward.json; exit status 1 when
the fan-out of three costs more than the limit. Real SRTP, a real socket that nobody reads; no event loop.
"""

import json
import socket
import struct
import sys
import time
from pathlib import Path

from pylibsrtp import Policy, Session

from signaling.media.leg import Leg
from signaling.media.peer import MID_PLACES
from signaling.media.publish import Publisher
from signaling.media.rtp import VP8
from signaling.media.types import Mark

PACKETS = 6000
ROUNDS = 3
BODY = 1100
LIMIT_RATIO = 2.2
"""Total cost over the cost of unprotect, protect and sendto alone, at a fan-out of three."""
KEY = bytes(range(28))
GCM = Policy.SRTP_PROFILE_AEAD_AES_128_GCM


def session(direction: int) -> Session:
    policy = Policy(KEY, direction, srtp_profile=GCM)
    policy.window_size = 1024
    return Session(policy)


class Wire:
    """Protects and sends to a socket nobody reads."""

    def __init__(self, out: socket.socket) -> None:
        self.srtp = session(Policy.SSRC_ANY_OUTBOUND)
        self.out = out

    def drop(self, *ssrcs: int) -> None:
        pass

    def send_rtp(self, packet: bytes | bytearray, twcc: int = 0) -> None:
        data = self.srtp.protect(bytes(packet))
        try:
            self.out.send(data)
        except OSError:
            pass

    def send_rtcp(self, packet: bytes) -> None:
        pass


def packets() -> list[bytes]:
    """Protected VP8 packets with the extensions Chromium sends, the first a key frame."""
    sender = session(Policy.SSRC_ANY_OUTBOUND)
    out = []
    for number in range(PACKETS):
        extensions = struct.pack("!HHBHBBHB", 0xBEDE, 2, 0x10 | 1, 0x3031, 0, 0x31, number & 0xFFFF, 0)
        head = struct.pack("!BBHLL", 0x90, VP8, number & 0xFFFF, number * 3000 & 0xFFFFFFFF, 51)
        descriptor = struct.pack("!BBHBB", 0x90, 0xC0, 0x8000 | number & 0x7FFF, number & 0xFF, number > 0)
        out.append(sender.protect(head + extensions + descriptor + bytes(BODY)))
    return out


def measure(fan_out: int, received: list[bytes], out: socket.socket) -> tuple[float, float]:
    """CPU microseconds per received packet: everything, and crypto with system calls alone."""
    publisher = Publisher(MID_PLACES, 9, Wire(out))
    publisher.learn("01", 51, 151)
    publisher.use("A", Mark("joint", 1), 0.0)
    wires = [Wire(out) for _ in range(fan_out)]
    legs = [Leg("video", 1000 + index, 2000 + index, wire) for index, wire in enumerate(wires)]
    for leg in legs:
        publisher.attach(leg, 0.0)
    unprotect = session(Policy.SSRC_ANY_INBOUND).unprotect
    start = time.process_time()
    for number, data in enumerate(received):
        publisher.on_rtp(unprotect(data), number * 0.001)
        if number % 50 == 49:
            publisher.tick(number * 0.001)
    whole = time.process_time() - start
    assert all(leg.packets == len(received) for leg in legs)

    bare = [Wire(out) for _ in range(fan_out)]
    unprotect = session(Policy.SSRC_ANY_INBOUND).unprotect
    start = time.process_time()
    for data in received:
        plain = unprotect(data)
        for wire in bare:
            wire.send_rtp(plain)
    floor = time.process_time() - start
    return whole / len(received) * 1e6, floor / len(received) * 1e6


def main() -> int:
    received = packets()
    rows = []
    with (
        socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sink,
        socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as out,
    ):
        sink.bind(("127.0.0.1", 0))
        out.setblocking(False)
        out.connect(sink.getsockname())
        for fan_out in (0, 1, 3, 7):
            runs = sorted(measure(fan_out, received, out) for _ in range(ROUNDS))
            whole, floor = runs[0]
            ratio = whole / floor
            rows.append(
                {"fan_out": fan_out, "us": round(whole, 2), "bare_us": round(floor, 2), "ratio": round(ratio, 2)}
            )
            print(
                f"fan-out {fan_out}: {whole:6.2f} us per packet, bare crypto and sendto {floor:6.2f}, ratio {ratio:.2f}"
            )
    three = next(row for row in rows if row["fan_out"] == 3)
    met = three["ratio"] <= LIMIT_RATIO
    print(f"limit at fan-out 3: ratio {LIMIT_RATIO}: {'met' if met else 'MISSED'}")
    target = Path("build/bench/forward.json")
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(json.dumps({"limit_ratio": LIMIT_RATIO, "met": met, "rows": rows}, indent=1) + "\n")
    return 0 if met else 1


if __name__ == "__main__":
    sys.exit(main())
