"""A ceremony whose people are certified by a licensed authority that a plug-in brings: it completes, every verdict
names the kind, and an authority that is away delays it without loss."""

import shutil
from contextlib import AsyncExitStack
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.x509 import ocsp

from server.agreements.ceremony import ending, store
from server.custody import open_authority
from server.settings import KeyOptions, Settings
from server.store import migrate
from server.web import keys
from tests.actors import Hands
from tests.conftest import Office
from tests.licensed_ca import NAME, LicensedCa, install
from tests.server.agreements.conftest import switched
from tests.server.agreements.scenes import open_office
from tests.server.agreements.signer import Signer, frozen, looking, signers, until

pytestmark = pytest.mark.timeout(60)


@pytest.fixture
def clock() -> Hands:
    """The open door judges by the machine's clock."""
    return Hands(datetime.now(UTC) - timedelta(seconds=5))


@pytest.fixture
def founded(tmp_path: Path, clock: Hands) -> Path:
    settings = Settings(data=tmp_path / "founded", demo=True)
    migrate.upgrade(settings.database)
    open_authority(settings, clock)
    return settings.data


@pytest.fixture
async def licensed_office(
    settings: Settings, clock: Hands, founded: Path, stack: AsyncExitStack, monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> Office:  # fmt: skip
    shutil.copytree(founded, settings.data)
    name = install(tmp_path / "site", monkeypatch)
    chosen = KeyOptions(issuer=name, issuer_options={"directory": str(tmp_path / "theirs")})
    return await open_office(replace(settings, keys=chosen), clock, stack, switched)


async def everybody_ready(office: Office) -> dict[str, Signer]:
    cast = await office.cast()
    view = await frozen(cast)
    people = await signers(cast, view["ceremony"])
    for signer in people.values():
        await signer.get_ready()
    return people


async def test_a_ceremony_under_a_licensed_authority_completes_and_the_verdict_names_it(
    licensed_office: Office, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    office = licensed_office
    people = await everybody_ready(office)
    *others, last = people.values()
    for signer in others:
        await signer.take_and_sign()
    away = tmp_path / "theirs" / "away"
    away.touch()
    await last.take_and_sign()
    view = await looking(last, lambda view: view["sealing"]["state"] == "retrying")
    assert view["sealing"]["detail"] == "signer_unavailable"
    failed = [one for one in caplog.records if one.getMessage() == "ceremony.seal_failed"]
    assert {getattr(one, "reason", "") for one in failed} == {"licensed_ca_away"}
    away.unlink()
    await until(last, "complete")
    files = [path.read_bytes() for path in office.app[keys.BLOBS].directory.rglob("*") if path.is_file()]
    files = [content for content in files if content.startswith(b"%PDF")]
    assert len(files) == 2
    browser = await office.browser()
    for pdf in files:
        report = (await browser.post("/api/verify", data=pdf, kind="application/pdf")).json
        assert (report["verdict"], report["reasons"]) == ("valid", [])
        assert report["issuer"] == {"kind": "licensed", "name": NAME}
        people = [one for one in report["signatures"] if one["kind"] == "person"]
        assert {(one["assurance"], one["trusted"]) for one in people} == {("licensed", True)}


async def test_what_the_database_revoked_the_licensed_authority_hears_and_hears_again_at_start(
    licensed_office: Office, clock: Hands, stack: AsyncExitStack, tmp_path: Path
) -> None:
    office = licensed_office
    people = await everybody_ready(office)
    first = next(iter(people.values()))
    certificate = first.certificate
    authority = office.app[keys.ISSUER]
    assert isinstance(authority, LicensedCa)

    def answer() -> ocsp.OCSPCertStatus:
        return ocsp.load_der_ocsp_response(authority.ocsp(certificate, clock())).certificate_status

    assert answer() is ocsp.OCSPCertStatus.GOOD
    async with office.db.transaction() as tx:
        serials = await store.revoke(tx, first.path.rsplit("/", 1)[-1], clock(), first.slot)
    assert serials == [x509.load_der_x509_certificate(certificate).serial_number]
    ending.revoke(office.app, serials, clock())
    browser = await office.browser()
    while answer() is ocsp.OCSPCertStatus.GOOD:
        await browser.get("/trust/root.pem")  # lets the other thread work
    (tmp_path / "theirs" / "revoked.json").unlink()
    await open_office(office.app[keys.SETTINGS], clock, stack, switched)
    while answer() is ocsp.OCSPCertStatus.GOOD:
        await browser.get("/trust/root.pem")
