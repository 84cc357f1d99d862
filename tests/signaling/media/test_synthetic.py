"""Colours and tones come back from the codecs as what they were."""

import asyncio
import fractions

import pytest
from av import AudioFrame, CodecContext, Packet, VideoFrame

from signaling.media.synthetic import COLOURS, PTIME, ColourTrack, ToneTrack, colour_of, hertz_of, key_frame, tone


@pytest.mark.parametrize("colour", range(COLOURS))
def test_colours_survive_the_codec(colour: int) -> None:
    decoder = CodecContext.create("libvpx", "r")
    frames = [*decoder.decode(Packet(key_frame(colour))), *decoder.decode(None)]
    assert [colour_of(frame) for frame in frames if isinstance(frame, VideoFrame)] == [colour]


@pytest.mark.parametrize("hertz", [300, 440, 1000, 1500])
def test_tones_survive_the_codec(hertz: int) -> None:
    decoder = CodecContext.create("libopus", "r")
    frames = [frame for body in tone(hertz) for frame in decoder.decode(Packet(body))]
    heard = [frame for frame in frames if isinstance(frame, AudioFrame)][10:20]
    assert abs(hertz_of(heard) - hertz) < 25


def test_silence_has_no_frequency() -> None:
    silent = AudioFrame(format="s16", layout="mono", samples=PTIME)
    silent.planes[0].update(bytes(2 * PTIME))
    assert hertz_of([silent]) == 0 and hertz_of([]) == 0


async def test_tracks_keep_their_pace_and_change_at_once() -> None:
    picture, sound = ColourTrack(1, 100), ToneTrack(440)
    first = await picture.recv()
    picture.colour = 2
    second = await picture.recv()
    assert bytes(first) == key_frame(1) and bytes(second) == key_frame(2)
    assert second.pts == 900 and second.time_base == fractions.Fraction(1, 90_000)
    start = asyncio.get_running_loop().time()
    for _ in range(6):
        await sound.recv()
    assert asyncio.get_running_loop().time() - start > 0.09
