"""What the deployment chooses for this package; part of the server's Settings."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

REGULAR_FILE = "NotoSerifSC_400Regular.ttf"
BOLD_FILE = "NotoSerifSC_700Bold.ttf"


@dataclass(frozen=True)
class Fonts:
    """Two TrueType files with CJK coverage. They are embedded in subsets, so their licence must permit that."""

    regular_path: Path
    bold_path: Path

    @classmethod
    def in_directory(cls, directory: Path) -> Fonts:
        """The fonts as the build puts them into `directory` (HEJIE_FONTS)."""
        return cls(directory / REGULAR_FILE, directory / BOLD_FILE)
