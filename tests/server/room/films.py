"""What `hejie recording` gives out, looked at with other people's tools."""

import asyncio
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import av

from signaling.media.synthetic import colour_of, hertz_of
from tests.running import ROOT


async def hejie(data: Path, *words: str) -> str:
    """`hejie recording ...` as the archive calls it, in a process of its own; it must succeed."""
    env = {k: v for k, v in os.environ.items() if not k.startswith("HEJIE_")}
    env |= {"HEJIE_DATA": str(data), "HEJIE_DEMO": "1"}
    command = [sys.executable, "-m", "server.cli", "recording", *words]
    done = await asyncio.to_thread(subprocess.run, command, cwd=ROOT, env=env, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout


async def export(data: Path, recording: str, into: Path) -> dict[str, Any]:
    """The manifest; every film has passed ffprobe, which counted its frames and found nothing to complain about."""
    await hejie(data, "export", recording, str(into))
    manifest: dict[str, Any] = json.loads((into / "manifest.json").read_text(encoding="utf-8"))
    for film in manifest["films"]:
        path = str(into / film["file"])
        command = ["ffprobe", "-v", "warning", "-count_frames", "-show_streams", "-of", "json", path]
        done = await asyncio.to_thread(subprocess.run, command, capture_output=True, text=True, check=True)
        assert done.stderr == ""
        streams = {one["codec_type"]: one for one in json.loads(done.stdout)["streams"]}
        assert {kind: one["codec_name"] for kind, one in streams.items()} == {"video": "vp8", "audio": "opus"}
        assert int(streams["video"]["nb_read_frames"]) == film["frames"]
    return manifest


def seen_and_heard(film: Path) -> tuple[set[int], set[int]]:
    """Colour codes, and tones to 100 Hz, of one film. Blocking."""
    with av.open(str(film)) as box:
        colours = {colour_of(frame) for frame in box.decode(video=0)}
    as_sent, frames = av.AudioResampler("s16", "mono", 48_000), list[av.AudioFrame]()
    with av.open(str(film)) as box:
        for frame in box.decode(audio=0):
            frames += as_sent.resample(frame)
    tones = {round(hertz_of(frames[at : at + 10]) / 100) * 100 for at in range(0, len(frames), 10)}
    return colours, tones - {0}
