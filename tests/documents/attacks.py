"""Ways to change a complete file: bytes in, bytes out. Updates are written by pyHanko, which asks nobody."""

import io
from collections.abc import Callable

import pikepdf
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.generic import pdf_name
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign.fields import SigFieldSpec, append_signature_field

Change = Callable[[bytes], bytes]


def updated(change: Callable[[IncrementalPdfFileWriter], None]) -> Change:
    def made(pdf: bytes) -> bytes:
        writer = IncrementalPdfFileWriter(io.BytesIO(pdf))
        change(writer)
        output = io.BytesIO()
        writer.write(output)
        return output.getvalue()

    return made


def _page(writer: IncrementalPdfFileWriter) -> generic.DictionaryObject:
    page = writer.root["/Pages"]["/Kids"][0]
    writer.update_container(page)
    return page


def _fields(writer: IncrementalPdfFileWriter) -> dict[str, generic.DictionaryObject]:
    found = [each.get_object() for each in writer.root["/AcroForm"]["/Fields"]]
    return {str(each["/T"]): each for each in found}


@updated
def free_text(writer: IncrementalPdfFileWriter) -> None:
    """Text drawn over the page as an annotation."""
    note = generic.DictionaryObject(
        {
            pdf_name("/Type"): pdf_name("/Annot"),
            pdf_name("/Subtype"): pdf_name("/FreeText"),
            pdf_name("/Rect"): generic.ArrayObject(generic.NumberObject(value) for value in (72, 740, 300, 780)),
            pdf_name("/Contents"): generic.pdf_string("0"),
            pdf_name("/DA"): generic.pdf_string("/Helv 12 Tf"),
        }
    )
    writer.register_annotation(writer.find_page_for_modification(0)[0], writer.add_object(note))


@updated
def field_over_text(writer: IncrementalPdfFileWriter) -> None:
    """A new, empty signature field that covers the text."""
    append_signature_field(writer, SigFieldSpec("cover", on_page=0, box=(60, 700, 500, 800)))


@updated
def page_appended(writer: IncrementalPdfFileWriter) -> None:
    page = generic.DictionaryObject(
        {
            pdf_name("/Type"): pdf_name("/Page"),
            pdf_name("/MediaBox"): generic.ArrayObject(generic.NumberObject(value) for value in (0, 0, 595, 842)),
            pdf_name("/Resources"): generic.DictionaryObject(),
        }
    )
    writer.insert_page(page)


@updated
def content_replaced(writer: IncrementalPdfFileWriter) -> None:
    stream = generic.StreamObject(stream_data=b"BT ET")
    _page(writer)[pdf_name("/Contents")] = writer.add_object(stream)


@updated
def opens_with_script(writer: IncrementalPdfFileWriter) -> None:
    action = generic.DictionaryObject(
        {pdf_name("/S"): pdf_name("/JavaScript"), pdf_name("/JS"): generic.pdf_string("app.alert(1)")}
    )
    writer.root[pdf_name("/OpenAction")] = action
    writer.update_root()


@updated
def language_changed(writer: IncrementalPdfFileWriter) -> None:
    writer.root[pdf_name("/Lang")] = generic.pdf_string("en")
    writer.update_root()


@updated
def layers_added(writer: IncrementalPdfFileWriter) -> None:
    writer.root[pdf_name("/OCProperties")] = generic.DictionaryObject()
    writer.update_root()


@updated
def status_stripped(writer: IncrementalPdfFileWriter) -> None:
    del writer.root["/DSS"]
    writer.update_root()


@updated
def status_emptied(writer: IncrementalPdfFileWriter) -> None:
    store = writer.root["/DSS"]
    store[pdf_name("/OCSPs")] = generic.ArrayObject()
    writer.update_container(store)


@updated
def certification_dropped(writer: IncrementalPdfFileWriter) -> None:
    del writer.root["/Perms"]
    writer.update_root()


@updated
def appearance_swapped(writer: IncrementalPdfFileWriter) -> None:
    """The first party's drawing is shown in the seal's field, too."""
    fields = _fields(writer)
    fields["seal"][pdf_name("/AP")] = fields["party-1"]["/AP"]
    writer.update_container(fields["seal"])


@updated
def signature_moved(writer: IncrementalPdfFileWriter) -> None:
    fields = _fields(writer)
    box = (1, 1, 2, 2)
    fields["party-1"][pdf_name("/Rect")] = generic.ArrayObject(generic.NumberObject(value) for value in box)
    writer.update_container(fields["party-1"])


@updated
def signature_removed(writer: IncrementalPdfFileWriter) -> None:
    fields = _fields(writer)
    del fields["party-2"]["/V"]
    writer.update_container(fields["party-2"])


@updated
def info_changed(writer: IncrementalPdfFileWriter) -> None:
    writer.set_info(generic.DictionaryObject({pdf_name("/Title"): generic.pdf_string("other")}))


def rewritten(pdf: bytes) -> bytes:
    """Everything saved anew by another library."""
    output = io.BytesIO()
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        opened.save(output)
    return output.getvalue()


def rewritten_plainly(pdf: bytes) -> bytes:
    output = io.BytesIO()
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        opened.save(output, object_stream_mode=pikepdf.ObjectStreamMode.disable, compress_streams=False)
    return output.getvalue()


def shadow_object(pdf: bytes) -> bytes:
    """An object no table lists, between two that are: what a repairing parser would find."""
    at = pdf.rindex(b"xref\n", 0, pdf.rindex(b"startxref"))
    body = pdf[:at] + b"1 0 obj\n<</Type/Catalog>>\nendobj\n" + pdf[at:]
    return body.replace(b"startxref\n%d\n" % at, b"startxref\n%d\n" % (at + 35))


def comment_at_end(pdf: bytes) -> bytes:
    return pdf + b"% harmless\n"


def second_end(pdf: bytes) -> bytes:
    """An update without objects that only points to itself."""
    at = pdf.rindex(b"xref\n", 0, pdf.rindex(b"startxref"))
    return pdf + b"startxref\n%d\n%%%%EOF\n" % at


UPDATES: dict[str, Change] = {
    change.__name__ if change.__name__ != "made" else name: change
    for name, change in list(globals().items())
    if getattr(change, "__module__", "") == __name__ and name not in ("updated", "_page", "_fields")
}
