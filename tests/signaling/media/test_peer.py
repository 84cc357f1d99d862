"""One peer in memory: offers and answers in every order, lines lent and lent again, health, close."""

import re

import pytest

from signaling.media import AnswerRejected, Mark, Peer
from signaling.media.peer import SET_MIDS
from tests.signaling.media.memory import OPUS, MemoryLink, Silent, answer_to, packet


class Desk:
    """Makes peers on one clock and keeps what each was sent."""

    def __init__(self) -> None:
        self.now = 100.0
        self.sent: dict[str, list[bytes]] = {}
        self.closed: list[str] = []
        self.news: list[str] = []

    def peer(self, person: str) -> Peer:
        sent = self.sent[person] = []
        desk = self

        class Listener(Silent):
            def on_connected(self) -> None:
                desk.news.append(f"{person} connected")

            def on_needs_offer(self) -> None:
                desk.news.append(f"{person} needs offer")

        return Peer(
            person,
            Listener(),
            lambda peer: MemoryLink(peer, sent.append, lambda data: None),
            lambda: self.now,
            lambda peer: self.closed.append(peer.person),
        )

    async def joined(self, person: str, *others: Peer) -> Peer:
        peer = self.peer(person)
        peer.listen({other.person: other for other in others})
        offer = peer.offer()
        await peer.answer(offer.n, answer_to(offer))
        return peer

    def speak(self, peer: Peer, number: int, name: str = "A") -> None:
        mid = SET_MIDS["A" if name == "A" else "B"]["audio"]
        peer.on_rtp(packet(hash((peer.person, name)) & 0xFFFF, number, 0, b"s", payload_type=OPUS, mid=mid), self.now)


async def test_offer_names_sets_and_sources() -> None:
    desk = Desk()
    gu, lin = desk.peer("gu"), desk.peer("lin")
    assert gu.listen({"lin": lin})
    offer = gu.offer()
    assert offer.n == 1 and offer.sets == SET_MIDS
    assert [(s.mid, s.person, s.kind) for s in offer.sources] == [
        ("10", "lin", "audio"),
        ("11", "lin", "video"),
        ("12", "lin", "screen"),
    ]
    assert re.findall(r"a=mid:(\S+)", offer.sdp) == ["00", "01", "02", "03", "04", "05", "10", "11", "12"]
    assert gu.offer().n == 2


async def test_media_flows_after_answer_and_use_of_a_set() -> None:
    desk = Desk()
    gu = await desk.joined("gu")
    lin = await desk.joined("lin", gu)
    desk.speak(gu, 1)
    gu.use_set("A", Mark("joint", 1))
    desk.speak(gu, 2)
    assert len(desk.sent["lin"]) == 1 and desk.news == ["gu connected", "lin connected"]
    health = gu.health()
    assert health.connected and health.counts == {Mark("joint", 1): {"audio": 1, "video": 0, "screen": 0}}
    assert health.heard_by["lin"]["audio"].packets == 1 and health.refused == 1
    assert lin.health().hearing["gu"]["audio"].packets == 1


async def test_nobody_is_heard_before_the_browser_knows_whose_line_it_is() -> None:
    desk = Desk()
    gu, lin = await desk.joined("gu"), await desk.joined("lin")
    gu.use_set("A", Mark("joint", 1))
    assert lin.listen({"gu": gu})
    desk.speak(gu, 1)
    offer = lin.offer()
    desk.speak(gu, 2)
    assert desk.sent["lin"] == []
    await lin.answer(offer.n, answer_to(offer))
    desk.speak(gu, 3)
    assert len(desk.sent["lin"]) == 1


async def test_hearing_fewer_and_again_needs_no_offer() -> None:
    desk = Desk()
    gu = await desk.joined("gu")
    lin = await desk.joined("lin", gu)
    gu.use_set("A", Mark("joint", 1))
    assert not lin.listen({})
    desk.speak(gu, 1)
    assert desk.sent["lin"] == []
    assert not lin.listen({"gu": gu})
    desk.speak(gu, 2)
    assert len(desk.sent["lin"]) == 1


