import argparse
import asyncio
import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from documents import filing_copy
from documents.command import verify_arguments, verify_command
from tests.documents.conftest import Sealed
from tests.documents.packing import SCAN, packed
from tests.documents.texts import FONTS

ROOT = Path(__file__).parents[2]
AT = "2026-11-20T09:00:00Z"


@pytest.fixture
def files(sealed: Sealed, tmp_path: Path) -> Path:
    (tmp_path / "good.pdf").write_bytes(sealed.pdf)
    (tmp_path / "cut.pdf").write_bytes(sealed.pdf[:-50])
    (tmp_path / "text.txt").write_text("no PDF")
    (tmp_path / "root.pem").write_bytes(sealed.ceremony.authority.root_pem)
    return tmp_path


def command(*arguments: str) -> int:
    parser = argparse.ArgumentParser()
    verify_arguments(parser)
    return verify_command(parser.parse_args([*arguments, "--at", AT]))


def test_exit_code_zero_means_valid(files: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert command(str(files / "good.pdf"), "--trust", str(files / "root.pem")) == 0
    assert capsys.readouterr().out.startswith("结论：有效\n")


def test_any_other_verdict_is_one(files: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert command(str(files / "good.pdf"), "--lang", "en") == 1
    assert "no_trust" in capsys.readouterr().out
    assert command(str(files / "cut.pdf"), "--trust", str(files / "root.pem"), "--json") == 1
    assert json.loads(capsys.readouterr().out)["verdict"] == "invalid"


@pytest.mark.parametrize(
    ("arguments", "word"),
    [
        (["text.txt"], "unreadable_pdf"),
        (["none.pdf"], "cannot_read"),
        (["good.pdf", "--trust", "none.pem"], "cannot_read"),
        (["good.pdf", "--trust", "text.txt"], "misuse"),
        (["good.pdf", "--at", "2026-11-20T09:00:00"], "misuse"),
        (["good.pdf", "--at", "tomorrow"], "misuse"),
    ],
)
def test_misuse_is_two(
    files: Path, arguments: list[str], word: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(files)
    parser = argparse.ArgumentParser()
    verify_arguments(parser)
    assert verify_command(parser.parse_args(arguments)) == 2
    captured = capsys.readouterr()
    assert word in captured.err and captured.out == ""


def test_the_module_reads_standard_input_and_prints_json(files: Path, sealed: Sealed) -> None:
    done = subprocess.run(
        [sys.executable, *"-W error -m documents verify - --json --at".split(), AT, "--trust", files / "root.pem"],
        input=sealed.pdf,
        capture_output=True,
        cwd=ROOT,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, b"")
    assert json.loads(done.stdout)["verdict"] == "valid"


def test_the_module_without_arguments_explains_itself() -> None:
    done = subprocess.run([sys.executable, "-m", "documents"], capture_output=True, cwd=ROOT, check=False)
    assert done.returncode == 2
    assert b"verify" in done.stderr


def test_what_is_too_large_names_the_limit(
    files: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("documents.limits.MAX_FILE", 100)
    assert command(str(files / "good.pdf")) == 2
    assert "limit: more than 100 bytes" in capsys.readouterr().err


ALONE = """
import runpy, sys
for name in ("server", "signaling", "aiohttp", "sqlalchemy", "socketio", "aiortc", "pyhanko", "pyhanko_certvalidator"):
    sys.modules[name] = None  # importing it raises ImportError
def guard(event, arguments):
    if event.startswith(("socket.", "urllib.")) or event in ("subprocess.Popen", "os.fork", "os.system"):
        raise PermissionError(event)
sys.addaudithook(guard)
sys.argv = ["documents", *sys.argv[1:]]
runpy.run_module("documents", run_name="__main__", alter_sys=True)
"""


def test_the_verifier_needs_only_its_own_package_and_no_network(
    files: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """The package copied alone into an empty directory; server, network and other processes out of reach."""
    alone = tmp_path_factory.mktemp("alone")
    shutil.copytree(ROOT / "documents", alone / "documents", ignore=shutil.ignore_patterns("__pycache__"))
    done = subprocess.run(
        [
            sys.executable,
            "-W",
            "error",
            "-c",
            ALONE,
            "verify",
            files / "good.pdf",
            "--at",
            AT,
            "--trust",
            files / "root.pem",
        ],
        capture_output=True,
        cwd=alone,
        check=False,
        env={"PATH": "/usr/bin", "PYTHONUTF8": "1"},
    )
    assert (done.returncode, done.stderr) == (0, b"")
    assert done.stdout.decode().startswith("结论：有效\n")


def test_a_copy_is_judged_with_its_original_from_two_files_or_one_stream(
    laid_and_sealed: Sealed, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    original, root = tmp_path / "original.pdf", tmp_path / "root.pem"
    original.write_bytes(laid_and_sealed.pdf)
    root.write_bytes(laid_and_sealed.trust[0])
    copy = tmp_path / "copy.pdf"
    copy.write_bytes(filing_copy(laid_and_sealed.pdf, FONTS))
    (tmp_path / "both").write_bytes(original.read_bytes() + copy.read_bytes())
    fonts = ("--fonts", str(FONTS.regular_path.parent), "--trust", str(root))
    assert command(str(original), "--copy", str(copy), *fonts) == 0
    assert f"提交副本与原件 {laid_and_sealed.ceremony.text.number} 一致，原件有效。" in capsys.readouterr().out
    length = str(len(laid_and_sealed.pdf))
    assert command(str(tmp_path / "both"), "--copy-after", length, *fonts) == 0
    capsys.readouterr()
    assert command(str(copy), *fonts) == 1
    assert "提交副本" in capsys.readouterr().out
    assert command(str(tmp_path / "both"), "--copy-after", "999999999", *fonts) == 2
    assert command(str(original), "--copy", str(copy), *fonts[2:], "--fonts", str(tmp_path)) == 2
    assert "font_unavailable" in capsys.readouterr().err


def test_a_packet_is_judged_from_a_file_or_a_stream(files: Path, laid_and_sealed: Sealed, tmp_path: Path) -> None:
    one = asyncio.run(packed(laid_and_sealed.ceremony, laid_and_sealed.pdf))
    whole, less, root = tmp_path / "packet.zip", tmp_path / "less.zip", tmp_path / "own.pem"
    whole.write_bytes(one.zip)
    less.write_bytes(one.without(SCAN))
    root.write_bytes(one.trust[0])

    def run(*arguments: object, **given: Any) -> tuple[int, str, str]:
        words = [sys.executable, *"-W error -m documents verify".split(), *map(str, arguments), "--at", AT]
        done = subprocess.run([*words, "--trust", root], capture_output=True, cwd=ROOT, check=False, **given)
        return done.returncode, done.stdout.decode(), done.stderr.decode()

    code, said, _ = run(whole)
    assert code == 0 and said.startswith("材料包结论：有效：") and SCAN in said
    code, said, _ = run("-", "--json", input=one.zip)
    assert (code, json.loads(said)["form"], json.loads(said)["verdict"]) == (0, "packet", "valid")
    with less.open("rb") as opened:
        code, said, _ = run("-", "--lang", "en", stdin=opened)
    assert code == 1 and f"[member_missing] ({SCAN})" in said
    code, _, complaint = run(whole, "--copy", files / "good.pdf")
    assert code == 2 and "misuse: a packet has no filing copy" in complaint
