"""Institution keys at a remote CA: the protocol against a real server, the whole path of a file, a CA that is away."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from documents.authority import Authority
from documents.csc import CscClient, CscKeys
from documents.errors import SignerUnavailable
from documents.upkeep import overview, probe
from documents.verify import verify
from server.custody import post
from tests.csc_server import CLIENT, PIN, SECRET, RemoteCa
from tests.documents.ceremony import Ceremony, Clock, valid_for_poppler

NAME = "青禾街道人民调解委员会"


@pytest.fixture
def remote() -> Iterator[RemoteCa]:
    remote = RemoteCa()
    remote.open()
    yield remote
    remote.close()


def client(remote: RemoteCa, clock: Clock, **changes: str) -> CscClient:
    facts = {"client_id": CLIENT, "client_secret": SECRET, "pin": PIN} | changes
    return CscClient(remote.base, facts["client_id"], facts["client_secret"], post, clock, facts["pin"])


def founded(directory: Path, remote: RemoteCa, clock: Clock) -> Authority:
    keys = CscKeys(client(remote, clock), remote.credentials)
    return Authority.create(
        directory / "pki", NAME, clock, base_url="https://hejie.example", passphrase=b"p", stores=[keys], chosen="csc"
    )


@pytest.mark.tools
@pytest.mark.parametrize("raw", [False, True])
async def test_a_file_signed_sealed_stamped_and_answered_for_by_a_remote_ca_is_valid(
    remote: RemoteCa, tmp_path: Path, raw: bool
) -> None:
    remote.raw, clock = raw, Clock()
    authority = founded(tmp_path, remote, clock)
    assert [path.name for path in authority.directory.rglob("*.key")] == ["root.key"]
    ceremony = await Ceremony.begin(tmp_path, clock=clock, authority=authority)
    pdf = await ceremony.seal(ceremony.all_turns())
    report = verify(pdf, [authority.root_pem], clock())
    assert (report.verdict, report.reasons) == ("valid", ())
    assert valid_for_poppler(pdf, tmp_path) == len(ceremony.people) + 2
    assert remote.calls.count("/csc/v2/oauth2/token") == 1, "one access token serves until it ends"


async def test_only_the_kinds_with_a_credential_are_remote(tmp_path: Path) -> None:
    remote, clock = RemoteCa(kinds=("seal",), mode="implicit"), Clock()
    remote.open()
    try:
        authority = founded(tmp_path, remote, clock)
        places = {one.kind: one.where for one in overview(authority)}
        assert places["seal"] == f"remote CA {remote.base}, credential cred-seal"
        assert all(
            where.startswith("file ") and "encrypted" in where for kind, where in places.items() if kind != "seal"
        )
        ceremony = await Ceremony.begin(tmp_path, clock=clock, authority=authority)
        pdf = await ceremony.seal(ceremony.all_turns())
        assert verify(pdf, [authority.root_pem], clock()).verdict == "valid"
    finally:
        remote.close()


def test_a_remote_ca_that_is_away_is_named_and_asked_again_when_it_is_back(remote: RemoteCa, tmp_path: Path) -> None:
    clock = Clock()
    authority = founded(tmp_path, remote, clock)
    remote.close()
    with pytest.raises(SignerUnavailable, match="csc_away"):
        authority.signer("seal").sign(b"data")
    opened = Authority.open(
        tmp_path / "pki", b"p", clock=clock, stores=[CscKeys(client(remote, clock), remote.credentials)]
    )
    assert {reason for _, _, reason in probe(opened)} == {"csc_away"}
    remote.open()
    assert {reason for _, _, reason in [*probe(opened), *probe(authority)]} == {""}


def test_an_access_token_ends_by_the_clock_or_by_the_cas_will(remote: RemoteCa) -> None:
    clock = Clock()
    asking = client(remote, clock)
    assert asking.credentials() == sorted(remote.credentials.values())
    clock.pass_(seconds=timedelta(hours=2).total_seconds())
    asking.credentials()
    assert remote.calls.count("/csc/v2/oauth2/token") == 2
    remote.tokens.clear()
    asking.credentials()
    assert remote.calls.count("/csc/v2/oauth2/token") == 3


def test_every_refusal_has_its_name_and_no_secret_in_it(remote: RemoteCa) -> None:
    clock = Clock()
    for changes, reason in ((("client_secret", "other"), "csc_login"), (("pin", "0000"), "csc_invalid_pin")):
        asking = client(remote, clock, **dict([changes]))
        with pytest.raises(SignerUnavailable) as caught:
            asking.sign(asking.info("cred-seal"), b"data")
        assert caught.value.reason == reason
        assert not any(secret in f"{caught.value} {asking!r}" for secret in (SECRET, PIN, "0000", "other"))
    with pytest.raises(SignerUnavailable, match="csc_invalid_request"):
        client(remote, clock).info("cred-unknown")
    remote.mode = "oauth2code"
    asking = client(remote, clock)
    with pytest.raises(SignerUnavailable, match="csc_needs_a_person"):
        asking.sign(asking.info("cred-seal"), b"data")


def test_answers_that_are_none_are_refused() -> None:
    for status, body in ((200, b"<html>"), (200, b"[]"), (500, b"oops"), (200, b"{}")):
        asking = CscClient("https://ca.example", CLIENT, SECRET, lambda *_, s=status, b=body: (s, b), Clock())  # type: ignore[misc]
        with pytest.raises(SignerUnavailable, match="csc_"):
            asking.info("cred-seal")


def test_credentials_do_not_travel_without_tls_to_another_machine() -> None:
    with pytest.raises(OSError, match="https"):
        post("http://ca.example/csc/v2/oauth2/token", b"", {})
