"""Signed files saved again or edited by the programs people really have: qpdf, MuPDF, pikepdf, Ghostscript, poppler,
PDFBox, Chromium. Whatever they mean by it, what comes out is not what was signed."""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from tempfile import gettempdir

import pikepdf

from tests.attacks.cases import FOREIGN, Case
from tests.attacks.genuine import Genuine

HERE = Path(__file__).parent
JARS = [
    f"/usr/share/java/{name}.jar" for name in ("pdfbox2", "fontbox2", "commons-logging", "bcprov", "bcpkix", "bcutil")
]

QPDF = {
    "saved": [],
    "linearized": ["--linearize"],
    "object streams": ["--object-streams=generate"],
    "object streams kept, uncompressed": ["--stream-data=uncompress"],
    "qdf": ["--qdf", "--object-streams=disable"],
    "recompressed": ["--recompress-flate", "--compression-level=9"],
    "content normalised": ["--normalize-content=y"],
    "contents joined": ["--coalesce-contents"],
    "resources pruned": ["--remove-unreferenced-resources=yes"],
    "unreferenced kept": ["--preserve-unreferenced", "--object-streams=disable"],
    "turned": ["--rotate=+90:1"],
    "encrypted": ["--encrypt", "", "owner", "256", "--"],
    "flattened": ["--flatten-annotations=all"],
    "appearances made": ["--generate-appearances"],
    "attachment removed": ["--remove-attachment=agreement.json"],
    "attachment added": ["--add-attachment", "{in}", "--key=copy", "--"],
    "version 2.0": ["--min-version=2.0"],
    "version 1.4": ["--force-version=1.4", "--object-streams=disable"],
    "id fixed": ["--deterministic-id"],
    "line feeds before endstream": ["--newline-before-endstream", "--object-streams=disable"],
    "first page": ["--pages", ".", "1", "--"],
    "pages swapped": ["--pages", ".", "2,1", "--"],
    "laid over itself": ["--overlay", "{in}", "--"],
}
MUTOOL = {
    "clean": ["clean", "{in}", "{out}"],
    "clean -g": ["clean", "-g", "{in}", "{out}"],
    "clean -gggg -z": ["clean", "-gggg", "-z", "{in}", "{out}"],
    "clean -s": ["clean", "-s", "{in}", "{out}"],
    "clean -d": ["clean", "-d", "{in}", "{out}"],
    "clean -a": ["clean", "-a", "{in}", "{out}"],
    "clean of a page": ["clean", "{in}", "{out}", "2"],
    "merge": ["merge", "-o", "{out}", "{in}"],
    "poster": ["poster", "-x", "2", "{in}", "{out}"],
    "convert": ["convert", "-o", "{out}", "{in}"],
    "draw": ["draw", "-o", "{out}", "-F", "pdf", "{in}"],
}
SCRIPTS = {
    "text by a script": "var p=d.loadPage(0);var a=p.createAnnotation('FreeText');a.setRect([60,80,540,300]);"
    "a.setContents('FORGED');a.update();",
    "page deleted by a script": "d.deletePage(0);",
    "language by a script": "d.getTrailer().get('Root').put('Lang',d.newString('en'));",
}
GHOSTSCRIPT = {
    "pdfwrite": [],
    "for the screen": ["-dPDFSETTINGS=/screen"],
    "for print": ["-dPDFSETTINGS=/prepress"],
    "version 1.4": ["-dCompatibilityLevel=1.4"],
    "fonts as outlines": ["-dNoOutputFonts"],
    "first page": ["-dLastPage=1"],
    "pictures of pages": ["-sDEVICE=pdfimage24", "-r72"],
}


def ran(command: list[str], output: Path, seconds: int = 60) -> bytes | None:
    """What the program wrote; None where it refuses the file."""
    subprocess.run(command, capture_output=True, timeout=seconds, check=False)
    return output.read_bytes() if output.exists() and output.stat().st_size else None


def _pikepdf() -> dict[str, Callable[[pikepdf.Pdf], dict[str, object]]]:
    def metadata(pdf: pikepdf.Pdf) -> dict[str, object]:
        with pdf.open_metadata() as meta:
            meta["dc:title"] = "other"
        return {}

    def page_deleted(pdf: pikepdf.Pdf) -> dict[str, object]:
        del pdf.pages[0]
        return {}

    def page_twice(pdf: pikepdf.Pdf) -> dict[str, object]:
        pdf.pages.append(pdf.pages[0])
        return {}

    def overlaid(pdf: pikepdf.Pdf) -> dict[str, object]:
        pdf.pages[0].contents_add(b"BT /F1+0 30 Tf 80 700 Td (FORGED) Tj ET")
        return {}

    plain = pikepdf.ObjectStreamMode.disable
    return {
        "saved": lambda _: {},
        "saved plainly": lambda _: {"object_stream_mode": plain, "compress_streams": False},
        "linearized": lambda _: {"linearize": True},
        "qdf": lambda _: {"qdf": True},
        "encrypted": lambda _: {"encryption": pikepdf.Encryption(owner="o", user="")},
        "metadata": metadata,
        "page deleted": page_deleted,
        "page twice": page_twice,
        "text drawn": overlaid,
    }


