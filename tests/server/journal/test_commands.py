"""`hejie journal`: what a clerk reads, what comes back, and what an attacker with the database can and cannot hide."""

import json
import re
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from server.commands import parser
from server.custody import read_authority
from server.journal import commands
from server.journal.choosing import FIELDS
from server.journal.reading import read_chains, read_released
from server.settings import Settings
from server.store.chain import Entry, tombstones
from tests.actors import START
from tests.server.store.test_chain import written_anew

pytestmark = pytest.mark.timeout(90)
"""The first test of a run plays a whole ceremony."""
ID = re.compile(r"[a-z]{3}_[a-z2-7]{20}")
Hejie = Callable[..., tuple[int, str, str]]


@pytest.fixture
def hejie(signed: Settings, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Hejie:
    """The command on a copy of a centre that is not running: exit code, what it says, what it complains of."""
    monkeypatch.setattr(commands, "_now", lambda: START + timedelta(hours=1))

    def run(*words: object) -> tuple[int, str, str]:
        options = parser().parse_args(["journal", *map(str, words)])
        code = commands.run(options, signed)
        said = capsys.readouterr()
        return code, said.out, said.err

    return run


@pytest.fixture
def case(signed: Settings) -> str:
    """The one that was signed."""
    return read_released(signed.database)[0][0]


def chain_of(settings: Settings, case: str) -> list[Entry]:
    return dict(read_chains(settings.database))[case]


def rewrite(settings: Settings, case: str, entries: list[Entry]) -> None:
    """By somebody who holds the database: the guards taken away, every row another."""
    with closing(sqlite3.connect(settings.database)) as connection, connection:
        for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            connection.execute(f"DROP TRIGGER {name}")
        connection.execute("DELETE FROM journal_bodies WHERE case_id = ?", (case,))
        connection.execute("DELETE FROM journal WHERE case_id = ?", (case,))
        for one in entries:
            at = one.at.strftime("%Y-%m-%dT%H:%M:%S.%fZ")
            row = (case, one.seq, at, one.kind, one.actor, one.body_hash, one.previous, one.hash)
            connection.execute("INSERT INTO journal VALUES (?, ?, ?, ?, ?, ?, ?, ?)", row)
            if one.body is not None:
                kept = (case, one.seq, one.salt, one.body, one.form)
                connection.execute("INSERT INTO journal_bodies VALUES (?, ?, ?, ?, ?)", kept)


def number_of(settings: Settings, case: str) -> str:
    with closing(sqlite3.connect(settings.database)) as connection:
        return str(connection.execute("SELECT number FROM cases WHERE id = ?", (case,)).fetchone()[0])


def test_a_centre_as_it_is_is_whole_in_words_and_in_json(hejie: Hejie, signed: Settings, case: str) -> None:
    code, said, _ = hejie("verify")
    assert code == 0 and said.startswith("完整的存证日志") and len(said.splitlines()) == 1
    code, said, _ = hejie("verify", number_of(signed, case), "--lang", "en")
    assert code == 0 and said.startswith("1 journals whole, ")
    code, said, _ = hejie("verify", case, "--json")
    found = json.loads(said)
    assert code == 0 and found["whole"] and [one["case"] for one in found["cases"]] == [case]
    assert found["cases"][0]["anchored"] == found["cases"][0]["entries"] > 20 and found["stamps"] > 0


def test_what_is_not_there_is_misuse(hejie: Hejie, tmp_path: Path) -> None:
    (tmp_path / "x").write_bytes(b"%PDF-1.7 nothing")
    for words in (
        ("verify", "cas_nobody"),
        ("verify", "--anchors", tmp_path / "x"),
        ("verify", "--file", tmp_path / "x"),
        ("verify", "--anchors", tmp_path / "none"),
        ("erase", "cas_nobody", 1, "--rule", "r"),
    ):
        code, said, complaint = hejie(*words)
        assert (code, said) == (2, "") and complaint.startswith("journal: "), words


def test_one_entry_altered_is_named(hejie: Hejie, signed: Settings, case: str) -> None:
    entries = chain_of(signed, case)
    rewrite(signed, case, [*entries[:6], replace(entries[6], actor="acc_forged"), *entries[7:]])
    code, said, _ = hejie("verify")
    assert code == 1 and said.splitlines()[0].startswith(f"{case}：第7条被改动过")


def test_a_history_written_anew_cannot_be_hidden(hejie: Hejie, signed: Settings, case: str, tmp_path: Path) -> None:
    """Not beside the anchors; nor, when those are gone as well, beside the signed file or the anchors elsewhere."""
    out, pdf = tmp_path / "anchors.json", tmp_path / "brought.pdf"
    assert hejie("anchors", "--out", out)[0] == 0
    assert hejie("anchors", "--out", out)[0] == 2, "nothing is written over"
    pdf.write_bytes(next(one.read_bytes() for one in signed.blobs.rglob("*") if one.name == released(signed, case)))
    assert hejie("verify", "--file", pdf, "--anchors", out)[::2] == (0, "")
    entries = chain_of(signed, case)
    rewrite(signed, case, written_anew([*entries[:6], replace(entries[6], actor="acc_forged"), *entries[7:]]))
    code, said, _ = hejie("verify", "--lang", "en")
    assert code == 1 and "what follows is not what was time-stamped then" in said.splitlines()[0]
    with closing(sqlite3.connect(signed.database)) as connection, connection:
        connection.execute("DELETE FROM journal_anchor_heads")
        connection.execute("DELETE FROM journal_anchors")
    code, said, _ = hejie("verify", "--lang", "en", "--anchors", out)
    assert code == 1 and said.splitlines()[0].startswith(f"{case}: entry 7 and what follows is not what")
    assert "is gone from the database" in said
    code, said, _ = hejie("verify", "--lang", "en")
    assert code == 1 and "beside the signed file" in said.splitlines()[0]
    for one in signed.blobs.rglob("*"):
        if one.is_file():
            one.unlink()
    assert hejie("verify")[0] == 0, "who holds all of it can rewrite all of it: therefore something is kept elsewhere"
    code, said, _ = hejie("verify", case, "--file", pdf)
    assert code == 1 and "与已签署的文件brought.pdf不符" in said


def released(settings: Settings, case: str) -> str:
    return next(digest for name, digest in read_released(settings.database) if name == case)


def test_an_end_that_is_gone_is_missed(hejie: Hejie, signed: Settings, case: str) -> None:
    entries = chain_of(signed, case)
    rewrite(signed, case, entries[:-2])
    code, said, _ = hejie("verify", case, "--lang", "en")
    assert code == 1 and f"entry {len(entries) - 1} ({len(entries)} at the latest) and what followed is gone" in said


def test_a_disclosure_is_judged_by_the_offline_verifier(
    hejie: Hejie, signed: Settings, case: str, tmp_path: Path
) -> None:
    out = tmp_path / "disclosure.json"
    code, _, complaint = hejie("disclose", case, "--kinds", "table.offered", "--out", out)
    assert code == 2 and "table.offered. These are: session.open" in complaint and not out.exists()
    code, _, complaint = hejie("disclose", case, "--about", "pty_nobody", "--out", out)
    assert code == 2 and "no entry of these kinds, or about these people" in complaint and not out.exists()
    code, said, complaint = hejie("disclose", number_of(signed, case), "--out", out)
    assert code == 0 and " entries, " in said, complaint
    found = json.loads(out.read_bytes())
    kinds = {one["kind"] for one in found["entries"]}
    assert kinds >= {"seat.consented", "party.identified", "clause.confirm", "ceremony.confirm", "ceremony.sign"}
    assert len(found["heads"]) == 2, "the heads in the signed files"
    text = out.read_text("utf-8")
    entries = chain_of(signed, case)
    told = [f"{case}{one['actor']}{one['seq']}" for one in found["entries"]]
    for one in found["entries"]:
        body = json.loads(entries[one["seq"] - 1].body or "")
        told += [json.dumps(body[name]) for name in FIELDS[one["kind"]] & body.keys()]
    elsewhere = set(ID.findall(str(entries))) - set(ID.findall(str(told)))
    assert len(elsewhere) > 2 and not any(one in text for one in elsewhere)
    for entry in entries:
        assert entry.salt is None or entry.salt not in text
        if entry.kind not in kinds:
            assert entry.kind not in text
        for secret in ("chamber", "terms", "forwarded", "enrolment"):
            assert f'"{secret}"' not in text


def judged(*words: object) -> tuple[int, str]:
    """By the offline verifier, as a court runs it."""
    done = subprocess.run(
        [sys.executable, "-m", "documents", "verify", *map(str, words)], capture_output=True, text=True, check=False
    )
    return done.returncode, done.stdout + done.stderr


def test_a_court_judges_a_disclosure_offline(hejie: Hejie, signed: Settings, case: str, tmp_path: Path) -> None:
    out, root, pdf = tmp_path / "disclosure.json", tmp_path / "root.pem", tmp_path / "signed.pdf"
    person = next(one.actor for one in chain_of(signed, case) if one.kind == "ceremony.sign")
    assert hejie("disclose", case, "--about", person, "--out", out)[0] == 0
    root.write_bytes(read_authority(signed).root_pem)
    pdf.write_bytes(next(one.read_bytes() for one in signed.blobs.rglob("*") if one.name == released(signed, case)))
    at = ("--at", f"{START + timedelta(days=1):%Y-%m-%dT%H:%M:%SZ}", "--trust", root)
    code, said = judged(out, *at, "--signed", pdf)
    assert code == 0 and said.startswith("成立：") and "逐条确认" in said and "签署文件中的日志值" in said, said
    assert person in said
    code, said = judged(out, *at, "--lang", "en", "--json")
    assert code == 0 and {one["kind"] for one in json.loads(said)["entries"]} >= {"ceremony.sign", "clause.confirm"}
    assert judged(out, *at[:2])[0] == 1
    out.write_bytes(out.read_bytes().replace(b"present", b"waiting", 1).replace(b"seen", b"none", 1))
    code, said = judged(out, *at, "--lang", "en")
    assert code == 1 and "altered" in said
    out.write_bytes(b"{}")
    assert judged(out, *at)[0] == 2


def test_what_was_erased_by_rule_is_told_and_all_the_rest_holds(
    hejie: Hejie, signed: Settings, case: str, tmp_path: Path
) -> None:
    entries = chain_of(signed, case)
    seq = next(one.seq for one in entries if one.kind == "party.identified")
    assert hejie("erase", case, seq, "--rule", "Mr Lin asked")[0] == 2
    code, said, _ = hejie("erase", case, seq, "--rule", "retention-5y")
    assert code == 0 and "Backups made before still hold it" in said
    after = chain_of(signed, case)
    assert tombstones(after) == {seq: entries[seq - 1].body_hash} and after[seq - 1].body is None
    assert json.loads(after[-1].body or "") == {
        "seq": seq, "body_hash": entries[seq - 1].body_hash, "class": "party", "rule": "retention-5y",
    }  # fmt: skip
    assert (entries[seq - 1].salt or "").encode() not in b"".join(
        one.read_bytes() for one in signed.data.glob("hejie.sql*")
    )
    assert hejie("verify")[0] == 0
    assert hejie("erase", case, seq, "--rule", "r")[0] == 2 and hejie("erase", case, len(after), "--rule", "r")[0] == 2
    with closing(sqlite3.connect(signed.database)) as connection, connection:
        connection.execute("DELETE FROM journal_bodies WHERE case_id = ? AND seq = 1", (case,))
    code, _, complaint = hejie("disclose", case, "--out", tmp_path / "none.json")
    assert code == 1 and "the journal is not what it was (1: body (missing))" in complaint
    code, said, _ = hejie("verify", "--lang", "en")
    assert code == 1 and "entry 1 has lost its content, and no entry says that it was erased" in said
