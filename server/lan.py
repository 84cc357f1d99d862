"""`hejie serve --lan`: HTTPS on the local network, with a certificate of the deployment's own CA, so that phones may
use camera and microphone. For demonstrations; a real centre has a name and a certificate of its own."""

import io
import ipaddress
import os
import socket
from dataclasses import replace
from pathlib import Path

import segno

from server.app import open_authority
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
        media=replace(settings.media, host=address),
    )
    if http.tls_cert is None:
        certificate, key = open_authority(secure).issue_tls(address)
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
