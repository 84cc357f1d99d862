"""`hejie serve --lan`: HTTPS on the local network, with a certificate of the deployment's own CA, so that phones may
use camera and microphone. For demonstrations; a real centre has a name and a certificate of its own."""

import io
import ipaddress
import os
import socket
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import segno
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from documents import Authority
from server.custody import open_authority
from server.settings import Settings


def lan_address() -> str:
    """The address other machines of the network reach this one at; raises OSError without a network."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.connect(("192.0.2.1", 9))  # TEST-NET-1: routed, never sent to, since UDP connect sends nothing
        address = str(probe.getsockname()[0])
    if ipaddress.ip_address(address).is_loopback:
        raise OSError("no local network")
    return address


def lan_settings(settings: Settings) -> Settings:
    """Web and media on the LAN address, https, with a fresh certificate for it. Blocking."""
    address = lan_address()
    http = settings.http
    secure = replace(
        settings,
        http=replace(http, host=address, origin=f"https://{address}:{http.port}"),
        media=replace(settings.media, hosts=(address,), advertised=()),
    )
    if http.tls_cert is None:
        certificate, key = issue_tls(open_authority(secure), address, datetime.now(UTC))
        directory = settings.data / "tls"
        secure = replace(
            secure,
            http=replace(
                secure.http,
                tls_cert=write(directory / "lan.pem", certificate),
                tls_key=write(directory / "lan.key", key),
            ),
        )
    return secure


def issue_tls(authority: Authority, address: str, now: datetime) -> tuple[bytes, bytes]:
    """A server certificate for one address with its chain, and its key, both PEM. It lasts 398 days, the longest that
    phones accept, and is made anew at every start."""
    key = ec.generate_private_key(ec.SECP256R1())
    issuer = authority.issuing
    certificate = (
        x509.CertificateBuilder()
        .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, address)]))
        .issuer_name(issuer.certificate.subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(days=397))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address(address))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer.key.public_key()), critical=False)
        .sign(issuer.key, hashes.SHA256())
    )
    chain = b"".join(one.public_bytes(serialization.Encoding.PEM) for one in (certificate, issuer.certificate))
    secret = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return chain, secret


def write(path: Path, content: bytes) -> Path:
    """A file only its user reads."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(content)
    return path


def shown_on_phone(settings: Settings) -> str:
    """A QR code of the demo page and how to trust the CA, as text for a terminal."""
    origin = settings.http.origin
    picture = io.StringIO()
    segno.make(f"{origin}/demo", error="m").terminal(out=picture, compact=True)
    return (
        f"{picture.getvalue()}\n手机扫码打开 scan with a phone: {origin}/demo\n"
        "手机第一次打开会提示证书不受信任。要信任演示中心的证书：\n"
        "To trust the demo centre's certificate on the phone:\n"
        f"  1. 打开 open {origin}/trust/root.pem\n"
        "  2. iOS: 设置 > 通用 > VPN与设备管理 安装, 再到 关于本机 > 证书信任设置 打开 "
        "(install the profile, then switch it on under About > Certificate Trust Settings)\n"
        "     Android: 设置 > 安全 > 加密与凭据 > 安装 CA 证书 (Security > Encryption & credentials > Install CA)\n"
        "  3. 用完请删除 remove it afterwards\n"
    )
