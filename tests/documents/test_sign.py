import io
import re
import subprocess
from datetime import datetime, timedelta
from hashlib import sha256
from pathlib import Path

import pikepdf
import pytest

from documents import Fonts, cms, lay_out, sign, structure
from documents.errors import FieldTaken, SignatureRejected, SignerUnavailable, TimestampUnavailable
from documents.timestamp import TimeStampers
from documents.verify import verify
from tests.documents.ceremony import FREEZE, Ceremony, seal_png
from tests.documents.conftest import SOON, Sealed
from tests.documents.texts import case_two

FONTS = Path(__file__).parents[2] / "build" / "fonts"


def opened(pdf: bytes) -> pikepdf.Pdf:
    return pikepdf.open(io.BytesIO(pdf))


def test_certification_allows_filling_in_fields_and_nothing_else(sealed: Sealed) -> None:
    with opened(sealed.ceremony.f) as pdf:
        reference = pdf.Root.Perms.DocMDP.Reference[0]
        assert (str(reference.TransformMethod), int(reference.TransformParams.P)) == ("/DocMDP", 2)
    assert sealed.ceremony.f.startswith(sealed.ceremony.r0)


def test_the_seal_locks_all_fields_without_a_permission_level(sealed: Sealed) -> None:
    with opened(sealed.pdf) as pdf:
        (seal,) = [each for each in pdf.Root.AcroForm.Fields if str(each.T) == "seal"]
        (reference,) = seal.V.Reference
        assert str(reference.TransformMethod) == "/FieldMDP"
        assert str(reference.TransformParams.Action) == "/All"
        assert "/P" not in reference.TransformParams and "/P" not in seal.Lock
        assert bytes(seal.V["/HejieJournal"]).hex() == "cd" * 32


def test_the_seals_image_is_opaque(sealed: Sealed) -> None:
    with opened(sealed.pdf) as pdf:
        (seal,) = [each for each in pdf.Root.AcroForm.Fields if str(each.T) == "seal"]
        (image,) = seal.AP.N.Resources.XObject.values()
        assert str(image.ColorSpace) == "/DeviceRGB"
        assert "/SMask" not in image and "/Font" not in seal.AP.N.Resources
        states = seal.AP.N.Resources.get("/ExtGState", pikepdf.Dictionary())
        assert {float(value) for state in states.values() for value in state.values()} <= {1.0}


def test_each_revision_rewrites_only_what_it_must(sealed: Sealed) -> None:
    written = [len(each.objects) for each in structure.read(sealed.pdf)]
    assert written[1:6] == [3, 4, 4, 4, 4]


def test_metadata_keeps_its_bytes(tmp_path: Path, real: bytes) -> None:
    with opened(real) as pdf:
        number = pdf.Root.Metadata.objgen[0]
    first, *later = structure.read(real)
    assert number in first.objects
    assert not any(number in each.objects for each in later)


def test_the_store_holds_one_answer_for_each_leaf_and_the_roots_list_only(sealed: Sealed) -> None:
    with opened(sealed.pdf) as pdf:
        store = pdf.Root.DSS
        assert (len(store.Certs), len(store.OCSPs), len(store.CRLs)) == (9, 6, 1)
        assert "/VRI" not in store


def test_the_last_time_stamp_covers_the_whole_file(sealed: Sealed) -> None:
    found = re.findall(rb"/ByteRange ?\[0 +(\d+) +(\d+) +(\d+) *\]", sealed.pdf)[-1]
    a, b, c = map(int, found)
    assert b + c == len(sealed.pdf)
    token = cms.padded(bytes.fromhex(sealed.pdf[a + 1 : b - 1].decode()))
    assert cms.imprint(token) == sha256(sealed.pdf[:a] + sealed.pdf[b:]).digest()


async def test_a_file_is_certified_once(sealed: Sealed) -> None:
    with pytest.raises(FieldTaken):
        await sign.certify(sealed.ceremony.f, sealed.ceremony.authority, sealed.ceremony.tsa)


async def test_a_seal_goes_into_its_own_free_field(sealed: Sealed) -> None:
    ceremony = sealed.ceremony
    for base, slot in ((sealed.pdf, "seal"), (sealed.turns, "nobody"), (sealed.turns, "party-1")):
        with pytest.raises(FieldTaken):
            await sign.seal(base, slot, ceremony.authority, ceremony.tsa, None, "", [])


async def test_without_time_stamp_nothing_is_made(sealed: Sealed) -> None:
    ceremony = sealed.ceremony
    with pytest.raises(TimestampUnavailable):
        await sign.seal(sealed.turns, "seal", ceremony.authority, TimeStampers([]), seal_png(), "", [])
    with pytest.raises(TimestampUnavailable):
        await sign.certify(ceremony.r0, ceremony.authority, TimeStampers([]))


class Shifted:
    """An authority whose clock is wrong from its second token on."""

    name = "shifted"

    def __init__(self, ceremony: Ceremony, shift: timedelta) -> None:
        self.ceremony, self.shift, self.asked = ceremony, shift, 0

    def token(self, digest: bytes, at: datetime) -> bytes:
        self.asked += 1
        return self.ceremony.tsa.token(digest, at + (self.shift if self.asked > 1 else timedelta()))


async def test_a_time_stamp_older_than_the_status_is_refused(sealed: Sealed) -> None:
    ceremony = sealed.ceremony
    with pytest.raises(TimestampUnavailable, match="clock"):
        await sign.seal(
            sealed.turns, "seal", ceremony.authority, Shifted(ceremony, timedelta(seconds=-5)), None, "", []
        )


