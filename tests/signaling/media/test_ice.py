"""The lite agent under attack and in ordinary life, without a socket: silence for whatever fails a check."""

import random
from typing import Protocol

import pytest
from aioice import stun
from hypothesis import given
from hypothesis import strategies as st

from signaling.media.ice import (
    ALIVE,
    AMPLIFY,
    HELD,
    MAX_ADDRESSES,
    MAX_FORMER,
    MAX_SPEAKERS,
    OWNED,
    Address,
    Agent,
    Credentials,
    Mux,
)

HOME: Address = ("192.0.2.10", 5000)
AWAY: Address = ("192.0.2.20", 6000)
REMOTE = "remo"
REMOTE_PASSWORD = "remote-password-of-24-chars"


class Above:
    """The connection above an agent: notes what it is told."""

    def __init__(self) -> None:
        self.datagrams: list[bytes] = []
        self.authentic = False
        self.paths: list[bool] = []
        self.lost = 0

    def on_datagram(self, data: bytes, address: Address, now: float) -> bool:
        self.datagrams.append(data)
        return self.authentic

    def on_path(self, first: bool) -> None:
        self.paths.append(first)

    def on_lost(self) -> None:
        self.lost += 1


class Net:
    """One mux with one agent; what it sends is kept."""

    def __init__(self) -> None:
        self.sent: list[tuple[bytes, Address]] = []
        self.mux = Mux(lambda data, address: self.sent.append((data, address)))
        self.above = Above()
        self.agent = Agent(self.mux, self.above)
        self.agent.answered(self.agent.local.ufrag, REMOTE, REMOTE_PASSWORD)

    def check(self, address: Address, now: float = 0.0, *, nominate: bool = False) -> list[stun.Message]:
        return self.give(check(self.agent.local, nominate=nominate), address, now)

    def give(self, data: bytes, address: Address = HOME, now: float = 0.0) -> list[stun.Message]:
        """What is answered; checks of our own are left out."""
        before = len(self.sent)
        self.mux.receive(data, address, now)
        heard = [stun.parse_message(data) for data, to in self.sent[before:] if to == address]
        return [message for message in heard if message.message_class != stun.Class.REQUEST]

    def opened(self, address: Address = HOME) -> "Net":
        """With a path in use: checked, nominated and proven at second 0."""
        self.check(address, nominate=True)
        prove(self, address)
        return self


def check(
    credentials: Credentials,
    *,
    remote: str = REMOTE,
    password: str | None = None,
    ufrag: str | None = None,
    nominate: bool = False,
    role: str | None = "ICE-CONTROLLING",
    integrity: bool = True,
    fingerprint: bool = True,
) -> bytes:
    """A connectivity check as a browser sends it, with any part made wrong."""
    message = stun.Message(stun.Method.BINDING, stun.Class.REQUEST)
    message.attributes["USERNAME"] = f"{ufrag or credentials.ufrag}:{remote}"
    message.attributes["PRIORITY"] = 1
    if role is not None:
        message.attributes[role] = 1
    if nominate:
        message.attributes["USE-CANDIDATE"] = None
    if integrity:
        message.add_message_integrity((password or credentials.password).encode())
    elif fingerprint:
        message.add_fingerprint()
    if not fingerprint:
        message.attributes.pop("FINGERPRINT", None)
    return bytes(message)


def test_a_good_check_is_answered_and_opens_the_path() -> None:
    net = Net()
    [answer] = net.check(HOME)
    assert answer.message_class == stun.Class.RESPONSE and answer.attributes["XOR-MAPPED-ADDRESS"] == HOME
    assert answer.check_message_integrity(net.agent.local.password.encode()) and "FINGERPRINT" in answer.attributes
    assert net.agent.path == HOME and media_goes_to(net) is None, "the handshake may begin, media waits"
    prove(net, HOME)
    assert media_goes_to(net) == HOME and net.above.paths == [True], "used before the nomination"


