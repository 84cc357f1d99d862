"""The page that verifies without a server is never laxer than the strict verdict; the short version of
`python -m tests.attacks.offline`."""

import io
import random
import re
import zlib
from datetime import datetime
from pathlib import Path
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

import pytest

from documents import report
from documents.disclosure import ByField, Closed, Disclosure, Opened, Shown, Stamped, Whole, write_disclosure
from documents.packet_report import verify_packet
from documents.verify import verify
from tests.attacks.benign import twins
from tests.attacks.cases import cases
from tests.attacks.lab import Lab, finish
from tests.attacks.offline import Row, asked, compared, golden, job, mutants, table
from tests.attacks.zips import Zip
from tests.documents.packing import AGREEMENT, SCAN, Packed, packed
from tests.documents.test_judgement import stamped_abroad
from tests.documents.test_packet_report import LIES, lie
from tests.foreign import far, pem

CAREFUL: frozenset[str] = frozenset()
"""Files that Python calls valid and the page does not, each with its reason; none is known."""
BREAKS = Path(__file__).parents[2] / "static" / "src" / "verdict" / "breaks.ts"


def laxer(rows: list[Row]) -> list[Row]:
    print(table(rows))
    return [row for row in rows if row.verdict == "laxer"]


@pytest.mark.timeout(180)
def test_page_calls_no_attack_and_no_mutant_valid(lab: Lab, tmp_path: Path) -> None:
    rows = compared([*cases(lab, each=1), *mutants(lab, 80, 20261123)], lab, tmp_path)
    assert laxer(rows) == []
    assert sum(row.python != "valid" for row in rows) > 100
    assert sum(row.verdict == "agree" for row in rows) > 0.9 * len(rows)  # more careful, not blind


@pytest.mark.timeout(180)
def test_page_calls_valid_what_is_valid(lab: Lab, tmp_path: Path) -> None:
    rows = compared([*twins(lab, (1, 3)), *golden()], lab, tmp_path)
    assert laxer(rows) == []
    assert {row.name for row in rows if row.verdict == "careful"} <= CAREFUL
    assert sum(row.page == "valid" for row in rows) >= 8


@pytest.mark.timeout(120)
@pytest.mark.tools
@pytest.mark.parametrize("kind", ["ec", "rsa2048"])
async def test_page_judges_time_stamps_of_others_as_python_does(tmp_path: Path, kind: str) -> None:
    with far(tmp_path / "far", kind) as foreign:
        ceremony, pdf = await stamped_abroad(foreign, tmp_path)
        now, both = ceremony.clock(), [ceremony.authority.root_pem, pem(foreign.root)]
        jobs = [job(tmp_path, pdf, trust, now) for trust in ([], both[:1], both)]
        words = [answer["verdict"] for answer in asked(jobs, tmp_path)]
        assert words == [verify(pdf, trust, now).verdict for trust in ([], both[:1], both)]
        assert words[2] == "valid"


