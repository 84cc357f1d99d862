"""The words of `hejie` that run or look after a server: serve, demo-links, doctor, pki, journal, rehearse and others.
Reads the environment, once."""

import argparse
import asyncio
import gc
import json
import logging
import os
import signal
import socket
import ssl
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import sqlalchemy as sa
from aiohttp import web

from server import log, pki
from server.agreements import LibraryRefused
from server.app import create_app
from server.custody import CustodyRefused
from server.demo import MEDIATOR, role_links
from server.doctor import examine
from server.journal import commands as journal
from server.keeping import commands as keeping
from server.lan import lan_settings, shown_on_phone
from server.people.first import first_link
from server.people.store import accounts
from server.recordings import commands as recordings
from server.rehearse import rehearse
from server.rehearse.packet import table
from server.settings import Settings, SettingsError, from_env
from server.store import migrate
from server.store.db import Database
from server.web import keys
from signaling.tasks import spawn

TIDY = 300.0
"""Seconds."""
SHUTDOWN = 5.0
"""Seconds requests under way get when the process is told to stop."""
LABELS = {
    "mediator": "调解员 mediator", "applicant": "甲方 applicant", "respondent": "乙方 respondent",
    "recorder": "记录员 recorder", "reviewer": "审核员 reviewer", "court": "法院 court",
}  # fmt: skip

BY_HAND = "use pg_dump and pg_restore, and copy HEJIE_DATA beside it"
SQLITE_ONLY = {"backup": BY_HAND, "restore": BY_HAND, "journal": "verify disclosures and packets instead"}
"""Words that work on the file itself -> what to do where there is none."""


def obey(words: Sequence[str]) -> int:
    """Exit code: 0 well, 1 something is wrong (said on stderr), 2 misused."""
    options = parser().parse_args(words)
    if options.command == "rehearse":
        return play(options)
    try:
        settings = from_env(os.environ)
    except SettingsError as error:
        print("settings:", *error.problems, sep="\n  ", file=sys.stderr)
        return 1
    if settings.postgresql and (mend := SQLITE_ONLY.get(options.command)):
        print(f"{options.command}: reads an SQLite file, and HEJIE_DATABASE is PostgreSQL: {mend}", file=sys.stderr)
        return 1
    if options.command == "doctor":
        return doctor(settings)
    if options.command == "pki":
        return pki.run(options, settings)
    if options.command in ("renew", "backup", "restore"):
        return keeping.run(options, settings)
    if options.command == "journal":
        return journal.run(options, settings)
    if options.command == "recording":
        return recordings.run(options, settings)
    if options.command == "administrator":
        return asyncio.run(first_link(settings, options.username, options.name))
    if options.command == "demo-links":
        return asyncio.run(demo_links(settings))
    return run(settings, lan=options.lan)


def parser() -> argparse.ArgumentParser:
    """The words of the command."""
    top = argparse.ArgumentParser(prog="hejie", description="Video mediation and online signing.")
    commands = top.add_subparsers(dest="command", required=True)
    serve = commands.add_parser("serve", help="run the server")
    serve.add_argument("--lan", action="store_true", help="HTTPS on the local network, for phones")
    commands.add_parser("demo-links", help="print the links of the demo case again")
    first = commands.add_parser("administrator", help="a link for an administrator to choose a password")
    first.add_argument("username")
    first.add_argument("name", help="as others read it")
    commands.add_parser("doctor", help="say what is wrong and how to mend it; exit 1 on problems")
    pki.add_parser(commands)
    keeping.add_parsers(commands)
    recordings.add_parser(commands)
    journal.add_parser(commands)
    commands.add_parser("verify", help="judge a signed file offline: hejie verify FILE [--trust PEM] [--json]")
    stage = commands.add_parser("rehearse", help="play whole cases against a running server")
    stage.add_argument("--url", default="http://127.0.0.1:8080")
    stage.add_argument("--out", type=Path, default=Path("build/rehearsal"))
    stage.add_argument("--case", default="leak")
    stage.add_argument("--rooms", type=int, default=1)
    stage.add_argument("--token", default=os.environ.get("HEJIE_REHEARSAL_TOKEN", ""))
    stage.add_argument("--json", action="store_true", help="print the whole report")
    return top


