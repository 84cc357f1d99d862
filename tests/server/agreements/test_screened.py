"""A draft read by two who must never meet names neither to the other, at no door and also once it is given up; what is
frozen names both, by law."""

from tests.conftest import Cast
from tests.server.agreements.doors import doors
from tests.server.agreements.drafting.test_remarks import listed, say
from tests.server.agreements.room import joined
from tests.server.agreements.signer import act, confirm_all, draft, party

NAMES = {"applicant": "林秀珍", "respondent": "陈国栋"}
LABELS = {"applicant": "甲方", "respondent": "乙方"}


async def kept_apart(cast: Cast) -> None:
    people = sorted(cast.person(role) for role in NAMES)
    apart = await cast.mediator.put(f"/api/cases/{cast.case}/apart", {"groups": [people]})
    assert apart.status == 200, apart.json


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
        assert (await say(browser, view, 2, text="说")).status == 200
    await kept_apart(cast)
    for number, step in enumerate(("", "submit", "freeze")):
        if step == "freeze":
            await confirm_all(cast, view)
        if step:
            view = await act(cast, view["id"], step)
        for role, browser in people.items():
            [other] = NAMES.keys() - {role}
            answer = await browser.get(door)
            assert (NAMES[other] in answer.body.decode()) == (step == "freeze"), (role, step)
            assert NAMES[role] in answer.body.decode()
            named = [one["name"] for one in answer.json["parties"] if one["id"] != ids[role]]
            assert named == ([LABELS[other]] if number < 2 else [NAMES[other]])
            if number < 2:
                await unnamed_everywhere(cast, view, role)
                asked = (await browser.get(f"{door}/separate")).json
                assert asked["missing"] == [NAMES[one] if one == role else LABELS[one] for one in NAMES] + ["顾明华"]
        staff = await cast.mediator.get(door)
        assert all(name in staff.body.decode() for name in NAMES.values())


async def unnamed_everywhere(cast: Cast, view: dict[str, object], role: str) -> None:
    """By no door that only looks."""
    [other] = NAMES.keys() - {role}
    for door in doors(cast.office, cast.case, view):
        if door.method == "GET":
            answer = await door.knock(await party(cast, role))
            assert NAMES[other] not in answer.body.decode(), (role, door)


async def test_a_draft_given_up_names_nobody_it_did_not_name_before(cast: Cast) -> None:
    view = await draft(cast)
    await act(cast, view["id"], "show")
    for role in NAMES:
        assert (await say(await party(cast, role), view, 2, text="说")).status == 200
    await kept_apart(cast)
    await act(cast, view["id"], "abandon")
    for role in NAMES:
        await unnamed_everywhere(cast, view, role)
        [other] = NAMES.keys() - {role}
        authors = [one["by"] for one in await listed(await party(cast, role), view)]
        assert sorted(authors) == sorted([NAMES[role], LABELS[other]])


async def test_asking_about_separate_times_tells_nobody_of_a_draft_they_have_not_seen(cast: Cast) -> None:
    async with joined(cast) as room:
        mediator, inside, outside = room["mediator"], room["applicant"], room["respondent"]
        await mediator.move([mediator.id, inside.id], "caucus_applicant", also=inside)
        view = await draft(cast)
        outside.changed.clear()
        for agree in (True, False):
            answer = await cast.mediator.post(f"/api/agreements/{view['id']}/separate", {"agree": agree})
            assert answer.status == 200, answer.json
        await mediator.move([mediator.id, inside.id], "joint", also=inside)
        assert not [what for what in outside.changed if view["id"] in what]
