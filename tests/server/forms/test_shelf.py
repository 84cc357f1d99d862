"""Templates as data: those shipped are sound, a centre's own replace them, a bad file is told and changes nothing."""

import os
from pathlib import Path

import pytest

from documents import FormText, Section, lay_out_form
from documents.compose import compose
from documents.fonts import load
from server.agreements.document import agreement_text, paper_text
from server.agreements.outline import SHIPPED as OUTLINE
from server.forms import sample
from server.forms.filling import fill
from server.forms.model import DATES, PLACEHOLDER, SOURCES, Template
from server.forms.shelf import LARGEST, MOST, SHIPPED, Shelf, shelf
from server.law.profiles import PEOPLE
from server.law.sources import known as known_article
from server.settings import Centre
from tests.documents.pdfa_rules import violations
from tests.documents.pdfua_rules import check
from tests.documents.test_form import bare, read_twice
from tests.documents.texts import FONTS
from tests.server.agreements.test_document import FRAME, MATTER, TERMS

SHIPPED_SHELF = shelf(None)
CENTRE = Centre()
FORMS = [one for one in SHIPPED_SHELF.templates if one.blocks]
VOLUME = [
    "cover", "index", "application", "registration", "rights", "authority", "inquiry", "minutes", "agreement", "oral",
    "termination", "receipt", "visit", "closing",
]  # fmt: skip


def filled(template: Template) -> FormText:
    known = sample.sample(CENTRE)
    return fill(template, known, sample.typed(template), day=sample.DAY, centre=CENTRE.name, demo=True).text


def test_the_shipped_forms_are_the_volume_in_its_order() -> None:
    assert [one.id for one in SHIPPED_SHELF.templates] == VOLUME
    assert SHIPPED_SHELF.problems == () and not SHIPPED_SHELF.own
    assert {one.id for one in SHIPPED_SHELF.templates if one.need == "always"} == {
        "cover", "index", "application", "registration", "rights", "minutes", "agreement"
    }  # fmt: skip
    assert all(known_article(block.follows) for one in FORMS for block in one.blocks if getattr(block, "follows", ""))


@pytest.mark.tools
@pytest.mark.parametrize("template", FORMS, ids=lambda one: one.id)
def test_every_form_is_pdf_a_tagged_and_read_alike_by_two_readers(template: Template, tmp_path: Path) -> None:
    text = filled(template)
    pdf, pages = lay_out_form(text, FONTS)
    assert violations(pdf) == []
    assert check(pdf) == []
    assert lay_out_form(text, FONTS)[0] == pdf
    for read in read_twice(pdf, tmp_path):
        assert len(read) == pages <= 2
        whole, at = "".join(read), 0
        for words in text.strings():
            for piece in words.split("\n"):
                at = whole.find(bare(piece)[:12], at)
                assert at >= 0, piece


def test_the_scope_of_an_authority_and_the_reasons_of_an_end_are_those_of_the_law() -> None:
    """Settling must be named [CPL 62]; an end has one of the reasons of the rules but agreement [ZXTJ 25]."""
    authority, end = SHIPPED_SHELF.template("authority"), SHIPPED_SHELF.template("termination")
    assert authority and end
    scope, matters, reason = authority.field("scope"), authority.field("matters"), end.field("reason")
    assert scope and scope.options == ("一般授权", "特别授权")
    assert matters and any("承认、变更、放弃调解请求" in one for one in matters.options) and matters.several
    assert reason and len(reason.options) == 7


GOOD = (SHIPPED / "receipt.toml").read_text()

NUMBER = 'kind = "line"\nsource = "agreement.number"'


def centre(tmp_path: Path, **files: str) -> Shelf:
    for name, text in files.items():
        (tmp_path / f"{name}.toml").write_text(text)
    return shelf(tmp_path)


def test_a_centre_changes_a_form_and_adds_another_without_code(tmp_path: Path) -> None:
    own = GOOD.replace('title = "收条"', 'title = "履行凭证（收条）"')
    added = GOOD.replace('id = "receipt"', 'id = "promise"').replace("order = 90", "order = 91")
    found = centre(tmp_path, receipt=own, promise=added)
    assert found.problems == () and found.own == {"receipt", "promise"}
    receipt = found.template("receipt")
    assert receipt and receipt.title == "履行凭证（收条）"
    assert len(found.templates) == len(VOLUME) + 1 and found.template("promise")
    assert shelf(SHIPPED).own == set(VOLUME), "what is shipped may be copied as it is"


