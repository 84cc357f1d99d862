"""An office whose firewall lets nothing pass but TCP 443: the page there, a real coturn, and nothing else."""

import http.client
import ssl
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.browser.conftest import FLAGS, People
from tests.net.link import Host, Network
from tests.running import Server
from tests.turn.coturn import SECRET, Coturn, certificate, coturn

PAGE = 443
UNPROVEN = ssl._create_unverified_context()  # noqa: S323 (the certificate is made for this test)


class SecureServer(Server):
    """`hejie serve` with a certificate, at https on port 443."""

    @property
    def url(self) -> str:
        return f"https://{self.host}"


def opener(host: Host) -> Any:
    """`urlopen` from that host, by https."""

    class Connection(http.client.HTTPSConnection):
        def connect(self) -> None:
            plain = host.connect((str(self.host), int(self.port or PAGE)), self.timeout)
            self.sock = UNPROVEN.wrap_socket(plain, server_hostname=str(self.host))

    class Handler(urllib.request.HTTPSHandler):
        def https_open(self, req: urllib.request.Request) -> Any:
            return self.do_open(Connection, req)

    return urllib.request.build_opener(Handler, urllib.request.ProxyHandler({})).open


@pytest.fixture(scope="module")
def network() -> Iterator[Network]:
    with Network() as network:
        yield network


@pytest.fixture(scope="module")
def relay(network: Network, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Coturn]:
    """coturn on a host of its own; the next host is the server."""
    turn, server = network.host("turn"), network.host("server")
    folder = tmp_path_factory.mktemp("coturn")
    with coturn(folder, turn.address, server.address, inside=turn.command, connect=turn.connect) as running:
        yield running


@pytest.fixture(scope="module")
def server(network: Network, relay: Coturn, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    host, folder = network.hosts["server"], tmp_path_factory.mktemp("hejie")
    chain, key = certificate(folder, host.address)
    running = SecureServer(
        folder / "var", PAGE, host=host.address, inside=host.command, urlopen=opener(host),
        extra={
            "HEJIE_MEDIA_HOST": host.address, "HEJIE_ORIGIN": f"https://{host.address}",
            "HEJIE_TLS_CERT": str(chain), "HEJIE_TLS_KEY": str(key),
            "HEJIE_TURN_URLS": " ".join(relay.urls), "HEJIE_TURN_SECRET": SECRET,
        },
    )  # fmt: skip
    running.start()
    yield running
    running.stop()


@pytest.fixture(scope="module")
def office(network: Network) -> Host:
    host = network.host("office")
    host.only_tcp(443)
    return host


@pytest.fixture(scope="module")
def chromium(office: Host, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    """Inside the office."""
    wrapper: Path = tmp_path_factory.mktemp("browser") / "chromium"
    wrapper.write_text(f'#!/bin/sh\nexec {" ".join(office.command("/usr/bin/chromium"))} "$@"\n')
    wrapper.chmod(0o755)
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=wrapper, args=[*FLAGS, "--ignore-certificate-errors"])
        yield browser
        browser.close()


@pytest.fixture
def people(chromium: Browser, server: Server) -> Iterator[People]:
    crowd = People(chromium, server)
    yield crowd
    crowd.close()
