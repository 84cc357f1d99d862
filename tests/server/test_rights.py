"""The rights table: every route and every event of a room that the code has, against everybody who may come. What each
may do stands in `rights.toml`, written by hand; a route or event without a line there fails."""

import tomllib
from pathlib import Path
from typing import get_args

from server.app import all_tables
from server.errors import AppError
from server.people.model import StaffRole
from server.settings import Settings
from server.web.call import NOBODY, Caller
from server.web.routes import Route
from signaling.protocol import CLIENT_EVENTS, ChamberId, Role
from signaling.rights import RightMissing, kind, need

TABLE = tomllib.loads((Path(__file__).parent / "rights.toml").read_text(encoding="utf-8"))
GROUPS = {name: frozenset(who.split()) for name, who in TABLE["groups"].items()}
CALLERS = {
    **{role.value: Caller("staff", "acc_x", role=role.value) for role in StaffRole},
    "enrolling": Caller("enrolling", "acc_x", role="mediator"),
    "seat": Caller("seat", "pty_x", role="applicant"),
    "court": Caller("court", "dkt_x", role="judge"),
    "channel": Caller("channel", "chn_x"),
    "nobody": NOBODY,
}


def routes() -> dict[str, Route]:
    """Every door there is, those of the demo too."""
    return {
        f"{route.method} {route.path}": route
        for table in all_tables(Settings(demo=True))
        for route in table
    }  # fmt: skip


def let_in(route: Route) -> frozenset[str]:
    """Whom the route's permit lets through; what they reach behind it is decided after loading."""

    def permitted(caller: Caller) -> bool:
        try:
            route.permit(caller)
        except AppError:
            return False
        return True

    return frozenset(name for name, caller in CALLERS.items() if permitted(caller))


def written(section: str) -> dict[str, frozenset[str]]:
    """Door or event -> who may, from the data file."""
    return {name: GROUPS.get(who, frozenset(who.split())) for name, who in TABLE[section].items()}


def test_every_route_lets_in_whom_the_table_says_and_nobody_else() -> None:
    assert {name: sorted(let_in(route)) for name, route in routes().items()} == {
        name: sorted(who) for name, who in written("routes").items()
    }


def test_every_event_of_a_room_is_heard_from_whom_the_table_says() -> None:
    """Where in the room is `tests/server/room/test_rights_matrix.py`, over real sockets."""
    places = {None if one == "lobby" else one for one in (*get_args(ChamberId), "lobby")}

    def may(role: Role, event: str) -> bool:
        for place in places:
            try:
                need(role, event, kind(place))
            except RightMissing:
                continue
            return True
        return False

    found = {event: sorted(role for role in get_args(Role) if may(role, event)) for event in CLIENT_EVENTS}
    assert found == {name: sorted(who) for name, who in written("events").items()}


def test_who_enrols_or_administers_opens_nothing_of_a_case() -> None:
    """The permit alone keeps both out: no door that names a case, a session, an agreement or a seat lets them in."""
    inside = ("/api/cases", "/api/sessions", "/api/agreements", "/api/ceremonies", "/api/seat", "/api/recordings")
    wrong = [
        name
        for name, route in routes().items()
        if route.path.startswith(inside)
        and let_in(route) & {"enrolling", "administrator"}
        and "nobody" not in let_in(route)
    ]
    assert wrong == []
