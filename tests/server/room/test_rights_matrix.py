"""Every role, every event, every chamber: against the whole server, over real sockets, by clients that obey no page.
What each role may do stands here a second time, by hand, and not as the server's own table says it."""

from datetime import UTC, timedelta
from typing import Any

import pytest

from signaling.protocol import CLIENT_EVENTS
from tests.server.room.everybody import ROLES, Everybody, Guest

pytestmark = pytest.mark.timeout(900)
PLACES = (
    "lobby", "joint", "caucus_applicant", "caucus_respondent", "side_applicant", "side_respondent", "aside",
)  # fmt: skip
# . may be there and do nothing    w call, write to a host    t talk and chat    s and show a screen    h host
# o look and answer whether it may be recorded    - cannot be there
GRID = """
mediator        -  h  h  h  -  -  h
co_mediator     -  h  h  h  -  -  h
recorder        w  s  -  -  -  -  -
applicant       w  s  s  -  s  -  -
representative  w  s  s  -  s  -  -
respondent      w  s  -  s  -  s  -
interpreter     w  t  t  -  t  -  -
expert          w  s  s  s  -  -  s
observer        .  o  -  -  -  -  -
witness         w  t  t  t  -  -  -
"""
# A court is in rooms of its own, see tests/server/docket.
MAY = {role: dict(zip(PLACES, cells, strict=True)) for role, *cells in map(str.split, GRID.strip().splitlines())}
PAGES = {"answer", "restart", "watch", "stats", "drained", "leave"}
"""What the page of anybody says by itself, and going."""
CALL = {"mute", "write", "caption", "want_to_speak", "distress"}
TALK = CALL | {"chat", "recording_agree"}
OWN = CALL | TALK | {"share"}
LEADING = {
    "admit", "refuse", "back_to_lobby", "remove", "move", "host_mute", "stop_share", "broadcast", "lower_hand", "floor",
    "floor_next", "floor_more", "spotlight", "mute_all", "distress_seen", "hand_over", "phone_seat", "lock", "rename",
    "stage", "show_document", "turn_page", "hide_document", "recording_ask", "recording_stop", "pause", "break",
    "resume", "end",
}  # fmt: skip
ALLOWED = {
    ".": PAGES, "w": PAGES | CALL, "o": PAGES | {"recording_agree"}, "t": PAGES | TALK, "s": PAGES | OWN,
    "h": PAGES | (OWN - {"want_to_speak", "distress"}) | LEADING,
}  # fmt: skip
LATE = ("hand_over", "phone_seat", "move", "back_to_lobby", "remove", "pause", "break", "resume", "leave", "end")
"""What changes where people are comes last, in this order."""
ORDER = (*sorted(CLIENT_EVENTS.keys() - set(LATE)), *LATE)
CASES = [(role, place) for role in ROLES for place in PLACES if MAY[role][place] != "-"]
NOWHERE = [(role, place) for role in ROLES for place in PLACES if MAY[role][place] == "-"]


def body(event: str, everybody: Everybody, me: Guest) -> dict[str, Any]:
    """Something well formed, about the respondent where it names somebody to be dealt with."""
    other, person = everybody.ids["respondent"], {"person": everybody.ids["respondent"]}
    if other == me.id:
        other, person = everybody.ids["applicant"], {"person": everybody.ids["applicant"]}
    until = (everybody.office.clock() + timedelta(minutes=5)).astimezone(UTC).isoformat().replace("+00:00", "Z")
    special: dict[str, dict[str, Any]] = {
        "answer": {"n": 10**6, "sdp": "v=0"}, "drained": {"epoch": 0}, "watch": {"sizes": {}},
        "stats": {"received": {}},
        "mute": {"kind": "video", "muted": True}, "host_mute": person | {"kind": "audio", "muted": True},
        "share": {"on": True}, "chat": {"text": "好", "key": event}, "broadcast": {"text": "好", "key": event},
        "write": {"to": everybody.ids["mediator"], "text": "好", "key": event},
        "caption": {"epoch": 0, "key": "c", "text": "好"}, "want_to_speak": {"wants": True},
        "distress": {"on": True}, "lock": {"on": False}, "phone_seat": person | {"on": False},
        "stage": {"stage": "joint"},
        "rename": person | {"name": "钱某某"}, "spotlight": {"person": me.id},
        "floor": {"people": [me.id], "seconds": 60},
        "floor_more": {"seconds": 60}, "break": {"until": until}, "show_document": {"document": "pap_1", "page": 1},
        "turn_page": {"page": 2}, "recording_ask": {"what": "all"}, "recording_agree": {"agree": False},
        "move": {"people": [], "chamber": "joint"}, "hand_over": {"person": everybody.ids["mediator"]},
    }  # fmt: skip
    if me.id == everybody.ids["mediator"]:
        special["write"] |= {"to": other}
    named = person if "person" in CLIENT_EVENTS[event].__struct_fields__ else {}
    return special.get(event, named)


