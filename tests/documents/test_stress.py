"""The hardest documents: everything is on the paper once, inside the margins, over nothing else, and reads as it was
given. And the signatures: wherever the text ends, a row stays whole and never stands on a page of its own."""

import re
import subprocess
from itertools import pairwise
from pathlib import Path

import pypdfium2
import pytest

from documents import ClauseText, DocumentText, MissingGlyphs, Section, Signatory, lay_out
from documents.compose import BOTTOM, LEFT, RIGHT, SIGNATURES, TOP, Plan, compose
from documents.fonts import load
from documents.paging import ARTIFACT, PagePlan
from tests.documents.pdfa_rules import violations
from tests.documents.pdfua_rules import check
from tests.documents.texts import CLAUSES, FONTS, case_two, long_case

RARE = "𠮷𬱖𬭊𫍽㐀镕垚䶮龘"
MIXED = (
    "Zürich GmbH（苏黎世公司）应于2026年12月31日前（含当日）以EUR 1,250.50"
    "（≈人民币9,876.54元，大写：玖仟捌佰柒拾陆元伍角肆分）履行；Ελλάδα、Россия与日本語（ひらがな・カタカナ）、①②③、Ⅳ、№7、±0.5%、℃、㎡、“引号‘内引号’”、《书名〈内〉》……——完。"
)


def stress() -> DocumentText:
    """Six parties with the longest names, forty clauses, every kind of script the fonts have."""
    text = long_case(parties=6, clauses=38)
    clauses = (*text.clauses, ClauseText(39, MIXED), ClauseText(40, f"交付写有{RARE}的匾额一块。"))
    people = tuple(
        Signatory(one.slot, f"{one.name}（{RARE[at % len(RARE)]}）", one.role, one.label, one.rank, one.kind)
        for at, one in enumerate(text.signatories)
    )
    rare = Section("争议事项", (f"{RARE}等字的写法，以身份证为准。", MIXED))
    return case_two(
        number="(2026)嘉南人调字第0102号", parties=text.parties, clauses=clauses, signatories=people, before=(rare,)
    )


def planned(text: DocumentText) -> tuple[Plan, object]:
    faces = load(FONTS, "".join(words for _, words in text.printed()))
    return compose(text, faces.width), faces


def bare(text: str) -> str:
    return re.sub(r"\s", "", text)


@pytest.fixture(scope="module")
def pdf() -> bytes:
    return lay_out(stress(), FONTS).pdf


def test_nothing_stands_outside_of_the_margins_or_over_anything_else() -> None:
    plan, faces = planned(stress())
    for page in plan.pages:
        runs = sorted((run for mark in page.marks for run in mark.runs), key=lambda run: (-run.y, run.x))
        ends = []
        for run in runs:
            width = sum(faces.width(each, run.face, run.size) + run.space for each in run.text) - run.space  # type: ignore[attr-defined]
            trimmed = run.size / 2 if run.text[-1] in "、。，．：；！？）〉》」』】〕’”" else 0.0
            assert LEFT - 0.01 <= run.x
            assert run.x + width - trimmed <= RIGHT + 0.01, run.text
            assert BOTTOM <= run.y - 0.12 * run.size
            assert run.y + 0.88 * run.size <= TOP + 0.01
            ends.append((run, run.x + width))
        for (above, end), (below, _) in pairwise(ends):
            if above.y == below.y:  # half of a mark's square may be shared with the next one
                assert below.x >= end - 0.51 * above.size, (above.text, below.text)
            else:
                assert above.y - below.y >= 0.9 * below.size or below.x >= end or page_columns_apart(above.x, below.x)
        boxes = [place.rect for place in page.places]
        for at, (x0, y0, x1, y1) in enumerate(boxes):
            assert LEFT <= x0 < x1 <= RIGHT and BOTTOM <= y0 < y1 <= TOP
            assert all(x1 <= a or c <= x0 or y1 <= b or d <= y0 for a, b, c, d in boxes[at + 1 :])
            for run, end in ends:
                over = run.x < x1 and end > x0 and run.y - 0.12 * run.size < y1 and run.y + 0.8 * run.size > y0
                assert not over, run.text


def page_columns_apart(first: float, second: float) -> bool:
    """Two cells of the table of signatures stand side by side."""
    return abs(first - second) > (RIGHT - LEFT) / 4


