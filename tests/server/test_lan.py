"""HTTPS on the local network with a certificate phones accept once they trust the root."""

import ssl
from dataclasses import replace
from pathlib import Path

import aiohttp
import pytest
from aiohttp import web

from server import lan
from server.commands import tls_context
from server.custody import open_authority
from server.settings import HttpOptions, Settings


async def test_who_trusts_the_root_can_connect_and_nobody_else(tmp_path: Path) -> None:
    settings = Settings(data=tmp_path, demo=True)
    authority = open_authority(settings)
    certificate, key = lan.issue_tls(authority, "127.0.0.1", authority.clock())
    http = HttpOptions(
        tls_cert=lan.write(tmp_path / "tls" / "c.pem", certificate), tls_key=lan.write(tmp_path / "tls" / "k.pem", key)
    )
    assert (tmp_path / "tls" / "k.pem").stat().st_mode & 0o77 == 0

    async def hello(_: web.Request) -> web.Response:
        return web.Response(text="hello")

    app = web.Application()
    app.router.add_get("/", hello)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0, ssl_context=tls_context(replace(settings, http=http))).start()
    url = f"https://127.0.0.1:{runner.addresses[0][1]}/"
    try:
        trusting = ssl.create_default_context(cadata=authority.root_pem.decode())
        async with aiohttp.ClientSession() as client:
            async with client.get(url, ssl=trusting) as answer:
                assert await answer.text() == "hello"
            with pytest.raises(aiohttp.ClientConnectorCertificateError):
                await client.get(url, ssl=ssl.create_default_context())
    finally:
        await runner.cleanup()


def test_web_and_media_move_to_the_address_phones_can_reach(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lan, "lan_address", lambda: "192.0.2.7")
    settings = lan.lan_settings(Settings(data=tmp_path, demo=True, http=HttpOptions(port=8443)))
    assert settings.http.origin == "https://192.0.2.7:8443" and settings.http.secure
    assert settings.media.hosts == (settings.http.host,) == ("192.0.2.7",)
    shown = lan.shown_on_phone(settings)
    assert "https://192.0.2.7:8443/trust/root.pem" in shown and "█" in shown
