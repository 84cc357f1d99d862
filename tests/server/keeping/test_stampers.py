"""Time-stamp servers over real HTTP: `openssl ts` behind a small server, a whole ceremony, and every way to fail."""

import asyncio
import shutil
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from hashlib import sha256
from pathlib import Path

import pytest

import server.app
from documents import TimeStampers, TimestampUnavailable, verify
from server.agreements.ceremony.released import released_files
from server.custody import open_authority
from server.keeping.stampers import name_of
from server.settings import KeepingOptions, Settings
from server.store import migrate
from server.web import keys
from server.web.outgoing import outgoing
from tests.actors import Hands
from tests.conftest import Office
from tests.foreign import Foreign, far
from tests.server.agreements.scenes import play_frozen
from tests.server.agreements.signer import look, looking, until
from tests.server.keeping.conftest import OpenOffice

pytestmark = [pytest.mark.timeout(60), pytest.mark.tools]
DIGEST = sha256(b"data").digest()


@pytest.fixture
def abroad(tmp_path: Path) -> Iterator[Foreign]:
    with far(tmp_path / "far") as foreign:
        yield foreign


@pytest.fixture
def clock() -> Hands:
    """OpenSSL stamps with the machine's time."""
    return Hands(datetime.now(UTC))


@pytest.fixture(scope="module")
def founded_now(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty centre whose CA begins today."""
    settings = Settings(data=tmp_path_factory.mktemp("now") / "var", demo=True)
    migrate.upgrade(settings.database)
    open_authority(settings, Hands(datetime.now(UTC)))
    return settings.data


@pytest.fixture
def opened(founded_now: Path, settings: Settings, opened: OpenOffice) -> OpenOffice:
    shutil.copytree(founded_now, settings.data)
    return opened


def asking(*foreign: Foreign, embedded: bool) -> KeepingOptions:
    certs = foreign[0].directory / "all.pem"
    certs.write_bytes(b"".join(one.root_file.read_bytes() for one in foreign))
    return KeepingOptions(tuple(f"{one.base}/tsa" for one in foreign), embedded, certs)


async def token(office: Office) -> bytes:
    """Asked as every caller does: from a thread."""
    return await asyncio.to_thread(office.app[keys.TSA].token, DIGEST, office.clock())


async def test_a_whole_ceremony_with_a_foreign_authority_only(tmp_path: Path, opened: OpenOffice) -> None:
    with far(tmp_path / "far", "rsa4096") as foreign:
        office = await opened(keeping=asking(foreign, embedded=False))
        _, people = await play_frozen(await office.cast())
        for signer in people.values():
            await signer.get_ready()
        *first, last = people.values()
        for signer in first:
            await signer.take_and_sign()
        foreign.status = False  # its certificates' status cannot be had: the seal waits and says for what
        await last.take_and_sign()
        view = await looking(last, lambda view: view["sealing"]["state"] == "retrying")
        assert view["sealing"]["detail"] == "timestamp_unavailable"
        foreign.status = True
        await until(last, "complete")
        async with office.db.reading() as tx:
            files = await released_files(tx)
        root, far_root = office.app[keys.AUTHORITY].root_pem, foreign.root_file.read_bytes()
        for *_, digest in files:
            pdf = await office.app[keys.BLOBS].get(digest)
            both = verify(pdf, [root, far_root], office.clock())
            assert (both.verdict, both.reasons) == ("valid", ())
            assert both.timestamp is not None and both.timestamp.by == "Far Time Stamps"
            ours = verify(pdf, [root], office.clock())
            assert (ours.verdict, {one.code for one in ours.reasons}) == ("unknown_issuer", {"tsa_unknown"})
        assert (await look(last))["state"] == "complete"


@pytest.mark.parametrize(
    ("mood", "cause"),
    [
        ("broken", "status 500"),
        ("nonsense", "unreadable"),
        ("huge", "too large"),
        ("rejecting", "refused"),
        ("lying", "other_question"),
        ("slow", "timeout"),
    ],
)
async def test_a_server_that_fails_is_passed_over_and_named(
    opened: OpenOffice, abroad: Foreign, mood: str, cause: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(server.app, "outgoing", partial(outgoing, 0.5 if mood == "slow" else 5.0))
    abroad.mood = mood
    office = await opened(keeping=asking(abroad, embedded=True))
    assert await token(office)
    (standing,) = office.app[keys.STAMPERS].failing()
    assert standing.name == name_of(f"{abroad.base}/tsa") and cause in standing.cause
    asked = len(abroad.asked)
    assert await token(office)
    assert len(abroad.asked) == asked, "an outage costs one time limit, not one for each signature"
    if mood == "slow":
        return
    abroad.mood = "good"
    office.clock.forward(seconds=61)
    assert await token(office)
    assert office.app[keys.STAMPERS].failing() == []


async def test_with_nobody_to_ask_the_causes_are_named(opened: OpenOffice, abroad: Foreign) -> None:
    abroad.mood = "rejecting"
    dead = replace(asking(abroad, embedded=False), tsa_urls=("http://127.0.0.1:9/tsa", f"{abroad.base}/tsa"))
    office = await opened(keeping=dead)
    with pytest.raises(TimestampUnavailable, match=r"127\.0\.0\.1:9: .*; .*: refused"):
        await token(office)


async def test_the_first_that_answers_is_taken_and_its_order_is_kept(opened: OpenOffice, tmp_path: Path) -> None:
    with far(tmp_path / "one") as one, far(tmp_path / "two") as two:
        office = await opened(keeping=asking(one, two, embedded=True))
        await token(office)
        assert one.asked and not two.asked
        one.mood = "broken"
        await token(office)
        assert two.asked
        stampers: TimeStampers = office.app[keys.STAMPERS]
        assert [member.name for member in stampers.members][-1] == "embedded"


async def test_an_authority_of_an_unknown_root_is_not_believed(
    opened: OpenOffice, abroad: Foreign, tmp_path: Path
) -> None:
    with far(tmp_path / "other") as other:
        options = replace(asking(abroad, embedded=False), tsa_urls=(f"{other.base}/tsa",))
        office = await opened(keeping=options)
        with pytest.raises(TimestampUnavailable, match="not one of the roots given"):
            await token(office)


async def test_a_clock_that_is_wrong_is_not_believed(opened: OpenOffice, abroad: Foreign) -> None:
    office = await opened(keeping=asking(abroad, embedded=False))
    office.clock.forward(minutes=6)
    with pytest.raises(TimestampUnavailable, match="clock"):
        await token(office)


def test_an_address_is_named_without_its_password() -> None:
    assert name_of("https://user:secret@stamps.example:8443/tsa") == "stamps.example:8443"
    assert name_of("http://stamps.example/tsa") == "stamps.example"