def test_every_rule_of_pdfa_and_pdfua_holds(pdf: bytes) -> None:
    assert violations(pdf) == []  # 6.2.11.8: no .notdef, and every code has a character
    assert check(pdf) == []


def pdfium(pdf: bytes, _directory: Path) -> list[str]:
    document = pypdfium2.PdfDocument(pdf)
    return [page.get_textpage().get_text_range() for page in document]


def poppler(pdf: bytes, directory: Path) -> list[str]:
    path = directory / "stress.pdf"
    path.write_bytes(pdf)
    done = subprocess.run(["pdftotext", "-raw", path, "-"], capture_output=True, check=True, text=True)
    return done.stdout.split("\f")[:-1]


def mupdf(pdf: bytes, directory: Path) -> list[str]:
    path = directory / "stress.pdf"
    path.write_bytes(pdf)
    done = subprocess.run(["mutool", "draw", "-q", "-F", "txt", path], capture_output=True, check=True, text=True)
    return done.stdout.split("\f")[:-1]


@pytest.mark.tools
@pytest.mark.parametrize("reader", [poppler, pdfium, mupdf])
def test_every_extractor_reads_every_string_as_it_was_given(pdf: bytes, reader: object, tmp_path: Path) -> None:
    text = stress()
    foot = re.compile(r"编号：\(2026\)嘉南人调字第0102号第\d+页.*?扫码核验", re.DOTALL)
    pages = [bare(page) for page in reader(pdf, tmp_path)]  # type: ignore[operator]
    body = "".join(foot.sub("", page) for page in pages).replace("￾", "-").replace("\x02", "-")
    for place, words in text.printed():
        if place not in ("verify_url", "committee", "note") and not place.startswith("signatories"):
            assert bare(words) in body, place
    for one in text.signatories:
        assert bare(one.name) in body
    assert "\ufffd" not in body


@pytest.mark.parametrize("script", ["ᠮᠣᠩᠭᠣᠯ", "བོད་ཡིག", "ئۇيغۇرچە", "हिन्दी", "👍"])
def test_a_script_the_fonts_cannot_set_is_refused_and_named(script: str) -> None:
    with pytest.raises(MissingGlyphs) as caught:
        lay_out(case_two(clauses=(ClauseText(1, f"签名：{script}。"),)), FONTS)
    assert set(caught.value.characters) <= set(script)
    assert caught.value.places == ("clauses.1",)


def words_of(page: PagePlan, first: float, last: float) -> str:
    return "".join(run.text for mark in page.marks for run in mark.runs if first >= run.y >= last)


def text_above(page: PagePlan, text: DocumentText) -> bool:
    """A line of the document itself stands over the highest slot."""
    top = max(place.rect[3] for place in page.places)
    body = bare("".join((*(clause.text for clause in text.clauses), *text.closing)))
    lines = (bare(run.text) for mark in page.marks if mark.element != ARTIFACT for run in mark.runs if run.y > top)
    return any(len(line) > 3 and line in body for line in lines)


@pytest.mark.parametrize("people", [1, 2, 3, 5, 7, 9])
def test_wherever_the_text_ends_signatures_stay_with_their_labels_and_under_text(people: int) -> None:
    """More than eight people do not fit on one page with the seal: there only the first rows are under text."""
    faces = load(FONTS)
    signers = (
        *(
            Signatory(f"party-{at + 1}", f"当事人{at + 1}", "applicant", f"第{at + 1}方（签名）", 1, "person")
            for at in range(people)
        ),
        *case_two().signatories[2:],
    )
    turned = 0
    for lines in range(1, 58):
        clauses = tuple(ClauseText(at + 1, CLAUSES[at % 5][: 20 + 7 * lines % 90]) for at in range(1 + lines // 3))
        text = case_two(signatories=signers, clauses=clauses, after=(), closing=("记录人：苏婉",) * (1 + lines % 3))
        plan = compose(text, faces.width)
        signed = [page for page in plan.pages if page.places]
        for page in signed:
            for place in page.places:
                signer = next(one for one in signers if one.slot == place.slot)
                beside = words_of(page, place.rect[3] + 60, place.rect[1] - 1)
                assert signer.name in beside and signer.label in beside
        assert text_above(signed[0], text)
        assert SIGNATURES in {run.text for mark in signed[0].marks for run in mark.runs}
        assert len(signed) == 1 or people == 9
        turned += len(plan.pages) > len(signed)
    assert turned > 20  # the sweep met the end of a page
