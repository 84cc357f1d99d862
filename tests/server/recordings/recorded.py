"""A recording made as in life: peers in memory, the office's own recorder, colours and tones."""

import asyncio
from dataclasses import dataclass, field
from pathlib import Path

from server.recordings import RECORDER, store
from server.recordings.model import Recording, RecordingState
from signaling import Inside
from signaling.media import Mark, Peer
from signaling.media.peer import SET_MIDS
from signaling.media.synthetic import key_frame, tone
from tests.conftest import Cast, Office
from tests.signaling.media.memory import OPUS, VP8, MemoryLink, Silent, packet

LOOKS = {"mediator": (20, 1000), "applicant": (3, 400), "respondent": (11, 700)}


@dataclass
class Meeting:
    """The people of a case in their joint chamber."""

    office: Office
    cast: Cast
    peers: dict[str, Peer] = field(default_factory=dict)
    said: int = 0

    def __post_init__(self) -> None:
        for role in LOOKS:
            peer = Peer(
                self.person(role), Silent(), lambda peer: MemoryLink(peer, lambda data: None, lambda data: None),
                asyncio.get_running_loop().time, lambda peer: None,
            )  # fmt: skip
            peer.use_set("A", Mark("joint", 1))
            self.peers[self.person(role)] = peer

    def person(self, role: str) -> str:
        return self.cast.mediator_id if role == "mediator" else self.cast.person(role)

    def speak(self, role: str, packets: int = 10) -> None:
        """A picture and some voice."""
        peer, now = self.peers[self.person(role)], asyncio.get_running_loop().time()
        colour, hertz = LOOKS[role]
        ssrc = 1000 + 10 * list(LOOKS).index(role)
        for _ in range(packets):
            self.said += 1
            voice = packet(
                ssrc, self.said, 960 * self.said, tone(hertz)[self.said % 50], payload_type=OPUS,
                mid=SET_MIDS["A"]["audio"],
            )  # fmt: skip
            seen = packet(
                ssrc + 1, self.said, 1800 * self.said, b"\x10" + key_frame(colour), payload_type=VP8,
                mid=SET_MIDS["A"]["video"],
            )  # fmt: skip
            peer.on_rtp(voice, now)
            peer.on_rtp(seen[:1] + bytes([seen[1] | 0x80]) + seen[2:], now)

    async def rows(self) -> list[Recording]:
        async with self.office.db.reading() as tx:
            return await store.of_case(tx, self.cast.case)

    async def until(self, state: RecordingState) -> Recording:
        """The newest recording, once it is in that state."""
        end = asyncio.get_running_loop().time() + 15
        while True:
            rows = await self.rows()
            if rows and rows[-1].state is state:
                return rows[-1]
            assert asyncio.get_running_loop().time() < end, "not within 15 s"
            await asyncio.sleep(0.02)

    async def begin(self, beside: Inside | None = None) -> Recording:
        """Recording, file open, everybody's tap attached; `beside`: who else is in whose film."""
        recorder = self.office.app[RECORDER]
        recorder.start(self.cast.session, 3, self.peers, dict.fromkeys(self.peers, ()) | dict(beside or {}))
        row = await self.until(RecordingState.on)
        end = asyncio.get_running_loop().time() + 15
        while not recorder.recording(self.cast.session):
            assert asyncio.get_running_loop().time() < end, "not within 15 s"
            await asyncio.sleep(0.02)
        return row

    async def recorded(self, beside: Inside | None = None) -> Recording:
        """Begun, everybody spoke, stopped by a withdrawn consent."""
        await self.begin(beside)
        for role in LOOKS:
            self.speak(role)
        self.office.app[RECORDER].stop(self.cast.session, "revoked")
        return await self.until(RecordingState.ended)


def spoil(path: Path, how: str) -> None:
    """`cut` at the end, one `bit` of a chunk, `tail` of empty blocks behind, or `gone`."""
    data = path.read_bytes()
    if how == "gone":
        path.unlink()
        return
    changed = {"cut": data[:-5], "bit": data[:200] + bytes([data[200] ^ 1]) + data[201:], "tail": data + bytes(4096)}
    path.write_bytes(changed[how])
