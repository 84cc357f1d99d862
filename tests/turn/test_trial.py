"""A real coturn asked as the doctor asks it: what works, and every way it can be wrong, in plain words."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from server.doctor import Finding, relays
from server.settings import RoomOptions, Settings
from signaling.media.relay import TurnUrl
from tests.running import free_port
from tests.turn.coturn import SECRET, Coturn, coturn

HERE = "127.0.0.1"


@pytest.fixture(scope="module")
def relay(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Coturn]:
    """On the loopback, which the example denies as a peer."""
    folder = tmp_path_factory.mktemp("coturn")
    with coturn(folder, HERE, HERE, (free_port(), free_port()), more="allow-loopback-peers") as running:
        yield running


def asked(urls: tuple[str, ...], **changes: object) -> list[Finding]:
    options = replace(RoomOptions(turn_urls=urls, turn_secret=SECRET), **changes)  # type: ignore[arg-type]
    return list(relays(Settings(media=options)))


def test_an_allocation_and_a_way_to_the_media_door_by_udp_and_tcp(relay: Coturn) -> None:
    found = asked(relay.urls[:2])
    assert [one.level for one in found] == ["ok", "ok"], found
    assert all(f"to {HERE}" in one.what for one in found)


def test_a_certificate_browsers_would_refuse_is_named(relay: Coturn) -> None:
    [found] = asked(relay.urls[2:])
    assert found.level == "problem" and "certificate" in found.mend


def test_another_secret_is_named(relay: Coturn) -> None:
    [found] = asked(relay.urls[1:2], turn_secret="not the secret of the relay")
    assert found.level == "problem" and "HEJIE_TURN_SECRET" in found.mend


def test_a_relay_that_may_not_reach_the_media_door_is_named(relay: Coturn) -> None:
    [found] = asked(relay.urls[1:2], advertised=("192.0.2.77",))
    assert found.level == "problem" and "allowed-peer-ip" in found.mend


def test_a_relay_that_is_not_there_is_named_and_udp_alone_is_not_enough() -> None:
    found = asked((f"turn:{HERE}:{free_port()}?transport=tcp",))
    assert [one.level for one in found] == ["problem"] and "firewall" in found[0].mend
    assert [one.level for one in asked((f"turn:{HERE}:1",))] == ["problem", "hint"]


def test_no_relay_is_a_hint_where_people_come_from_outside() -> None:
    settings = Settings()
    assert list(relays(settings)) == []
    outside = replace(settings, http=replace(settings.http, origin="https://mediation.example"))
    assert [one.level for one in relays(outside)] == ["hint"]


@pytest.mark.parametrize(
    ("url", "host", "port", "tls", "tcp"),
    [
        ("turn:turn.example.org", "turn.example.org", 3478, False, False),
        ("turn:192.0.2.1:443?transport=tcp", "192.0.2.1", 443, False, True),
        ("turns:[2001:db8::1]", "2001:db8::1", 5349, True, True),
        ("turns:[2001:db8::1]:443?transport=tcp", "2001:db8::1", 443, True, True),
    ],
)
def test_turn_addresses_are_taken_apart(url: str, host: str, port: int, tls: bool, tcp: bool) -> None:
    assert TurnUrl.read(url) == TurnUrl(host, port, tls, tcp)
