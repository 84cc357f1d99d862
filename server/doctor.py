"""`hejie doctor`: tries everything a centre needs and says what is wrong and how to mend it. Changes nothing."""

import asyncio
import hashlib
import shutil
import socket
import sqlite3
import ssl
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from tempfile import TemporaryFile
from typing import Literal
from urllib.parse import urlsplit

from cryptography import x509

from documents import Authority, DocumentError, Fonts, TimestampAuthority, upkeep
from server.agreements import LibraryRefused, open_library
from server.custody import WORDS, CustodyRefused, read_authority
from server.forms.shelf import shelf
from server.journal import examining, reading
from server.keeping.notices import Notice
from server.keeping.outlook import from_files
from server.law.dates import legal_day
from server.packets.collecting import OFFLINE
from server.sessions import turn
from server.settings import Settings
from server.store import migrate
from server.vault import read_vault
from signaling.media import RelayFailed, try_relay

LEAST_DISK = 500 * 1024 * 1024
"""Bytes free below which a centre should not go on."""
AN_HOUR = 2 * 1024**3
"""Bytes that an hour of three people takes at most: 1.5 Mbit/s of picture each (static/src/room/encodings.ts)."""
HOURS = 10
"""Of recordings there should be room for."""
RENEW = timedelta(days=30)
LATE = timedelta(hours=3)
"""Journals that grew wait for their time-stamp no longer than an hour while the server runs."""
NEWEST = 100
"""Time-stamps over the journals that are checked here; `hejie journal verify` checks all."""
AHEAD = timedelta(days=60)
"""Terms of most agreements end within that."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was tried. `mend` says what to do, empty when all is well."""

    name: str
    level: Literal["ok", "hint", "problem"]
    what: str
    mend: str = ""


Check = Callable[[Settings], Iterator[Finding]]


def examine(settings: Settings) -> list[Finding]:
    """All checks in order; blocking. A check that fails in a way nobody foresaw is itself a finding."""
    found: list[Finding] = []
    checks = (
        data,
        database,
        chains,
        authority,
        confidence,
        recordings,
        fonts,
        clauses,
        forms,
        app,
        ports,
        relays,
        tls,
        delivery,
        holidays,
        courts,
    )
    for check in checks:
        try:
            found.extend(check(settings))
        except Exception as error:
            found.append(Finding(check.__name__, "problem", f"{type(error).__name__}: {error}", "report this as a bug"))
    return found


def data(settings: Settings) -> Iterator[Finding]:
    """The data directory and the disk under it."""
    directory = settings.data
    nearest = next(path for path in (directory.resolve(), *directory.resolve().parents) if path.exists())
    free = shutil.disk_usage(nearest).free
    if directory.exists() and not directory.is_dir():
        yield Finding("data", "problem", f"{directory} is not a directory", "set HEJIE_DATA to a directory")
        return
    probe = nearest / ".hejie-doctor"
    try:
        probe.touch()
        probe.unlink()
    except OSError as error:
        mend = "give this user the right to write there, or set HEJIE_DATA"
        yield Finding("data", "problem", f"cannot write in {nearest}: {error.strerror}", mend)
    else:
        yield Finding("data", "ok", f"{directory} can be written")
    if free < LEAST_DISK:
        yield Finding("disk", "problem", f"{free // 2**20} MB free", "free at least 500 MB")
    else:
        yield Finding("disk", "ok", f"{free // 2**30} GB free")


def database(settings: Settings) -> Iterator[Finding]:
    """Its form and its soundness."""
    if settings.postgresql:
        yield from _postgresql(settings.postgresql)
        return
    path = settings.database
    if not path.exists():
        yield Finding("database", "hint", f"{path} does not exist yet", "`hejie serve` makes it")
        return
    try:
        missing = migrate.pending(path)
        with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as connection:
            verdict = connection.execute("PRAGMA quick_check").fetchone()[0]
    except Exception as error:
        mend = "restore the last backup; keep the damaged file"
        yield Finding("database", "problem", f"cannot be read: {type(error).__name__}", mend)
        return
    if verdict != "ok":
        yield Finding("database", "problem", f"damaged: {verdict}", "restore the last backup; keep the damaged file")
    elif missing:
        yield Finding("database", "hint", f"lacks migrations {', '.join(missing)}", "`hejie serve` runs them")
    else:
        yield Finding("database", "ok", "sound, newest form")


