"""Institution keys in a token: born there, never out, the whole path of a file with them, a token that is away."""

from pathlib import Path

import pkcs11
import pytest
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from pkcs11 import Attribute, ObjectClass

from documents.authority import LEAF_KINDS, Authority
from documents.errors import SignerUnavailable
from documents.pkcs11 import TokenKeys
from documents.upkeep import overview, probe, rotate
from documents.verify import verify
from tests.documents.ceremony import Ceremony, Clock, valid_for_poppler
from tests.softhsm import MODULE, PIN, Token, configuration, new_token

NAME = "青禾街道人民调解委员会"
pytestmark = pytest.mark.tools


@pytest.fixture(scope="module")
def tokens(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return configuration(tmp_path_factory.mktemp("softhsm"))


@pytest.fixture
def token(tokens: Path) -> Token:
    return new_token(tokens)


def founded(directory: Path, token: Token, clock: Clock) -> Authority:
    return Authority.create(
        directory / "pki", NAME, clock, base_url="https://hejie.example", passphrase=b"p", stores=[token.keys],
        chosen="pkcs11",
    )  # fmt: skip


async def test_a_file_signed_sealed_stamped_and_answered_for_by_a_token_is_valid(token: Token, tmp_path: Path) -> None:
    clock = Clock()
    authority = founded(tmp_path, token, clock)
    assert [path.name for path in authority.directory.rglob("*.key")] == ["root.key"]
    ceremony = await Ceremony.begin(tmp_path, clock=clock, authority=authority)
    pdf = await ceremony.seal(ceremony.all_turns())
    report = verify(pdf, [authority.root_pem], clock())
    assert (report.verdict, report.reasons) == ("valid", ())
    assert valid_for_poppler(pdf, tmp_path) == len(ceremony.people) + 2


def test_keys_are_born_in_the_token_and_cannot_leave_it(token: Token, tmp_path: Path) -> None:
    authority = founded(tmp_path, token, Clock())
    session = pkcs11.lib(str(MODULE)).get_token(token_label=token.label).open()  # logged in by the authority
    keys = list(session.get_objects({Attribute.CLASS: ObjectClass.PRIVATE_KEY}))
    assert len(keys) == 5
    for key in keys:
        assert key[Attribute.SENSITIVE] and key[Attribute.ALWAYS_SENSITIVE] and key[Attribute.NEVER_EXTRACTABLE]
        assert not key[Attribute.EXTRACTABLE]
        with pytest.raises(pkcs11.AttributeSensitive):
            key[Attribute.VALUE]
    with pytest.raises(SignerUnavailable, match="key_elsewhere"):
        authority.seal.key.private_bytes(
            serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
    with pytest.raises(SignerUnavailable, match="key_elsewhere"):
        authority.seal.key.private_numbers()
    session.close()


def test_an_authority_whose_token_is_away_opens_names_the_cause_and_signs_again_when_it_is_back(
    token: Token, tmp_path: Path
) -> None:
    clock = Clock()
    founded(tmp_path, token, clock)
    token.away()
    try:
        keys = token.keys
        authority = Authority.open(tmp_path / "pki", b"p", clock=clock, stores=[keys])
        for kind in LEAF_KINDS:
            with pytest.raises(SignerUnavailable, match="pkcs11_"):
                authority.signer(kind).sign(b"data")
        assert {reason for _, _, reason in probe(authority)} <= {"pkcs11_general_error", "pkcs11_token_away"}
        with pytest.raises(SignerUnavailable, match="pkcs11_"):
            authority.ocsp(authority.seal.der, clock())
    finally:
        token.back()
    public = authority.seal.certificate.public_key()
    assert isinstance(public, ec.EllipticCurvePublicKey)
    public.verify(authority.signer("seal").sign(b"data"), b"data", ec.ECDSA(hashes.SHA256()))
    token.away()  # in the middle of an open session
    try:
        with pytest.raises(SignerUnavailable, match="pkcs11_"):
            authority.signer("seal").sign(b"data")
    finally:
        token.back()
    assert [reason for _, _, reason in probe(authority)] == [""] * 5


def test_every_cause_has_its_name(token: Token, tmp_path: Path) -> None:
    clock = Clock()
    founded(tmp_path, token, clock)
    for keys, reason in (
        (TokenKeys(Path("/nowhere/module.so"), token.label, PIN), "pkcs11_module_away"),
        (TokenKeys(MODULE, "no such token", PIN), "pkcs11_token_away"),
        (TokenKeys(MODULE, token.label, "wrong-pin"), "pkcs11_pin"),
    ):
        authority = Authority.open(tmp_path / "pki", b"p", clock=clock, stores=[keys])
        with pytest.raises(SignerUnavailable) as caught:
            authority.signer("seal").sign(b"data")
        assert caught.value.reason == reason and PIN not in str(caught.value) and PIN not in repr(keys)
    with pytest.raises(SignerUnavailable, match="pkcs11_not_set"):
        Authority.open(tmp_path / "pki", b"p", clock=clock)


def test_another_token_with_the_same_label_does_not_sign_for_our_certificate(token: Token, tmp_path: Path) -> None:
    """What a place answers is checked against the certificate's key before it is given on."""
    authority = founded(tmp_path, token, Clock())
    key, name = token.keys.make("seal")
    public = authority.seal.certificate.public_key()
    assert isinstance(public, ec.EllipticCurvePublicKey) and key.public_key() != public
    with pytest.raises(SignerUnavailable, match="signature_wrong"):
        token.keys.open(name, public).sign(b"data", ec.ECDSA(hashes.SHA256()))


async def test_renewal_and_rotation_make_their_keys_in_the_token_too(token: Token, tmp_path: Path) -> None:
    clock = Clock()
    authority = founded(tmp_path, token, clock)
    authority.renew("tsa")
    rotate(authority)
    again = Authority.open(tmp_path / "pki", b"p", clock=clock, stores=[token.keys])
    assert [path.name for path in authority.directory.rglob("*.key")] == ["root.key"]
    assert all(one.where.startswith(f"token {token.label}") for one in overview(again) if one.kind != "root")
    ceremony = await Ceremony.begin(tmp_path, clock=clock, authority=again)
    pdf = await ceremony.seal(ceremony.all_turns())
    assert verify(pdf, [again.root_pem], clock()).verdict == "valid"
