"""Permits: who may go through which door; and a caller never shows their secrets."""

import pytest

from server.errors import NotPermitted, Unauthenticated
from server.web import call
from server.web.call import NOBODY, Caller, Permit
from tests.conftest import Office

MEDIATOR = Caller("staff", "acc_x", "顾明华", "mediator", csrf="token-of-login", login="hash")
RECORDER = Caller("staff", "acc_y", "苏婉", "recorder")
PARTY = Caller("seat", "pty_x", "林秀珍", "applicant")
EVERYBODY = {"nobody": NOBODY, "party": PARTY, "recorder": RECORDER, "mediator": MEDIATOR}


@pytest.mark.parametrize(
    "permit, may",
    [
        (call.anyone, {"nobody", "party", "recorder", "mediator"}),
        (call.known, {"party", "recorder", "mediator"}),
        (call.staff, {"recorder", "mediator"}),
        (call.mediator, {"mediator"}),
        (call.seat, {"party"}),
    ],
)
def test_permits(permit: Permit, may: set[str]) -> None:
    for name, caller in EVERYBODY.items():
        if name in may:
            permit(caller)
        else:
            with pytest.raises(Unauthenticated if name == "nobody" else NotPermitted):
                permit(caller)


def test_a_caller_in_a_traceback_shows_neither_name_nor_token() -> None:
    shown = repr(MEDIATOR)
    assert "顾明华" not in shown and "token-of-login" not in shown and "hash" not in shown


async def test_a_query_given_twice_is_refused(office: Office) -> None:
    browser = await office.browser()
    made = (await browser.get("/api/demo")).json
    link = next(role["url"] for role in made["roles"] if role["role"] == "applicant")
    await browser.open(link)
    assert (await browser.get("/api/seat?lang=en&lang=zh")).code == "invalid"
