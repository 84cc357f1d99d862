"""What the deployment chooses for this package; part of the server's Settings."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

REGULAR_FILE = "NotoSerifSC_400Regular.ttf"
BOLD_FILE = "NotoSerifSC_700Bold.ttf"
RARE_REGULAR_FILE = "LXGWWenKai-Regular.ttf"
RARE_BOLD_FILE = "LXGWWenKai-Bold.ttf"


@dataclass(frozen=True)
class Fonts:
    """Two TrueType files with CJK coverage, and two more for single characters that those lack (rare names). They are
    embedded in subsets, so their licence must permit that."""

    regular_path: Path
    bold_path: Path
    rare_regular_path: Path | None = None
    rare_bold_path: Path | None = None
    """May be missing, on the disk too: then texts that need them are refused."""

    @classmethod
    def in_directory(cls, directory: Path) -> Fonts:
        """The fonts as the build puts them into `directory` (HEJIE_FONTS)."""
        files = (REGULAR_FILE, BOLD_FILE, RARE_REGULAR_FILE, RARE_BOLD_FILE)
        return cls(*(directory / file for file in files))

    @property
    def rare(self) -> tuple[Path, Path] | None:
        """The second pair, if it is there."""
        pair = (self.rare_regular_path, self.rare_bold_path)
        found = tuple(path for path in pair if path is not None and path.is_file())
        return (found[0], found[1]) if len(found) == len(pair) else None


@dataclass(frozen=True)
class KeyOptions:
    """Where new keys of the institution are made, and who certifies the people of a ceremony."""

    place: str = "file"
    """`file`, `pkcs11` or `csc`. Keys made before stay where they are and are looked for there."""
    module: Path | None = None
    token: str = "hejie"  # noqa: S105 - its label
    pin: str = field(default="", repr=False)
    csc_url: str = ""
    csc_client: str = ""
    csc_secret: str = field(default="", repr=False)
    csc_pin: str = field(default="", repr=False)
    csc_credentials: Mapping[str, str] = field(default_factory=dict)
    """Kind (seal, service, tsa, ocsp, issuing) -> credential id at the remote CA. Kinds not named are key files."""
    issuer: str = ""
    """Name of the plug-in; empty: our own authority."""
    issuer_options: Mapping[str, str] = field(default_factory=dict, repr=False)