def play(options: argparse.Namespace) -> int:
    """Rehearse; the first broken promise of each room is printed."""
    log.setup(level=logging.WARNING)
    report = asyncio.run(
        rehearse(options.url, options.out, case=options.case, rooms=options.rooms, token=options.token)
    )
    if options.json:
        print(json.dumps(report, ensure_ascii=False, indent=1))
    else:
        for broken in report["broken"]:
            print(f"broken promise: {broken}", file=sys.stderr)
        if verdicts := report["rooms"][0]["court_packet"]:
            print(f"court packet valid; with\n{table(verdicts)}")
        print(f"{'kept' if report['ok'] else 'BROKEN'} in {report['seconds']} s, see {options.out}/rehearsal.json")
    return 0 if report["ok"] else 1


def doctor(settings: Settings) -> int:
    """Print all findings; 1 when one of them is a problem."""
    marks = {"ok": "✓", "hint": "▲", "problem": "✗"}
    findings = examine(settings)
    for finding in findings:
        mend = f"  -> {finding.mend}" if finding.mend else ""
        print(f"{marks[finding.level]} {finding.name}: {finding.what}{mend}")
    problems = sum(finding.level == "problem" for finding in findings)
    print(f"{problems} problem{'' if problems == 1 else 's'}")
    return 1 if problems else 0


def run(settings: Settings, *, lan: bool) -> int:
    """Serve until told to stop. In a terminal only warnings are logged, so that the links stay in sight."""
    log.setup(level=logging.WARNING if sys.stderr.isatty() else logging.INFO)
    try:
        if lan:
            settings = lan_settings(settings)
        asyncio.run(serve(settings, lan=lan))
    except CustodyRefused as error:
        print(error, file=sys.stderr)
    except LibraryRefused as error:
        print("clauses:", *error.problems, sep="\n  ", file=sys.stderr)
    except OSError as error:
        print(f"cannot listen: {error.strerror or error}. Choose another HEJIE_PORT or HEJIE_HOST.", file=sys.stderr)
    else:
        return 0
    return 1


async def serve(settings: Settings, *, lan: bool = False) -> None:
    """Open the web door, print where it is, wait for SIGTERM or SIGINT, stop gracefully."""
    http = settings.http
    family = socket.AF_INET6 if ":" in http.host else socket.AF_INET
    listening = socket.create_server((http.host, http.port), family=family, backlog=512)
    if http.port == 0:
        port = listening.getsockname()[1]
        http = replace(http, port=port, origin=f"{http.origin.rsplit(':', 1)[0]}:{port}")
        settings = replace(settings, http=http)
    app = create_app(settings)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=SHUTDOWN, handle_signals=False)
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    try:
        await runner.setup()
        await web.SockSite(runner, listening, ssl_context=tls_context(settings)).start()
        await announce(settings, app[keys.DB])
        if lan:
            print(shown_on_phone(settings), flush=True)
        tidying = spawn(tidy(), name="tidy")
        await stop.wait()
        tidying.cancel()
    finally:
        await runner.cleanup()
        listening.close()


async def tidy() -> None:
    """Take what the start has made, which stays to the end, out of the garbage collector's sight: a full collection
    would stop every voice while it walks through all of that. Then collect every five minutes, in milliseconds: left
    to itself a quiet meeting comes to no full collection in an hour, and grows by what circles and free lists hold."""
    gc.collect()
    gc.freeze()
    while True:
        await asyncio.sleep(TIDY)
        gc.collect()


def tls_context(settings: Settings) -> ssl.SSLContext | None:
    """None for plain http."""
    if settings.http.tls_cert is None or settings.http.tls_key is None:
        return None
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.load_cert_chain(settings.http.tls_cert, settings.http.tls_key)
    return context


async def announce(settings: Settings, db: Database) -> None:
    """Where the server is, and in demo mode one ready-to-click link per role."""
    print(f"\n和解 Hejie: {settings.http.origin}", flush=True)
    if settings.demo:
        await print_links(settings, db)


async def print_links(settings: Settings, db: Database) -> None:
    """The demo case's doors."""
    async with db.reading() as tx:
        links = await role_links(tx, settings)
    for link in links:
        print(f"  {LABELS.get(link.role, link.role):<18} {link.name}\t{link.url}")
    print(f"  codes and messages\t\t{settings.http.origin}/demo\n", flush=True)


async def demo_links(settings: Settings) -> int:
    """Print the links of a demo that was served before."""
    if not migrate.ready(settings.place):
        print("no demo yet: run `hejie serve` with HEJIE_DEMO=1 first", file=sys.stderr)
        return 1
    db = Database(settings.place)
    try:
        async with db.reading() as tx:
            if not await tx.scalar(sa.select(accounts.c.id).where(accounts.c.username == MEDIATOR[0])):
                print("this is not a demo centre", file=sys.stderr)
                return 1
        await print_links(settings, db)
    finally:
        await db.close()
    return 0
