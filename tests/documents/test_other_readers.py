"""The commands that the trust page tells people, run as they stand there."""

import json
import subprocess
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import Encoding

from documents import verify
from tests.documents.conftest import SOON, Sealed

pytestmark = pytest.mark.tools
COMMANDS = Path(__file__).parents[2] / "static" / "src" / "court" / "commands.json"


def test_the_commands_told_on_the_trust_page_verify_a_file(sealed: Sealed, tmp_path: Path) -> None:
    commands: dict[str, str] = json.loads(COMMANDS.read_text())
    published = tmp_path / "published" / "trust"
    published.mkdir(parents=True)
    authority = sealed.ceremony.authority
    (published / "root.pem").write_bytes(authority.root_pem)
    (published / "issuing.cer").write_bytes(authority.issuing.certificate.public_bytes(Encoding.DER))
    (tmp_path / "FILE.pdf").write_bytes(sealed.pdf)

    def run(name: str, **given: str) -> str:
        text = commands[name].replace("ORIGIN", f"file://{tmp_path}/published")
        for word, value in given.items():
            text = text.replace(f"{word}.", f"{value}.").replace(f"'{word}'", f"'{value}'")
        done = subprocess.run(["bash", "-ec", text], cwd=tmp_path, capture_output=True, text=True)
        assert done.returncode == 0, (name, done.stdout, done.stderr)
        return done.stdout + done.stderr

    report = verify(sealed.pdf, sealed.trust, SOON)
    assert report.root is not None and report.root.sha256.upper() in run("root").replace(":", "")
    run("issuing")
    assert run("poppler").count("Signature is Valid") == 5
    run("cut")
    *signed, stamp = report.signatures
    for number, each in enumerate(signed, 1):
        run("openssl", N=str(number), TIME=each.at or "")
    assert "Verification: OK" in run("stamp", N=str(len(signed) + 1), TIME=stamp.at or "")
    (tmp_path / "2.data").write_bytes(b"another")
    with pytest.raises(AssertionError):
        run("openssl", N="2", TIME=signed[1].at or "")
