"""Judges that Debian packages bring: poppler's pdfsig, OpenSSL, qpdf, PDFBox with BouncyCastle, and Preflight.

Each returns an answer for every state it can judge. Our own clauses of PDF/A stand beside them."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.documents.pdfa_rules import violations
from tests.judges.answers import Answer, answer
from tests.judges.files import Signature, State, signatures
from tests.judges.java import lines

SHORT = "-XX:TieredStopAtLevel=1"
JARS = Path("/usr/share/java")
UNSIGNED = "printed"
LIFTED = ("1.2.9 ", "1.4.7 ", "7.11.2 ", "5.3.1 ")
"""What Preflight, which knows part 1 alone, says of any file of part 3: attached files (twice), the part's number, and
a widget of zero size without appearance (exempt since part 2, 6.3.3)."""


def judge(states: Sequence[State]) -> Iterator[Answer]:
    """All answers of all of them."""
    for state in states:
        yield qpdf(state)
        yield rules(state)
        if state.stage != UNSIGNED:
            yield pdfsig(state)
    for state in last(states):
        yield from openssl(state)
    yield from bouncycastle([state for state in states if state.stage != UNSIGNED])
    yield from preflight(states)


def last(states: Sequence[State]) -> list[State]:
    """The final stage of each file: it holds all signatures, with the same bytes they always were about."""
    return list({(state.profile, state.file): state for state in states}.values())


def _run(*command: str | Path) -> tuple[int, str]:
    done = subprocess.run(command, capture_output=True, text=True, timeout=60)
    return done.returncode, done.stdout + done.stderr


def qpdf(state: State) -> Answer:
    code, said = _run("qpdf", "--check", state.path)
    clean = code == 0 and "No syntax or stream encoding errors found" in said
    return answer("qpdf --check", state, clean, "no errors found" if clean else said.strip())


def rules(state: State) -> Answer:
    found = violations(state.path.read_bytes())
    return answer("own PDF/A-3b clauses", state, not found, "; ".join(found) or "nothing wrong")


def pdfsig(state: State) -> Answer:
    """poppler judges signatures, not document time-stamps."""
    wanted = sum(1 for each in signatures(state.path.read_bytes()) if not each.is_stamp)
    _, said = _run("pdfsig", "-nocert", state.path)
    judged = [part for part in said.split("Signature #")[1:] if "ETSI.CAdES.detached" in part]
    valid = sum("Signature Validation: Signature is Valid." in part for part in judged)
    return answer("pdfsig", state, valid == len(judged) == wanted, f"{valid} of {wanted} valid")


def openssl(state: State) -> Iterator[Answer]:
    """`cms` has no past validation, so each signature is judged at the time of its token."""
    found = list(signatures(state.path.read_bytes()))
    signed = [each for each in found if not each.is_stamp]
    with TemporaryDirectory() as name:
        broken = [said for each in signed if (said := _openssl_cms(Path(name), state, each))]
        yield _counted("openssl cms -cades", state, len(signed), broken)
        broken = [said for each in found if (said := _openssl_ts(Path(name), state, each))]
        yield _counted("openssl ts", state, len(found), broken)


def _counted(judge: str, state: State, total: int, broken: list[str]) -> Answer:
    says = f"{total - len(broken)} of {total} verified"
    return answer(judge, state, not broken and total > 0, "; ".join([says, *broken]))


def _openssl_cms(place: Path, state: State, signature: Signature) -> str:
    (place / "cms").write_bytes(signature.contents)
    (place / "data").write_bytes(signature.covered)
    command: list[str | Path] = [
        "openssl",
        "cms",
        "-verify",
        "-cades",
        "-binary",
        "-inform",
        "DER",
        "-in",
        place / "cms",
    ]
    command += ["-content", place / "data", "-CAfile", state.root_pem, "-certfile", state.chain_pem, "-purpose", "any"]
    code, said = _run(*command, "-out", "/dev/null", "-attime", str(int(signature.at.timestamp()) + 1))
    return "" if code == 0 else said.strip()


def _openssl_ts(place: Path, state: State, signature: Signature) -> str:
    token, data = signature.token
    (place / "token").write_bytes(token)
    (place / "data").write_bytes(data)
    command: list[str | Path] = [
        "openssl",
        "ts",
        "-verify",
        "-token_in",
        "-in",
        place / "token",
        "-data",
        place / "data",
    ]
    command += ["-CAfile", state.root_pem, "-untrusted", state.chain_pem]
    code, said = _run(*command, "-attime", str(int(signature.at.timestamp()) + 1))
    return "" if code == 0 and "Verification: OK" in said else said.strip()


def bouncycastle(states: Sequence[State]) -> Iterator[Answer]:
    """One program for all files: CMS, the certificate named in it, tokens, and the document time-stamps' imprints."""
    jars = ("pdfbox2", "fontbox2", "commons-logging", "bcprov", "bcpkix", "bcutil", "bcmail")
    said = lines(
        "BouncyCastleJudge", [JARS / f"{jar}.jar" for jar in jars], [str(state.path) for state in states], SHORT
    )
    for state in states:
        mine = [line for line in said if line[0] == str(state.path)]
        wanted = sum(1 for _ in signatures(state.path.read_bytes()))
        broken = [f"{field} ({name}): {what}" for _, field, name, fine, what in mine if fine != "true"]
        says = f"{len(mine) - len(broken)} of {wanted} verified, time-stamps included"
        accepts = not broken and len(mine) == wanted
        yield answer("PDFBox + BouncyCastle", state, accepts, "; ".join([says, *broken]))


def preflight(states: Sequence[State]) -> Iterator[Answer]:
    """Accepts when it finds nothing but what part 3 lifts from part 1."""
    jars = (
        "preflight",
        "xmpbox",
        "pdfbox2",
        "fontbox2",
        "commons-logging",
        "commons-io",
        "jaxb-api",
        "javax.activation",
    )
    said = lines("PreflightJudge", [JARS / f"{jar}.jar" for jar in jars], [str(state.path) for state in states], SHORT)
    for state in states:
        (complaints,) = [line[2].split(" | ") for line in said if line[0] == str(state.path)]
        own = [each for each in complaints if each and not each.startswith(LIFTED)]
        says = "; ".join(own) or f"nothing but what part 3 lifts: {', '.join(each.split()[0] for each in complaints)}"
        yield answer("Preflight (A-1b)", state, not own, says)