def _postgresql(address: str) -> Iterator[Finding]:
    try:
        missing = migrate.pending(address)
    except Exception as error:
        mend = "see that PostgreSQL runs and that HEJIE_DATABASE is right"
        yield Finding("database", "problem", f"PostgreSQL does not answer: {type(error).__name__}", mend)
        return
    if missing:
        yield Finding("database", "hint", f"lacks migrations {', '.join(missing)}", "`hejie serve` runs them")
    else:
        yield Finding("database", "ok", "PostgreSQL answers, newest form")
    what = "PostgreSQL's tables, the journals in them and their backups are not examined here"
    yield Finding("database upkeep", "hint", what, "back up with pg_dump and HEJIE_DATA beside it")


def chains(settings: Settings) -> Iterator[Finding]:
    """Every case's journal, entry by entry, and beside its anchors."""
    path = settings.database
    if settings.postgresql or not migrate.ready(path):
        return
    anchors, trust = reading.read_anchors(path), reading.trust_of(settings)
    found = examining.examine(reading.read_chains(path), anchors, trust, newest=NEWEST)
    broken = [f"{one.case} {fault}" for one in found.cases for fault in one.faults]
    broken += [f"anchor {name} {cause}" for name, cause in found.anchors.items()]
    if broken:
        mend = "somebody changed the database: keep it, compare with the last backup (hejie journal verify)"
        yield Finding("journal", "problem", "; ".join(broken[:5]), mend)
    else:
        yield Finding("journal", "ok", f"{len(found.cases)} chains whole, {found.stamps} time-stamps over them")
    waiting = [one for one in found.cases if one.entries > one.anchored]
    if waiting and anchors and datetime.now(UTC) - max(one.at for one in anchors) > LATE:
        what = f"{len(waiting)} grew since the last time-stamp"
        yield Finding("journal anchors", "hint", what, "see that the server runs and a time-stamp server answers")


def authority(settings: Settings) -> Iterator[Finding]:
    """Keys, chain and time-stamps of the deployment's CA."""
    if not (settings.authority / "authority.json").exists():
        if settings.demo or settings.ca_passphrase:
            yield Finding("keys", "hint", "no CA yet", "`hejie serve` makes one")
        else:
            yield Finding("keys", "problem", "no CA yet", "set HEJIE_CA_PASSPHRASE_FILE, then `hejie serve` makes one")
        return
    try:
        opened = read_authority(settings)
    except CustodyRefused as error:
        mend = "check HEJIE_CA_PASSPHRASE and the rights of the directory, or restore it from the backup"
        yield Finding("keys", "problem", f"{settings.authority} cannot be opened: {error}", mend)
        return
    yield Finding("keys", "ok", f"root {fingerprint(opened.root_der)}")
    for kind, where, reason in upkeep.probe(opened):
        if reason:
            yield Finding("keys", "problem", f"{kind} ({where}) does not sign: {reason}", WORDS.get(reason, ""))
    yield from chain_of(opened)
    yield from told(from_files(settings, opened, datetime.now(UTC)))
    digest = hashlib.sha256(b"hejie doctor").digest()
    try:
        token = TimestampAuthority(opened.tsa.signer).token(digest, datetime.now(UTC))
    except DocumentError as error:
        yield Finding("time-stamps", "problem", f"{error.code}", "the time-stamp key does not work: see the CA's keys")
    else:
        right = digest in token
        level: Literal["ok", "problem"] = "ok" if right else "problem"
        yield Finding("time-stamps", level, f"token of {len(token)} bytes", "" if right else "report this as a bug")


