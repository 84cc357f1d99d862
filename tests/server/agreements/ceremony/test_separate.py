"""Signing at separate times: everybody's consent first, then each when they come, by rank and without a barrier."""

from server.agreements.ceremony.reminding import remind
from tests.conftest import Cast
from tests.server.agreements.signer import act, confirm_all, draft, party, signers, tried, until


async def read_out(cast: Cast) -> str:
    """An agreement all have confirmed; returns its id."""
    await cast.mediator.post(f"/api/sessions/{cast.session}/acts", {"act": "open"})
    for role in ("applicant", "respondent"):
        await cast.ready(role)
        await cast.seen(role)
    view = await draft(cast)
    view = await act(cast, view["id"], "show", "submit")
    await confirm_all(cast, view)
    return str(view["id"])


async def test_nothing_is_frozen_for_separate_times_before_everybody_agreed(cast: Cast) -> None:
    agreement = await read_out(cast)
    door = f"/api/agreements/{agreement}/separate"
    asked = (await cast.mediator.post(door, {"agree": True})).json
    assert (asked["proposed"], asked["agreed"], asked["missing"]) == (True, ["顾明华"], ["林秀珍", "陈国栋"])
    lin = await party(cast, "applicant")
    assert (await lin.post(door, {"agree": True})).json["mine"] is True
    refused = await tried(cast, agreement, "freeze")
    assert (refused.status, refused.code, refused.data["names"]) == (409, "separate_missing", ["陈国栋"])
    chen = await party(cast, "respondent")
    assert (await chen.post(door, {"agree": False})).json["missing"] == ["陈国栋"]
    assert (await tried(cast, agreement, "freeze")).code == "separate_missing"
    assert (await chen.post(door, {"agree": True})).json["missing"] == []
    frozen = await act(cast, agreement, "freeze")
    found = (await cast.mediator.get(f"/api/ceremonies/{frozen['ceremony']}")).json
    assert found["mode"] == "separate"
    late = await lin.post(door, {"agree": False})
    assert late.code == "not_permitted"


async def test_each_signs_when_they_come_and_the_mediator_last(cast: Cast) -> None:
    agreement = await read_out(cast)
    for one in (cast.mediator, await party(cast, "applicant"), await party(cast, "respondent")):
        await one.post(f"/api/agreements/{agreement}/separate", {"agree": True})
    people = await signers(cast, (await act(cast, agreement, "freeze"))["ceremony"])
    lin, chen, gu = people["applicant"], people["respondent"], people["mediator"]
    await gu.get_ready()
    early = await gu.turn()
    assert (early.code, early.data["waiting_for"]) == ("not_your_turn", ["林秀珍", "陈国栋"])
    await chen.get_ready()
    await chen.take_and_sign()  # the other party has not even looked
    await lin.get_ready()
    await lin.take_and_sign()
    await gu.take_and_sign()
    done = await until(gu, "complete")
    assert done["effective_at"] is not None


async def test_who_is_missing_gets_a_new_link_and_comes_back_by_it_after_the_meeting(cast: Cast) -> None:
    agreement = await read_out(cast)
    for one in (cast.mediator, await party(cast, "applicant"), await party(cast, "respondent")):
        await one.post(f"/api/agreements/{agreement}/separate", {"agree": True})
    people = await signers(cast, (await act(cast, agreement, "freeze"))["ceremony"])
    lin, chen, office = people["applicant"], people["respondent"], cast.office
    await chen.get_ready()
    await chen.take_and_sign()
    await cast.mediator.post(f"/api/sessions/{cast.session}/acts", {"act": "close"})
    office.clock.forward(days=4)
    assert await remind(office.app) == 1  # the mediator has a page of their own
    assert await remind(office.app) == 0
    told = [message for message in await office.outbox() if "还没有您的签名" in message.text]
    assert [message.person for message in told] == [lin.person]
    again = await office.browser()
    opened = await again.open(told[0].url or "")
    assert opened.status == 200, opened.json
    await again.post("/api/seat/identify", {"is_me": True})
    await again.post("/api/seat/consents", {"online": True, "esign": True})
    await again.post("/api/seat/code")
    await again.post("/api/seat/code/check", {"code": await office.code(lin.person)})
    lin.browser = again
    await lin.get_ready()
    await lin.take_and_sign()


async def test_without_the_mediators_wish_all_sign_together(cast: Cast) -> None:
    agreement = await read_out(cast)
    lin = await party(cast, "applicant")
    assert (await lin.post(f"/api/agreements/{agreement}/separate", {"agree": True})).json["proposed"] is False
    frozen = await act(cast, agreement, "freeze")
    found = (await cast.mediator.get(f"/api/ceremonies/{frozen['ceremony']}")).json
    assert found["mode"] == "together"
