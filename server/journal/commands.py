"""`hejie journal verify`, `anchors`, `disclose`, `erase`: words in, sentences and an exit code out."""

import argparse
import asyncio
import json
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path

from documents import DocumentError, heads_in, judge_disclosure
from server.custody import CustodyRefused, open_authority
from server.errors import AppError, Invalid
from server.journal.assembling import NotWhole
from server.journal.choosing import FIELDS
from server.journal.disclosing import Tools, disclose
from server.journal.erasing import erase
from server.journal.examining import Examined, examine
from server.journal.exporting import BadExport, Export, read_export, write_export
from server.journal.reading import case_named, read_anchors, read_chains, read_released, trust_of
from server.journal.words import told
from server.keeping.stampers import abroad_of, stampers_of
from server.settings import Settings
from server.store import migrate
from server.store.blobs import Blobs
from server.store.db import Database
from server.web.outgoing import outgoing

WHOLE, WRONG, MISUSE = 0, 1, 2
"""Exit codes: all is whole, or done; something is wrong with a journal; misused, or it could not be done."""
OPERATOR = "operator"
SAID = {
    "nothing_to_show": "no entry of these kinds, or about these people, may be shown",
    "journal_not_whole": "the journal is not what it was ({}): it proves nothing. See: hejie journal verify",
    "journal_not_anchored": "entry {} is under no time-stamp yet",
    "not_erasable": "{}: erased already, or what says that something was",
    "not_found": "{}: no such thing",
}
"""Error -> sentence, with its detail."""
WRONG_WORDS = {
    "kinds": f"not for courts: {{}}. These are: {' '.join(FIELDS)}",
    "rule": "a rule has a name of small letters, digits and . _ : - such as retention-5y",
}


class Misused(Exception):
    """The words of the command name something that is not there; the text says what."""


