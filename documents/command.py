"""python -m documents verify FILE: the offline verifier of a PDF or a court packet. The same judgement as the server's,
and no other package of ours."""

from __future__ import annotations

import argparse
import sys
from datetime import UTC, datetime
from io import BufferedReader
from mmap import mmap
from pathlib import Path
from typing import cast

import msgspec

from documents.archive import MAGIC
from documents.disclosed import judge_disclosure
from documents.disclosed_wording import disclosure_as_text
from documents.disclosure import NotADisclosure
from documents.errors import FontUnavailable, UnreadablePdf
from documents.filing import judge_copy
from documents.heads import heads_in
from documents.limits import CPU, MAX_FILE, MAX_TRUST, MEMORY, OutOfTime, TooLarge, read_bounded, read_input
from documents.options import Fonts
from documents.packet_report import PacketReport, verify_packet
from documents.packet_wording import packet_as_text
from documents.report import Report
from documents.report_pdf import report_pdf
from documents.verify import verify
from documents.wording import as_text

VALID, OTHER, MISUSE = 0, 1, 2
"""Exit codes: verdict valid; any other verdict; unreadable input, wrong arguments or a limit reached."""


def verify_arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments of `verify`, for this module and for the server's command line."""
    parser.add_argument("file", help="PDF, packet (zip) or disclosure of a journal to judge; - reads standard input")
    parser.add_argument(
        "--trust", action="append", default=[], metavar="PEM", help="root certificate to trust (repeatable)"
    )
    parser.add_argument(
        "--status", action="append", default=[], metavar="FILE", help="newer OCSP answer or CRL (repeatable)"
    )
    parser.add_argument("--copy", metavar="PDF", help="its filing copy, judged together with it")
    parser.add_argument("--copy-after", type=int, metavar="N", help="the file holds N bytes, its filing copy follows")
    parser.add_argument(
        "--fonts", default="build/fonts", metavar="DIR", help="where the fonts are, for --copy and --pdf"
    )
    parser.add_argument("--signed", metavar="PDF", help="a signed file that a disclosure should be of one history with")
    parser.add_argument("--at", metavar="TIME", help="judge as of this moment (RFC 3339) instead of now")
    parser.add_argument("--json", action="store_true", help="print the report as JSON")
    parser.add_argument("--pdf", action="store_true", help="print the report as PDF, in both languages (needs --fonts)")
    parser.add_argument("--lang", choices=("zh-CN", "en"), default="zh-CN", help="language of the text")


def verify_command(arguments: argparse.Namespace) -> int:
    """Judge and print; returns the exit code."""
    report: Report | PacketReport
    try:
        found, copy = _files(arguments)
        trust = [read_bounded(Path(name), MAX_TRUST) for name in arguments.trust]
        status = [read_bounded(Path(name), MAX_TRUST) for name in arguments.status]
        at = datetime.fromisoformat(arguments.at) if arguments.at else None
        if at is not None and at.tzinfo is None:
            raise ValueError("--at needs a zone, for example 2026-11-21T08:00:00Z")
        if found[: len(MAGIC)] == MAGIC:
            report = verify_packet(found, trust, at, status)
        elif found[:1] == b"{":
            return _disclosure(arguments, bytes(found), trust, at, status)
        else:
            pdf = bytes(found)
            report = verify(pdf, trust, at, status)
            if copy is not None:
                report = judge_copy(report, pdf, copy, Fonts.in_directory(Path(arguments.fonts)))
    except FontUnavailable as error:
        return _fail(f"font_unavailable: {error}; a copy cannot be compared without (--fonts)")
    except (NotADisclosure, UnreadablePdf):
        return _fail("unreadable_pdf: the input is neither a PDF, a packet nor a disclosure of a journal")
    except OSError as error:
        return _fail(f"cannot_read: {error.filename}: {error.strerror}")
    except ValueError as error:
        return _fail(f"misuse: {error}")
    except TooLarge as error:
        return _fail(f"limit: {error}")
    except MemoryError:
        return _fail(f"limit: more than {MEMORY} bytes of memory")
    except OutOfTime:
        return _fail(f"limit: more than {CPU} seconds of CPU")
    if arguments.pdf:
        try:
            made = at or datetime.now(UTC)
            sys.stdout.buffer.write(report_pdf(report, made, Fonts.in_directory(Path(arguments.fonts))))
        except FontUnavailable as error:
            return _fail(f"font_unavailable: {error}; a page cannot be printed without (--fonts)")
    elif arguments.json:
        sys.stdout.buffer.write(msgspec.json.encode(report) + b"\n")
    elif isinstance(report, PacketReport):
        sys.stdout.buffer.write(packet_as_text(report, arguments.lang).encode())
    else:
        sys.stdout.buffer.write(as_text(report, arguments.lang).encode())
    sys.stdout.buffer.flush()
    return VALID if report.verdict == "valid" else OTHER


def _disclosure(
    arguments: argparse.Namespace, data: bytes, trust: list[bytes], at: datetime | None, status: list[bytes]
) -> int:
    """A signed file brought along counts only when it is valid itself."""
    heads: tuple[str, ...] = ()
    if arguments.signed:
        signed = read_bounded(Path(arguments.signed), MAX_FILE)
        if verify(signed, trust, at, status).verdict != "valid" or not (heads := heads_in(signed)):
            return _fail("signed_not_valid: the file of --signed is not valid, judge it by itself", OTHER)
    found = judge_disclosure(data, trust, at, status, heads)
    text = disclosure_as_text(found, arguments.lang).encode()
    sys.stdout.buffer.write(msgspec.json.encode(found) + b"\n" if arguments.json else text)
    sys.stdout.buffer.flush()
    return VALID if found.verdict == "valid" else OTHER


def _files(arguments: argparse.Namespace) -> tuple[bytes | mmap, bytes | None]:
    """The file and, if one was brought, its filing copy. Raises TooLarge, OSError, ValueError."""
    standard = cast(BufferedReader, sys.stdin.buffer)
    found = read_input(standard if arguments.file == "-" else Path(arguments.file))
    if arguments.copy_after is None and not arguments.copy:
        return found, None
    if found[: len(MAGIC)] == MAGIC:
        raise ValueError("a packet has no filing copy")
    if arguments.copy_after is None:
        return found, read_bounded(Path(arguments.copy), MAX_FILE)
    if not 0 < arguments.copy_after < len(found):
        raise ValueError("--copy-after lies outside of the file")
    return found[: arguments.copy_after], found[arguments.copy_after :]


def _fail(message: str, code: int = MISUSE) -> int:
    print(message, file=sys.stderr)
    return code
