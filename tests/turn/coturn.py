"""Debian's coturn, set up by the very example that deploy/turn gives."""

import datetime
import ipaddress
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from tests.running import ROOT

EXAMPLE = ROOT / "deploy/turn/turnserver.conf"
SECRET = "the relay's shared secret"


def certificate(folder: Path, address: str) -> tuple[Path, Path]:
    """A self-signed certificate for an address, and its key, as PEM files."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, address)])
    now = datetime.datetime.now(datetime.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(hours=1))
        .not_valid_after(now + datetime.timedelta(days=2))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address(address))]), critical=False)
        .sign(key, hashes.SHA256())
    )
    chain, private = folder / f"{address}.pem", folder / f"{address}.key"
    chain.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    plain = serialization.NoEncryption()
    private.write_bytes(key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, plain))
    return chain, private


@dataclass
class Coturn:
    """A running one. `ports`: plain and TLS."""

    address: str
    ports: tuple[int, int]
    log: Path

    @property
    def urls(self) -> tuple[str, ...]:
        """UDP, TCP, TLS."""
        plain = f"{self.address}:{self.ports[0]}"
        return f"turn:{plain}", f"turn:{plain}?transport=tcp", f"turns:{self.address}:{self.ports[1]}?transport=tcp"


def words(*one: str) -> list[str]:
    return list(one)


@contextmanager
def coturn(
    folder: Path,
    address: str,
    media: str,
    ports: tuple[int, int] = (3478, 443),
    *,
    inside: Callable[..., list[str]] = words,
    connect: Callable[[tuple[str, int]], socket.socket] = socket.create_connection,
    more: str = "",
) -> Iterator[Coturn]:
    """Started at `address`, relaying to `media` only; `inside` and `connect` reach another namespace."""
    chain, key = certificate(folder, address)
    text = EXAMPLE.read_text(encoding="utf-8")
    given = {
        "listening-port=3478": f"listening-port={ports[0]}", "tls-listening-port=443": f"tls-listening-port={ports[1]}",
        "TURN_ADDRESS": address, "CERTIFICATE_CHAIN": str(chain), "CERTIFICATE_KEY": str(key), "TURN_SECRET": SECRET,
        "TURN_NAME": "turn.example.org", "MEDIA_ADDRESS": media, "\nsyslog\n": f"\nlog-file={folder / 'turn.log'}\n",
    }  # fmt: skip
    text = "\n".join(line for line in text.splitlines() if not line.startswith("#"))
    for old, new in given.items():
        assert old in text, f"the example has no {old}"
        text = text.replace(old, new)
    config = folder / "turnserver.conf"
    config.write_text(f"{text}\nuserdb={folder / 'turndb'}\npidfile={folder / 'turn.pid'}\n{more}\n")
    process = subprocess.Popen(
        inside("turnserver", "-c", str(config)), stdout=subprocess.DEVNULL, stderr=subprocess.STDOUT
    )
    try:
        running = Coturn(address, ports, folder / "turn.log")
        _wait(process, connect, (address, ports[1]))
        yield running
    finally:
        process.terminate()
        process.wait(10)


def _wait(
    process: subprocess.Popen[bytes], connect: Callable[[tuple[str, int]], socket.socket], where: tuple[str, int]
) -> None:
    end = time.monotonic() + 20
    while True:
        try:
            connect(where).close()
            return
        except OSError:
            if process.poll() is not None or time.monotonic() > end:
                raise
            time.sleep(0.1)