def add_parser(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """The words of this folder."""
    top = commands.add_parser("journal", help="check the journals, anchor them elsewhere, disclose, erase by rule")
    words = top.add_subparsers(dest="act", required=True)
    check = words.add_parser("verify", help="all journals, or one, by themselves and beside what was kept of them")
    check.add_argument("case", nargs="?", help="its id or number")
    check.add_argument("--file", type=Path, metavar="PDF", help="a signed file somebody brought, beside those here")
    check.add_argument("--anchors", type=Path, metavar="FILE", help="anchors kept elsewhere (journal anchors --out)")
    check.add_argument("--json", action="store_true", help="print everything as JSON")
    check.add_argument("--lang", choices=("zh-CN", "en"), default="zh-CN", help="language of the text")
    out = words.add_parser("anchors", help="write all anchors into a file, to be kept elsewhere: ids and hashes")
    out.add_argument("--out", type=Path, required=True, metavar="FILE")
    open_ = words.add_parser("disclose", help="prove presence, identity, consents, reading and signing, nothing else")
    open_.add_argument("case", help="its id or number")
    open_.add_argument("--about", action="append", default=[], metavar="PERSON", help="an id (repeatable)")
    open_.add_argument("--kinds", action="append", default=[], metavar="KIND", help="for example room.attendance")
    open_.add_argument("--out", type=Path, required=True, metavar="FILE")
    gone = words.add_parser("erase", help="erase an entry's content; the journal says so, and by which rule")
    gone.add_argument("case", help="its id or number")
    gone.add_argument("seq", type=int)
    gone.add_argument("--rule", required=True, help="the rule's name, for example retention-5y")


def run(options: argparse.Namespace, settings: Settings) -> int:
    """Exit code; why is said on stderr."""
    try:
        if not settings.database.exists() or migrate.pending(settings.database):
            raise Misused("run `hejie serve` once first, it brings the database up to date")
        match options.act:
            case "verify":
                return _verify(options, settings)
            case "anchors":
                return _anchors(options.out, settings)
            case "disclose":
                return asyncio.run(_disclose(options, settings))
            case _:
                return asyncio.run(_erase(options, settings))
    except Invalid as error:
        told = [WRONG_WORDS[name].format(why) for name, why in error.fields.items()]
        print("journal:", *told, file=sys.stderr)
    except AppError as error:
        print(f"journal: {SAID.get(error.code, error.code).format(error.detail)}", file=sys.stderr)
        return WRONG if isinstance(error, NotWhole) else MISUSE
    except (Misused, BadExport, CustodyRefused, DocumentError, OSError) as error:
        print(f"journal: {error}", file=sys.stderr)
    return MISUSE


def _verify(options: argparse.Namespace, settings: Settings) -> int:
    path = settings.database
    case = _case(path, options.case) if options.case else None
    elsewhere = read_export(options.anchors.read_bytes()) if options.anchors else None
    chains = [(name, chain) for name, chain in read_chains(path) if case in (None, name)]
    anchors = read_anchors(path)
    if case is not None:
        anchors = [one for one in anchors if any(head.case_id == case for head in one.heads)]
        elsewhere = elsewhere and Export(
            tuple(one for one in elsewhere.anchors if any(head.case_id == case for head in one.heads)),
            {name: hashes for name, hashes in elsewhere.hashes.items() if name == case},
        )
    files = _files(settings, case)
    if options.file is not None:
        heads = heads_in(options.file.read_bytes())
        if not heads:
            raise Misused(f"{options.file}: no file signed here, or damaged: hejie verify says which")
        holders = [name for name, chain in chains if {one.hash for one in chain} & set(heads)]
        if not holders and case is None:
            raise Misused(f"{options.file}: no journal here has its head; name the case")
        files.setdefault(holders[0] if holders else case or "", {})[options.file.name] = heads
    found = examine(chains, anchors, trust_of(settings), elsewhere, files)
    if case is not None:
        found.cases = [one for one in found.cases if one.case == case]
    _say(found, options)
    return WHOLE if found.whole else WRONG


def _say(found: Examined, options: argparse.Namespace) -> None:
    if options.json:
        print(json.dumps({"whole": found.whole, **asdict(found)}, ensure_ascii=False, indent=1))
        return
    for line in told(found, options.lang):
        print(line)


def _files(settings: Settings, case: str | None) -> dict[str, dict[str, Sequence[str]]]:
    """Case -> file -> heads in it, of all that were released. One that is gone has none."""
    found: dict[str, dict[str, Sequence[str]]] = {}
    blobs = Blobs(settings.blobs)
    for name, digest in read_released(settings.database):
        if case in (None, name):
            with suppress(AppError):
                found.setdefault(name, {})[digest[:12]] = heads_in(asyncio.run(blobs.get(digest)))
    return found


def _case(path: Path, name: str) -> str:
    found = case_named(path, name)
    if found is None:
        raise Misused(f"{name}: no such case")
    return found


def _anchors(out: Path, settings: Settings) -> int:
    anchors = read_anchors(settings.database)
    hashes: Mapping[str, list[str]] = {
        case: [entry.hash for entry in chain] for case, chain in read_chains(settings.database)
    }
    with out.open("xb") as file:
        file.write(write_export(anchors, hashes))
    print(
        f"{out}: {len(anchors)} anchors of {len(hashes)} journals. Keep it where nobody of this centre can change it."
    )
    return WHOLE


async def _disclose(options: argparse.Namespace, settings: Settings) -> int:
    case = _case(settings.database, options.case)
    authority = await asyncio.to_thread(open_authority, settings)
    guests = (authority.guest.chain_der[-1],) if authority.guest else ()
    db = Database(settings.database)
    try:
        async with outgoing() as way:
            abroad = await asyncio.to_thread(abroad_of, settings.keeping, way)
            tsa = stampers_of(settings.keeping, authority, abroad, way)
            roots = (authority.root_der, *guests, *sorted(abroad.roots))
            tools = Tools(db, Blobs(settings.blobs), tsa, authority, abroad, roots, settings.centre, _now)
            made = await disclose(tools, case, about=options.about, kinds=options.kinds)
    finally:
        await db.close()
    with options.out.open("xb") as file:
        file.write(made)
    found = judge_disclosure(made, roots, _now())
    print(f"{options.out}: {len(found.entries)} entries, {found.verdict}, since {found.entries[0].since}")
    return WHOLE


async def _erase(options: argparse.Namespace, settings: Settings) -> int:
    case = _case(settings.database, options.case)
    db = Database(settings.database)
    try:
        gone = await erase(db, case, options.seq, options.rule, OPERATOR, _now())
    finally:
        await db.close()
    later = "" if gone else " The database's log still holds it until the next erasing, or restart."
    print(f"{case} {options.seq}: erased by {options.rule}. Backups made before still hold it.{later}")
    return WHOLE


def _now() -> datetime:
    return datetime.now(UTC)
