"""A draft read by two who must never meet names neither to the other; what is frozen names both, by law."""

from tests.conftest import Cast
from tests.server.agreements.signer import act, confirm_all, draft, party

NAMES = {"applicant": "林秀珍", "respondent": "陈国栋"}


async def test_a_draft_calls_whom_one_must_not_meet_by_their_part(cast: Cast) -> None:
    people = {role: await party(cast, role) for role in NAMES}
    await cast.mediator.post(f"/api/sessions/{cast.session}/acts", {"act": "open"})
    for role in NAMES:
        await cast.seen(role)
    ids = {role: cast.person(role) for role in NAMES}
    door = f"/api/agreements/{(await draft(cast))['id']}"
    view = await act(cast, door.rsplit("/", 1)[-1], "show")
    for role, browser in people.items():
        text = (await browser.get(door)).body.decode()
        assert all(name in text for name in NAMES.values()), role
    apart = await cast.mediator.put(f"/api/cases/{cast.case}/apart", {"groups": [sorted(ids.values())]})
    assert apart.status == 200, apart.json
    for number, step in enumerate(("", "submit", "freeze")):
        if step == "freeze":
            await confirm_all(cast, view)
        if step:
            view = await act(cast, view["id"], step)
        for role, browser in people.items():
            other = next(name for one, name in NAMES.items() if one != role)
            answer = await browser.get(door)
            assert (other in answer.body.decode()) == (step == "freeze"), (role, step)
            assert NAMES[role] in answer.body.decode()
            label = {"applicant": "乙方", "respondent": "甲方"}[role]
            named = [one["name"] for one in answer.json["parties"] if one["id"] != ids[role]]
            assert named == ([label] if number < 2 else [other])
        staff = await cast.mediator.get(door)
        assert all(name in staff.body.decode() for name in NAMES.values())
