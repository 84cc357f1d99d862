"""Answers no browser gives: refused whole, before anything has changed, and nobody else notices."""

import random

import pytest

from signaling.media import AnswerRejected
from tests.hostile import golden
from tests.hostile.caller import Caller, attribute
from tests.hostile.conftest import Scene
from tests.hostile.readers import STREAMS
from tests.signaling.media.waiting import until


@pytest.mark.parametrize(
    "changed",
    [
        {"ufrag": "\ud800abc"},
        {"password": "\ud800" * 24},
        {"ufrag": "调解" * 4},
        {"ufrag": "x" * 20_000},
        {"password": "x" * 20_000},
        {"ufrag": "abc"},
        {"password": "x" * 21},
        {"ufrag": "ab\x00cd"},
    ],
    ids=lambda changed: next(f"{name} of {len(word)}" for name, word in changed.items()),
)
async def test_names_unfit_for_checks_are_refused_and_the_timers_go_on(scene: Scene, changed: dict[str, str]) -> None:
    """The check that waits for the answer would have raised at every tick of the plane."""
    evil = Caller(scene.plane, "evil")
    offer = evil.peer.offer()
    evil.remote = (attribute(offer.sdp, "ice-ufrag"), attribute(offer.sdp, "ice-pwd"))
    evil.check(nominate=True)
    await until(lambda: evil.answered)
    with pytest.raises(AnswerRejected):
        await evil.peer.answer(offer.n, evil.answer(offer, **changed))
    told = len(scene.two.one.rtcp)
    await scene.unharmed()
    await until(lambda: len(scene.two.one.rtcp) > told)
    await evil.leave()


@pytest.mark.parametrize(
    "more",
    [
        ["a=ssrc:%d x"],
        ["a=ssrc-group:FID %d 1", "a=ssrc:%d x"],
        ["a=ssrc-group:FID %d 4294967296"],
        ["a=candidate:%d 1 udp 1 127.0.0.1 9 typ host"],
        ["a=rid:%d send"],
    ],
    ids=str,
)
async def test_thousands_of_lines_and_streams(scene: Scene, more: list[str]) -> None:
    offer = scene.bad.peer.offer()
    text = scene.bad.answer(offer)
    text = text.replace("a=mid:01\r\n", "a=mid:01\r\n" + "".join(f"{more[n % len(more)] % n}\r\n" for n in range(4000)))
    await scene.bad.peer.answer(offer.n, text)
    assert len(scene.bad.peer.publisher._streams) <= STREAMS and len(scene.bad.peer.publisher._rtx) <= STREAMS
    await scene.unharmed()


async def test_thousands_of_m_lines_and_fingerprints(scene: Scene) -> None:
    offer = scene.bad.peer.offer()
    text = scene.bad.answer(offer)
    section = text[text.index("m=") :].split("\r\nm=")[0]
    many = "".join(section.replace("a=mid:00", f"a=mid:x{n}") + "\r\n" for n in range(400))
    await scene.bad.peer.answer(offer.n, text + many)
    offer = scene.bad.peer.offer()
    line = f"a=fingerprint:sha-256 {scene.bad.identity.fingerprint}\r\n"
    with pytest.raises(AnswerRejected, match="fingerprints"):
        await scene.bad.peer.answer(offer.n, text.replace(line, line * 400, 1))
    with pytest.raises(AnswerRejected, match="too long"):
        await scene.bad.peer.answer(offer.n, text + "a=x\r\n" * 60_000)
    with pytest.raises(AnswerRejected, match="too many lines"):
        await scene.bad.peer.answer(offer.n, "\n" * 25_000)
    await scene.unharmed()


async def test_offers_never_answered_and_answers_given_twice(scene: Scene) -> None:
    offers = [scene.bad.peer.offer() for _ in range(200)]
    await scene.unharmed()
    with pytest.raises(AnswerRejected):
        await scene.bad.peer.answer(offers[0].n, scene.bad.answer(offers[0]))
    await scene.bad.peer.answer(offers[-1].n, scene.bad.answer(offers[-1]))
    for offer in (offers[-1], offers[-2]):
        with pytest.raises(AnswerRejected):
            await scene.bad.peer.answer(offer.n, scene.bad.answer(offer))
    assert not scene.bad.peer._open
    await scene.unharmed()


async def test_restarts_without_end_leave_two_names(scene: Scene) -> None:
    for n in range(200):
        scene.bad.peer.restart()
        if n % 3 == 0:
            offer = scene.bad.peer.offer()
            await scene.bad.peer.answer(offer.n, scene.bad.answer(offer))
    assert len(scene.plane._mux.agents) <= 3 * 2
    await scene.unharmed()


@pytest.mark.parametrize("seed", range(5))
async def test_spoilt_answers_are_taken_or_refused_and_nothing_else(scene: Scene, seed: int) -> None:
    chance = random.Random(seed)
    for n in range(60):
        offer = scene.bad.peer.offer()
        good = [scene.bad.answer(offer)]
        try:
            await scene.bad.peer.answer(offer.n, golden.spoilt_answer(chance, good))
        except AnswerRejected:
            continue
        if n % 20 == 0:
            await scene.two.flows(1)
    await scene.unharmed()
