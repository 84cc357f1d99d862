"""What is done to an authority once a year or less, by `hejie pki`: the next issuing CA, revocation of its own
certificates, the root's list, the root's key taken away and brought back, key files encrypted, an overview, an export
without keys."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Literal

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from documents.answers import Generation
from documents.authority import LEAF_KINDS, Authority
from documents.certificates import Leaf
from documents.errors import SignerUnavailable
from documents.founding import Founder, issuing_ca, leaf_of, write_certificate
from documents.keys import is_encrypted, key_pem, read_key, write_private
from documents.register import KINDS, Former, Register, replace_private

PROBE = b"hejie: a key is tried, this signs nothing"
State = Literal["current", "former", "revoked", "ended"]


@dataclass(frozen=True)
class Entry:
    """One of the authority's own certificates, as `hejie pki show` prints it."""

    kind: str
    certificate: x509.Certificate
    state: State
    where: str
    """Where its key lives."""


def overview(authority: Authority) -> list[Entry]:
    """The root, then what is in use, then what went before."""
    register = authority.register
    present = {register.stem(kind) for kind in KINDS}
    stems = sorted(path.stem for path in authority.directory.glob("*.pem"))
    found = [Entry("root", authority.root, _state(authority, authority.root, True), _root_place(authority))]
    for stem in sorted(stems, key=lambda stem: (stem not in present, KINDS.index(stem.split("-")[0]), stem)):
        certificate = x509.load_pem_x509_certificate((authority.directory / f"{stem}.pem").read_bytes())
        state = _state(authority, certificate, stem in present)
        found.append(Entry(stem.split("-")[0], certificate, state, authority.ring.where(register.home(stem))))
    return found


def _state(authority: Authority, certificate: x509.Certificate, current: bool) -> State:
    if authority.status(certificate.serial_number) != "good":
        return "revoked"
    if authority.clock() >= certificate.not_valid_after_utc:
        return "ended"
    return "current" if current else "former"


def _root_place(authority: Authority) -> str:
    key = authority.directory / "root" / "root.key"
    if not key.exists():
        return "taken away"
    return f"file root/root.key, {'encrypted' if is_encrypted(key.read_bytes()) else 'IN CLEAR'}"


def probe(authority: Authority) -> Iterator[tuple[str, str, str]]:
    """Each key in use signs something that means nothing: kind, where the key lives, reason why it does not (or "")."""
    register = authority.register
    leaves = {"issuing": authority.issuing} | {kind: authority.leaf(kind) for kind in LEAF_KINDS}
    for kind, leaf in leaves.items():
        reason = ""
        try:
            signature = leaf.signer.sign(PROBE)
            public = leaf.certificate.public_key()
            if isinstance(public, ec.EllipticCurvePublicKey):
                public.verify(signature, PROBE, ec.ECDSA(hashes.SHA256()))
        except SignerUnavailable as error:
            reason = error.reason
        except InvalidSignature:
            reason = "key_of_another_certificate"
        yield kind, authority.ring.where(register.home(register.stem(kind))), reason


def root_key(authority: Authority, apart: Path | None = None) -> ec.EllipticCurvePrivateKey:
    """The root's key, from where it was taken or from where it was made. Raises SignerUnavailable("root_away")."""
    path = (apart or authority.directory / "root") / "root.key"
    if not path.exists():
        raise SignerUnavailable("root_away")
    key = read_key(path, authority.ring.files.passphrase)
    if key.public_key() != authority.root.public_key():
        raise SignerUnavailable("root_of_another_authority")
    return key


def detach(authority: Authority, apart: Path) -> None:
    """Take the root's key to another place, an encrypted stick in a safe: certificates of the root stay, its key goes.

    It is removed here only after it was written there and read back. Raises SignerUnavailable, OSError."""
    key = root_key(authority)
    source = authority.directory / "root" / "root.key"
    apart.mkdir(parents=True, exist_ok=True, mode=0o700)
    write_private(apart / "root.key", source.read_bytes())
    if not (apart / "root.pem").exists():
        write_private(apart / "root.pem", authority.root_pem)
    if read_key(apart / "root.key", authority.ring.files.passphrase).public_key() != key.public_key():
        raise SignerUnavailable("key_unusable")
    erase(source)


def attach(authority: Authority, apart: Path) -> None:
    """Bring a copy of the root's key back. Raises SignerUnavailable."""
    root_key(authority, apart)
    replace_private(authority.directory / "root" / "root.key", (apart / "root.key").read_bytes())


