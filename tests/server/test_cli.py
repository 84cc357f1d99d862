"""The command, as people use it: a real process."""

import asyncio
import json
import os
import signal
import socket
import sqlite3
import ssl
import subprocess
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from datetime import UTC, datetime
from pathlib import Path

import aiohttp
import pytest

from server.cli import main
from server.commands import tls_context
from server.custody import open_authority
from server.lan import issue_tls
from server.settings import HttpOptions, Settings

ROOT = Path(__file__).parents[2]


def environment(data: Path, **more: str) -> dict[str, str]:
    """The machine's, without settings but these."""
    plain = {key: value for key, value in os.environ.items() if not key.startswith("HEJIE_")}
    return plain | {"HEJIE_DATA": str(data), "HEJIE_DEMO": "1", "HEJIE_PORT": "0"} | more


@asynccontextmanager
async def serving(data: Path) -> AsyncIterator[tuple[Process, str, list[str]]]:
    """A server process, its address and the lines it printed."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "server.cli", "serve", cwd=ROOT, env=environment(data), stdout=PIPE, stderr=PIPE
    )
    assert process.stdout is not None
    lines: list[str] = []
    try:
        while not lines or "/demo" not in lines[-1] or "enter" in lines[-1]:
            line = (await process.stdout.readline()).decode()
            if not line:
                raise AssertionError((await process.communicate())[1].decode())
            if line.strip():
                lines.append(line.strip())
        yield process, lines[0].rsplit(" ", 1)[1], lines
    finally:
        if process.returncode is None:
            process.kill()
        await process.communicate()


@pytest.mark.timeout(60)  # two starts of a whole process, on a busy machine too
async def test_serve_prints_a_link_per_role_and_keeps_everything_through_kill_9(tmp_path: Path) -> None:
    async with serving(tmp_path / "var") as (process, base, lines), aiohttp.ClientSession() as http:
        assert [name in "".join(lines) for name in ("顾明华", "林秀珍", "陈国栋", "法院")] == [True] * 4
        async with http.get(f"{base}/readyz") as answer:
            assert answer.status == 200
        async with http.post(f"{base}/api/demo/cases", json={"case": "leak"}) as answer:
            made = await answer.json()
        os.kill(process.pid, signal.SIGKILL)
        await process.wait()
    async with serving(tmp_path / "var") as (process, base, again), aiohttp.ClientSession() as http:
        async with http.post(f"{base}/api/login", json=made["login"]) as answer:
            assert answer.status == 200
        assert len(again) == len(lines)
        process.send_signal(signal.SIGTERM)
        assert await asyncio.wait_for(process.wait(), 10) == 0
    with closing(sqlite3.connect(tmp_path / "var" / "hejie.sqlite3")) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)


LOOKS = """
import gc, os, signal, sys, threading, time
from server.cli import main

def look():
    while not gc.get_freeze_count():
        time.sleep(0.05)
    time.sleep(0.5)
    print("aside:", gc.get_freeze_count(), len(gc.get_objects()), flush=True)
    os.kill(os.getpid(), signal.SIGTERM)

threading.Thread(target=look, daemon=True).start()
sys.exit(main(["serve"]))
"""


@pytest.mark.timeout(60)
def test_what_the_start_made_is_no_work_for_the_collector_while_people_talk(tmp_path: Path) -> None:
    """A full collection of all of it stops every voice for over a tenth of a second."""
    done = subprocess.run(
        [sys.executable, "-c", LOOKS], cwd=ROOT, env=environment(tmp_path / "var"), capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    [told] = [line for line in done.stdout.splitlines() if line.startswith("aside:")]
    aside, looked_at = map(int, told.split()[1:])
    assert aside > 50_000 and looked_at < aside / 20


def test_wrong_settings_are_all_told_and_nothing_starts(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("HEJIE_PORT", "x")
    monkeypatch.setenv("HEJIE_DEMO", "maybe")
    assert main(["serve"]) == 1
    told = capsys.readouterr().err
    assert "HEJIE_PORT: expected a port, 0 to 65535" in told and "HEJIE_DEMO: expected 0 or 1" in told


def test_a_port_in_use_is_said_plainly(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path, unused_tcp_port: int
) -> None:
    with closing(socket.create_server(("127.0.0.1", unused_tcp_port))):
        for key, value in environment(tmp_path / "var", HEJIE_PORT=str(unused_tcp_port)).items():
            monkeypatch.setenv(key, value)
        assert main(["serve"]) == 1
    assert "cannot listen" in capsys.readouterr().err


def test_a_real_centre_is_not_founded_without_a_passphrase(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    for key, value in environment(tmp_path / "var", HEJIE_DEMO="0").items():
        monkeypatch.setenv(key, value)
    assert main(["serve"]) == 1
    assert "HEJIE_CA_PASSPHRASE" in capsys.readouterr().err


def test_the_doctor_answers_with_its_exit_code(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    for key, value in environment(tmp_path / "var", HEJIE_STATIC=str(tmp_path)).items():
        monkeypatch.setenv(key, value)
    assert main(["doctor"]) == 1
    out = capsys.readouterr().out
    assert "✗ browser app" in out and "npm run build" in out


def test_demo_links_need_a_demo(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    monkeypatch.setenv("HEJIE_DATA", str(tmp_path / "var"))
    assert main(["demo-links"]) == 1
    assert "no demo yet" in capsys.readouterr().err


@pytest.mark.parametrize("words", [["backup", "x"], ["restore", "x", "y"]])
def test_the_backup_of_postgresql_is_pg_dumps(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path, words: list[str]
) -> None:
    monkeypatch.setenv("HEJIE_DATA", str(tmp_path / "var"))
    monkeypatch.setenv("HEJIE_DATABASE", "postgresql://hejie:open-sesame@127.0.0.1/hejie")
    assert main(words) == 1
    said = capsys.readouterr().err
    assert "pg_dump" in said and "open-sesame" not in said and not (tmp_path / "var").exists()


async def test_verify_judges_like_the_offline_verifier(tmp_path: Path) -> None:
    file = tmp_path / "x.pdf"
    file.write_bytes(b"this is no PDF")
    # A process of its own: the verifier bounds its memory and time for good.
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "server.cli", "verify", str(file), cwd=ROOT, stdout=PIPE, stderr=PIPE
    )
    await process.communicate()
    assert process.returncode == 2


async def test_rehearse_against_nobody_is_a_broken_promise(tmp_path: Path) -> None:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "server.cli", "rehearse", "--url", "http://127.0.0.1:9", "--out", str(tmp_path), "--json",
        cwd=ROOT, stdout=PIPE, stderr=PIPE,
    )  # fmt: skip
    out, _ = await process.communicate()
    assert process.returncode == 1
    assert json.loads(out)["ok"] is False


def test_https_serves_the_chain_it_was_given(tmp_path: Path) -> None:
    settings = Settings(data=tmp_path, demo=True)
    assert tls_context(settings) is None
    certificate, key = issue_tls(open_authority(settings), "127.0.0.1", datetime.now(UTC))
    (tmp_path / "cert.pem").write_bytes(certificate)
    (tmp_path / "key.pem").write_bytes(key)
    context = tls_context(Settings(http=HttpOptions(tls_cert=tmp_path / "cert.pem", tls_key=tmp_path / "key.pem")))
    assert context is not None and context.minimum_version == ssl.TLSVersion.TLSv1_2