def confidence(settings: Settings) -> Iterator[Finding]:
    """The vault of what was told in confidence."""
    try:
        opened = read_vault(settings)
    except CustodyRefused as error:
        mend = "set the HEJIE_CA_PASSPHRASE it was made with, or restore vault-key from the backup"
        yield Finding("vault", "problem", f"cannot be opened: {error}", mend)
        return
    if opened is None:
        yield Finding("vault", "hint", "none yet", "`hejie serve` makes one")
    else:
        yield Finding("vault", "ok", "opens")


def recordings(settings: Settings) -> Iterator[Finding]:
    """The place of recordings: whether it can be written, nobody else can read it, and how many hours it holds."""
    directory = settings.recordings
    nearest = next(path for path in (directory.resolve(), *directory.resolve().parents) if path.exists())
    mend = f"give this user, and nobody else, the rights of {directory} (chmod 700)"
    try:
        with TemporaryFile(dir=nearest) as probe:
            probe.write(b"hejie")
    except OSError as error:
        yield Finding("recordings", "problem", f"cannot write in {nearest}: {error.strerror}", mend)
        return
    if directory.is_dir() and directory.stat().st_mode & 0o077:
        yield Finding("recordings", "problem", f"others may look into {directory}", mend)
    hours = (shutil.disk_usage(nearest).free - LEAST_DISK) // AN_HOUR
    if hours < HOURS:
        mend = (
            "free more, or lower HEJIE_RECORDING_DAYS; a full disk stops a recording and says so, the session goes on"
        )
        yield Finding("recordings", "hint", f"room for {max(hours, 0)} hours of recordings", mend)
    else:
        yield Finding("recordings", "ok", f"room for {hours} hours, in {directory}")


MENDS = {
    "certificate_ending": "`hejie pki renew` (for CAs: `hejie pki rotate`); what was signed stays valid",
    "root_list_ending": "bring the root's key for a moment: `hejie pki list`",
    "renewal_overdue": "run `hejie renew` and look at what it says",
    "proof_lost": "keep the files and this list: what they prove now rests on other evidence",
    "backup_old": "run `hejie backup FILE`, every day",
    "backup_missing": "run `hejie backup FILE`, every day",
}


def holidays(settings: Settings) -> Iterator[Finding]:
    """Whether terms that begin now are counted by announced holidays."""
    calendar, today = settings.calendar, legal_day(datetime.now(UTC))
    years = ", ".join(str(year) for year in sorted(calendar.announced))
    if calendar.known(today, today + AHEAD):
        yield Finding("holidays", "ok", f"announced: {years}")
        return
    year = next(year for year in (today.year, today.year + 1) if year not in calendar.announced)
    mend = f"once the State Council's notice is out, put {year}.json into the directory of HEJIE_HOLIDAYS (README)"
    yield Finding("holidays", "hint", f"terms into {year} are counted by the statutory days alone", mend)


def courts(settings: Settings) -> Iterator[Finding]:
    """Whether the courts that may confirm an agreement are known."""
    if settings.courts:
        yield Finding("courts", "ok", f"{len(settings.courts)} listed")
        return
    what = "only the invented ones of the demo" if settings.demo else "no list: the pre-check names no court"
    yield Finding("courts", "hint", what, "put a file such as courts.toml into a directory, set HEJIE_COURTS (README)")


def told(found: list[Notice]) -> Iterator[Finding]:
    """What ends soon or is late, in the doctor's words."""
    for one in found:
        what = " ".join(
            part
            for part in (
                one.code.replace("_", " "), one.subject, f"{one.count} files" if one.count else "",
                f"{one.at:%Y-%m-%d}" if one.at else "", one.cause,
            )
            if part
        )  # fmt: skip
        yield Finding("keeping", one.level, what, MENDS.get(one.code, ""))
    if not found:
        yield Finding("keeping", "ok", "nothing ends soon")


