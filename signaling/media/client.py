"""A WebRTC client for rehearsals and tests: aiortc's connection with aioice's full agent, an independent check of ours.

It answers the server's offers, publishes a colour and a tone, and tells what it received of whom.
"""

from collections import deque
from collections.abc import Mapping, Sequence
from typing import TypedDict

import msgspec
from aiortc import (
    MediaStreamTrack,
    RTCBundlePolicy,
    RTCConfiguration,
    RTCIceServer,
    RTCPeerConnection,
    RTCSessionDescription,
)
from aiortc.mediastreams import MediaStreamError
from av import AudioFrame, VideoFrame

from signaling.tasks import spawn

from .synthetic import ColourTrack, ToneTrack, colour_of, hertz_of
from .types import KINDS, Kind, Offer, SetName

HEARD_FRAMES = 10
"""Decoded audio frames the frequency is taken from: 200 ms."""


class Received(TypedDict):
    """What came from one person so far, after decoding; `colour` and `hertz` are of the latest frames."""

    audio_packets: int
    """Decoded packets of 20 ms."""
    video_frames: int
    colour: int | None
    """Colour code 0..24, None before the first frame."""
    hertz: int
    """Frequency of the last 200 ms, 0 for silence."""


class Inlet:
    """One receiving line: counts decoded frames until its track ends."""

    def __init__(self, track: MediaStreamTrack) -> None:
        self.frames = 0
        self.colour: int | None = None
        self.heard: deque[AudioFrame] = deque(maxlen=HEARD_FRAMES)
        self._track = track
        spawn(self._run(), name=f"synthetic.{track.kind}")

    async def _run(self) -> None:
        while True:
            try:
                frame = await self._track.recv()
            except MediaStreamError:
                return
            self.frames += 1
            if isinstance(frame, VideoFrame):
                self.colour = colour_of(frame)
            elif isinstance(frame, AudioFrame):
                self.heard.append(frame)


class SyntheticClient:
    """One person's browser, without the browser. `colour` is a code 0..24, `hertz` a whole number."""

    def __init__(
        self,
        *,
        colour: int = 0,
        hertz: int = 440,
        fps: int = 10,
        ice_servers: Sequence[Mapping[str, object]] = (),
    ) -> None:
        servers = [RTCIceServer(**server) for server in ice_servers]  # type: ignore[arg-type]
        # With aiortc's default policy the candidates of the first line are overwritten by the next line of its kind.
        policy = RTCBundlePolicy.MAX_COMPAT
        self._pc = RTCPeerConnection(RTCConfiguration(iceServers=servers, bundlePolicy=policy))
        self._picture = ColourTrack(colour, fps)
        self._tone = ToneTrack(hertz)
        self._tracks: dict[Kind, MediaStreamTrack | None] = {
            "audio": self._tone,
            "video": self._picture,
            "screen": None,
        }
        self._sets: dict[SetName, dict[Kind, str]] = {}
        self._people: dict[str, tuple[str, Kind]] = {}
        self._inlets: dict[str, Inlet] = {}
        self._set: SetName | None = None
        self._muted: set[Kind] = set()
        self._pc.on("track", self._on_track)

    async def answer(self, offer: Offer | Mapping[str, object]) -> str:
        """Apply an offer (as object or as it came over the wire); the answer's SDP."""
        if not isinstance(offer, Offer):
            offer = msgspec.convert(offer, Offer)
        self._sets = {name: dict(mids) for name, mids in offer.sets.items()}
        self._people = {source.mid: (source.person, source.kind) for source in offer.sources}
        await self._pc.setRemoteDescription(RTCSessionDescription(offer.sdp, "offer"))
        sending = {mid for mids in self._sets.values() for mid in mids.values()}
        for transceiver in self._pc.getTransceivers():
            if transceiver.mid in sending:
                transceiver.direction = "sendonly"
        await self._pc.setLocalDescription(await self._pc.createAnswer())
        self._place()  # `go` may have come before the lines it names
        return self._pc.localDescription.sdp

    @property
    def connected(self) -> bool:
        return self._pc.connectionState == "connected"

    def use_set(self, name: SetName) -> None:
        """Publish on this set and no other, as `go` asks."""
        self._set = name
        self._place()

    def drain(self) -> None:
        """Stop sending, as `draining` asks."""
        self._set = None
        self._place()

    def mute(self, kind: Kind, muted: bool) -> None:
        """Stop sending one kind by the client's own will."""
        (self._muted.add if muted else self._muted.discard)(kind)
        self._place()

    def paint(self, colour: int) -> None:
        """Change the picture's colour code from the next frame on."""
        self._picture.colour = colour

    def hum(self, hertz: int) -> None:
        """Change the tone from the next packet on."""
        self._tone.hertz = hertz

    def received(self) -> dict[str, Received]:
        """By person of the last offer; persons nothing came from have zeros."""
        people: dict[str, Received] = {}
        for mid, (person, kind) in self._people.items():
            entry = people.setdefault(person, Received(audio_packets=0, video_frames=0, colour=None, hertz=0))
            inlet = self._inlets.get(mid)
            if inlet is None:
                continue
            if kind == "video":
                entry["video_frames"], entry["colour"] = inlet.frames, inlet.colour
            elif kind == "audio":
                entry["audio_packets"], entry["hertz"] = inlet.frames, hertz_of(tuple(inlet.heard))
        return people

    def _on_track(self, track: MediaStreamTrack) -> None:
        for transceiver in self._pc.getTransceivers():
            if transceiver.receiver.track is track and transceiver.mid is not None:
                self._inlets[transceiver.mid] = Inlet(track)

    def _place(self) -> None:
        """Each sender gets its track or none; the two sets never send together."""
        by_mid = {transceiver.mid: transceiver for transceiver in self._pc.getTransceivers()}
        for name, mids in self._sets.items():
            for kind in KINDS:
                sending = name == self._set and kind not in self._muted
                if (transceiver := by_mid.get(mids[kind])) is not None:
                    transceiver.sender.replaceTrack(self._tracks[kind] if sending else None)

    async def close(self) -> None:
        """Hang up. May be called again."""
        self._tone.stop()
        self._picture.stop()
        await self._pc.close()
