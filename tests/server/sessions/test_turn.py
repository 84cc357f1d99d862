"""Credentials for TURN servers: the form coturn takes, who they are for, when they end."""

import base64
import hashlib
import hmac
from datetime import UTC, datetime

from server.sessions.turn import VALID, credential, servers
from server.settings import RoomOptions
from tests.conftest import MakeOffice

NOW = datetime(2026, 3, 1, 9, 0, tzinfo=UTC)
URLS = ("turn:turn.example.org", "turns:turn.example.org:443?transport=tcp")
OPTIONS = RoomOptions(turn_urls=URLS, turn_secret="a secret of the relay")


def test_the_name_says_until_when_and_the_password_proves_it() -> None:
    [given] = servers(OPTIONS, "pty_1", NOW)
    until, person = given["username"].split(":")
    assert given["urls"] == list(URLS) and person == "pty_1"
    assert int(until) == int((NOW + VALID).timestamp())
    mac = hmac.new(b"a secret of the relay", given["username"].encode(), hashlib.sha1).digest()
    assert base64.b64decode(given["credential"]) == mac
    assert credential("another secret ...", given["username"]) != given["credential"]


def test_without_turn_servers_browsers_are_given_none() -> None:
    assert servers(RoomOptions(), "pty_1", NOW) == []


async def test_every_ticket_has_credentials_of_its_own(make_office: MakeOffice) -> None:
    office = await make_office(media=OPTIONS)
    cast = await office.cast()
    applicant = await cast.ready("applicant")
    given = {
        "mediator": (await cast.mediator.post(f"/api/sessions/{cast.session}/ticket", {})).json["ice_servers"],
        "applicant": (await applicant.post("/api/seat/ticket", {})).json["ice_servers"],
    }
    names = {role: servers[0]["username"].split(":")[1] for role, servers in given.items()}
    assert names == {"mediator": cast.mediator_id, "applicant": cast.person("applicant")}
    assert "relay" not in repr(office.app)
