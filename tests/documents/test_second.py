"""PDFium beside our own reading of the content streams: no false alarm on what we print, no difference unnoticed."""

import io
import re
import zlib
from concurrent.futures import ThreadPoolExecutor

import pikepdf
import pypdfium2
import pytest

from documents import ClauseText, DocumentText, grammar, second, structure
from documents.layout import lay_out
from documents.limits import TooMuch
from documents.verify import verify
from tests.documents import texts
from tests.documents.ceremony import Ceremony, printed
from tests.documents.conftest import SOON, Sealed

RARE = "𬭊、喆、犇、㎡、①、½、Ａ－Ｂ、e-mail a-b-c，well-\nknown co-operation……——“引号”《书名》·•"


def original(pdf: bytes) -> grammar.Reading:
    """A reading of a file that has only its first revision."""
    found = structure.read(pdf)
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        attached = opened.attachments["agreement.json"].get_file().read_bytes()
        return grammar.Reading(found[:1], pages=len(opened.pages), attached=attached)


def pages(pdf: bytes) -> list[int]:
    return [page or 0 for page, _ in second.differences(pdf, original(pdf))]


@pytest.mark.parametrize(
    "text",
    [
        texts.case_two(),
        texts.long_case(),
        texts.minutes(),
        texts.case_two(clauses=(ClauseText(1, RARE), ClauseText(2, "a-" * 300), ClauseText(3, "8600元，" * 200))),
    ],
    ids=["agreement", "long", "minutes", "rare"],
)
def test_both_parsers_read_the_same_in_what_is_printed(text: DocumentText) -> None:
    pdf = lay_out(text, texts.FONTS).pdf
    assert pages(pdf) == []
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        words = "".join(
            second._bare(words) for page in opened.pages for words, _ in second._text(page.obj, [second.MAX_DRAWN])
        )
    assert second._bare(text.title) in words and "\ufffd" not in words


def test_what_is_attached_and_not_printed_is_named_by_its_place() -> None:
    pdf = lay_out(texts.case_two(), texts.FONTS).pdf
    reading = original(pdf)
    assert list(second.differences(pdf, reading)) == []
    reading.attached = reading.attached.replace("捌仟伍佰元".encode(), "玖仟伍佰元".encode())
    assert list(second.differences(pdf, reading)) == [(None, "clauses[1]")]


def test_a_complete_file_reads_the_same(sealed: Sealed) -> None:
    assert list(second.differences(sealed.pdf, grammar.read(sealed.pdf, structure.read(sealed.pdf)))) == []


def test_a_page_that_another_parser_reads_otherwise_is_named(sealed: Sealed) -> None:
    """The bytes PDFium gets are changed under the verdict's feet: as if the two disagreed about the file."""
    reading = grammar.read(sealed.pdf, structure.read(sealed.pdf))
    changed = sealed.pdf.replace(b"8600 yuan", b"9600 yuan")
    assert list(second.differences(_with_streams(sealed.pdf, changed), reading)) == [(1, "")]


def _with_streams(pdf: bytes, changed: bytes) -> bytes:
    """The changed page, and behind it the original's bytes where `differences` looks for the first revision."""

    class Both(bytes):
        def __getitem__(self, key: object) -> bytes:  # type: ignore[override]
            return pdf.__getitem__(key)  # type: ignore[index]

    return Both(changed)


@pytest.mark.parametrize("attack", ["map", "page"])
async def test_a_font_that_claims_other_words_is_invalid(attack: str, tmp_path_factory: pytest.TempPathFactory) -> None:
    """Certified by somebody who can: the file is whole, signed and sealed, and yet says two things."""
    r0 = printed()
    with pikepdf.open(io.BytesIO(r0)) as pdf:
        page = pdf.pages[0]
        if attack == "map":  # the font's map gives PDFium other letters than its encoding
            font = page.Resources.Font[next(iter(page.Resources.Font.keys()))]
            font.Encoding = pikepdf.Dictionary(Differences=pikepdf.Array([ord("8"), pikepdf.Name.nine]))
        else:
            page.Contents = pdf.make_stream(
                page.Contents.read_bytes().replace(b"8600", b"86\\\n00").replace(b"ET", b"ET ")
            )
        output = io.BytesIO()
        pdf.save(output, deterministic_id=True, object_stream_mode=pikepdf.ObjectStreamMode.disable, min_version="1.7")
    differs = pages(output.getvalue())
    ceremony = await Ceremony.begin(tmp_path_factory.mktemp(attack), r0=output.getvalue())
    report = verify(await ceremony.seal(ceremony.all_turns()), [ceremony.authority.root_pem], SOON)
    if attack == "page":  # another spelling of the same words is no difference
        assert differs == [] and report.verdict == "valid"
    else:
        assert differs == [1] and [(each.code, each.page) for each in report.reasons] == [("text_differs", 1)]


def test_many_threads_may_judge_at_once(sealed: Sealed) -> None:
    """PDFium knows no threads; sealing and renewal judge in theirs."""
    with ThreadPoolExecutor(6) as pool:
        found = list(pool.map(lambda _: verify(sealed.pdf, sealed.trust, SOON).verdict, range(36)))
    assert set(found) == {"valid"}


def test_content_that_unpacks_without_end_is_refused() -> None:
    with pikepdf.new() as pdf:
        pdf.add_blank_page()
        bomb = zlib.compress(b" " * (second.MAX_PAGE + 1), 9)
        pdf.pages[0].Contents = pikepdf.Stream(pdf, bomb, Filter=pikepdf.Name.FlateDecode)
        with pytest.raises(TooMuch, match=f"more than {second.MAX_PAGE} bytes"):
            second._text(pdf.pages[0].obj, [second.MAX_DRAWN])


def test_forms_drawn_again_and_again_are_counted_each_time() -> None:
    with pikepdf.new() as pdf:
        pdf.add_blank_page()
        form = pdf.make_stream(b" " * 200_000, Type=pikepdf.Name.XObject, Subtype=pikepdf.Name.Form)
        pdf.pages[0].obj.Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(F=form))
        pdf.pages[0].Contents = pdf.make_stream(b"/F Do " * 60)
        with pytest.raises(TooMuch, match=f"more than {second.MAX_DRAWN} bytes"):
            second._text(pdf.pages[0].obj, [second.MAX_DRAWN])


def test_pdfium_itself_reads_what_we_compare(sealed: Sealed) -> None:
    text = pypdfium2.PdfDocument(sealed.pdf)[0].get_textpage().get_text_range()
    assert re.search("respondent pays 8600 yuan", text)
