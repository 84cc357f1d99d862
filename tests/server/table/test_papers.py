"""Papers: drawn by the server, seen page by page by whom the room shows them to, copied by whom they were handed to."""

from io import BytesIO
from typing import Any
from urllib.parse import quote

import pytest
import sqlalchemy as sa
from pikepdf import Encryption, Pdf
from PIL import Image

from server.keeping import renewal
from server.keeping.lifetime import shelf_of
from server.table import papers_store
from server.web import keys
from tests.actors import Answer, Browser
from tests.conftest import MakeOffice, Office
from tests.server.table.conftest import Table

Shows = dict[str, tuple[str, int]]
pytestmark = pytest.mark.timeout(90)


def pdf(pages: int = 2, title: str = "") -> bytes:
    made = [Image.new("RGB", (210 * 4, 297 * 4), shade) for shade in ("white", "grey", "black")[:pages]]
    file = BytesIO()
    made[0].save(file, "PDF", save_all=True, append_images=made[1:], title=title)
    return file.getvalue()


def photo(width: int = 300, height: int = 200) -> bytes:
    file, exif = BytesIO(), Image.Exif()
    exif[0x010F], exif[0x0112] = "MAKER OF THE PHONE", 6  # to be turned by a quarter
    Image.new("RGB", (width, height), "green").save(file, "JPEG", exif=exif)
    return file.getvalue()


async def bring(table: Table, who: str, data: bytes, name: str = "维修报价.pdf") -> Answer:
    return await table.seats[who].post(
        f"{table.case}/papers", data=data, kind="application/octet-stream", headers={"X-Hejie-Name": quote(name)}
    )


@pytest.fixture
def shows(office: Office, monkeypatch: pytest.MonkeyPatch) -> Shows:
    """Person -> the page that is before them."""
    found: Shows = {}
    monkeypatch.setattr(office.app[keys.ROOMS], "shown", lambda room, person: found.get(person), raising=False)
    return found


async def page(table: Table, who: str, paper: str, number: int) -> Answer:
    return await table.seats[who].get(f"{table.session}/papers/{paper}/pages/{number}")


async def test_a_page_is_seen_by_whom_it_is_shown_to_and_only_while_it_is(
    office: Office, table: Table, shows: Shows
) -> None:
    paper = (await bring(table, "mediator", pdf())).json
    assert (paper["name"], paper["pages"], paper["owner"]) == ("维修报价.pdf", 2, "")
    lin = table.party("applicant")
    assert (await page(table, "applicant", paper["id"], 1)).status == 404
    assert (await table.seats["applicant"].get(f"{table.session}/shown")).status == 404
    shows[lin] = (paper["id"], 1)
    seen = (await table.seats["applicant"].get(f"{table.session}/shown")).json
    assert (seen["page"], seen["pages"], seen["name"]) == (1, 2, "维修报价.pdf")
    assert max(seen["width"], seen["height"]) in (2000, 2001), "PDFium rounds up"
    nobody = await office.browser()
    picture = await nobody.get(seen["url"])
    assert (picture.status, picture.headers["Content-Type"]) == (200, "image/jpeg")
    with Image.open(BytesIO(picture.body)) as drawn:
        assert drawn.size == (seen["width"], seen["height"])
    assert (await page(table, "applicant", paper["id"], 2)).status == 404, "the next page was not turned to yet"
    for who in ("respondent",):
        assert (await page(table, who, paper["id"], 1)).status == 404
        assert await table.get(who, "papers") == []
    assert await table.get("applicant", "papers") == [], "what is shown is not kept"
    del shows[lin]
    assert (await nobody.get(seen["url"])).status == 404, "the address outlives its minute only on paper"


async def test_an_address_ends_after_a_minute_and_opens_one_page_for_one_person(
    office: Office, table: Table, shows: Shows
) -> None:
    paper = (await bring(table, "mediator", pdf())).json["id"]
    url = (await page(table, "mediator", paper, 2)).json["url"]
    nobody = await office.browser()
    assert (await nobody.get(url)).status == 200
    other = url.replace("/pages/2/", "/pages/1/")
    assert (await nobody.get(other)).status == 404
    assert (await nobody.get(url.replace(table.cast.mediator_id, table.party("applicant")))).status == 404
    assert (await nobody.get(url[:-1] + ("0" if url[-1] != "0" else "1"))).status == 404
    assert (await nobody.get(url.partition("?")[0])).status == 404
    office.clock.forward(seconds=61)
    assert (await nobody.get(url)).status == 404


async def test_a_copy_goes_to_whom_it_was_handed_and_to_nobody_else(office: Office, table: Table, shows: Shows) -> None:
    data = pdf(1)
    paper = (await bring(table, "mediator", data)).json["id"]
    shows[table.party("applicant")] = (paper, 1)
    ask = f"papers/{paper}/address"
    assert (await table.send("applicant", ask, {})).status == 404, "being shown is not being given"
    hand = {"people": [table.party("respondent")]}
    assert (await table.send("applicant", f"papers/{paper}/hand", hand)).status == 403
    handed = await table.send("co", f"papers/{paper}/hand", hand)
    assert handed.json["handed"] == hand["people"]
    assert (await table.send("applicant", ask, {})).status == 404
    url = (await table.send("respondent", ask, {})).json["url"]
    got = await (await office.browser()).get(url)
    assert (got.status, got.body) == (200, data)
    assert "%E7%BB%B4" in got.headers["Content-Disposition"]
    (listed,) = await table.get("respondent", "papers")
    assert listed["handed"] == [], "who else got one is the mediators' business"
    wrong = await table.send("mediator", f"papers/{paper}/hand", {"people": ["pty_other"]})
    assert wrong.json["error"]["fields"] == {"people": "value"}


