"""The deployment's own certification authority: a root kept apart, an issuing CA, certificates for service, seal,
time-stamps and OCSP, and one certificate per signer and ceremony. Keeps no list of what it issued: revocations of
ceremonies are handed in. What is done to it once a year or less is in upkeep.py."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Literal

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID

from documents.answers import MALFORMED, UNAUTHORIZED, Generation, Status, read_ocsp_request, refusal
from documents.certificates import (
    ASSURANCE,
    EVENT_LIFE,
    MANIFEST_OID,
    OCSP_LIFE,
    OWN_CA,
    PAPER_OID,
    STATUS_LIFE,
    Leaf,
    access,
    hash_extension,
    leaf_builder,
    person_name,
    policies,
    revocation_list,
    sign_certificate,
    signing_usage,
)
from documents.errors import SignatureRejected, SignerUnavailable
from documents.founding import Founder, Founding, leaf_of, write_certificate
from documents.issuer import EventIssuer, IssuerKind, SealIssuer
from documents.keys import FileKeys, GuardedSigner, KeyRing, KeyStore, Signer, new_key, read_key
from documents.register import FILE, Register, replace_private

LeafKind = Literal["service", "seal", "tsa", "ocsp"]
LEAF_KINDS: tuple[LeafKind, ...] = ("service", "seal", "tsa", "ocsp")
Assurance = Literal["code", "seen", "desk", "licensed"]


@dataclass(frozen=True)
class EventSubject:
    """Whom an event certificate (事件型证书) names, and for which ceremony."""

    name: str
    role: str
    slot: str
    manifest_hash: bytes
    assurance: Assurance
    not_before: datetime
    not_after: datetime
    paper: bytes | None = None
    """SHA-256 of the scan, when a clerk signs for a slot that was signed on paper."""
    issuing: bytes | None = None
    """DER of the CA the manifest names, which may have been followed by another since; None: the present one."""


def utc_now() -> datetime:
    return datetime.now(UTC).replace(microsecond=0)


@dataclass
class Authority:
    """Made by `create` or `open`. Not shared between processes: each opens the same directory. Revocations made by
    another process are seen at once; renewed keys when it is opened again."""

    directory: Path
    clock: Callable[[], datetime]
    root: x509.Certificate
    generations: tuple[Generation, ...]
    """Issuing CAs with their responders, the present one first."""
    service: Leaf
    seal: Leaf
    tsa: Leaf
    register: Register
    own: dict[int, x509.Certificate]
    """All institutional certificates by serial number, former ones included."""
    ring: KeyRing
    base_url: str
    serials: Callable[[], int] = x509.random_serial_number
    guest: EventIssuer | None = None
    """The licensed authority plugged in, if any: it answers for what it issued."""
    revoked: dict[int, datetime] = field(default_factory=dict)
    _seen: tuple[int, int] = (0, 0)

    @classmethod
    def create(
        cls,
        directory: Path,
        name: str,
        clock: Callable[[], datetime] = utc_now,
        *,
        passphrase: bytes | None = None,
        base_url: str = "http://127.0.0.1:8080",
        demo: bool = True,
        keys: Callable[[], ec.EllipticCurvePrivateKey] = new_key,
        serials: Callable[[], int] = x509.random_serial_number,
        stores: Sequence[KeyStore] = (),
        chosen: str = "file",
        guest: EventIssuer | None = None,
    ) -> Authority:
        """Make all keys and certificates in `directory`, or open it if it is there already.

        All is written beside it and moved into place at once: a crash leaves nothing half made. `name` is the
        committee's; the root says in its own name that it is self-made, and that it is a demonstration. Keys are made
        in the `chosen` one of `stores`, where it takes them; the root's always is a file, since files can be taken
        away. Raises SignerUnavailable."""
        if not (directory / FILE).exists():
            directory.parent.mkdir(parents=True, exist_ok=True)
            draft = Path(tempfile.mkdtemp(prefix=f".{directory.name}.", dir=directory.parent))
            try:
                ring = KeyRing(FileKeys(draft, passphrase, keys), tuple(stores), chosen)
                Founding(draft, Founder(name, base_url, demo, clock(), serials), ring).write()
                os.rename(draft, directory)
            except OSError:
                if not (directory / FILE).exists():  # else another process was faster
                    raise
            finally:
                shutil.rmtree(draft, ignore_errors=True)
        return cls.open(directory, passphrase, clock=clock, serials=serials, stores=stores, chosen=chosen, guest=guest)

    @classmethod
    def open(
        cls,
        directory: Path,
        passphrase: bytes | None = None,
        *,
        clock: Callable[[], datetime] = utc_now,
        base_url: str | None = None,
        serials: Callable[[], int] = x509.random_serial_number,
        stores: Sequence[KeyStore] = (),
        chosen: str = "file",
        guest: EventIssuer | None = None,
    ) -> Authority:
        """Read an authority made by `create`. The root's key is not needed and may be elsewhere.

        `base_url` replaces the address put into new certificates. Raises SignerUnavailable."""
        ring = KeyRing(FileKeys(directory, passphrase, new_key), tuple(stores), chosen)
        try:
            register = Register.read(directory)
            root = x509.load_pem_x509_certificate((directory / "root" / "root.pem").read_bytes())
            own = [x509.load_pem_x509_certificate(path.read_bytes()) for path in sorted(directory.glob("*.pem"))]

            def leaf(stem: str) -> Leaf:
                certificate = x509.load_pem_x509_certificate((directory / f"{stem}.pem").read_bytes())
                public = certificate.public_key()
                if not isinstance(public, ec.EllipticCurvePublicKey):
                    raise SignerUnavailable("key_type")
                return Leaf(certificate, ring.open(register.home(stem), public))

            present = Generation(register.stem("issuing"), leaf(register.stem("issuing")), leaf(register.stem("ocsp")))
            former = [Generation(one.issuing, leaf(one.issuing), leaf(one.ocsp)) for one in register.former]
            service, seal, tsa = (leaf(register.stem(kind)) for kind in ("service", "seal", "tsa"))
        except (OSError, ValueError) as error:
            raise SignerUnavailable("authority_unreadable") from error
        known = {certificate.serial_number: certificate for certificate in own}
        generations = (present, *former)
        address = base_url or register.base_url
        opened = cls(
            directory, clock, root, generations, service, seal, tsa, register, known, ring, address, serials, guest
        )
        opened.look()
        return opened

    @property
    def kind(self) -> IssuerKind:
        """See EventIssuer, of which this is the one every deployment has."""
        return "own"

    @property
    def name(self) -> str:
        return self.register.name

    @property
    def demo(self) -> bool:
        """Its certificates say 演示."""
        return self.register.demo

    @property
    def issuing(self) -> Leaf:
        return self.generations[0].issuing

    @property
    def responder(self) -> Leaf:
        return self.generations[0].responder

    @property
    def root_pem(self) -> bytes:
        """What the centre publishes and a court installs as trust."""
        return self.root.public_bytes(serialization.Encoding.PEM)

    @property
    def root_der(self) -> bytes:
        return self.root.public_bytes(serialization.Encoding.DER)

    @property
    def chain_der(self) -> tuple[bytes, ...]:
        """CA certificates from the issuing one up to the root."""
        return (self.issuing.der, self.root_der)

    def leaf(self, kind: LeafKind) -> Leaf:
        leaves = {"service": self.service, "seal": self.seal, "tsa": self.tsa, "ocsp": self.responder}
        return leaves[kind]

    def signer(self, kind: LeafKind) -> Signer:
        """Signs as long as its certificate is in its time and not revoked."""
        leaf = self.leaf(kind)
        return GuardedSigner(leaf.signer, lambda: self.require(leaf))

    def require(self, leaf: Leaf) -> None:
        """Before signing: raises SignerUnavailable when nobody could accept it afterwards, the CA above included."""
        generation = self._generation(leaf.certificate)
        now = self.clock()
        for one in (leaf.certificate, *([generation.issuing.certificate] if generation else [])):
            if not one.not_valid_before_utc <= now < one.not_valid_after_utc:
                raise SignerUnavailable("certificate_expired")
            if self.status(one.serial_number) != "good":
                raise SignerUnavailable("certificate_revoked")

    def issue_event(self, spki_der: bytes, subject: EventSubject, /) -> bytes:
        """DER certificate for one person, slot and manifest, on the public key the person's browser made.

        No extendedKeyUsage; the OCSP address is needed, since validators ignore even embedded answers without it.
        Raises SignatureRejected for a key that is not P-256 or a CA that is not ours, SignerUnavailable."""
        if subject.not_after - subject.not_before > EVENT_LIFE:
            raise ValueError("event certificate: at most 32 days")
        try:
            key = serialization.load_der_public_key(spki_der)
        except (ValueError, UnsupportedAlgorithm):
            raise SignatureRejected("public_key") from None
        if not isinstance(key, ec.EllipticCurvePublicKey) or key.curve.name != "secp256r1":
            raise SignatureRejected("public_key")
        named = [one for one in self.generations if subject.issuing in (None, one.issuing.der)]
        if not named:
            raise SignatureRejected("certificate_issuer")
        self.require(named[0].issuing)
        issuing = named[0].issuing.certificate
        name = person_name(subject.name, subject.role, subject.slot)
        builder = leaf_builder(name, issuing, key, subject.not_before, subject.not_after, self.serials)
        builder = (
            builder.add_extension(signing_usage(), critical=True)
            .add_extension(access(self.base_url, named[0].stem), critical=False)
            .add_extension(policies(ASSURANCE[subject.assurance], OWN_CA), critical=False)
            .add_extension(hash_extension(MANIFEST_OID, subject.manifest_hash), critical=False)
        )
        if subject.paper is not None:
            builder = builder.add_extension(hash_extension(PAPER_OID, subject.paper), critical=False)
        return sign_certificate(builder, named[0].issuing.key).public_bytes(serialization.Encoding.DER)

    def revoke(self, serial: int, at: datetime, /) -> None:
        """From now on answers say that the certificate was revoked at `at`. Recording that is the caller's duty."""
        self.revoked[serial] = at

    def look(self) -> None:
        """Take in what `hejie pki revoke` wrote down since, in this or another process."""
        try:
            found = os.stat(self.directory / FILE)
            if (mark := (found.st_mtime_ns, found.st_ino)) != self._seen:
                self.revoked |= Register.read(self.directory).revocations()
                self._seen = mark
        except (OSError, ValueError) as error:
            raise SignerUnavailable("authority_unreadable") from error

    def status(self, serial: int) -> Status:
        self.look()
        return self.revoked.get(serial, "good")

    def ocsp(self, certificate: bytes, this_update: datetime, /, next_update: datetime | None = None) -> bytes:
        """OCSPResponse DER about one of our certificates, signed by its CA's responder (RFC 6960); about one of the
        licensed authority's, its own.

        `next_update` defaults to the certificate's end for event certificates, to STATUS_LIFE for the time-stamp
        authority, to OCSP_LIFE for the rest, and is never later than the certificate's end: an answer reaching beyond
        it makes past validation start outside the certificate's life. Raises SignerUnavailable."""
        subject = x509.load_der_x509_certificate(certificate)
        generation = self._generation(subject)
        if generation is None:
            return self._guest(subject).ocsp(certificate, this_update)
        end = subject.not_valid_after_utc
        if next_update is None:
            next_update = end if _is_event(subject) else this_update + OCSP_LIFE
            if _is_time_stamper(subject):
                next_update = this_update + STATUS_LIFE
        serial = subject.serial_number
        return generation.answer(serial, self.status(serial), this_update, min(next_update, end))

    def answer_ocsp(self, request: bytes, status_of: Callable[[int], Status]) -> bytes:
        """OCSPResponse DER for an OCSPRequest DER. `status_of` knows the certificates issued for ceremonies; our own
        institutional ones are answered from what was handed to `revoke`."""
        asked = read_ocsp_request(request)
        if asked is None:
            return refusal(MALFORMED)
        generation = next((one for one in self.generations if one.asked(asked)), None)
        if generation is None:
            return refusal(UNAUTHORIZED)
        serial = asked.serial_number
        self.look()
        known = serial in self.own or serial in self.revoked
        return generation.reply(asked, self.status(serial) if known else status_of(serial), self.clock())

    def issuing_list(self, stem: str) -> bytes | None:
        """Revocation list of one issuing CA, DER; None if there is no such CA. Ceremonies' certificates stand in the
        list of every generation: who issued them is not kept, and serial numbers are random. Raises
        SignerUnavailable."""
        generation = next((one for one in self.generations if one.stem == stem), None)
        if generation is None:
            return None
        self.look()
        gone = {
            serial: at
            for serial, at in self.revoked.items()
            if serial not in self.own or generation.issued(self.own[serial])
        }
        return generation.list(gone, self.clock())

    def chain_above(self, certificate: bytes) -> tuple[bytes, ...]:
        """CA certificates from its issuer up to the root."""
        subject = x509.load_der_x509_certificate(certificate)
        generation = self._generation(subject)
        return (generation.issuing.der, self.root_der) if generation else self._guest(subject).chain_der

    def backing(self, leaves: Iterable[bytes]) -> list[bytes]:
        """For a file: all CAs above these certificates and the responders that answer for them, each once."""
        found = [self.root_der]
        for certificate in map(x509.load_der_x509_certificate, leaves):
            generation = self._generation(certificate)
            if generation:
                found += [generation.issuing.der, generation.responder.der]
            else:
                found += self._guest(certificate).chain_der
        return list(dict.fromkeys(found))

    def lists(self, leaves: Iterable[bytes]) -> list[bytes]:
        """For a file: the lists in which the CAs above these certificates would stand. Raises SignerUnavailable."""
        certificates = list(map(x509.load_der_x509_certificate, leaves))
        foreign = [one for one in certificates if self._generation(one) is None]
        return [self.root_crl(), *([self._guest(foreign[0]).root_crl()] if foreign else [])]

    def ending(self, within: timedelta) -> list[LeafKind]:
        """Which of our own certificates end so soon that they should be renewed."""
        latest = self.clock() + within
        return [kind for kind in LEAF_KINDS if self.leaf(kind).certificate.not_valid_after_utc < latest]

    def renew(self, kind: LeafKind) -> None:
        """A new key and certificate for one of our own leaves; the former stays on disk and is still answered for.

        The seal's is issued by the licensed authority if one is plugged in that does so. Other processes see it when
        they open the authority again. Files sealed before keep what is in them. Raises SignerUnavailable."""
        stem = f"{kind}-{self.serials():x}"
        present = self.generations[0]
        self.require(present.issuing)
        if kind == "seal" and isinstance(self.guest, SealIssuer):
            key, home = self.ring.make(kind, stem)
            spki = key.public_key().public_bytes(
                serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
            )
            leaf = Leaf(x509.load_der_x509_certificate(self.guest.issue_seal(spki, self.name)), key)
        else:
            founder = Founder(self.name, self.base_url, self.demo, self.clock(), self.serials)
            leaf, home = leaf_of(kind, stem, founder, present.issuing, present.stem, self.ring)
        write_certificate(self.directory, stem, leaf.certificate)
        register = Register.read(self.directory).with_key(stem, home)
        self.register = replace(register, leaves=register.leaves | {kind: stem})
        self.register.write(self.directory)
        if kind == "ocsp":
            self.generations = (replace(present, responder=leaf), *self.generations[1:])
        else:
            setattr(self, kind, leaf)
        self.own[leaf.certificate.serial_number] = leaf.certificate

    def root_crl(self) -> bytes:
        """The root's revocation list, DER; made anew when half of its time is over and the root's key is at hand.

        Raises SignerUnavailable when it has run out and the key is away."""
        path = self.directory / "root.crl"
        now = self.clock()
        crl = x509.load_der_x509_crl(path.read_bytes())
        issued, end = crl.last_update_utc, crl.next_update_utc or now
        if issued <= now < issued + (end - issued) / 2:
            return path.read_bytes()
        if not (self.directory / "root" / "root.key").exists():
            if now >= end:
                raise SignerUnavailable("root_list_expired")
            return path.read_bytes()
        return self.new_root_crl(read_key(self.directory / "root" / "root.key", self.ring.files.passphrase))

    def root_list_end(self) -> datetime:
        """When the root's list has run out; then sealing needs the root's key."""
        crl = x509.load_der_x509_crl((self.directory / "root.crl").read_bytes())
        return crl.next_update_utc or crl.last_update_utc

    def new_root_crl(self, root_key: ec.EllipticCurvePrivateKey) -> bytes:
        """Sign and keep the root's list: the issuing CAs that were revoked."""
        self.look()
        ours = {one.issuing.certificate.serial_number for one in self.generations}
        gone = {serial: at for serial, at in self.revoked.items() if serial in ours}
        path = self.directory / "root.crl"
        former = x509.load_der_x509_crl(path.read_bytes()).extensions.get_extension_for_class(x509.CRLNumber).value
        fresh = revocation_list(self.root, root_key, self.clock(), STATUS_LIFE, gone, former.crl_number)
        replace_private(path, fresh)
        return fresh

    def _generation(self, certificate: x509.Certificate) -> Generation | None:
        """Who issued it; the present one also for our issuing CAs themselves, whose issuer is the root."""
        return next((one for one in self.generations if one.issued(certificate)), None)

    def _guest(self, certificate: x509.Certificate) -> EventIssuer:
        """The licensed authority, if it issued this."""
        if self.guest is not None:
            above = x509.load_der_x509_certificate(self.guest.chain_der[0])
            if above.subject == certificate.issuer:
                return self.guest
        raise SignerUnavailable("issuer_unknown")


def _is_event(certificate: x509.Certificate) -> bool:
    return any(extension.oid == MANIFEST_OID for extension in certificate.extensions)


def _is_time_stamper(certificate: x509.Certificate) -> bool:
    return any(
        isinstance(each.value, x509.ExtendedKeyUsage) and ExtendedKeyUsageOID.TIME_STAMPING in each.value
        for each in certificate.extensions
    )