BAD = {
    "no TOML": ("id = ", "", "toml"),
    "no UTF-8": (b"\xff\xfe", "", "encoding"),
    "too large": ("#" * (LARGEST + 1), "", "too_large"),
    "deeply nested": ("a = " + "[" * 5000, "", "toml"),
    "unknown key": (GOOD.replace("order = 90", "order = 90\npython = 'os'"), "python", "unknown"),
    "unknown key of a field": (
        GOOD.replace('label = "收款人"', 'label = "收款人"\nrun = "x"'), "fields[0].run", "unknown"
    ),
    "kind": (GOOD.replace('kind = "sum"', 'kind = "money"'), "fields[2].kind", "value"),
    "need": (GOOD.replace('need = "if_any"', 'need = "maybe"'), "need", "value"),
    "missing": (GOOD.replace('title = "收条"\n', ""), "title", "required"),
    "type": (GOOD.replace("order = 90", 'order = "90"'), "order", "type"),
    "range": (GOOD.replace("order = 90", "order = 9000"), "order", "range"),
    "article": (GOOD.replace('follows = "RMTJ 31"', 'follows = "XYZ 1"', 1), "follows", "value"),
    "profile": (GOOD.replace("order = 90", 'order = 90\nprofiles = ["x"]'), "profiles[0]", "value"),
    "source": (GOOD.replace("agreement.number", "table.notes", 1), "fields[6].source", "value"),
    "text for a day": (GOOD.replace(NUMBER, 'kind = "date"\nsource = "case.time"'), "fields[6].source", "source_kind"),
    "text for a sum": (GOOD.replace(NUMBER, 'kind = "sum"\nsource = "case.claims"'), "fields[6].source", "source_kind"),
    "attribute": (GOOD.replace("{payer}", "{payer.__class__}"), "blocks[0].text", "placeholder"),
    "format string": (GOOD.replace("{payer}", "{0.__init__}"), "blocks[0].text", "placeholder"),
    "brace": (GOOD.replace("{payer}", "{payer"), "blocks[0].text", "brace"),
    "options": (GOOD.replace('options = ["现金", "银行转账", "微信、支付宝等", "交付物品"]', 'options = ["现金"]'),
                "fields[4].options", "options"),
    "group": (GOOD.replace('people = "case.parties"', 'people = "case.staff"', 1), "fields[0].people", "value"),
    "field of a row": (GOOD.replace('["thing"]', '["nothing"]'), "blocks[1].rows[2][0]", "value"),
    "too many in a row": (
        GOOD.replace('["thing"]', '["thing","on","rest","sum","number"]'), "blocks[1].rows[2]", "pairs"
    ),
    "twice": (GOOD.replace('id = "payer"', 'id = "payee"'), "fields[1].id", "twice"),
    "sign": (GOOD.replace('"witness_sign"]', '"sum"]'), "blocks[3].fields[2]", "value"),
    "nothing to print": (GOOD.split("[[blocks]]")[0], "blocks", "blocks_or_sections"),
    "another name": (GOOD.replace('id = "receipt"', 'id = "visit"'), "id", "file_name"),
    "id": (GOOD.replace('id = "receipt"', 'id = "../receipt"'), "id", "format"),
}  # fmt: skip


@pytest.mark.parametrize("text, place, reason", BAD.values(), ids=BAD)
def test_a_bad_file_is_told_with_its_place_and_the_shipped_form_stays(
    tmp_path: Path, text: str | bytes, place: str, reason: str
) -> None:
    (tmp_path / "receipt.toml").write_bytes(text.encode() if isinstance(text, str) else text)
    found = shelf(tmp_path)
    assert [one.file for one in found.problems] == ["receipt.toml"] * len(found.problems)
    assert (place, reason) in [(one.place, one.reason) for one in found.problems]
    assert found.templates == SHIPPED_SHELF.templates and found.own == frozenset()
    assert all(one.allowed for one in found.problems if one.reason in ("value", "placeholder"))


def test_a_day_may_be_filled_from_every_source_that_is_one(tmp_path: Path) -> None:
    for source in DATES:
        found = centre(tmp_path, receipt=GOOD.replace(NUMBER, f'kind = "date"\nsource = "{source}"'))
        assert found.problems == ()
        receipt = found.template("receipt")
        assert receipt and filled(receipt)