class Ahead:
    """A remote clock half a minute ahead of ours."""

    name = "ahead"

    def __init__(self, ceremony: Ceremony) -> None:
        self.ceremony = ceremony

    def token(self, digest: bytes, at: datetime) -> bytes:
        return self.ceremony.tsa.token(digest, at + timedelta(seconds=30))


async def test_a_remote_clock_ahead_of_ours_does_no_harm(sealed: Sealed) -> None:
    ceremony = sealed.ceremony
    leaves = [person.certificate for person in ceremony.people.values()]
    pdf = await sign.seal(sealed.turns, "seal", ceremony.authority, Ahead(ceremony), None, "", leaves)
    assert verify(pdf, sealed.trust, SOON).verdict == "valid"


async def test_a_seal_that_comes_too_late_is_refused(tmp_path: Path) -> None:
    ceremony = await Ceremony.begin(tmp_path)
    turns = ceremony.all_turns()
    leaf = ceremony.people["party-1"].certificate
    ceremony.clock.pass_(hours=27)
    with pytest.raises(SignatureRejected, match="certificate_time"):
        await sign.seal(turns, "seal", ceremony.authority, ceremony.tsa, None, "", [leaf])
    ceremony.clock.pass_(days=4 * 365)
    with pytest.raises(SignerUnavailable, match="certificate_expired"):
        await sign.seal(turns, "seal", ceremony.authority, ceremony.tsa, None, "", [])


async def test_a_revoked_signer_is_not_sealed(tmp_path: Path) -> None:
    ceremony = await Ceremony.begin(tmp_path)
    turns = ceremony.all_turns()
    leaf = ceremony.people["party-1"].certificate
    serial = int.from_bytes(cms.issuer_and_serial(leaf)[-20:], "big")
    ceremony.authority.revoke(serial, FREEZE)
    with pytest.raises(SignatureRejected, match="revoked"):
        await sign.seal(turns, "seal", ceremony.authority, ceremony.tsa, None, "", [leaf])


async def test_long_names_and_addresses_fit_into_the_reserve(tmp_path: Path) -> None:
    from documents.authority import Authority
    from tests.documents.ceremony import Clock

    clock = Clock()
    authority = Authority.create(
        tmp_path / "pki", "嘉南市滨禾区" * 5, clock, base_url="https://people-mediation.hejie.jianan.example.cn:8443"
    )
    ceremony = await Ceremony.begin(tmp_path, clock=clock, authority=authority)
    assert verify(await ceremony.seal(ceremony.all_turns()), [authority.root_pem], SOON).verdict == "valid"


@pytest.fixture(scope="module")
def real(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """A complete file from the real layout."""
    import asyncio

    text = case_two()

    async def make() -> bytes:
        ceremony = await Ceremony.begin(
            tmp_path_factory.mktemp("real"), r0=lay_out(text, Fonts.in_directory(FONTS)).pdf, text=text
        )
        pdf = await ceremony.seal(ceremony.all_turns())
        assert verify(pdf, [ceremony.authority.root_pem], SOON).verdict == "valid"
        return pdf

    with asyncio.Runner() as runner:
        return runner.run(make())


def test_the_real_layout_stays_valid_through_all_signatures(real: bytes) -> None:
    assert verify(real, (), SOON).verdict == "unknown_issuer"


def run(*command: str, cwd: Path) -> str:
    done = subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=False)
    return done.stdout + done.stderr


@pytest.mark.tools
@pytest.mark.parametrize("which", ["small", "real"])
def test_poppler_and_qpdf_find_nothing_wrong(sealed: Sealed, real: bytes, which: str, tmp_path: Path) -> None:
    (tmp_path / "a.pdf").write_bytes(sealed.pdf if which == "small" else real)
    said = run("pdfsig", "-nocert", "a.pdf", cwd=tmp_path)
    assert said.count("Signature Validation: Signature is Valid.") == 5
    assert said.count("Not total document signed") == 5
    assert said.count("  - Total document signed") == 1
    assert "No syntax or stream encoding errors found" in run("qpdf", "--check", "a.pdf", cwd=tmp_path)


@pytest.mark.tools
def test_openssl_verifies_every_signature_and_every_token(sealed: Sealed, tmp_path: Path) -> None:
    (tmp_path / "root.pem").write_bytes(sealed.ceremony.authority.root_pem)
    untrusted = str(sealed.ceremony.authority.directory / "issuing.pem")
    checked = []
    for a, b, c in re.findall(rb"/ByteRange ?\[0 +(\d+) +(\d+) +(\d+) *\]", sealed.pdf):
        start, end, rest = int(a), int(b), int(c)
        contents = cms.padded(bytes.fromhex(sealed.pdf[start + 1 : end - 1].decode()))
        (tmp_path / "data").write_bytes(sealed.pdf[:start] + sealed.pdf[end : end + rest])
        (tmp_path / "token").write_bytes(contents)
        try:
            parsed = cms.parse(contents)
        except ValueError:
            moment = str(int(cms.gen_time(contents).timestamp()))
        else:
            (tmp_path / "cms").write_bytes(contents)
            assert parsed.token is not None
            moment = str(int(cms.gen_time(parsed.token).timestamp()))
            arguments = "cms -verify -cades -binary -inform DER -in cms -content data -CAfile root.pem -out out".split()
            said = run("openssl", *arguments, "-attime", moment, cwd=tmp_path)
            assert "CAdES Verification successful" in said
            (tmp_path / "token").write_bytes(parsed.token)
            (tmp_path / "data").write_bytes(parsed.signature)
        arguments = "ts -verify -token_in -in token -data data -CAfile root.pem".split()
        said = run("openssl", *arguments, "-untrusted", untrusted, "-attime", moment, cwd=tmp_path)
        checked.append("Verification: OK" in said)
    assert checked == [True] * 6
