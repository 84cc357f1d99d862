"""The birth of an authority: all keys, certificates and the first root list, written into one directory."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID

from documents.certificates import (
    ISSUING_LIFE,
    LEAF_LIFE,
    ROOT_LIFE,
    Leaf,
    access,
    ca_certificate,
    leaf_builder,
    plain_name,
    root_crl,
    sign_certificate,
    signing_usage,
)
from documents.keys import write_key, write_private


@dataclass(frozen=True)
class Founding:
    """Makes and writes everything once, into an empty directory."""

    directory: Path
    name: str
    now: datetime
    base_url: str
    demo: bool
    passphrase: bytes | None
    keys: Callable[[], ec.EllipticCurvePrivateKey]
    serials: Callable[[], int]

    def write(self) -> None:
        mark = "演示" if self.demo else ""
        root_key = self.keys()
        root_name = plain_name(f"{self.name} {mark}根CA(自建)")
        root = ca_certificate(root_name, None, root_key.public_key(), root_key, self.now, ROOT_LIFE, None, self.serials)
        issuing_key = self.keys()
        issuing_name = plain_name(f"{self.name} {mark}签发CA")
        issuing = ca_certificate(
            issuing_name, root, issuing_key.public_key(), root_key, self.now, ISSUING_LIFE, self.base_url, self.serials
        )
        apart = self.directory / "root"
        apart.mkdir(mode=0o700)
        write_key(apart / "root.key", root_key, self.passphrase)
        write_private(apart / "root.pem", root.public_bytes(serialization.Encoding.PEM))
        write_private(self.directory / "root.crl", root_crl(root, root_key, self.now))
        self._write("issuing", Leaf(issuing, issuing_key))
        purposes: dict[str, tuple[str, x509.ExtensionType | None]] = {
            "service": (f"{self.name} {mark}文书服务", None),
            "seal": (self.name, None),
            "tsa": (f"{self.name} {mark}时间戳", x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING])),
            "ocsp": (f"{self.name} {mark}证书状态", x509.ExtendedKeyUsage([ExtendedKeyUsageOID.OCSP_SIGNING])),
        }
        for kind, (common, purpose) in purposes.items():
            key = self.keys()
            builder = leaf_builder(
                plain_name(common), issuing, key.public_key(), self.now, self.now + LEAF_LIFE[kind], self.serials
            )
            builder = builder.add_extension(signing_usage(repudiable=purpose is not None), critical=True)
            if purpose is not None:
                builder = builder.add_extension(purpose, critical=True)  # RFC 3161 2.3 asks for critical
            if kind == "ocsp":
                builder = builder.add_extension(x509.OCSPNoCheck(), critical=False)
            else:
                builder = builder.add_extension(access(self.base_url), critical=False)
            self._write(kind, Leaf(sign_certificate(builder, issuing_key), key))
        facts = {"name": self.name, "base_url": self.base_url, "demo": self.demo, "made": self.now.isoformat()}
        write_private(self.directory / "authority.json", json.dumps(facts, ensure_ascii=False).encode())

    def _write(self, kind: str, leaf: Leaf) -> None:
        write_key(self.directory / f"{kind}.key", leaf.key, self.passphrase)
        write_private(self.directory / f"{kind}.pem", leaf.certificate.public_bytes(serialization.Encoding.PEM))
