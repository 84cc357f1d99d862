"""A person on the wire by hand: one UDP socket, ICE, DTLS and SRTP of their own, on the loop of the plane under test.

Everybody in these tests is one: the offender, whose keys let any garbage reach the parsers behind the decryption, and
the two whose talk must go on meanwhile."""

import asyncio
import contextlib
import secrets
import socket
import struct
from functools import partial

import pylibsrtp
from aioice import stun
from OpenSSL import SSL
from pylibsrtp import Policy, Session

from signaling.media import Mark, MediaPlane, Offer
from signaling.media.dtls import PROFILES, Identity
from tests.signaling.media.memory import OPUS, VP8, Silent, packet, vp8_payload
from tests.signaling.media.waiting import until

PATIENCE = 20
"""Times somebody speaks, half a second each, before the talk counts as broken."""
FRAME = 900
"""Bytes of one picture packet."""


class Caller:
    """`connect` makes the peer and the connection; then `send_rtp` and `send_rtcp` protect, `send` does not."""

    def __init__(self, plane: MediaPlane, person: str) -> None:
        self.plane, self.person = plane, person
        self.ufrag, self.password = secrets.token_urlsafe(6), secrets.token_urlsafe(24)
        self.identity = Identity()
        self.peer = plane.add_peer(person, Silent())
        self.offer: Offer | None = None
        self.server = ("127.0.0.1", plane.port)
        self.local = self.remote = ("", "")
        self.rtp: list[bytes] = []
        self.rtcp: list[bytes] = []
        self.answered = 0
        """Checks of ours the server answered."""
        self.got = 0
        """Bytes of any kind that came from the server."""
        self.proves = True
        self.sequence = 1
        self.ssrc = {"audio": secrets.randbits(31), "video": secrets.randbits(31)}
        self._loop = asyncio.get_running_loop()
        self.socket = self._open()
        self._ssl = SSL.Connection(self.identity.context, None)
        self._ssl.set_connect_state()
        self.tx: Session | None = None
        self._rx: Session | None = None
        self._shaken = False
        self._timer: asyncio.TimerHandle | None = None

    def _open(self) -> socket.socket:
        made = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        made.setblocking(False)
        made.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 22)
        made.bind(("127.0.0.1", 0))
        self._loop.add_reader(made.fileno(), self._read)
        return made

    # Offer and answer

    async def renew(self, offer: Offer | None = None) -> None:
        """Answer a fresh offer, as a browser does."""
        self.offer = offer or self.peer.offer()
        self.remote = (attribute(self.offer.sdp, "ice-ufrag"), attribute(self.offer.sdp, "ice-pwd"))
        await self.peer.answer(self.offer.n, self.answer(self.offer))

    def answer(self, offer: Offer, **changed: str) -> str:
        """What a browser would answer, without what nobody reads; `changed` replaces ufrag, password, fingerprint."""
        ufrag, password = changed.get("ufrag", self.ufrag), changed.get("password", self.password)
        digest = changed.get("fingerprint", self.identity.fingerprint)
        out = ["v=0", "s=-", "t=0 0"]
        for section in offer.sdp.split("m=")[1:]:
            mid = attribute(section, "mid")
            out += [f"m={section.split()[0]} 9 UDP/TLS/RTP/SAVPF 96", f"a=mid:{mid}", f"a=ice-ufrag:{ufrag}"]
            out += [f"a=ice-pwd:{password}", f"a=fingerprint:sha-256 {digest}", "a=setup:active"]
            out.append("a=sendonly" if "a=recvonly" in section else "a=recvonly")
        return "\r\n".join(out) + "\r\n"

    # The connection

    async def connect(self) -> "Caller":
        await self.renew()
        self.check(nominate=True)
        await until(lambda: self.answered)
        self._shake()
        await until(lambda: self.peer.health().connected and self.tx is not None)
        self._consent()
        return self

    def _consent(self) -> None:
        """Checks go on as a browser's do, or the path would end after 30 s."""
        self.check(nominate=True)
        self._timer = self._loop.call_later(2.5, self._consent)

    def check(self, *, nominate: bool = False, ufrag: str | None = None, password: str | None = None) -> bytes:
        """Send a connectivity check, and give it back."""
        message = stun.Message(stun.Method.BINDING, stun.Class.REQUEST)
        message.attributes["USERNAME"] = f"{ufrag or self.remote[0]}:{self.ufrag}"
        message.attributes["PRIORITY"] = 1
        message.attributes["ICE-CONTROLLING"] = 1
        if nominate:
            message.attributes["USE-CANDIDATE"] = None
        message.add_message_integrity((password or self.remote[1]).encode())
        self.send(data := bytes(message))
        return data

    def _shake(self, data: bytes | None = None) -> None:
        if data is not None:
            self._ssl.bio_write(data)
        try:
            if self._shaken:
                self._ssl.recv(2048)
            else:
                self._ssl.do_handshake()
                self._shaken = True
        except SSL.Error:
            pass
        self.flush()
        if self._shaken and self.tx is None:
            self.tx, self._rx = self._sessions()

    def flush(self) -> None:
        """Send what OpenSSL wrote."""
        try:
            while True:
                self.send(self._ssl.bio_read(1400))
        except SSL.Error:
            return

    def _sessions(self) -> tuple[Session, Session]:
        profile = PROFILES[self._ssl.get_selected_srtp_profile()]
        material = self._ssl.export_keying_material(b"EXTRACTOR-dtls_srtp", 2 * (profile.key + profile.salt))
        salts = 2 * profile.key
        ours = material[: profile.key] + material[salts : salts + profile.salt]
        theirs = material[profile.key : salts] + material[salts + profile.salt :]
        send = Policy(ours, Policy.SSRC_ANY_OUTBOUND, srtp_profile=profile.policy)
        send.allow_repeat_tx = True
        send.window_size = 1024
        receive = Policy(theirs, Policy.SSRC_ANY_INBOUND, srtp_profile=profile.policy)
        receive.window_size = 1024
        return Session(send), Session(receive)

    @property
    def dtls(self) -> SSL.Connection:
        return self._ssl

    def _read(self) -> None:
        for _ in range(256):
            try:
                data = self.socket.recv(4096)
            except OSError:
                return
            self.got += len(data)
            self._take(data)

    def _take(self, data: bytes) -> None:
        if data[0] < 4:
            message = stun.parse_message(data)
            if message.message_class == stun.Class.RESPONSE:
                self.answered += 1
            elif message.message_class == stun.Class.REQUEST and self.proves:
                reply = stun.Message(stun.Method.BINDING, stun.Class.RESPONSE, message.transaction_id)
                reply.attributes["XOR-MAPPED-ADDRESS"] = self.server
                reply.add_message_integrity(self.password.encode())
                self.send(bytes(reply))
        elif 19 < data[0] < 64:
            self._shake(data)
        elif self._rx is not None:
            try:
                if 192 <= data[1] <= 223:
                    self.rtcp.append(self._rx.unprotect_rtcp(data))
                else:
                    self.rtp.append(self._rx.unprotect(data))
            except pylibsrtp.Error:
                return

    # What is sent

    def send(self, data: bytes) -> None:
        try:
            self.socket.sendto(data, self.server)
        except (BlockingIOError, InterruptedError):
            return

    def send_rtp(self, data: bytes) -> bool:
        """False where libsrtp itself refuses to protect that."""
        assert self.tx is not None
        try:
            self.send(self.tx.protect(data))
        except (pylibsrtp.Error, ValueError):
            return False
        return True

    def send_rtcp(self, data: bytes) -> bool:
        assert self.tx is not None
        try:
            self.send(self.tx.protect_rtcp(data))
        except (pylibsrtp.Error, ValueError):
            return False
        return True

    def speak(self, mark: bytes) -> None:
        """One packet of sound and one key frame of picture, both with `mark` in them, on set A."""
        at, n = self.sequence * 960, self.sequence
        self.sequence += 1
        self.send_rtp(packet(self.ssrc["audio"], n, at, mark, payload_type=OPUS, mid="00", twcc=2 * n))
        picture = vp8_payload(mark + bytes(FRAME), key=True, picture=n)
        self.send_rtp(packet(self.ssrc["video"], n, at, picture, payload_type=VP8, mid="01", twcc=2 * n + 1))

    def heard(self, mark: bytes) -> bool:
        """Sound and picture with `mark` have come."""
        return sum(mark in data for data in self.rtp) >= 2

    async def leave(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
        await self.peer.close()
        self._loop.remove_reader(self.socket.fileno())
        self.socket.close()


class Talk:
    """Two people who hear each other, and what must stay true of them: `flows`."""

    def __init__(self, one: Caller, other: Caller) -> None:
        self.one, self.other = one, other
        self._round = self.spoken = 0

    async def flows(self, rounds: int = 3) -> None:
        """Sound and picture go both ways now; each round waits for its own packets, sent again as people go on talking:
        a flood may fill the kernel's buffer for a moment."""
        for _ in range(rounds):
            for speaker, listener in ((self.one, self.other), (self.other, self.one)):
                await self._heard(speaker, listener)

    async def _heard(self, speaker: Caller, listener: Caller) -> None:
        self._round += 1
        mark = struct.pack("!4sL", b"mark", self._round)
        listener.rtp.clear()
        for _ in range(PATIENCE):
            speaker.speak(mark)
            self.spoken += 1
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(0.5):
                    await until(partial(listener.heard, mark))
                    return
        raise AssertionError(f"{listener.person} does not hear {speaker.person} any more")


async def talk(plane: MediaPlane, *more: Caller) -> Talk:
    """Two who hear each other and everybody of `more`, who hear them; all connected and on set A."""
    people = [await Caller(plane, "gu").connect(), await Caller(plane, "lin").connect(), *more]
    for n, person in enumerate(people):
        person.peer.use_set("A", Mark("joint", n))
    await hear_all(people)
    return Talk(people[0], people[1])


async def hear_all(people: list[Caller]) -> None:
    for person in people:
        person.peer.listen({other.person: other.peer for other in people if other is not person})
        await person.renew()


def attribute(sdp: str, name: str) -> str:
    """The first `a=name:` of a description."""
    return sdp.split(f"a={name}:", 1)[1].splitlines()[0].strip()
