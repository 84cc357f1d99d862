"""Each sample case from its data, through all doors, to a signed file that is judged valid; where the law wants ink, to
a refusal that names the article. What is printed says what the sample says."""

import asyncio
import re
from datetime import timedelta
from itertools import pairwise
from typing import Any

import pypdfium2
import pytest

from documents import verify
from server.demo_cases import CORPUS, SAMPLES
from server.rehearse import ceremony
from server.web import keys
from tests.actors import Browser
from tests.conftest import Cast, Office
from tests.server.agreements.companions import choose_and_give
from tests.server.agreements.signer import act, read_out, tried

pytestmark = pytest.mark.timeout(60)


class Hand:
    """A browser as `rehearse` drives it."""

    def __init__(self, name: str, browser: Browser) -> None:
        self.name, self.browser = name, browser

    async def raw(self, method: str, path: str, *, body: bytes | None = None, kind: str = "") -> tuple[int, bytes]:
        answer = await self.browser.send(method, path, data=body, kind=kind)
        return answer.status, answer.body

    async def call(self, method: str, path: str, body: object = None) -> Any:
        answer = await self.browser.send(method, path, body)
        assert answer.status == 200, (self.name, path, answer.json)
        return answer.json


async def read(cast: Cast, sample: str) -> dict[str, Any]:
    """Everybody known, the sample's terms saved, shown, read and confirmed by all who must."""
    assert (await cast.mediator.post(f"/api/sessions/{cast.session}/acts", {"act": "open"})).status == 200
    seats = {cast.person(role): await cast.ready(role) for role in cast.links}
    for role in cast.links:
        await cast.seen(role)
    made = (await cast.mediator.post(f"/api/cases/{cast.case}/agreements", {})).json
    data = SAMPLES[sample]
    body = {
        "version": made["version"], "dispute": data.dispute, "clauses": data.clauses, "minutes": list(data.minutes)
    }  # fmt: skip
    saved = await cast.mediator.put(f"/api/agreements/{made['id']}/terms", body)
    assert saved.status == 200, saved.json
    view = await act(cast, made["id"], "show", "submit")
    for person in (one["person"] for one in view["required"]):
        for clause in read_out(view):
            said = {"clause": clause["id"], "hash": clause["hash"], "agree": True}
            done = await seats[person].post(f"/api/agreements/{made['id']}/confirmations", said)
            assert done.status == 200, done.json
    return view


async def sign(cast: Cast, path: str) -> dict[str, Any]:
    """Everybody with a slot signs; then the seal."""
    recorder = await cast.office.browser()
    login = await recorder.login(**cast.logins["recorder"])
    browsers = {cast.person(role): browser for role, browser in cast.seats.items()}
    browsers |= {cast.mediator_id: cast.mediator, login.json["id"]: recorder}
    view = (await cast.mediator.get(path)).json
    people = list(dict.fromkeys(one["person"] for one in view["slots"]))
    async with asyncio.TaskGroup() as group:
        for n, person in enumerate(people):
            hand = Hand(person, browsers[person])
            group.create_task(ceremony.sign(hand, path, person, 3 * n, cast.office.code))  # type: ignore[arg-type]
    async with asyncio.timeout(20):
        while view["state"] != "complete":
            await asyncio.sleep(0.05)
            view = (await cast.mediator.get(path)).json
    return view


def words(pdf: bytes) -> list[str]:
    """The words of each page, without space."""
    return [re.sub(r"\s", "", page.get_textpage().get_text_range()) for page in pypdfium2.PdfDocument(pdf)]


def printed(text: str, pages: list[str]) -> bool:
    """Whether a text stands on a page, or ends one and goes on with the next."""
    across = pairwise(pages)
    return any(text in page for page in pages) or any(
        text[:at] in first and text[at:] in second for first, second in across for at in range(1, len(text))
    )


@pytest.mark.parametrize("sample", CORPUS)
async def test_a_sample_goes_from_data_to_a_valid_file(office: Office, sample: str) -> None:
    cast = await office.cast(sample)
    view = await read(cast, sample)
    companions = await choose_and_give(cast, view)
    frozen = await act(cast, view["id"], "freeze")
    done = await sign(cast, f"/api/ceremonies/{frozen['ceremony']}")
    root = office.app[keys.AUTHORITY].root_der
    numbered = [f"service-{n}" for n, _ in enumerate(companions["parties"], 1)]
    names = ["agreement", "minutes", "application", "undertaking", *numbered, "proof"]
    assert [file["id"] for file in done["files"]] == names
    for file in done["files"]:
        answer = await cast.mediator.get(f"/api/agreements/{view['id']}/files/{file['id']}")
        report = await asyncio.to_thread(verify, answer.body, [root], office.clock() + timedelta(minutes=1))
        assert (report.verdict, report.reasons) == ("valid", ())
        pages = words(answer.body)
        assert len(pages) == file["pages"]
        for clause in view["clauses"] if file["id"] in ("agreement", "minutes") else ():
            assert printed(clause["text"], pages), (file["id"], clause["text"])


async def test_an_inheritance_is_refused_with_the_article_and_printed_instead(office: Office) -> None:
    cast = await office.cast("estate")
    view = await read(cast, "estate")
    refused = await tried(cast, view["id"], "freeze")
    assert (refused.status, refused.code) == (409, "paper_only")
    assert refused.data["article"] == "《中华人民共和国电子签名法》第3条"
    assert (await act(cast, view["id"], "print"))["state"] == "on_paper"
