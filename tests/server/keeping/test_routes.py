"""Notices at the door: for staff only; nothing to say of a fresh centre."""

from datetime import timedelta

import pytest

from documents import verify
from server.agreements.ceremony.released import released_files
from server.doctor import told
from server.keeping import renewal
from server.keeping.lifetime import shelf_of
from server.keeping.outlook import from_files, outlook
from server.settings import Settings
from server.web import keys
from tests.actors import START
from tests.conftest import Office
from tests.server.keeping.conftest import OpenOffice

pytestmark = pytest.mark.timeout(60)


async def test_a_fresh_centre_has_none_and_strangers_learn_nothing(office: Office) -> None:
    cast = await office.cast()
    answer = await cast.mediator.get("/api/notices")
    assert (answer.status, answer.json) == (200, {"notices": []})
    assert (await (await office.browser()).get("/api/notices")).status == 401
    assert (await (await cast.seat("applicant")).get("/api/notices")).status in (401, 403)


async def test_what_ends_is_told_with_its_day_the_gravest_first(office: Office) -> None:
    notices = await in_the_future(office, 3 * 365 - 60)
    assert {(one["code"], one["subject"]) for one in notices} >= {
        ("certificate_ending", "seal"),
        ("certificate_ending", "service"),
    }
    assert [one["level"] for one in notices] == sorted((one["level"] for one in notices), reverse=True)


async def in_the_future(office: Office, days: float) -> list[dict[str, str]]:
    """As staff who log in on that day would see it."""
    office.clock.now = START + timedelta(days=days)
    return [{"code": one.code, "subject": one.subject, "level": one.level} for one in await outlook(office.app)]


async def test_the_doctor_tells_the_same_from_the_files_alone(kept: Settings, opened: OpenOffice) -> None:
    office = await opened()
    await renewal.run(shelf_of(office.app))  # takes stock
    authority = office.app[keys.AUTHORITY]
    assert [one.level for one in told(from_files(kept, authority, office.clock()))] == ["ok"]
    found = from_files(kept, authority, START + timedelta(days=10 * 365))
    assert {one.code for one in found} >= {"certificate_ending", "root_list_ending", "renewal_overdue"}
    assert all(one.mend for one in told(found))


async def test_a_copy_from_long_ago_is_judged_with_the_published_status(kept: Settings, opened: OpenOffice) -> None:
    office = await opened()
    async with office.db.reading() as tx:
        first = [await office.app[keys.BLOBS].get(row[3]) for row in await released_files(tx)]
    authority, root = office.app[keys.AUTHORITY], office.app[keys.AUTHORITY].root_pem
    office.clock.now = START + timedelta(days=4 * 365)
    authority.renew("tsa")
    status = await (await office.browser()).get("/trust/status.pem")
    assert status.status == 200 and status.body.count(b"BEGIN OCSP RESPONSE") == 2
    for pdf in first:
        assert verify(pdf, [root], office.clock()).verdict == "cannot_tell"
        assert verify(pdf, [root, status.body], office.clock()).verdict == "valid"