@pytest.mark.timeout(180)
def test_page_names_the_member_of_a_packet_that_was_changed(lab: Lab, tmp_path: Path) -> None:
    made: Packed = finish(packed(lab.three.ceremony, lab.three.pdf))
    now: datetime = made.now
    zips = [("", made.zip)]
    for path, content in made.members.items():
        at = len(content) // 2
        changed = content[:at] + bytes([content[at] ^ 1]) + content[at + 1 :]
        zips.append((path, made.without(path, **{path: changed})))
        zips.append((path, made.without(path)))
    zips.append(("extra.txt", made.without(**{"extra.txt": b"more"})))
    answers = asked([job(tmp_path, data, made.trust, now, packet=True) for _, data in zips], tmp_path)
    assert answers[0]["verdict"] == "valid", answers[0]
    for (path, data), answer in zip(zips, answers, strict=True):
        ours = verify_packet(data, made.trust, now)
        assert answer["verdict"] == ours.verdict, (path, answer)
        assert {(code, detail) for code, detail in answer["reasons"]} == {
            (each.code, each.detail) for each in ours.reasons
        }
        assert not path or any(detail == path for _, detail in answer["reasons"]), (path, answer)
    folder = io.BytesIO()
    with ZipFile(folder, "w", ZIP_DEFLATED) as again:
        for path, content in made.members.items():
            again.writestr(f"folder/{path}", content)
    assert verify_packet(folder.getvalue(), made.trust, now).verdict == "valid"
    assert asked([job(tmp_path, folder.getvalue(), made.trust, now, packet=True)], tmp_path)[0]["verdict"] == "valid"
    lies = [Zip.of(made.members, method=8)]
    for path in (SCAN, AGREEMENT):  # bytes behind the end of what was deflated
        packer = zlib.compressobj(9, zlib.DEFLATED, -15)
        data = packer.compress(made.members[path]) + packer.flush() + b"x"
        rest = {name: content for name, content in made.members.items() if name != path}
        lying = Zip()
        for name, content in rest.items():
            lying.add(name, content, method=8)
        lies.append(lying.raw(path, data, made.members[path], method=8).end())
    chance = random.Random(20261123)
    for _ in range(8):
        at = chance.randrange(len(made.zip) - 1200, len(made.zip))
        lies.append(made.zip[:at] + bytes([made.zip[at] ^ 1 << chance.randrange(8)]) + made.zip[at + 1 :])
    for data, answer in zip(
        lies, asked([job(tmp_path, each, made.trust, now, packet=True) for each in lies], tmp_path), strict=True
    ):
        assert answer["verdict"] == verify_packet(data, made.trust, now).verdict, answer
    unknown = asked([job(tmp_path, made.zip, [], now, packet=True)], tmp_path)
    assert unknown[0]["verdict"] == "unknown_issuer"


@pytest.mark.timeout(180)
def test_page_holds_a_manifest_against_what_is_proven_as_python_does(lab: Lab, tmp_path: Path) -> None:
    entries = [
        Shown(40, "2026-11-20T08:00:00Z", "ceremony.sign", "x", "00" * 32, body, 0, [], [])
        for body in (
            Closed("11" * 32),
            Whole("22" * 16, {"n": 1, "名": [True, None]}),
            ByField({"a": Opened("33" * 32, {"b": "乙"})}, ["44" * 32]),
        )
    ]
    stamped = Stamped(41, "cd" * 32, "22" * 32, 0, 1, [], "AAAA")
    heads = [(41, "cd" * 32), (41, "ee" * 32), (40, "cd" * 32), (39, "cd" * 32)]
    shown = [({}, (seq, head), entries[0]) for seq, head in heads]
    shown += [({}, (40, one.hash("cas_1")), one) for one in entries]
    asks: list[tuple[dict[str, Any], tuple[int, str] | None, Shown]] = [(one, None, entries[0]) for one in LIES]
    zips, now, trust = [], lab.three.ceremony.clock(), [lab.three.ceremony.authority.root_pem]
    for facts, journal, entry in [*asks, *shown]:
        told = {"journal": {"seq": journal[0], "head": journal[1]}} if journal else facts
        extract = write_disclosure(Disclosure("cas_1", [entry], [stamped], [], [], [], []))
        zips.append(finish(packed(lab.three.ceremony, lab.three.pdf, {"13_摘录.json": extract}, lie(**told))).zip)
    answers = asked([job(tmp_path, each, trust, now, packet=True) for each in zips], tmp_path)
    theirs = [verify_packet(each, trust, now) for each in zips]
    assert [{(code, detail) for code, detail in one["reasons"]} for one in answers] == [
        {(each.code, each.detail) for each in one.reasons} for one in theirs
    ]
    assert [one["verdict"] for one in answers] == [one.verdict for one in theirs]
    assert {one.verdict for one in theirs} == {"valid", "invalid"}


def test_both_languages_have_the_same_reasons() -> None:
    listed = re.findall(r"'(\w+)', '(\w+)',\s*'([\w ]+)'", BREAKS.read_text(encoding="utf-8").partition("LISTED")[2])
    here = {code: (check, verdict) for check, verdict, codes in listed for code in codes.split()}
    assert here.pop("not_understood") == ("unchanged", "cannot_tell")
    assert here == report.BREAKS