async def test_reloaded_person_is_heard_on_the_same_lines_without_an_offer() -> None:
    desk = Desk()
    gu = await desk.joined("gu")
    lin = await desk.joined("lin", gu)
    gu.use_set("A", Mark("joint", 1))
    desk.speak(gu, 1)
    await gu.close()
    desk.speak(gu, 2)
    assert len(desk.sent["lin"]) == 1 and desk.closed == ["gu"]
    again = await desk.joined("gu")
    assert not lin.listen({"gu": again})
    again.use_set("A", Mark("joint", 1))
    desk.speak(again, 1)
    assert len(desk.sent["lin"]) == 2
    first, second = (int.from_bytes(data[2:4], "big") for data in desk.sent["lin"])
    assert (second - first) & 0xFFFF == 1


async def test_line_of_one_who_left_is_lent_to_a_newcomer_but_not_of_one_who_is_elsewhere() -> None:
    desk = Desk()
    gu, chen = await desk.joined("gu"), await desk.joined("chen")
    lin = await desk.joined("lin", gu, chen)
    await gu.close()
    lin.listen({})
    su = await desk.joined("su")
    assert lin.listen({"su": su})
    offer = lin.offer()
    assert {source.person for source in offer.sources} == {"su", "chen"}
    await lin.answer(offer.n, answer_to(offer))
    assert not lin.listen({"su": su, "chen": chen})


async def test_refused_line_stays_silent() -> None:
    desk = Desk()
    gu = await desk.joined("gu")
    lin = desk.peer("lin")
    lin.listen({"gu": gu})
    offer = lin.offer()
    refused = answer_to(offer).replace("m=audio 9 UDP/TLS/RTP/SAVPF 63 111\r\na=mid:10", "m=audio 0 X 96\r\na=mid:10")
    await lin.answer(offer.n, refused)
    gu.use_set("A", Mark("joint", 1))
    desk.speak(gu, 1)
    assert desk.sent["lin"] == []


async def test_answer_to_an_older_offer_asks_for_the_next() -> None:
    desk = Desk()
    gu, chen = await desk.joined("gu"), await desk.joined("chen")
    lin = desk.peer("lin")
    lin.listen({"gu": gu})
    offer = lin.offer()
    assert lin.listen({"gu": gu, "chen": chen})
    await lin.answer(offer.n, answer_to(offer))
    assert desk.news[-1] == "lin needs offer"
    later = lin.offer()
    await lin.answer(later.n, answer_to(later))
    assert desk.news.count("lin needs offer") == 1


async def test_answers_nobody_asked_for_are_refused() -> None:
    desk = Desk()
    gu = desk.peer("gu")
    offer = gu.offer()
    for n, sdp in ((0, ""), (2, answer_to(offer)), (1, "nonsense")):
        with pytest.raises(AnswerRejected):
            await gu.answer(n, sdp)
    await gu.answer(1, answer_to(offer))
    with pytest.raises(AnswerRejected):
        await gu.answer(1, answer_to(offer))
    await gu.close()
    with pytest.raises(AnswerRejected):
        await gu.answer(1, answer_to(offer))


async def test_nobody_hears_themselves_or_a_closed_peer() -> None:
    desk = Desk()
    gu, lin = await desk.joined("gu"), await desk.joined("lin")
    await lin.close()
    assert not gu.listen({"gu": gu, "lin": lin})
    assert not lin.listen({"gu": gu})


async def test_restart_changes_the_ufrag_of_the_next_offer() -> None:
    desk = Desk()
    gu = desk.peer("gu")
    before = gu.offer().sdp
    gu.restart()
    after = gu.offer().sdp
    ufrags = [re.findall(r"a=ice-ufrag:(\S+)", sdp)[0] for sdp in (before, after)]
    assert ufrags[0] != ufrags[1]


async def test_close_may_be_called_again() -> None:
    desk = Desk()
    gu = await desk.joined("gu")
    await gu.close()
    await gu.close()
    assert desk.closed == ["gu"]