def test_all_that_is_wrong_with_a_file_is_told_at_once(tmp_path: Path) -> None:
    text = GOOD.replace("agreement.number", "table.notes", 1).replace("{payer}", "{nobody}").replace("RMTJ 31", "X", 1)
    assert len(centre(tmp_path, receipt=text).problems) == 3


def test_nothing_outside_of_the_folder_is_read_and_only_plain_files(tmp_path: Path) -> None:
    folder, elsewhere = tmp_path / "own", tmp_path / "secret.toml"
    folder.mkdir()
    elsewhere.write_text(GOOD)
    (folder / "receipt.toml").symlink_to(elsewhere)
    (folder / "visit.toml").mkdir()
    (folder / "readme.txt").write_text("x")
    (folder / ".receipt.toml.swp").write_text("x")
    os.mkfifo(folder / "cover.toml")
    found = shelf(folder)
    assert {(one.file, one.reason) for one in found.problems} == {
        (name, "not_a_file") for name in ("receipt.toml", "visit.toml", "readme.txt", "cover.toml")
    }
    assert found.templates == SHIPPED_SHELF.templates


def test_a_folder_that_is_none_and_one_too_full_are_told(tmp_path: Path) -> None:
    assert [one.reason for one in shelf(tmp_path / "nowhere").problems] == ["folder"]
    assert shelf(tmp_path / "nowhere").templates == SHIPPED_SHELF.templates
    for at in range(MOST + 1):
        (tmp_path / f"f{at}.toml").write_text(GOOD.replace('id = "receipt"', f'id = "f{at}"'))
    found = shelf(tmp_path)
    assert [one.reason for one in found.problems] == ["too_many"] and len(found.own) == MOST


AGREEMENT = (SHIPPED / "agreement.toml").read_text()


def test_the_agreement_keeps_what_the_law_asks_of_it(tmp_path: Path) -> None:
    for change, reason in (
        (AGREEMENT.replace('of = "effect"', 'of = "facts"'), "section_missing"),
        (AGREEMENT.replace("达成如下协议", "约定如下"), "lead_in"),
        (AGREEMENT.replace('of = "issues"', 'of = "offers"'), "value"),
        (GOOD.replace('id = "receipt"', 'id = "agreement"'), "other_sort"),
    ):
        found = centre(tmp_path, agreement=change)
        assert reason in [one.reason for one in found.problems], change
        assert found.templates == SHIPPED_SHELF.templates
    assert centre(tmp_path, agreement=AGREEMENT.replace("争议事项", "争议焦点")).own == {"agreement"}


def test_the_agreement_is_headed_and_ordered_by_its_template(tmp_path: Path) -> None:
    assert SHIPPED_SHELF.outline == OUTLINE, "what is shipped gives the texts of before, byte for byte"
    first, second = AGREEMENT.index('[[sections]]\nof = "facts"'), AGREEMENT.index('[[sections]]\nof = "issues"')
    third = AGREEMENT.index('[[sections]]\nof = "responsibility"')
    turned = AGREEMENT[:first] + AGREEMENT[second:third] + AGREEMENT[first:second] + AGREEMENT[third:]
    turned = turned.replace("争议事项", "争议焦点").replace("经调解，各方", "经本会主持调解，各方")
    outline = centre(tmp_path, agreement=turned).outline
    text = agreement_text(TERMS, MATTER, PEOPLE, FRAME, outline)
    shipped = agreement_text(TERMS, MATTER, PEOPLE, FRAME)
    assert [one.heading for one in text.before][:2] == ["争议焦点", "纠纷主要事实"]
    assert text.before[-1] == Section("经本会主持调解，各方自愿达成如下协议：", ())
    assert (text.clauses, text.after) == (shipped.clauses, shipped.after)
    assert "电子签名约定" not in [one.heading for one in paper_text(TERMS, MATTER, PEOPLE, FRAME, outline).after]
    pages = compose(text, load(FONTS).width).pages
    printed = "".join(run.text for page in pages for mark in page.marks for run in mark.runs)
    assert "经本会主持调解，各方自愿达成如下协议" in printed and "经调解，各方" not in printed


def test_every_source_is_used_or_at_least_known_to_the_sample() -> None:
    assert set(sample.sample(CENTRE).texts) == set(SOURCES)
    assert not [name for one in FORMS for name in PLACEHOLDER.findall(filled(one).number)]
