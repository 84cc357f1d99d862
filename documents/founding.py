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
    OWN_CA,
    ROOT_LIFE,
    Leaf,
    access,
    ca_certificate,
    leaf_builder,
    plain_name,
    policies,
    root_crl,
    sign_certificate,
    signing_usage,
)
from documents.keys import write_key, write_private


@dataclass(frozen=True)
class Founder:
    """What a new certificate takes from the authority it belongs to."""

    name: str
    base_url: str
    demo: bool
    now: datetime
    keys: Callable[[], ec.EllipticCurvePrivateKey]
    serials: Callable[[], int]

    @property
    def mark(self) -> str:
        return "演示" if self.demo else ""


@dataclass(frozen=True)
class Founding:
    """Makes and writes everything once, into an empty directory."""

    directory: Path
    founder: Founder
    passphrase: bytes | None

    def write(self) -> None:
        who = self.founder
        root_key, issuing_key = who.keys(), who.keys()
        root_name = plain_name(f"{who.name} {who.mark}根CA(自建)")
        root = ca_certificate(root_name, None, root_key.public_key(), root_key, who.now, ROOT_LIFE, None, who.serials)
        issuing = ca_certificate(
            plain_name(f"{who.name} {who.mark}签发CA"),
            root,
            issuing_key.public_key(),
            root_key,
            who.now,
            ISSUING_LIFE,
            who.base_url,
            who.serials,
        )
        apart = self.directory / "root"
        apart.mkdir(mode=0o700)
        write_leaf(apart, "root", Leaf(root, root_key), self.passphrase)
        write_private(self.directory / "root.crl", root_crl(root, root_key, who.now))
        write_leaf(self.directory, "issuing", Leaf(issuing, issuing_key), self.passphrase)
        for kind in LEAF_LIFE:
            write_leaf(self.directory, kind, leaf_of(kind, who, issuing, issuing_key), self.passphrase)
        facts = {"name": who.name, "base_url": who.base_url, "demo": who.demo, "made": who.now.isoformat()}
        write_private(self.directory / "authority.json", json.dumps(facts, ensure_ascii=False).encode())


def write_leaf(directory: Path, stem: str, leaf: Leaf, passphrase: bytes | None) -> None:
    write_key(directory / f"{stem}.key", leaf.key, passphrase)
    write_private(directory / f"{stem}.pem", leaf.certificate.public_bytes(serialization.Encoding.PEM))


def leaf_of(kind: str, founder: Founder, issuing: x509.Certificate, issuing_key: ec.EllipticCurvePrivateKey) -> Leaf:
    """A fresh key and certificate for service, seal, tsa or ocsp."""
    common = {
        "service": f"{founder.name} {founder.mark}文书服务",
        "seal": founder.name,
        "tsa": f"{founder.name} {founder.mark}时间戳",
        "ocsp": f"{founder.name} {founder.mark}证书状态",
    }[kind]
    purpose = {"tsa": ExtendedKeyUsageOID.TIME_STAMPING, "ocsp": ExtendedKeyUsageOID.OCSP_SIGNING}.get(kind)
    key, now = founder.keys(), founder.now
    end = min(now + LEAF_LIFE[kind], issuing.not_valid_after_utc)
    builder = leaf_builder(plain_name(common), issuing, key.public_key(), now, end, founder.serials)
    builder = builder.add_extension(signing_usage(repudiable=purpose is not None), critical=True)
    builder = builder.add_extension(policies(OWN_CA), critical=False)
    if purpose is not None:
        builder = builder.add_extension(x509.ExtendedKeyUsage([purpose]), critical=True)  # RFC 3161 2.3: critical
    if kind == "ocsp":
        builder = builder.add_extension(x509.OCSPNoCheck(), critical=False)
    else:
        builder = builder.add_extension(access(founder.base_url), critical=False)
    return Leaf(sign_certificate(builder, issuing_key), key)
