"""Our DTLS server against OpenSSL's client: keys agree, lost flights are repeated, wrong fingerprints are refused."""

import time

import pytest
from OpenSSL import SSL
from pylibsrtp import Policy, Session

from signaling.media.dtls import PROFILES, Dtls, Identity


class Client:
    """The browser's half, by the same libraries but the other role."""

    def __init__(self, profiles: bytes = b":".join(PROFILES)) -> None:
        self.identity = Identity()
        self.identity.context.set_tlsext_use_srtp(profiles)
        self.ssl = SSL.Connection(self.identity.context, None)
        self.ssl.set_connect_state()
        self.done = False

    def step(self, data: bytes | None = None) -> bytes:
        if data is not None:
            self.ssl.bio_write(data)
        try:
            if self.done:
                self.ssl.recv(2048)
            else:
                self.ssl.do_handshake()
                self.done = True
        except SSL.Error:
            pass
        return self.flush()

    def flush(self) -> bytes:
        try:
            return self.ssl.bio_read(65_536)
        except SSL.Error:
            return b""

    def sender(self) -> Session:
        """An SRTP session with the client's writing key."""
        profile = PROFILES[self.ssl.get_selected_srtp_profile()]
        material = self.ssl.export_keying_material(b"EXTRACTOR-dtls_srtp", 2 * (profile.key + profile.salt))
        salt = 2 * profile.key
        key = material[: profile.key] + material[salt : salt + profile.salt]
        return Session(Policy(key, Policy.SSRC_ANY_OUTBOUND, srtp_profile=profile.policy))


class Pair:
    def __init__(self, client: Client | None = None) -> None:
        self.client = client or Client()
        self.to_client: list[bytes] = []
        self.events: list[str] = []
        self.server = Dtls(
            Identity(),
            self.to_client.append,
            lambda: self.events.append("ready"),
            lambda: self.events.append("closed"),
        )

    def shake(self, lose: int = 0) -> None:
        """Run the handshake; the first `lose` datagrams of the server are lost."""
        deadline = time.monotonic() + 5
        flight = self.client.step()
        while not (self.client.done and self.server.rx) and "closed" not in self.events:
            assert time.monotonic() < deadline
            if flight:
                self.server.feed(flight)
                flight = b""
            while self.to_client:
                data = self.to_client.pop(0)
                if lose:
                    lose -= 1
                    continue
                flight += self.client.step(data)
            if not flight:
                self.server.tick()
                self.client.ssl.DTLSv1_handle_timeout()
                flight = self.client.flush()
            if self.client.done and not flight and self.server._expected is None:
                return

    def good(self) -> list[tuple[str, str]]:
        return [("SHA-256", self.client.identity.fingerprint.lower())]


def test_keys_agree_after_the_handshake() -> None:
    pair = Pair()
    pair.server.expect(pair.good())
    pair.shake()
    assert pair.events == ["ready"] and pair.server.rx is not None
    packet = bytes([128, 111, 0, 1]) + bytes(20)
    assert pair.server.rx.unprotect(pair.client.sender().protect(packet)) == packet


@pytest.mark.parametrize("profile", sorted(PROFILES))
def test_every_offered_profile_works(profile: bytes) -> None:
    pair = Pair(Client(profile))
    pair.server.expect(pair.good())
    pair.shake()
    assert pair.events == ["ready"]


def test_handshake_may_come_before_the_answer() -> None:
    pair = Pair()
    pair.shake()
    assert pair.events == [] and pair.server.rx is None, "no keys before the fingerprint is known"
    pair.server.expect(pair.good())
    assert pair.events == ["ready"]


def test_another_certificate_is_refused() -> None:
    pair = Pair()
    pair.server.expect([("sha-256", Identity().fingerprint)])
    pair.shake()
    assert pair.events == ["closed"] and pair.server.rx is None


def test_unknown_algorithms_alone_are_refused() -> None:
    pair = Pair()
    pair.server.expect([("md2", "AA")])
    pair.shake()
    assert pair.events == ["closed"]


def test_lost_flight_is_repeated_after_a_second() -> None:
    pair = Pair()
    pair.server.expect(pair.good())
    pair.shake(lose=1)
    assert pair.events == ["ready"]


def test_goodbye_of_the_browser_closes_once() -> None:
    pair = Pair()
    pair.server.expect(pair.good())
    pair.shake()
    pair.client.ssl.shutdown()
    pair.server.feed(pair.client.flush())
    pair.server.close()
    assert pair.events == ["ready", "closed"] and pair.server.tx is None
    pair.server.feed(b"\x16" * 40)
    pair.server.tick()


def test_stranger_bytes_do_no_harm() -> None:
    pair = Pair()
    for data in (b"", b"\x16", b"\x16" * 500, bytes(range(20, 63)) * 10):
        pair.server.feed(data)
    pair.server.expect(pair.good())
    pair.shake()
    assert pair.events == ["ready"]


def test_fingerprint_is_upper_hex_with_colons() -> None:
    digest = Identity().fingerprint
    assert len(digest) == 95 and digest == digest.upper() and digest.count(":") == 31
