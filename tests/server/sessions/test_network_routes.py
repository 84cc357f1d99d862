"""The network test's doors: real connections to the media plane, for who has a seat or an account, few and short."""

import pytest
from aiortc import RTCBundlePolicy, RTCConfiguration, RTCPeerConnection, RTCSessionDescription

from server.sessions.network_routes import MOST, TRIES
from server.settings import RoomOptions
from server.web import keys
from signaling import Trials, trials
from tests.actors import Browser
from tests.conftest import Cast, MakeOffice, Office
from tests.signaling.media.waiting import until


async def connect(browser: Browser, way: str = "direct") -> RTCPeerConnection:
    """As the page does it."""
    offer = (await browser.post("/api/network/try", {"way": way})).json
    pc = RTCPeerConnection(RTCConfiguration(iceServers=[], bundlePolicy=RTCBundlePolicy.MAX_COMPAT))
    await pc.setRemoteDescription(RTCSessionDescription(offer["sdp"], "offer"))
    pc.getTransceivers()[0].direction = "sendonly"
    await pc.setLocalDescription(await pc.createAnswer())
    answer = {"way": way, "n": offer["n"], "sdp": pc.localDescription.sdp}
    taken = await browser.post("/api/network/answer", answer)
    assert taken.status == 200, taken.json
    return pc


def open_trials(office: Office) -> int:
    trials = office.app[keys.TRIALS]
    assert isinstance(trials, Trials)
    return len(trials)


async def test_a_trial_connects_to_the_media_plane_and_ends_with_the_page(office: Office, cast: Cast) -> None:
    browser = await cast.seat("applicant")
    pc = await connect(browser)
    await until(lambda: pc.connectionState == "connected")
    assert open_trials(office) == 1
    await pc.close()
    await until(lambda: open_trials(office) == 0)


async def test_a_second_trial_of_a_person_ends_the_first_and_time_ends_all(
    office: Office, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(trials, "KEPT", 0.3)
    browser = await cast.seat("applicant")
    first = (await browser.post("/api/network/try", {"way": "direct"})).json
    await browser.post("/api/network/try", {"way": "direct"})
    assert open_trials(office) == 1
    late = await browser.post("/api/network/answer", {"way": "direct", "n": first["n"] + 5, "sdp": "v=0"})
    assert (late.status, late.code) == (422, "invalid")
    await until(lambda: open_trials(office) == 0)
    gone = await browser.post("/api/network/answer", {"way": "direct", "n": 1, "sdp": "v=0"})
    assert (gone.status, gone.code) == (422, "invalid")


async def test_trials_are_bounded_in_number(office: Office, cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(trials, "AT_ONCE", 3)
    door = office.app[keys.TRIALS]
    for number in range(7):
        await door.offer(f"person {number}")
    assert open_trials(office) == 3


async def test_without_a_turn_server_there_is_nothing_to_relay(cast: Cast) -> None:
    browser = await cast.seat("applicant")
    answer = await browser.post("/api/network/try", {"way": "relay"})
    assert answer.json == {"offered": False, "n": 0, "sdp": "", "ice_servers": []}


async def test_the_relay_is_tried_with_credentials_of_this_person(make_office: MakeOffice) -> None:
    office = await make_office(media=RoomOptions(turn_urls=("turn:turn.example.org",), turn_secret="s" * 20))
    cast = await office.cast()
    answer = await (await cast.seat("applicant")).post("/api/network/try", {"way": "relay"})
    [server] = answer.json["ice_servers"]
    assert answer.json["offered"] and server["username"].endswith(cast.person("applicant"))
    direct = await cast.mediator.post("/api/network/try", {"way": "direct"})
    assert direct.json["offered"] and direct.json["ice_servers"] == []


async def test_bytes_to_time_go_down_and_up_and_no_further(cast: Cast) -> None:
    browser = await cast.seat("applicant")
    answer = await browser.get(f"/api/network/bytes?kb={MOST}")
    assert len(answer.body) == MOST * 1024
    for wrong in ("0", str(MOST + 1), "x", "", "１"):
        assert (await browser.get(f"/api/network/bytes?kb={wrong}")).status == 422
    octets = "application/octet-stream"
    assert (await browser.send("POST", "/api/network/bytes", data=answer.body, kind=octets)).status == 200
    more = await browser.send("POST", "/api/network/bytes", data=answer.body + b"x", kind=octets)
    assert more.status == 413


async def test_strangers_and_the_impatient_are_turned_away(office: Office, cast: Cast) -> None:
    stranger = await office.browser()
    assert (await stranger.post("/api/network/try", {"way": "direct"})).status in (401, 403)
    browser = await cast.seat("applicant")
    statuses = [(await browser.post("/api/network/try", {"way": "relay"})).status for _ in range(TRIES.burst + 1)]
    assert statuses == [200] * TRIES.burst + [429]