def test_the_table_names_every_event_and_every_role() -> None:
    assert PAGES | OWN | LEADING == CLIENT_EVENTS.keys()
    assert set(MAY) == set(ROLES)


async def quiet(guests: dict[str, Guest]) -> list[object]:
    """All that everybody was told so far, each having had an answer to something that came after it. An offer that
    nobody here answers is made again by the clock alone."""
    for guest in guests.values():
        await guest.say("stats", {"received": {}})
    return [[one for one in guest.heard if one[0] != "offer"] for guest in guests.values()]


async def seat(everybody: Everybody, guests: dict[str, Guest], role: str, place: str) -> None:
    """Bring `role` there; in the lobby and the joint chamber they are already."""
    if place in ("lobby", "joint"):
        return
    whom = "applicant" if role == "interpreter" else role
    if role in ("mediator", "co_mediator") and place != "aside":
        whom = place.partition("_")[2]
    people = {whom, role} - {"mediator"}
    await everybody.move(guests, sorted(people - {"interpreter"}), place)
    await guests[role].until(lambda: guests[role].place == place)


async def say_everything(everybody: Everybody, guests: dict[str, Guest], role: str, place: str) -> dict[str, str]:
    """Event -> what the server answered: first all that is not allowed, which nobody else may notice, then the rest."""
    me, allowed, found, ids = guests[role], ALLOWED[MAY[role][place]], dict[str, str](), everybody.ids
    before = await quiet(guests)
    for event in (event for event in ORDER if event not in allowed):
        said = body(event, everybody, me)
        whom = (ids["respondent"], ids["mediator"], me.id, "nobody") if "person" in said else ("",)
        for person in whom:
            everybody.office.clock.forward(seconds=0.2)  # sixty in ten seconds are the limit
            error = await me.say(event, said | ({"person": person} if person else {}))
            assert error.get("code") == "right_missing", (role, place, event, error)
        found[event] = "right_missing"
    assert await quiet(guests) == before, "somebody noticed"
    for event in (event for event in ORDER if event in allowed):
        if event in ("leave", "end") and MAY[role][place] == "h":
            continue  # either is the last: see below
        everybody.office.clock.forward(seconds=0.2)
        error = await me.say(event, body(event, everybody, me))
        assert error.get("code") != "right_missing", (role, place, event, error)
        found[event] = error.get("code", "ok")
    return found


async def test_every_role_does_what_the_table_says_in_every_chamber_and_nothing_else(
    everybody: Everybody, capsys: pytest.CaptureFixture[str]
) -> None:
    rows: dict[tuple[str, str], dict[str, str]] = {}
    for role, place in CASES:
        here = dict.fromkeys(("mediator", "co_mediator", "applicant", "respondent", role))
        if place == "lobby":
            del here[role]
        waiting = () if role in here else (role,)
        async with everybody.meeting(*here, waiting=waiting) as guests:
            await guests["mediator"].tell("recording_ask", {"what": "all"})
            await seat(everybody, guests, role, place)
            assert (guests[role].place or "lobby") == place
            rows[role, place] = await say_everything(everybody, guests, role, place)
        for last in ("leave", "end") if MAY[role][place] == "h" else ():
            async with everybody.meeting(*here) as guests:
                await seat(everybody, guests, role, place)
                rows[role, place][last] = (await guests[role].say(last)).get("code", "ok")
    with capsys.disabled():
        print("\n" + table(rows))
    for (role, place), found in rows.items():
        allowed = {event for event, answer in found.items() if answer != "right_missing"}
        assert allowed == ALLOWED[MAY[role][place]] and found["leave"] == "ok", (role, place)


