"""The birth of an authority: all keys, certificates and the first root list, written into one directory. And of what
comes later: a leaf that is renewed, the next issuing CA."""

from __future__ import annotations

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
    STATUS_LIFE,
    Leaf,
    access,
    ca_certificate,
    leaf_builder,
    plain_name,
    policies,
    revocation_list,
    sign_certificate,
    signing_usage,
)
from documents.keys import FileKeys, KeyRing, write_private
from documents.register import Register


@dataclass(frozen=True)
class Founder:
    """What a new certificate takes from the authority it belongs to."""

    name: str
    base_url: str
    demo: bool
    now: datetime
    serials: Callable[[], int]

    @property
    def mark(self) -> str:
        return "演示" if self.demo else ""


@dataclass(frozen=True)
class Founding:
    """Makes and writes everything once, into an empty directory. `ring` makes key files there too."""

    directory: Path
    founder: Founder
    ring: KeyRing

    def write(self) -> None:
        """Raises SignerUnavailable when the place chosen for keys is away."""
        who = self.founder
        apart = self.directory / "root"
        apart.mkdir(mode=0o700)
        root_key, _ = FileKeys(apart, self.ring.files.passphrase, self.ring.files.new).make("root")
        root_name = plain_name(f"{who.name} {who.mark}根CA(自建)")
        root = ca_certificate(root_name, None, root_key.public_key(), root_key, who.now, ROOT_LIFE, None, who.serials)
        write_certificate(apart, "root", root)
        write_private(self.directory / "root.crl", revocation_list(root, root_key, who.now, STATUS_LIFE, {}))
        register = Register(who.name, who.base_url, who.demo, who.now.isoformat())
        issuing, home = issuing_ca("issuing", who, root, root_key, self.ring)
        write_certificate(self.directory, "issuing", issuing.certificate)
        register = register.with_key("issuing", home)
        for kind in LEAF_LIFE:
            leaf, home = leaf_of(kind, kind, who, issuing, "issuing", self.ring)
            write_certificate(self.directory, kind, leaf.certificate)
            register = register.with_key(kind, home)
        register.write(self.directory)


def write_certificate(directory: Path, stem: str, certificate: x509.Certificate) -> None:
    write_private(directory / f"{stem}.pem", certificate.public_bytes(serialization.Encoding.PEM))


def issuing_ca(
    stem: str,
    founder: Founder,
    root: x509.Certificate,
    root_key: ec.EllipticCurvePrivateKey,
    ring: KeyRing,
    number: int = 1,
) -> tuple[Leaf, tuple[str, str]]:
    """A fresh issuing CA under the root, and its key's home."""
    key, home = ring.make("issuing", stem)
    name = plain_name(f"{founder.name} {founder.mark}签发CA{number if number > 1 else ''}")
    life = min(ISSUING_LIFE, root.not_valid_after_utc - founder.now)
    certificate = ca_certificate(
        name, root, key.public_key(), root_key, founder.now, life, founder.base_url, founder.serials
    )
    return Leaf(certificate, key), home


def leaf_of(
    kind: str, stem: str, founder: Founder, issuing: Leaf, issuing_stem: str, ring: KeyRing
) -> tuple[Leaf, tuple[str, str]]:
    """A fresh key and certificate for service, seal, tsa or ocsp, and the key's home."""
    common = {
        "service": f"{founder.name} {founder.mark}文书服务",
        "seal": founder.name,
        "tsa": f"{founder.name} {founder.mark}时间戳",
        "ocsp": f"{founder.name} {founder.mark}证书状态",
    }[kind]
    purpose = {"tsa": ExtendedKeyUsageOID.TIME_STAMPING, "ocsp": ExtendedKeyUsageOID.OCSP_SIGNING}.get(kind)
    key, home = ring.make(kind, stem)
    end = min(founder.now + LEAF_LIFE[kind], issuing.certificate.not_valid_after_utc)
    builder = leaf_builder(plain_name(common), issuing.certificate, key.public_key(), founder.now, end, founder.serials)
    builder = builder.add_extension(signing_usage(repudiable=purpose is not None), critical=True)
    builder = builder.add_extension(policies(OWN_CA), critical=False)
    if purpose is not None:
        builder = builder.add_extension(x509.ExtendedKeyUsage([purpose]), critical=True)  # RFC 3161 2.3: critical
    if kind == "ocsp":
        builder = builder.add_extension(x509.OCSPNoCheck(), critical=False)
    else:
        builder = builder.add_extension(access(founder.base_url, issuing_stem), critical=False)
    return Leaf(sign_certificate(builder, issuing.key), key), home
