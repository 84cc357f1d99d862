"""What the deployment chooses for this package; part of the server's Settings."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
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