@pytest.mark.parametrize(
    "wrong",
    [
        {"password": "x" * 32},
        {"ufrag": "nobody"},
        {"remote": ""},
        {"integrity": False},
        {"fingerprint": False},
        {"integrity": False, "fingerprint": False},
        {"role": None},
    ],
    ids=str,
)
def test_a_bad_check_meets_silence(wrong: dict[str, object]) -> None:
    net = Net()
    assert net.give(check(net.agent.local, **wrong)) == []  # type: ignore[arg-type]
    assert net.sent == [] and net.agent.path is None and not net.mux.owners and net.mux.strays == 1


def test_a_changed_fingerprint_meets_silence() -> None:
    net = Net()
    data = bytearray(check(net.agent.local))
    data[-1] ^= 1
    assert net.give(bytes(data)) == []


@pytest.mark.parametrize("closed", [False, True])
def test_who_knows_the_password_may_ask_whether_we_can_be_reached_and_nothing_is_kept(closed: bool) -> None:
    net = Net()
    net.check(HOME)
    used = net.agent.local
    if closed:
        net.agent.close()
    owners = dict(net.mux.owners)
    asked = check(used, remote="another", nominate=True)
    [answer] = net.give(asked, AWAY)
    assert answer.message_class == stun.Class.RESPONSE and len(bytes(answer)) < len(asked)
    assert net.mux.owners == owners and net.agent.path == (None if closed else HOME)
    assert net.give(check(used, remote="another", password="x" * 32), AWAY) == []


def test_a_former_connection_itself_meets_silence_and_the_oldest_are_forgotten() -> None:
    net = Net()
    net.check(HOME)
    used = net.agent.local
    net.agent.close()
    assert net.give(check(used)) == []
    for n in range(MAX_FORMER):
        net.mux.remember(Credentials(0, f"u{n}", "p" * 24))
    assert net.give(check(used, remote="another")) == [] and len(net.mux.former) == MAX_FORMER


def test_remote_ufrag_is_not_asked_before_the_answer_is_here() -> None:
    net = Net()
    net.agent.restart()
    assert net.give(check(net.agent.local, remote="whatever")) != []


def test_role_conflict_is_the_one_error_we_answer() -> None:
    net = Net()
    [answer] = net.give(check(net.agent.local, role="ICE-CONTROLLED"))
    assert answer.message_class == stun.Class.ERROR and answer.error_code == 487
    assert net.agent.path is None


def test_media_is_taken_only_from_checked_addresses() -> None:
    net = Net()
    media = bytes([128, 111]) + bytes(20)
    net.mux.receive(media, HOME, 0.0)
    net.check(HOME)
    net.mux.receive(media, AWAY, 0.0)
    assert net.above.datagrams == [] and net.mux.strays == 2
    net.mux.receive(media, HOME, 0.0)
    assert net.above.datagrams == [media]


def test_at_most_eight_addresses_and_the_path_is_never_evicted() -> None:
    net = Net()
    net.check(HOME, 0.0)
    for port in range(20):
        net.check(("192.0.2.30", 7000 + port), 1.0 + port / 100)
    assert len(net.mux.owners) == MAX_ADDRESSES and HOME in net.mux.owners and net.agent.path == HOME


def test_address_of_a_living_peer_is_not_taken_over() -> None:
    net = Net().opened()
    thief = Agent(net.mux, Above())
    thief.answered(thief.local.ufrag, "thie", REMOTE_PASSWORD)
    assert net.give(check(thief.local, remote="thie"), HOME, OWNED - 1) == []
    assert net.mux.owners[HOME] is net.agent and thief.path is None
    assert len(net.give(check(thief.local, remote="thie"), HOME, OWNED)) == 1
    assert net.mux.owners[HOME] is net.agent, "not before it is proven"
    prove(net, HOME)
    assert net.mux.owners[HOME] is thief and net.agent.path is None and net.above.lost == 1


