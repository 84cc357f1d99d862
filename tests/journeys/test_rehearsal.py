"""A whole case played against a real server through its public doors, and its papers judged by tools not ours."""

import re
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import msgspec
import pytest
from asn1crypto import cms, parser, tsp

from tests.running import ROOT, Server, free_port

pytestmark = [pytest.mark.tools, pytest.mark.timeout(180)]


PAPERS = {"application", "undertaking", "service-1", "service-2", "proof"}  # signed for the court beside the agreement
BY = {"agreement": 3, "minutes": 3, "application": 2, "undertaking": 2, "service-1": 1, "service-2": 1, "proof": 1}


def signed_by(file: Path) -> int:
    """Signatures on a paper of two parties and a mediator: each signer's, the certification and the centre's seal."""
    return BY[file.stem.partition("-")[2]] + 2


def hejie(*words: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "server.cli", *words]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120)


@pytest.fixture(scope="module")
def rehearsed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Any]]:
    """One rehearsal of two rooms at once: its report, its PDFs, and the deployment's root."""
    folder = tmp_path_factory.mktemp("rehearsal")
    server = Server(folder / "var", free_port())
    server.start()
    try:
        played = hejie("rehearse", "--url", server.url, "--out", str(folder / "out"), "--rooms", "2", "--json")
        assert played.returncode == 0, played.stdout + played.stderr
        root = folder / "root.pem"
        root.write_bytes(server.get_bytes("/trust/root.pem"))
        issuing = folder / "issuing.pem"
        subprocess.run(
            ["openssl", "x509", "-inform", "DER", "-out", issuing],
            input=server.get_bytes("/trust/issuing.cer"),
            check=True,
        )
        yield {
            "report": msgspec.json.decode((folder / "out" / "rehearsal.json").read_bytes()),
            "files": sorted((folder / "out").glob("*.pdf")),
            "root": root,
            "issuing": issuing,
            "folder": folder,
            "url": server.url,
        }
    finally:
        server.stop()


def test_the_report_tells_seconds_packets_and_verdicts(rehearsed: dict[str, Any]) -> None:
    report = rehearsed["report"]
    assert report["ok"] is True
    assert report["broken"] == []
    for room in report["rooms"]:
        assert set(room["seconds"]) == {
            "arrive",
            "meet",
            "caucus",
            "draft",
            "read",
            "sign",
            "collect",
            "judge",
            "packet",
        }
        assert set(room["packets"]["caucus"]) == {"mediator", "applicant"}
        assert set(room["verdicts"].values()) == {"valid"}
        assert {name[4:-4] for name in room["verdicts"]} == {"agreement", "minutes"} | PAPERS
    assert len(rehearsed["files"]) == 14
    first, second = (room["court_packet"] for room in report["rooms"])
    assert {"00_移送清单.pdf", "02_调解协议书.pdf", "manifest.json"} < first.keys() and second == {}
    assert set(first.values()) == {"invalid"}
    with zipfile.ZipFile(rehearsed["folder"] / "out" / "001-packet.zip") as packet:
        assert set(packet.namelist()) == first.keys()


def test_the_packet_is_valid_for_the_command_line(rehearsed: dict[str, Any]) -> None:
    for name in ("001-packet.zip", "002-packet.zip"):
        packet = rehearsed["folder"] / "out" / name
        judged = hejie("verify", str(packet), "--trust", str(rehearsed["root"]))
        assert judged.returncode == 0 and judged.stdout.startswith("材料包结论：有效"), judged.stdout


def test_each_file_is_valid_with_the_root_and_never_without(rehearsed: dict[str, Any]) -> None:
    for file in rehearsed["files"]:
        trusted = hejie("verify", str(file), "--trust", str(rehearsed["root"]), "--json")
        assert trusted.returncode == 0, trusted.stdout
        assert msgspec.json.decode(trusted.stdout)["verdict"] == "valid"
        alone = hejie("verify", str(file), "--json")
        assert alone.returncode == 1
        assert msgspec.json.decode(alone.stdout)["verdict"] == "unknown_issuer"


@pytest.mark.parametrize("case", ["hospital", "schoolyard", "estate"])
def test_cases_with_organisations_guardians_helpers_and_paper_play_from_link_to_verdict(
    rehearsed: dict[str, Any], case: str
) -> None:
    out = rehearsed["folder"] / case
    played = hejie("rehearse", "--url", rehearsed["url"], "--out", str(out), "--case", case, "--json")
    assert played.returncode == 0, played.stdout + played.stderr
    (room,) = msgspec.json.decode((out / "rehearsal.json").read_bytes())["rooms"]
    signed_by_hand = case == "estate"
    assert set(room["verdicts"].values()) == (set() if signed_by_hand else {"valid"})
    signed = {name[4:-4] for name in room["verdicts"]}
    assert signed == set() if signed_by_hand else {"agreement", "minutes"} | PAPERS == signed


@pytest.mark.parametrize("harm", ["altered byte", "trailing bytes", "truncated", "appended page"])
def test_a_harmed_file_is_refused_with_a_reason(rehearsed: dict[str, Any], tmp_path: Path, harm: str) -> None:
    whole = rehearsed["files"][0].read_bytes()
    harmed = tmp_path / "harmed.pdf"
    if harm == "altered byte":
        at = len(whole) // 3
        harmed.write_bytes(whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :])
    elif harm == "trailing bytes":
        harmed.write_bytes(whole + b"\n% one more line\n")
    elif harm == "truncated":
        harmed.write_bytes(whole[: len(whole) - 2000])
    else:
        harmed.write_bytes(whole + appended_page(whole))
    answer = hejie("verify", str(harmed), "--trust", str(rehearsed["root"]), "--json")
    report = msgspec.json.decode(answer.stdout)
    assert answer.returncode == 1
    assert report["verdict"] == "invalid"
    assert report["reasons"], "an invalid file must say why"


