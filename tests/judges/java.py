"""Runs the Java programs beside this file: one start for many files, tab-separated answers."""

from __future__ import annotations

import subprocess
from collections.abc import Sequence
from pathlib import Path

SOURCES = Path(__file__).parent / "java"
QUIET = ("-Dorg.apache.commons.logging.Log=org.apache.commons.logging.impl.NoOpLog", "-Dpdfbox.fontcache=build/judges")


class JavaFailed(Exception):
    """The program ended with an error: what it wrote."""


def lines(program: str, classpath: Sequence[Path] | str, words: Sequence[str], *flags: str) -> list[list[str]]:
    """Compile in memory, run, and split each line of its answer at the tabs. `flags` are for the virtual machine."""
    path = classpath if isinstance(classpath, str) else ":".join(map(str, classpath))
    command = ["java", "-Xshare:auto", "-XX:+UseSerialGC", *QUIET, *flags, "-cp", path]
    done = subprocess.run([*command, SOURCES / f"{program}.java", *words], capture_output=True, text=True, timeout=1800)
    if done.returncode:
        raise JavaFailed(done.stderr.strip()[:2000])
    return [line.split("\t") for line in done.stdout.splitlines()]