def test_address_reserved_by_a_forger_still_opens_for_its_owner() -> None:
    """A participant who forges checks from somebody's address cannot keep them out: only a proof owns."""
    net = Net()
    forger = Agent(net.mux, Above())
    net.give(check(forger.local, remote="forg"), HOME)
    for step in range(3):
        net.give(check(forger.local, remote="forg"), HOME, step / 10)
        net.check(HOME, step / 10, nominate=True)
    prove(net, HOME)
    assert net.mux.owners[HOME] is net.agent and media_goes_to(net) == HOME
    assert net.give(check(forger.local, remote="forg"), HOME, 1.0) == []


def test_unchecked_addresses_expire_and_the_room_is_told() -> None:
    net = Net().opened()
    net.mux.tick(ALIVE - 1)
    assert net.above.lost == 0
    net.mux.tick(ALIVE)
    assert net.above.lost == 1 and not net.mux.owners and net.agent.path is None
    net.agent.send(b"nowhere")
    net.check(HOME, ALIVE + 5)
    assert media_goes_to(net) is None, "what was proven before has to be proven again"
    prove(net, HOME)
    assert net.above.paths == [True, True], "a later check opens it again"


class Sent(Protocol):
    """A mux, and what it sent."""

    mux: Mux
    sent: list[tuple[bytes, Address]]


def prove(net: Sent, address: Address, *, password: str = REMOTE_PASSWORD, to: Address | None = None) -> None:
    """Answer our own check of an address, as a browser that really receives there does."""
    request = stun.parse_message(next(d for d, a in reversed(net.sent) if a == address and d[:2] == b"\0\1"))
    reply = stun.Message(stun.Method.BINDING, stun.Class.RESPONSE, request.transaction_id)
    reply.attributes["XOR-MAPPED-ADDRESS"] = ("192.0.2.1", 1)
    reply.add_message_integrity(password.encode())
    net.mux.receive(bytes(reply), to or address, 0.0)


def media_goes_to(net: Net) -> Address | None:
    before = len(net.sent)
    net.agent.send_media(b"media")
    return net.sent[-1][1] if len(net.sent) > before else None


def test_media_moves_when_the_nominated_address_is_proven() -> None:
    net = Net().opened()
    net.check(AWAY, 1.0)
    net.check(AWAY, 1.0, nominate=True)
    assert media_goes_to(net) == HOME, "a mere nomination moves nothing"
    prove(net, AWAY)
    assert media_goes_to(net) == AWAY and net.above.paths == [True, False]


def test_proof_before_the_nomination_saves_the_round_trip() -> None:
    net = Net().opened()
    net.check(AWAY, 1.0)
    prove(net, AWAY)
    assert media_goes_to(net) == HOME, "proven, but not chosen"
    net.check(AWAY, 1.1, nominate=True)
    assert media_goes_to(net) == AWAY
    net.check(HOME, 1.2, nominate=True)
    assert media_goes_to(net) == HOME, "and back without waiting"


VOICE = bytes([128, 111]) + bytes(6) + b"voic" + bytes(80)


def test_a_changed_nat_is_noticed_by_the_next_packet_of_media() -> None:
    net = Net().opened()
    net.agent.speaks(b"voic")
    net.above.authentic = True
    net.mux.receive(VOICE, AWAY, 1.0)
    assert net.above.datagrams == [VOICE] and net.mux.strays == 0, "heard at once"
    assert media_goes_to(net) == HOME, "but not yet spoken to"
    prove(net, AWAY)
    assert media_goes_to(net) == AWAY and net.above.paths == [True, False]


def test_media_that_is_not_theirs_moves_nothing_and_gets_no_byte() -> None:
    net = Net().opened()
    net.agent.speaks(b"voic")
    before = len(net.sent)
    net.mux.receive(VOICE, AWAY, 1.0)
    net.above.authentic = True
    net.mux.receive(VOICE.replace(b"voic", b"else"), AWAY, 1.0)
    assert (len(net.sent), net.mux.strays, net.agent.unproven) == (before, 2, 0) and AWAY not in net.mux.owners