def chain_of(opened: Authority) -> Iterator[Finding]:
    """Who signed whom, and until when."""
    now = datetime.now(UTC)
    leaves = {
        "issuing": opened.issuing, "service": opened.service, "seal": opened.seal, "tsa": opened.tsa,
        "ocsp": opened.responder,
    }  # fmt: skip
    good = True
    for name, leaf in leaves.items():
        try:
            above = opened.root_der if name == "issuing" else opened.chain_above(leaf.der)[0]  # or a licensed CA's
            leaf.certificate.verify_directly_issued_by(x509.load_der_x509_certificate(above))
        except Exception:
            good = False
            yield Finding("chain", "problem", f"{name} was not issued by this CA", "restore the CA's directory")
        if leaf.key.public_key() != leaf.certificate.public_key():
            good = False
            yield Finding(
                "chain", "problem", f"the key of {name} is not its certificate's", "restore the CA's directory"
            )
        if ends(leaf.certificate) - now < RENEW:
            good = False
            mend = "renew it before that day; what was signed stays valid"
            yield Finding("chain", "problem", f"{name} ends on {ends(leaf.certificate):%Y-%m-%d}", mend)
    if good:
        yield Finding("chain", "ok", f"{len(leaves)} certificates, all issued by this CA and in their time")


def ends(certificate: x509.Certificate) -> datetime:
    """Aware UTC."""
    return certificate.not_valid_after_utc


def fingerprint(certificate: bytes) -> str:
    """SHA-256 in groups of four, as the centre publishes it."""
    text = hashlib.sha256(certificate).hexdigest()
    return " ".join(text[at : at + 4] for at in range(0, len(text), 4))


def fonts(settings: Settings) -> Iterator[Finding]:
    """The faces documents are printed with."""
    wanted = Fonts.in_directory(settings.fonts)
    missing = [path.name for path in (wanted.regular_path, wanted.bold_path) if not path.is_file()]
    if missing:
        mend = "run `deploy/fonts/install.sh`, or set HEJIE_FONTS"
        yield Finding("fonts", "problem", f"{', '.join(missing)} not in {settings.fonts}", mend)
    elif wanted.rare is None:
        rare = "install fonts-lxgw-wenkai, then run `deploy/fonts/install.sh`"
        yield Finding("fonts", "hint", f"no second font for rare names in {settings.fonts}", rare)
    else:
        yield Finding("fonts", "ok", str(settings.fonts))


def clauses(settings: Settings) -> Iterator[Finding]:
    """The clause library, with the centre's own files."""
    try:
        entries = open_library(settings.clauses).entries
    except LibraryRefused as error:
        for problem in error.problems:
            yield Finding("clauses", "problem", problem, "mend the file; README says what it may hold")
    else:
        yield Finding("clauses", "ok", f"{len(entries)} ready, {sum(one.own for one in entries)} of your own")


def forms(settings: Settings) -> Iterator[Finding]:
    """The centre's own templates of forms."""
    found = shelf(settings.forms)
    for problem in found.problems:
        yield Finding("forms", "problem", str(problem), "mend the file and start again; the form shipped is used")
    if not found.problems:
        own = f", {len(found.own)} of the centre's own: {', '.join(sorted(found.own))}" if found.own else ""
        yield Finding("forms", "ok", f"{len(found.templates)} templates{own}")


def app(settings: Settings) -> Iterator[Finding]:
    """The built browser app."""
    if (settings.http.static / "index.html").is_file():
        yield Finding("browser app", "ok", str(settings.http.static))
    else:
        mend = "run `npm ci && npm run build` in static/, or set HEJIE_STATIC"
        yield Finding("browser app", "problem", f"no index.html in {settings.http.static}", mend)
        return
    if not (settings.http.static / OFFLINE).is_file():
        mend = "run `npm ci && npm run build` in static/: no court packet is made without its offline verifier"
        yield Finding("offline verifier", "problem", f"no {OFFLINE} in {settings.http.static}", mend)


