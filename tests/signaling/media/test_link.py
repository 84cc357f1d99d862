"""ICE and DTLS joined: up when both are, down when either ends, and nothing unreadable gets through."""

from OpenSSL import SSL

from signaling.media.dtls import Identity
from signaling.media.ice import ALIVE, Address, Mux
from signaling.media.link import MAX_PLAIN, SecureLink
from signaling.media.sdp import Answer
from tests.signaling.media.test_dtls import Client
from tests.signaling.media.test_ice import AWAY, HOME, REMOTE, REMOTE_PASSWORD, check, prove


class Above:
    """The peer above a link: notes what it is told."""

    def __init__(self) -> None:
        self.news: list[str] = []
        self.rtp: list[bytes] = []

    def on_rtp(self, packet: bytes, now: float) -> None:
        self.rtp.append(packet)

    def on_rtcp(self, packet: bytes, now: float) -> None:
        self.news.append("rtcp")

    def on_up(self) -> None:
        self.news.append("up")

    def on_moved(self) -> None:
        self.news.append("moved")

    def on_down(self) -> None:
        self.news.append("down")


class Stage:
    """A link and a browser's ICE and DTLS half, by hand."""

    def __init__(self, fingerprint: str | None = None) -> None:
        self.sent: list[tuple[bytes, Address]] = []
        self.mux = Mux(lambda data, address: self.sent.append((data, address)))
        self.above = Above()
        self.link = SecureLink(self.mux, Identity(), ("192.0.2.1",), 4444, self.above)
        self.client = Client()
        digest = fingerprint or self.client.identity.fingerprint
        answer = Answer(REMOTE, REMOTE_PASSWORD, (("sha-256", digest),), {})
        self.link.expect(self.link.transport().ufrag, answer)

    def check(self, address: Address = HOME, now: float = 0.0, *, nominate: bool = False) -> None:
        self.mux.receive(check(self.link.agent.local, nominate=nominate), address, now)

    def shake(self) -> None:
        flight = self.client.step()
        while flight:
            self.mux.receive(flight, HOME, 0.0)
            replies = [data for data, _ in self.sent if 19 < data[0] < 64]
            self.sent.clear()
            flight = b"".join(self.client.step(data) for data in replies)

    def connected(self) -> "Stage":
        self.check()
        prove(self, HOME)
        self.shake()
        return self

    def media(self) -> bytes:
        return self.client.sender().protect(bytes([128, 111, 0, 1]) + bytes(20))


def test_up_needs_a_proven_path_and_keys() -> None:
    stage = Stage()
    stage.check()
    prove(stage, HOME)
    assert stage.above.news == [] and not stage.link.up
    stage.shake()
    assert stage.above.news == ["up"] and stage.link.up
    stage.mux.receive(stage.media(), HOME, 0.1)
    assert len(stage.above.rtp) == 1


def test_keys_without_a_proven_path_are_not_up() -> None:
    """The handshake runs ahead of the proof, as far as what came from the browser pays for it."""
    stage = Stage()
    for _ in range(8):
        stage.check()
    asked = list(stage.sent)
    stage.shake()
    assert stage.client.done and stage.above.news == []
    stage.sent = asked
    prove(stage, HOME)
    assert stage.above.news == ["up"]


def test_wrong_certificate_never_comes_up() -> None:
    stage = Stage(Identity().fingerprint).connected()
    assert stage.above.news == [] and not stage.link.up
    stage.mux.receive(stage.media(), HOME, 0.1)
    assert stage.above.rtp == [] and stage.link.unreadable == 1


def test_forged_media_is_counted_and_dropped() -> None:
    stage = Stage().connected()
    good = stage.media()
    for data in (
        good[:-1] + bytes([good[-1] ^ 1]),
        good[:5],
        bytes([128]),
        bytes([128, 200]) + bytes(30),
        bytes([190]) * 1600,
    ):
        stage.mux.receive(data, HOME, 0.1)
    assert stage.above.rtp == [] and stage.link.unreadable == 5
    stage.mux.receive(good, HOME, 0.2)
    stage.mux.receive(good, HOME, 0.2)
    assert len(stage.above.rtp) == 1, "a replay is refused"


def test_authentic_media_from_an_unknown_address_is_heard_and_leads_there() -> None:
    stage = Stage().connected()
    stage.check(nominate=True)
    sender = stage.client.sender()
    first, second, third = (sender.protect(bytes([128, 111, 0, number]) + bytes(20)) for number in (1, 2, 3))
    stage.mux.receive(first, HOME, 0.1)
    stage.mux.receive(second[:-1] + bytes([second[-1] ^ 1]), AWAY, 0.2)
    stage.mux.receive(first, AWAY, 0.2)
    assert stage.mux.strays == 2 and AWAY not in stage.mux.owners, "neither spoilt nor captured packets lead anywhere"
    stage.mux.receive(second, AWAY, 0.3)
    stage.mux.receive(third, AWAY, 0.3)
    assert len(stage.above.rtp) == 3 and stage.above.news == ["up"]
    prove(stage, AWAY)
    assert stage.above.news == ["up", "moved"] and stage.link.agent.media_path == AWAY


def test_path_change_is_told_and_loss_of_consent_is_down() -> None:
    stage = Stage().connected()
    stage.check(AWAY, 1.0, nominate=True)
    assert stage.above.news == ["up"]
    prove(stage, AWAY)
    assert stage.above.news == ["up", "moved"]
    stage.mux.tick(1.0 + ALIVE)
    assert stage.above.news[-1] == "down" and not stage.link.up
    stage.check(HOME, 40.0)
    prove(stage, HOME)
    assert stage.above.news[-1] == "up", "the same keys serve again"


def test_goodbye_of_the_browser_is_down() -> None:
    stage = Stage().connected()
    stage.client.ssl.shutdown()
    stage.mux.receive(stage.client.flush(), HOME, 1.0)
    assert stage.above.news == ["up", "down"]


def test_too_long_packets_are_dropped_before_the_library_raises() -> None:
    stage = Stage().connected()
    stage.link.send_rtp(bytes([128, 111]) + bytes(MAX_PLAIN))
    stage.link.send_rtcp(bytes([128, 200]) + bytes(MAX_PLAIN))
    stage.link.send_rtp(b"short")
    assert stage.link.unsendable == 3
    stage.link.send_rtp(bytes([128, 111, 0, 1]) + bytes(MAX_PLAIN - 4))
    assert stage.sent[-1][1] == HOME


def test_close_says_goodbye_leaves_the_tables_and_tells_nobody() -> None:
    stage = Stage().connected()
    stage.link.close()
    assert stage.above.news == ["up"] and not stage.mux.agents and not stage.mux.owners
    farewell = [data for data, _ in stage.sent if 19 < data[0] < 64]
    assert farewell
    stage.client.ssl.bio_write(farewell[-1])
    try:
        stage.client.ssl.recv(100)
    except SSL.ZeroReturnError:
        return
    raise AssertionError("the browser is told")