def test_media_on_a_forged_address_gets_three_times_its_size_at_most_and_no_media() -> None:
    """Somebody on the way sends a captured packet on from elsewhere, before it arrives."""
    net = Net().opened()
    net.agent.speaks(b"voic")
    net.above.authentic = True
    net.mux.receive(VOICE, AWAY, 1.0)
    for step in range(640):
        net.agent.tick(1.0 + step / 20)
        if step % 50 == 0:
            net.check(HOME, 1.0 + step / 20, nominate=True)
    assert sum(len(data) for data, to in net.sent if to == AWAY) <= AMPLIFY * len(VOICE)
    assert media_goes_to(net) == HOME and not net.agent.unproven


def test_before_a_nomination_nobody_roams() -> None:
    net = Net()
    net.agent.speaks(b"voic")
    net.above.authentic = True
    net.mux.receive(VOICE, AWAY, 1.0)
    assert not net.sent and AWAY not in net.mux.owners


def test_our_check_is_repeated_until_it_is_answered() -> None:
    net = Net().opened()
    net.check(AWAY, 1.0, nominate=True)
    for step in range(60):
        net.mux.receive(bytes([128, 111]) + bytes(80), AWAY, 1.0 + step / 20)  # their media earns us the repeats
        net.agent.tick(1.0 + step / 20)
    asked = [stun.parse_message(data) for data, to in net.sent if to == AWAY and data[:2] == b"\0\1"]
    assert 6 <= len(asked) <= 9 and len({one.transaction_id for one in asked}) == 1
    prove(net, AWAY)
    assert media_goes_to(net) == AWAY


def test_forged_proof_proves_nothing() -> None:
    net = Net().opened()
    net.check(AWAY, 1.0, nominate=True)
    prove(net, AWAY, password="guessed-password-of-24-ch")
    prove(net, AWAY, to=HOME)
    assert media_goes_to(net) == HOME and net.agent.unproven == 1


def test_not_a_byte_of_media_goes_to_an_address_that_never_answers() -> None:
    """A participant forges another's source address: as first address, as a new one, and after the old one died."""
    first = Net()
    first.check(AWAY, 0.0, nominate=True)
    assert media_goes_to(first) is None and first.above.paths == []
    net = Net().opened()
    for step in range(int(ALIVE) + 20):
        net.check(AWAY, float(step), nominate=True)
        net.mux.tick(float(step))
        assert media_goes_to(net) in (HOME, None)
    assert net.above.lost == 1 and media_goes_to(net) is None


@pytest.mark.parametrize("answer_known", [True, False])
def test_unproven_address_gets_at_most_three_times_what_came_from_it(answer_known: bool) -> None:
    """Checks, repeats and a handshake pushed at it: amplification is bounded whatever the order."""
    net = Net()
    if not answer_known:
        net.agent.restart()
    chance, got = random.Random(3), 0
    for step in range(400):
        if chance.random() < 0.2:
            data = check(net.agent.local, nominate=True)
        else:
            data = bytes([22]) + bytes(chance.randrange(300))
        net.mux.receive(data, AWAY, step / 50)
        got += len(data) if AWAY in net.mux.owners else 0
        for _ in range(chance.randrange(4)):
            net.agent.send(bytes(chance.randrange(1200)))
        net.agent.send_media(bytes(1200))
        net.mux.tick(step / 50)
        assert sum(len(data) for data, to in net.sent if to == AWAY) <= AMPLIFY * got


def test_handshake_without_credit_waits_for_the_proof_and_is_bounded() -> None:
    net = Net()
    net.check(HOME)
    for number in range(20):
        net.agent.send(bytes([22, number]) + bytes(900))
    assert [data for data, _ in net.sent if data[0] == 22] == []
    prove(net, HOME)
    assert [data[1] for data, _ in net.sent if data[0] == 22] == list(range(20 - HELD, 20))


