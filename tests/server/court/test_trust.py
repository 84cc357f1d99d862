"""What anybody may ask about our certificates, asked by OpenSSL of the running office: status, both lists, after
renewal, rotation and revocation, and with the root's key away."""

import asyncio
from datetime import UTC, datetime
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from documents import Authority, upkeep
from server.custody import read_authority
from server.settings import Settings
from server.web import keys
from tests.actors import Hands
from tests.conftest import MakeOffice, Office

pytestmark = pytest.mark.tools


@pytest.fixture
def clock() -> Hands:
    """OpenSSL reads the machine's clock."""
    return Hands(datetime.now(UTC))


@pytest.fixture
def founded(tmp_path: Path, clock: Hands) -> Path:
    """As everywhere, but founded now."""
    from server.custody import open_authority
    from server.store import migrate

    settings = Settings(data=tmp_path / "founded", demo=True)
    migrate.upgrade(settings.database)
    open_authority(settings, clock)
    return settings.data


async def openssl(*words: object) -> tuple[int, str]:
    process = await asyncio.create_subprocess_exec(
        "openssl", *map(str, words), stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT
    )
    text, _ = await process.communicate()
    assert process.returncode is not None
    return process.returncode, text.decode()


def written(directory: Path, name: str, certificate: x509.Certificate) -> Path:
    path = directory / f"{name}.pem"
    path.write_bytes(certificate.public_bytes(Encoding.PEM))
    return path


async def status(office: Office, directory: Path, authority: Authority, certificate: x509.Certificate) -> str:
    issuer = next(one.issuing.certificate for one in authority.generations if one.issued(certificate))
    code, text = await openssl(
        "ocsp", "-issuer", written(directory, "issuer", issuer), "-cert", written(directory, "asked", certificate),
        "-CAfile", written(directory, "root", authority.root), "-url", f"{office.base}/trust/ocsp",
    )  # fmt: skip
    assert code == 0 and "Response verify OK" in text, text
    return text.split("asked.pem: ")[1].split()[0]


async def chain_check(office: Office, directory: Path, certificate: x509.Certificate, stem: str) -> tuple[int, str]:
    """`openssl verify -crl_check_all` with everything fetched from the open doors."""
    browser = await office.browser()
    for name in ("root.crl", f"{stem}.crl"):
        (directory / name).write_bytes((await browser.get(f"/trust/{name}")).body)
        await openssl("crl", "-inform", "DER", "-in", directory / name, "-out", directory / f"{name}.pem")
    (directory / "root.pem").write_bytes((await browser.get("/trust/root.pem")).body)
    issuing = x509.load_der_x509_certificate((await browser.get(f"/trust/{stem}.cer")).body)
    return await openssl(
        "verify", "-crl_check_all", "-CAfile", directory / "root.pem", "-untrusted", written(directory, stem, issuing),
        "-CRLfile", directory / "root.crl.pem", "-CRLfile", directory / f"{stem}.crl.pem",
        written(directory, "leaf", certificate),
    )  # fmt: skip


async def test_openssl_gets_status_and_lists_from_the_running_office(office: Office, tmp_path: Path) -> None:
    authority = office.app[keys.AUTHORITY]
    for leaf in (authority.service, authority.seal, authority.tsa):
        assert await status(office, tmp_path, authority, leaf.certificate) == "good"
        code, text = await chain_check(office, tmp_path, leaf.certificate, "issuing")
        assert code == 0, text
    assert (await (await office.browser()).get("/trust/issuing-abc.crl")).status == 404
    assert (await (await office.browser()).get("/trust/issuing-abc.cer")).status == 404


async def test_what_is_revoked_beside_a_running_server_is_answered_so_at_once_and_after_a_restart(
    make_office: MakeOffice, settings: Settings, clock: Hands, tmp_path: Path
) -> None:
    office = await make_office()
    authority = office.app[keys.AUTHORITY]
    beside = await asyncio.to_thread(read_authority, settings, clock)
    await asyncio.to_thread(upkeep.revoke, beside, "seal", clock().replace(microsecond=0))
    for one in (office, await make_office()):
        assert await status(one, tmp_path, authority, authority.seal.certificate) == "revoked"
        assert await status(one, tmp_path, authority, authority.service.certificate) == "good"
        code, text = await chain_check(one, tmp_path, authority.seal.certificate, "issuing")
        assert code != 0 and "certificate revoked" in text


async def test_after_a_rotation_both_issuing_cas_are_answered_for(
    make_office: MakeOffice, settings: Settings, clock: Hands, tmp_path: Path
) -> None:
    former = (await make_office()).app[keys.AUTHORITY]
    beside = await asyncio.to_thread(read_authority, settings, clock)
    await asyncio.to_thread(upkeep.rotate, beside)
    office = await make_office()
    authority = office.app[keys.AUTHORITY]
    assert authority.issuing.der != former.issuing.der and authority.root_der == former.root_der
    for leaf, stem in ((former.seal, "issuing"), (authority.seal, authority.generations[0].stem)):
        assert await status(office, tmp_path, authority, leaf.certificate) == "good"
        code, text = await chain_check(office, tmp_path, leaf.certificate, stem)
        assert code == 0, text


async def test_a_revoked_issuing_ca_stands_in_the_roots_list_and_needs_the_roots_key(
    office: Office, settings: Settings, clock: Hands, tmp_path: Path
) -> None:
    authority = office.app[keys.AUTHORITY]
    beside = await asyncio.to_thread(read_authority, settings, clock)
    stick = tmp_path / "stick"
    upkeep.detach(beside, stick)
    with pytest.raises(upkeep.SignerUnavailable, match="root_away"):
        upkeep.revoke(beside, "issuing", clock().replace(microsecond=0))
    assert await status(office, tmp_path, authority, authority.seal.certificate) == "good"
    upkeep.revoke(beside, "issuing", clock().replace(microsecond=0), stick)
    code, text = await chain_check(office, tmp_path, authority.seal.certificate, "issuing")
    assert code != 0 and "certificate revoked" in text