def ports(settings: Settings) -> Iterator[Finding]:
    """Whether web and media can be listened to. In use may well be our own server."""
    http, media = settings.http, settings.media
    doors = [("web port", socket.SOCK_STREAM, http.host, http.port)]
    doors += [("media port", socket.SOCK_DGRAM, host, media.port) for host in media.hosts]
    for name, kind, host, port in doors:
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        with closing(socket.socket(family, kind)) as probe:
            if kind == socket.SOCK_STREAM:
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((host, port))
            except OSError as error:
                busy = error.errno in (98, 48)
                mend = "fine if `hejie serve` is running; else choose another port" if busy else "check the address"
                yield Finding(name, "hint" if busy else "problem", f"{host}:{port} {error.strerror}", mend)
            else:
                yield Finding(name, "ok", f"{host}:{port}")
    told = media.advertised or media.hosts
    if http.secure and all(ip_address(host).is_loopback for host in told):
        mend = "set HEJIE_MEDIA_HOST to an address phones can reach, or HEJIE_MEDIA_ADVERTISED"
        yield Finding("media port", "hint", "only this machine can reach the media door", mend)
    elif media.advertised and media.port == 0:
        mend = "set HEJIE_MEDIA_PORT, and lead that UDP port to this machine"
        yield Finding("media port", "problem", "behind NAT the media port must be a fixed one", mend)


TURN_MENDS = {
    "unreachable": "start the TURN server, open that port in the firewall, check the name in HEJIE_TURN_URLS",
    "certificate": "give the TURN server a certificate for that name which browsers trust, with its chain",
    "credentials": "HEJIE_TURN_SECRET must be coturn's static-auth-secret; both clocks must be right",
    "peer_denied": "let the TURN server relay to our media address: allowed-peer-ip (see deploy/turn/README.md)",
    "failed": "look into the TURN server's log",
}


def relays(settings: Settings) -> Iterator[Finding]:
    """Each TURN server by each of its addresses: an allocation, and a way from it to the media door."""
    media = settings.media
    if not media.turn_urls:
        if settings.http.secure and not settings.demo:
            mend = "set HEJIE_TURN_URLS and HEJIE_TURN_SECRET (deploy/turn/README.md)"
            yield Finding("turn", "hint", "no TURN server: offices that let only web pages through cannot join", mend)
        return
    (given,) = turn.servers(media, "doctor", datetime.now(UTC))
    peer = ((media.advertised or media.hosts)[0], media.port or 9)
    for url in media.turn_urls:
        try:
            relayed = asyncio.run(try_relay(url, given["username"], given["credential"], peer))
        except RelayFailed as error:
            yield Finding("turn", "problem", f"{url}: {error.detail}", TURN_MENDS[error.trouble])
        else:
            yield Finding("turn", "ok", f"{url} relays from {relayed} to {peer[0]}")
    if not any(url.startswith("turns:") or url.endswith("=tcp") for url in media.turn_urls):
        mend = "add turns:NAME:443?transport=tcp"
        yield Finding("turn", "hint", "only by UDP, which is what the networks that need TURN block", mend)


def tls(settings: Settings) -> Iterator[Finding]:
    """Certificate and key of the web door."""
    http = settings.http
    if http.tls_cert and http.tls_key:
        try:
            ssl.create_default_context(ssl.Purpose.CLIENT_AUTH).load_cert_chain(http.tls_cert, http.tls_key)
        except (OSError, ssl.SSLError) as error:
            mend = "HEJIE_TLS_CERT must be the chain in PEM and HEJIE_TLS_KEY its key"
            yield Finding("https", "problem", f"{error.strerror or error}", mend)
        else:
            yield Finding("https", "ok", str(http.tls_cert))
    elif not http.secure and "//127.0.0.1" not in http.origin and "//localhost" not in http.origin:
        mend = "browsers give no camera over plain http: set HEJIE_TLS_CERT and HEJIE_TLS_KEY, or use `serve --lan`"
        yield Finding("https", "problem", f"{http.origin} is not https", mend)


def delivery(settings: Settings) -> Iterator[Finding]:
    """How messages reach people."""
    if settings.demo:
        yield Finding("messages", "ok", "demo: kept in the outbox at /demo")
    elif settings.sms.url:
        mail = f", mail by {settings.smtp.host}" if settings.smtp.host else ""
        yield Finding("messages", "ok", f"text messages by {urlsplit(settings.sms.url).hostname}{mail}")
    else:
        mend = "codes go by text message: set HEJIE_SMS_URL and HEJIE_SMS_SECRET; till then only rehearsals get any"
        yield Finding("messages", "problem", "no gateway", mend)