def test_tables_stay_bounded_under_a_storm_of_forged_addresses() -> None:
    net = Net().opened()
    for port in range(3000):
        net.check(("192.0.2.30", 1024 + port), 1.0 + port / 1000, nominate=port % 2 == 0)
    assert len(net.mux.owners) == MAX_ADDRESSES >= len(net.mux.proofs) and net.agent.unproven == MAX_ADDRESSES - 1
    assert media_goes_to(net) == HOME
    net.agent.close()
    assert not net.mux.owners and not net.mux.proofs and not net.mux.agents


def test_guessing_names_and_passwords_gets_no_byte() -> None:
    net, chance = Net(), random.Random(2)
    for _ in range(2000):
        ufrag = net.agent.local.ufrag if chance.random() < 0.5 else "".join(chance.choices("abcXYZ019-_", k=8))
        net.give(check(net.agent.local, ufrag=ufrag, password="".join(chance.choices("abcXYZ019-_", k=32))), AWAY)
    assert net.sent == [] and net.mux.strays == 2000 and not net.mux.owners


def test_two_sockets_are_two_ways_and_each_is_answered_by_its_own() -> None:
    net = Net()
    net.check(HOME)
    [answer] = net.check((*HOME, 1), 0.1, nominate=True)
    assert answer.attributes["XOR-MAPPED-ADDRESS"] == HOME
    prove(net, (*HOME, 1))
    assert media_goes_to(net) == (*HOME, 1)


def test_restart_keeps_the_old_credentials_until_the_new_are_nominated() -> None:
    net = Net().opened()
    old = net.agent.local
    net.agent.restart()
    new = net.agent.local
    net.agent.answered(new.ufrag, "newr", "new-remote-password-24-ch")
    assert len(net.give(check(old), HOME, 1.0)) == 1
    assert len(net.give(check(new, remote="newr"), AWAY, 1.0)) == 1
    assert media_goes_to(net) == HOME
    net.give(check(new, remote="newr", nominate=True), AWAY, 1.0)
    prove(net, AWAY, password="new-remote-password-24-ch")
    assert media_goes_to(net) == AWAY
    assert net.give(check(old, nominate=True), HOME, 1.1) == [], "the old ufrag is silent now"
    net.agent.restart()
    net.agent.restart()
    assert len(net.mux.agents) == 2 and new.ufrag in net.mux.agents


def test_close_empties_every_table() -> None:
    net = Net()
    for port in range(5):
        net.check(("192.0.2.30", 7000 + port))
    net.agent.restart()
    for number in range(MAX_SPEAKERS + 9):
        net.agent.speaks(number.to_bytes(4, "big"))
    assert len(net.mux.speakers) == MAX_SPEAKERS
    net.agent.close()
    mux = net.mux
    assert not mux.agents and not mux.owners and not mux.proofs and not mux.speakers and net.above.lost <= 1


@given(st.binary(max_size=200), st.integers(0, 3))
def test_no_datagram_raises(data: bytes, first: int) -> None:
    net = Net()
    net.mux.receive(data, HOME, 0.0)
    net.mux.receive(bytes([first]) + data, HOME, 0.0)
    assert net.sent == []


def test_no_mutilated_check_raises_or_is_taken_for_good() -> None:
    """pitfall: the codec raises struct.error as well as ValueError."""
    net, chance = Net(), random.Random(1)
    good = check(net.agent.local, nominate=True)
    for _ in range(5000):
        data = bytearray(good)
        for _ in range(chance.randint(1, 6)):
            data[chance.randrange(len(data) - 8)] = chance.randrange(256)  # all but FINGERPRINT, which is no secret
        data = data[: chance.randint(0, len(data))] if chance.random() < 0.3 else data
        if bytes(data) != good:
            net.mux.receive(bytes(data), HOME, 0.0)
    assert net.sent == [] and net.agent.path is None