def appended_page(whole: bytes) -> bytes:
    """An incremental update by hand that puts a new, empty page into the page tree."""
    size = int(re.findall(rb"/Size (\d+)", whole)[-1])
    previous = int(re.findall(rb"startxref\s+(\d+)", whole)[-1])
    root = int(re.findall(rb"/Root (\d+) 0 R", whole)[-1])
    found = list(re.finditer(rb"(?m)^(\d+) 0 obj\s*<<[^>]*?/Type\s*/Pages", whole))
    pages = int(found[-1].group(1)) if found else root
    objects = [
        (pages, b"<</Type/Pages/Count 1/Kids[%d 0 R]>>" % size),
        (size, b"<</Type/Page/Parent %d 0 R/MediaBox[0 0 595 842]>>" % pages),
    ]
    out, table, start = b"", b"xref\n", len(whole)
    for number, content in objects:
        table += b"%d 1\n%010d 00000 n \n" % (number, start + len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    end = b"trailer\n<</Size %d/Prev %d/Root %d 0 R>>\nstartxref\n%d\n%%%%EOF\n"
    return out + table + end % (size + 1, previous, root, start + len(out))


def test_poppler_finds_every_signature_valid(rehearsed: dict[str, Any]) -> None:
    for file in rehearsed["files"]:
        answer = subprocess.run(["pdfsig", "-nocert", file], capture_output=True, text=True)
        judged = answer.stdout.split("Signature #")[1:]
        signed = [text for text in judged if "ETSI.CAdES.detached" in text]  # it cannot judge time-stamps
        assert len(signed) == signed_by(file), answer.stdout
        assert all("Signature Validation: Signature is Valid." in text for text in signed), answer.stdout


def signatures(whole: bytes) -> Iterator[tuple[bytes, bytes]]:
    """(CMS, signed bytes) of each signature dictionary, in the order of the file."""
    for found in re.finditer(rb"/ByteRange\s*\[\s*(\d+)\s+(\d+)\s+(\d+)\s+(\d+)\s*\]", whole):
        a, b, c, d = (int(number) for number in found.groups())
        hexed = whole[a + b : c].strip(b"<> \n\r")
        yield bytes.fromhex(hexed.decode()), whole[a : a + b] + whole[c : c + d]


def test_openssl_verifies_each_signature_and_each_token(rehearsed: dict[str, Any], tmp_path: Path) -> None:
    for file in rehearsed["files"]:
        tokens = 0
        for der, covered in signatures(file.read_bytes()):
            _, _, _, header, body, _ = parser.parse(der)  # zeros pad it
            whole = header + body
            content = cms.ContentInfo.load(whole)
            (tmp_path / "cms.der").write_bytes(whole)
            (tmp_path / "data").write_bytes(covered)
            if content["content"]["encap_content_info"]["content_type"].native == "tst_info":
                judge_token(rehearsed, tmp_path, whole, covered)
                tokens += 1
                continue
            signer = content["content"]["signer_infos"][0]
            stamps = [a for a in signer["unsigned_attrs"] if a["type"].native == "signature_time_stamp_token"]
            token = stamps[0]["values"][0].dump()
            judge_token(rehearsed, tmp_path, token, signer["signature"].native)
            tokens += 1
            command = ["openssl", "cms", "-verify", "-cades", "-binary", "-inform", "DER", "-in", tmp_path / "cms.der"]
            command += ["-content", tmp_path / "data", "-CAfile", rehearsed["root"], "-out", "/dev/null"]
            command += ["-certfile", rehearsed["issuing"], "-purpose", "any", "-attime", str(token_time(token))]
            answer = subprocess.run(command, capture_output=True, text=True)
            assert answer.returncode == 0, (file.name, signer["sid"].native, answer.stderr)
        assert tokens == signed_by(file) + 1, file.name  # and the document time-stamp


def token_time(token: bytes) -> int:
    signed = cms.ContentInfo.load(token)["content"]
    info = tsp.TSTInfo.load(signed["encap_content_info"]["content"].contents)
    moment: datetime = info["gen_time"].native
    return int(moment.timestamp()) + 1


def judge_token(rehearsed: dict[str, Any], tmp_path: Path, token: bytes, data: bytes) -> None:
    (tmp_path / "token.der").write_bytes(token)
    (tmp_path / "stamped").write_bytes(data)
    command = ["openssl", "ts", "-verify", "-token_in", "-in", tmp_path / "token.der", "-data", tmp_path / "stamped"]
    command += ["-CAfile", rehearsed["root"], "-untrusted", rehearsed["issuing"]]
    answer = subprocess.run(command, capture_output=True, text=True)
    assert answer.returncode == 0, answer.stderr
    assert "Verification: OK" in answer.stdout + answer.stderr


def test_qpdf_finds_nothing_to_complain_about(rehearsed: dict[str, Any]) -> None:
    for file in rehearsed["files"]:
        answer = subprocess.run(["qpdf", "--check", file], capture_output=True, text=True)
        assert answer.returncode == 0, answer.stdout + answer.stderr
