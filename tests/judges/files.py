"""Files for the judges: finished ones, cut into the states they went through, each with the certificates to trust.

Every step of a ceremony is an update appended to the file, so the earlier states are its beginnings."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from asn1crypto import cms, tsp
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

STAGES = ("printed", "certified", "signed", "sealed", "renewed", "renewed-2")


@dataclass(frozen=True)
class State:
    """One file at one stage, written down for the judges. `root` is DER, the chains are PEM."""

    profile: str
    file: str
    stage: str
    path: Path
    root: Path
    root_pem: Path
    chain_pem: Path

    @property
    def name(self) -> str:
        return f"{self.profile}/{self.file} {self.stage}"


def write(directory: Path, profile: str, file: str, pdf: bytes, root: bytes, chain: tuple[bytes, ...]) -> list[State]:
    """Every stage the file went through, with its root and the CAs under it (DER)."""
    place = directory / f"{profile}-{file}"
    place.mkdir(parents=True, exist_ok=True)
    (place / "root.der").write_bytes(root)
    (place / "root.pem").write_bytes(_pem(root))
    (place / "chain.pem").write_bytes(b"".join(map(_pem, chain)))
    states = []
    for stage, part in stages(pdf).items():
        path = place / f"{file}-{stage}.pdf"
        path.write_bytes(part)
        states.append(
            State(profile, file, stage, path, place / "root.der", place / "root.pem", place / "chain.pem"),
        )
    return states


def _pem(der: bytes) -> bytes:
    return x509.load_der_x509_certificate(der).public_bytes(Encoding.PEM)


def stages(pdf: bytes) -> dict[str, bytes]:
    """The file as printed, certified, signed by all persons, sealed with its time-stamp, and as often renewed."""
    ends = [found.end() for found in re.finditer(rb"%%EOF\r?\n?", pdf)]
    starts = [0, *ends]
    parts = [pdf[start:end] for start, end in zip(starts, ends, strict=False)]
    (seal,) = [at for at, part in enumerate(parts) if re.search(rb"/TransformMethod\s*/FieldMDP", part)]
    stamps = [at for at, part in enumerate(parts) if re.search(rb"/SubFilter\s*/ETSI\.RFC3161", part)]
    return dict(zip(STAGES, (pdf[: ends[at]] for at in (0, 1, seal - 1, *stamps)), strict=False))


TST_INFO = bytes.fromhex("060b2a864886f70d0109100104")
"""Type of content of a time-stamp token (RFC 3161, 2.4.2), DER."""


@dataclass(frozen=True)
class Signature:
    """What a signature dictionary holds: its CMS or token, and the bytes it is about."""

    contents: bytes
    covered: bytes

    @property
    def is_stamp(self) -> bool:
        return TST_INFO in self.contents[:80]

    @property
    def token(self) -> tuple[bytes, bytes]:
        """The time-stamp token and the bytes it is about."""
        if self.is_stamp:
            return self.contents, self.covered
        signer = self._signed["signer_infos"][0]
        (stamp,) = [each for each in signer["unsigned_attrs"] if each["type"].native == "signature_time_stamp_token"]
        return stamp["values"][0].dump(), signer["signature"].native

    @property
    def at(self) -> datetime:
        """When the token was given."""
        signed = cms.ContentInfo.load(self.token[0])["content"]
        moment: datetime = tsp.TSTInfo.load(signed["encap_content_info"]["content"].contents)["gen_time"].native
        return moment

    @property
    def _signed(self) -> cms.SignedData:
        return cms.ContentInfo.load(self.contents)["content"]


def signatures(pdf: bytes) -> Iterator[Signature]:
    """Every signature of the file, in its order. Placeholders' padding is cut off."""
    for found in re.finditer(rb"/ByteRange\s*\[\s*0\s+(\d+)\s+(\d+)\s+(\d+)\s*\]", pdf):
        a, c, d = (int(number) for number in found.groups())
        padded = bytes.fromhex(pdf[a:c].strip(b"<> \n\r").decode("ascii"))
        yield Signature(_unpadded(padded), pdf[:a] + pdf[c : c + d])


def _unpadded(padded: bytes) -> bytes:
    """The DER value without the zeroes behind it: its long length says where it ends."""
    size = padded[1] & 0x7F
    return padded[: 2 + size + int.from_bytes(padded[2 : 2 + size], "big")]


def soon(pdf: bytes) -> datetime:
    """A day after the last thing that was signed."""
    return max(each.at for each in signatures(pdf)) + timedelta(days=1)