def erase(path: Path) -> None:
    """Written over, then removed. A journalling file system or a flash disk may still keep the former blocks: the
    passphrase is what protects them."""
    with path.open("r+b", buffering=0) as file:
        file.write(b"\0" * path.stat().st_size)
    path.unlink()


def rotate(authority: Authority, apart: Path | None = None) -> None:
    """A new issuing CA from the root, and new certificates for service, seal, time-stamps and OCSP under it.

    The former issuing CA and its responder go on answering for what they issued; ceremonies frozen before keep it.
    `apart`: where the root's key was taken. Raises SignerUnavailable, and then nothing has changed but files nobody
    refers to."""
    root = root_key(authority, apart)
    register, now = Register.read(authority.directory), authority.clock()
    founder = Founder(authority.name, authority.base_url, authority.demo, now, authority.serials)
    stem = f"issuing-{authority.serials():x}"
    issuing, home = issuing_ca(stem, founder, authority.root, root, authority.ring, len(authority.generations) + 1)
    write_certificate(authority.directory, stem, issuing.certificate)
    changed = register.with_key(stem, home)
    leaves, made = {"issuing": stem}, dict[str, Leaf]()
    for kind in LEAF_KINDS:
        leaves[kind] = f"{kind}-{authority.serials():x}"
        made[kind], home = leaf_of(kind, leaves[kind], founder, issuing, stem, authority.ring)
        write_certificate(authority.directory, leaves[kind], made[kind].certificate)
        changed = changed.with_key(leaves[kind], home)
    former = Former(register.stem("issuing"), register.stem("ocsp"))
    changed = replace(changed, leaves=leaves, former=(former, *register.former))
    changed.write(authority.directory)
    authority.register = changed
    authority.generations = (Generation(stem, issuing, made["ocsp"]), *authority.generations)
    authority.service, authority.seal, authority.tsa = made["service"], made["seal"], made["tsa"]
    authority.own |= {one.certificate.serial_number: one.certificate for one in (issuing, *made.values())}


def revoke(authority: Authority, wanted: str, at: datetime, apart: Path | None = None) -> x509.Certificate:
    """Revoke one of the authority's own certificates, by kind (the one in use) or serial number in hex: written down,
    so that every process and every restart knows; an issuing CA goes onto the root's list, which needs the root's key.

    Raises LookupError for what is not ours, SignerUnavailable("root_away")."""
    certificate = _named(authority, wanted)
    serial = certificate.serial_number
    key = root_key(authority, apart) if _is_ca(certificate) else None
    Register.read(authority.directory).with_revoked(serial, at).write(authority.directory)
    authority.register = Register.read(authority.directory)
    if key is not None:
        authority.new_root_crl(key)
    authority.look()
    return certificate


def _named(authority: Authority, wanted: str) -> x509.Certificate:
    if wanted in KINDS:
        stem = authority.register.stem(wanted)
        return x509.load_pem_x509_certificate((authority.directory / f"{stem}.pem").read_bytes())
    with suppress(ValueError, KeyError):
        return authority.own[int(wanted.replace(":", ""), 16)]
    raise LookupError(wanted)


def _is_ca(certificate: x509.Certificate) -> bool:
    return certificate.extensions.get_extension_for_class(x509.BasicConstraints).value.ca


def protect(authority_directory: Path, passphrase: bytes) -> list[str]:
    """Encrypt every key file that is in clear, in place; their names. The former content is written over."""
    done = []
    for path in in_clear(authority_directory):
        replace_private(path, key_pem(read_key(path, None), passphrase))
        done.append(path.name)
    return done


def in_clear(authority_directory: Path) -> list[Path]:
    """Key files without a passphrase."""
    paths = sorted(authority_directory.rglob("*.key"))
    return [path for path in paths if not is_encrypted(path.read_bytes())]


def export(authority: Authority) -> Iterator[tuple[str, bytes]]:
    """Names and content of all that may be published: certificates, chain, lists. No key.

    Raises SignerUnavailable when a list cannot be signed."""
    yield "root.pem", authority.root_pem
    yield "root.crl", authority.root_crl()
    chain = b"".join(one.issuing.certificate.public_bytes(serialization.Encoding.PEM) for one in authority.generations)
    yield "chain.pem", chain + authority.root_pem
    for one in authority.generations:
        yield f"{one.stem}.cer", one.issuing.der
        yield f"{one.stem}.crl", authority.issuing_list(one.stem) or b""
    for kind in LEAF_KINDS:
        yield f"{kind}.cer", authority.leaf(kind).der