def table(rows: dict[tuple[str, str], dict[str, str]]) -> str:
    """+ done, - no right, o the right but nothing to do it on now."""
    signs = {"ok": "+", "right_missing": "-"}
    lines = [f"{event:16}" + "".join(f" {signs.get(found[event], 'o')}" for found in rows.values()) for event in ORDER]
    head = [f"{n:3} {role} in {place}" for n, (role, place) in enumerate(rows, 1)]
    numbers = [" " * 16 + "".join(f" {n // ten % 10}" for n in range(1, len(rows) + 1)) for ten in (10, 1)]
    asked = sum(len(found) for found in rows.values())
    return "\n".join([*head, *numbers, *lines, f"{asked} cells: {len(rows)} places of roles, {len(ORDER)} events"])


async def test_no_host_can_bring_a_role_where_it_cannot_be(everybody: Everybody) -> None:
    async with everybody.meeting("mediator", *(role for role in ROLES if role != "mediator")) as guests:
        before = {role: guest.place for role, guest in guests.items()}
        for role, place in NOWHERE:
            everybody.office.clock.forward(seconds=2)
            other = guests["co_mediator" if role == "mediator" else "mediator"]
            if place == "lobby":
                error = await other.say("back_to_lobby", {"person": everybody.ids[role]})
                assert error["code"] == "right_missing", (role, place)
                continue
            error = await other.say("move", {"people": [everybody.ids[role]], "chamber": place})
            assert error.get("code") in ("wrong_chamber", "one_side_only", "tied"), (role, place, error)
            error = await other.say("admit", {"person": everybody.ids[role], "chamber": place})
            assert error == {}, "who is in is answered with the present state"
        assert {role: guest.place for role, guest in guests.items()} == before


async def test_a_right_reaches_no_further_than_its_owner(everybody: Everybody) -> None:
    """Well formed, of an event one may say, about somebody it is not one's to say it about."""
    ids = everybody.ids
    async with everybody.meeting("mediator", "co_mediator", "applicant", "respondent", "observer") as guests:
        applicant, host = guests["applicant"], guests["mediator"]
        await host.tell("recording_ask", {"what": "all"})
        before = await quiet(guests)
        for who, event, said, code in (
            ("applicant", "write", {"to": ids["respondent"], "text": "好", "key": "1"}, "right_missing"),
            ("applicant", "write", {"to": ids["observer"], "text": "好", "key": "2"}, "right_missing"),
            ("applicant", "write", {"to": "nobody", "text": "好", "key": "3"}, "right_missing"),
            ("applicant", "recording_agree", {"agree": True, "person": ids["respondent"]}, "right_missing"),
            ("mediator", "recording_agree", {"agree": True, "person": ids["respondent"]}, "right_missing"),
            ("mediator", "host_mute", {"person": ids["co_mediator"], "kind": "audio", "muted": True}, "right_missing"),
            ("co_mediator", "remove", {"person": ids["mediator"]}, "right_missing"),
            ("co_mediator", "hand_over", {"person": ids["co_mediator"]}, "right_missing"),
            ("mediator", "hand_over", {"person": ids["applicant"]}, "right_missing"),
            ("mediator", "rename", {"person": ids["applicant"], "name": everybody.cast.links["observer"]["name"]},
             "name_taken"),
            ("applicant", "drained", {"epoch": 0, "person": ids["respondent"]}, ""),
            ("applicant", "dance", {}, "protocol_error"),
        ):  # fmt: skip
            error = await guests[who].say(event, said)
            assert error.get("code", "") == code, (who, event, error)
        assert await quiet(guests) == before
        await host.tell("host_mute", {"person": applicant.id, "kind": "audio", "muted": True})
        assert (await applicant.say("mute", {"kind": "audio", "muted": False}))["code"] == "muted_by_host"
