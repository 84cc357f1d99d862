"""People who write the same draft over HTTP."""

from dataclasses import dataclass
from typing import Any

import msgspec

from server.agreements.model import Terms
from tests.actors import Browser
from tests.conftest import Cast, Office
from tests.server.agreements.drafting.editors import Got, Put


@dataclass
class Staff:
    """A case with all its staff logged in: mediator, recorder, and one who leads beside the mediator."""

    cast: Cast
    recorder: Browser
    beside: Browser
    ids: dict[str, str]


async def staffed(office: Office) -> Staff:
    """A fresh one."""
    mediator = await office.browser()
    made = (await mediator.post("/api/demo/cases", {"case": "leak"})).json
    people, ids = {"mediator": mediator}, {}
    for role in ("mediator", "recorder", "beside"):
        browser = people.setdefault(role, await office.browser())
        answer = await browser.login(**made["login" if role == "mediator" else role])
        assert answer.status == 200, answer.json
        ids[role] = answer.json["id"]
    links = {one["role"]: one for one in made["links"]}
    cast = Cast(office, mediator, ids["mediator"], made["case_id"], made["session_id"], links)
    asked = await mediator.put(f"/api/cases/{cast.case}/co_mediators", {"accounts": [ids["beside"]]})
    assert asked.status == 200, asked.json
    return Staff(cast, people["recorder"], people["beside"], ids)


def body_of(put: Put) -> dict[str, Any]:
    """As the page sends it."""
    sent: dict[str, Any] = msgspec.to_builtins(put.terms)
    return {**sent, "version": put.version, "since": put.since, "save": put.save}


def terms_in(view: dict[str, Any]) -> Terms:
    """What an answer says, as terms."""
    clauses = [{name: one[name] for name in ("id", "kind", "fields")} for one in view["clauses"]]
    for one in clauses:
        one["fields"] = {**one["fields"], "amount_words": ""}
    return msgspec.convert({"dispute": view["dispute"], "minutes": view["minutes"], "clauses": clauses}, Terms)


@dataclass
class Scribe:
    """One browser at one agreement."""

    browser: Browser
    agreement: str

    async def put(self, put: Put) -> Got:
        answer = await self.browser.put(f"/api/agreements/{self.agreement}/terms", body_of(put))
        assert answer.status == 200, answer.json
        return Got(answer.json["version"], terms_in(answer.json), answer.json["merged"])

    async def get(self) -> Got:
        answer = await self.browser.get(f"/api/agreements/{self.agreement}")
        return Got(answer.json["version"], terms_in(answer.json), merged=False)
