"""The progress link and the counter: plain words, nothing more; what the filer may still do; each act once."""

from typing import Any

import sqlalchemy as sa

from server.matters import store as matters
from server.matters.model import MatterAct
from tests.actors import Answer, Browser
from tests.conftest import Office
from tests.server.filing.test_drafts import JPEG, STORY, begun, photo

PDF = b"%PDF-1.7 paper"


async def staff(office: Office, name: str) -> Browser:
    browser = await office.browser()
    assert (await browser.login(name, "hejie-demo")).status == 200
    return browser


class Link:
    """What a browser does that opened a progress link."""

    def __init__(self, browser: Browser, secret: str) -> None:
        self.browser, self.headers = browser, {"X-Hejie-Progress": secret}

    async def get(self) -> Answer:
        return await self.browser.get("/api/progress", headers=self.headers)

    async def post(self, act: str, body: object = None, headers: dict[str, str] | None = None, **more: Any) -> Answer:
        return await self.browser.post(f"/api/progress/{act}", body, headers=self.headers | (headers or {}), **more)


async def filed(office: Office) -> tuple[str, Link]:
    """Number, and the progress link in a browser."""
    browser = await begun(office, **STORY)
    await photo(browser)
    receipt = (await browser.post("/api/filing/draft/submit")).json
    return receipt["number"], Link(await office.browser(), receipt["progress"].rsplit("#", 1)[-1])


async def matter(office: Office, number: str) -> Any:
    async with office.db.reading() as tx:
        row = (await tx.execute(sa.select(matters.matters).where(matters.matters.c.number == number))).first()
        assert row is not None
        return matters.matter_of(row)


async def test_a_progress_link_tells_its_own_facts_and_lets_the_filer_add_correct_and_withdraw(office: Office) -> None:
    number, link = await filed(office)
    told = (await link.get()).json
    assert told == {
        "number": number, "state": "received", "received_at": told["received_at"], "answer_by": "2026-12-01",
        "organisation": "嘉南区社会矛盾纠纷调处化解中心", "phone": "199****0001", "files": 1, "most_files": 12,
        "changeable": True,
    }  # fmt: skip
    for guess in (number, "a" * 20, (await matter(office, number)).id):
        assert (await Link(link.browser, guess).get()).status == 404
    header = {"X-Hejie-Name": "paper.pdf"}
    more = await link.post("files", data=PDF, kind="application/octet-stream", headers=header)
    assert more.json["files"] == 2
    assert (await link.post("phone", {"phone": "call me"})).status == 422
    assert (await link.post("phone", {"phone": "19900000099"})).json["phone"] == "199****0099"
    kept = await matter(office, number)
    assert kept.people[0].phone == "19900000099" and kept.people[1].name == "楼上402那家" and len(kept.evidence) == 2
    assert (await link.post("withdraw")).json["state"] == "withdrawn"
    assert (await link.post("withdraw")).code == "conflict"
    refused = await link.post("files", data=PDF, kind="application/octet-stream", headers=header)
    assert refused.code == "conflict"


async def test_from_mediation_on_the_link_only_tells(office: Office) -> None:
    number, link = await filed(office)
    async with office.db.transaction() as tx:
        now = await matter(office, number)
        for act in (MatterAct.accept, MatterAct.route, MatterAct.claim):
            now = await matters.advance(tx, now, act, "acc_x", office.clock(), category="neighbours")
    told = (await link.get()).json
    assert told["state"] == "mediating" and not told["changeable"]
    assert (await link.post("withdraw")).code == "conflict"


async def test_staff_file_for_somebody_once_and_see_the_files_of_their_matters_only(office: Office) -> None:
    clerk, mediator = await staff(office, "qian"), await staff(office, "gu")
    body = {"request": "0123456789abcdef", "via": "phone", "story": STORY | {"id_no": "330000199001010000"}}
    receipt = await clerk.post("/api/filing/matters", body)
    assert receipt.status == 200 and (await clerk.post("/api/filing/matters", body)).json == receipt.json
    kept = await matter(office, receipt.json["number"])
    assert kept.source == "phone" and kept.people[0].id_no
    assert (await clerk.get(f"/api/matters/{kept.id}/receipt")).json == receipt.json
    lacking = await clerk.post("/api/filing/matters", body | {"request": "f" * 16, "story": {"name": "甲"}})
    assert set(lacking.json["error"]["fields"]) == {
        f"story.{one}" for one in ("phone", "event", "other_name", "claims")
    }

    number, _ = await filed(office)
    own = (await matter(office, number)).id
    files = (await clerk.get(f"/api/matters/{own}/evidence")).json["files"]
    assert (await clerk.get(f"/api/matters/{own}/evidence/{files[0]['id']}")).body == JPEG
    for path in (f"/api/matters/{own}/evidence", f"/api/matters/{own}/evidence/{files[0]['id']}"):
        assert (await mediator.get(path)).status == 404  # not theirs
        assert (await (await office.browser()).get(path)).status == 401
    assert (await (await staff(office, "su")).post("/api/filing/matters", body)).status == 403


async def test_a_place_leads_to_its_organisation_and_an_unknown_one_to_the_centre(office: Office) -> None:
    clerk, browser = await staff(office, "qian"), await office.browser()
    town = next(one for one in (await clerk.get("/api/filing/places")).json["places"] if one["kind"] == "town")
    opened = (await clerk.post("/api/filing/places", {"organisation": town["id"]})).json
    assert opened == (await clerk.post("/api/filing/places", {"organisation": town["id"]})).json
    assert (await browser.get(f"/api/filing/places/{opened['slug']}")).json["organisation"] == town["name"]
    assert (await browser.get("/api/filing/places/nowhere")).json["organisation"] == "嘉南区社会矛盾纠纷调处化解中心"
    mediator = await staff(office, "gu")  # of the first town: the other one is not theirs to open
    reach = [one["id"] for one in (await mediator.get("/api/filing/places")).json["places"]]
    assert len(reach) == 1
    other = next(one["id"] for one in (await clerk.get("/api/filing/places")).json["places"] if one["id"] not in reach)
    assert (await mediator.post("/api/filing/places", {"organisation": other})).status == 404