async def test_a_party_brings_a_paper_that_only_it_and_the_mediators_know(table: Table, shows: Shows) -> None:
    paper = (await bring(table, "applicant", photo(), "照片.jpg")).json
    assert paper["owner"] == table.party("applicant")
    assert [one["id"] for one in await table.get("mediator", "papers")] == [paper["id"]]
    assert await table.get("respondent", "papers") == []
    seen = (await page(table, "applicant", paper["id"], 1)).json
    assert (seen["width"], seen["height"]) == (200, 300), "upright"
    picture = await table.seats["applicant"].get(seen["url"])
    assert b"MAKER OF THE PHONE" not in picture.body, "what the phone wrote into the picture is not shown"


async def test_what_was_taken_off_is_erased(office: Office, table: Table) -> None:
    paper = (await bring(table, "applicant", pdf())).json["id"]
    blobs = await stored(office)
    assert len(blobs) == 3
    assert (await table.seats["respondent"].send("DELETE", f"{table.case}/papers/{paper}")).status == 404
    gone = await table.seats["applicant"].send("DELETE", f"{table.case}/papers/{paper}")
    assert (gone.status, gone.json["papers"]) == (200, [])
    assert not set(blobs) & on_disk(office)
    assert (await page(table, "mediator", paper, 1)).status == 404


async def test_what_a_killed_process_had_yet_to_erase_is_erased_at_the_next_start(
    office: Office, table: Table, make_office: MakeOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    paper = (await bring(table, "applicant", pdf())).json["id"]
    names = await stored(office)

    async def killed(sha256: str) -> None:
        raise OSError("before a single file was erased")

    monkeypatch.setattr(office.app[keys.BLOBS], "remove", killed)
    await table.seats["applicant"].send("DELETE", f"{table.case}/papers/{paper}")
    assert await table.get("applicant", "papers") == []
    assert set(names) <= on_disk(office)
    again = await make_office()
    assert not set(names) & on_disk(again)
    async with again.db.reading() as tx:
        assert await papers_store.to_erase(tx) == []


async def test_what_a_killed_process_had_stored_of_an_upload_is_done_away_with(
    office: Office, table: Table, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between the bytes and their row; what has a row stays."""
    before = on_disk(office)

    async def killed(*_: object) -> None:
        raise OSError("here the process ended")

    with monkeypatch.context() as kill:
        kill.setattr(papers_store, "add", killed)
        kill.setattr(office.app[keys.BLOBS], "remove", killed)
        assert (await bring(table, "applicant", pdf())).status == 500
    left = on_disk(office) - before
    assert len(left) == 3
    await bring(table, "applicant", pdf())
    office.clock.forward(hours=2)
    await renewal.run(shelf_of(office.app))
    assert on_disk(office) == before | set(await stored(office)) and not left & on_disk(office)


def on_disk(office: Office) -> set[str]:
    return {path.name for path in office.app[keys.BLOBS].directory.glob("??/*")}


async def stored(office: Office) -> list[str]:
    """Blobs of papers that are on the disk."""
    async with office.db.reading() as tx:
        names = await tx.scalars(sa.select(papers_store.papers.c.blob))
        names += await tx.scalars(sa.select(papers_store.pages.c.blob))
    assert set(names) <= on_disk(office)
    return names


def locked() -> bytes:
    file = BytesIO()
    with Pdf.open(BytesIO(pdf(1))) as document:
        document.save(file, encryption=Encryption(owner="o", user="password"))
    return file.getvalue()


def endless() -> bytes:
    file = BytesIO()
    with Pdf.new() as document:
        for _ in range(101):
            document.add_blank_page()
        document.save(file)
    return file.getvalue()


BROKEN = {
    "locked by a password": locked(),
    "more pages than are drawn": endless(),
    "words": b"not a document",
    "cut off": pdf()[:700],
    "only a head": b"%PDF-1.7\n",
    "half a photo": photo()[:60],
    "bomb": b"\x89PNG\r\n\x1a\n" + b"\x00" * 100,
}


@pytest.mark.parametrize("kind", sorted(BROKEN))
async def test_what_cannot_be_drawn_is_refused_and_leaves_nothing(office: Office, table: Table, kind: str) -> None:
    before = sorted(office.app[keys.BLOBS].directory.glob("??/*"))
    answer = await bring(table, "mediator", BROKEN[kind])
    assert (answer.status, answer.code) == (422, "paper_unreadable")
    assert sorted(office.app[keys.BLOBS].directory.glob("??/*")) == before
    assert await table.get("mediator", "papers") == []


async def test_a_paper_has_a_name_and_a_bringer(office: Office, table: Table) -> None:
    for name in ("", "x" * 121, "a\nb"):
        answer = await bring(table, "mediator", photo(), name)
        assert list(answer.json["error"]["fields"]) == ["name"], name
    stranger: Browser = (await office.cast()).mediator
    answer = await stranger.post(
        f"{table.case}/papers", data=photo(), kind="application/octet-stream", headers={"X-Hejie-Name": "x"}
    )
    assert answer.status == 404


async def test_a_paper_of_another_case_is_not_shown_here(office: Office, table: Table, shows: Shows) -> None:
    paper: dict[str, Any] = (await bring(table, "mediator", pdf(1))).json
    other = await office.cast()
    lin = await other.ready("applicant")
    shows[other.person("applicant")] = (paper["id"], 1)
    for path in ("shown", f"papers/{paper['id']}/pages/1"):
        assert (await lin.get(f"/api/sessions/{other.session}/{path}")).status == 404
    assert (await lin.get(f"{table.session}/shown")).status == 404, "another's session"