def resaved(genuine: Genuine, directory: Path, *, slow: bool = True) -> Iterator[Case]:
    """The complete file through every tool; `slow` adds PDFBox, Ghostscript and Chromium. What a tool refuses to do is
    left out."""
    source = directory / "in.pdf"
    source.write_bytes(genuine.pdf)
    count = 0

    def to() -> Path:
        nonlocal count
        count += 1
        return directory / f"out-{count}.pdf"

    def case(tool: str, mode: str, made: bytes | None) -> Iterator[Case]:
        if made is not None:
            yield Case(f"{tool}: {mode}", made, FOREIGN, kind=f"saved again by {tool}")

    for mode, options in QPDF.items():
        output = to()
        options = [each.replace("{in}", str(source)) for each in options]
        yield from case("qpdf", mode, ran(["qpdf", str(source), *options, str(output)], output))
    for mode, options in MUTOOL.items():
        output = to()
        command = [each.replace("{in}", str(source)).replace("{out}", str(output)) for each in options]
        yield from case("MuPDF", mode, ran(["mutool", *command], output))
    for mode, script in SCRIPTS.items():
        for saving in ("incremental", "garbage"):
            output, program = to(), directory / "edit.js"
            program.write_text(f"var d=new PDFDocument({str(source)!r});{script}d.save({str(output)!r},{saving!r});")
            yield from case("MuPDF", f"{mode}, {saving}", ran(["mutool", "run", str(program)], output))
    for mode, change in _pikepdf().items():
        output = to()
        with pikepdf.open(source) as pdf:
            pdf.save(output, **change(pdf))  # type: ignore[arg-type]
        yield from case("pikepdf", mode, output.read_bytes())
    output = to()
    yield from case("poppler", "pdfunite", ran(["pdfunite", str(source), str(source), str(output)], output))
    output = to()
    yield from case(
        "poppler", "pdfseparate", ran(["pdfseparate", "-f", "1", "-l", "1", str(source), str(output)], output)
    )
    output = to()
    yield from case("poppler", "pdftocairo", ran(["pdftocairo", "-pdf", str(source), str(output)], output))
    if slow:
        yield from _slowly(source, directory, to, case)


def _slowly(
    source: Path, directory: Path, to: Callable[[], Path], case: Callable[..., Iterator[Case]]
) -> Iterator[Case]:
    for mode, options in GHOSTSCRIPT.items():
        output = to()
        device = [] if any("DEVICE" in each for each in options) else ["-sDEVICE=pdfwrite"]
        command = [
            "gs",
            "-q",
            "-dBATCH",
            "-dNOPAUSE",
            "-dSAFER",
            *device,
            *options,
            f"-sOutputFile={output}",
            str(source),
        ]
        yield from case("Ghostscript", mode, ran(command, output))
    box = directory / "pdfbox"
    box.mkdir(exist_ok=True)
    subprocess.run(
        ["java", "-cp", ":".join(JARS), str(HERE / "Resave.java"), str(source), str(box)],
        capture_output=True,
        timeout=120,
        check=False,
    )
    for path in sorted(box.iterdir()):
        yield from case("PDFBox", path.stem, path.read_bytes())
    yield from case("Chromium", "printed to PDF", printed_by_chromium(source, directory))


def printed_by_chromium(source: Path, directory: Path) -> bytes | None:
    """Pictures of the pages on a page of HTML, printed: looks the same and is signed by nobody."""
    subprocess.run(["pdftoppm", "-r", "60", "-png", str(source), str(directory / "page")], check=True, timeout=60)
    pictures = "".join(f'<img src="{path.name}">' for path in sorted(directory.glob("page-*.png")))
    (directory / "pages.html").write_text(f"<!doctype html><title>agreement.json</title>{pictures}")
    output = directory / "chromium.pdf"
    command = [
        "flock",
        str(Path(gettempdir()) / "chromium.lock"),
        "chromium",
        "--headless",
        "--no-sandbox",
        "--disable-gpu",
        f"--user-data-dir={directory / 'profile'}",
        f"--print-to-pdf={output}",
        (directory / "pages.html").as_uri(),
    ]
    return ran(command, output, 1200)  # others may hold the lock for long
