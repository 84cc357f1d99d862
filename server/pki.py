"""`hejie pki`: founding, overview, renewal, rotation, revocation and export of the deployment's own certificates; the
root's key taken away and brought back. The acts are in `documents.upkeep`, this gives them words."""

import argparse
import fcntl
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

from documents import Authority, SignatureRejected, SignerUnavailable, csc, register, upkeep
from server.custody import CustodyRefused, open_authority, passphrase_of, stores_of, words
from server.settings import Settings

KINDS = ("service", "seal", "tsa", "ocsp")
SOON = timedelta(days=90)
"""Such a short time before its end a certificate is marked."""
RESTART = "A running server goes on with the former one: restart it."


def add_parser(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """The words of the command."""
    top = commands.add_parser("pki", help="the deployment's own certificates and keys")
    acts = top.add_subparsers(dest="act", required=True)
    acts.add_parser("create", help="found the authority; keys are made where HEJIE_KEYS says")
    acts.add_parser("show", help="all certificates: kind, state, serial number, end, where the key lives")
    renew = acts.add_parser("renew", help="a new key and certificate of one kind")
    renew.add_argument("kind", choices=KINDS)
    rotate = acts.add_parser("rotate", help="the next issuing CA, and all leaves under it; the former stays answered")
    revoke = acts.add_parser("revoke", help="revoke one of our own certificates, for good")
    revoke.add_argument("which", help="a kind (the one in use) or a serial number as `show` prints it")
    revoke.add_argument("--yes", action="store_true", help="do not ask")
    listing = acts.add_parser("list", help="sign the root's revocation list anew")
    for one in (rotate, revoke, listing):
        one.add_argument("--root", type=Path, metavar="DIR", help="where the root's key was taken")
    root = acts.add_parser("root", help="take the root's key away, or bring it back")
    root.add_argument("way", choices=("detach", "attach"))
    root.add_argument("directory", type=Path)
    export = acts.add_parser("export", help="certificates, chain and lists into a directory; no key")
    export.add_argument("directory", type=Path)
    acts.add_parser("credentials", help="what the remote CA keeps for us, for HEJIE_CSC_CREDENTIALS")
    acts.add_parser("protect", help="encrypt key files that are in clear with HEJIE_CA_PASSPHRASE")


def run(options: argparse.Namespace, settings: Settings) -> int:
    """0 done, 1 not done (why is said on stderr)."""
    founded = (settings.authority / register.FILE).exists()
    try:
        if options.act == "protect":
            return protect(settings)
        if options.act == "credentials":
            return credentials(settings)
        if options.act == "create" and founded:
            raise CustodyRefused(f"{settings.authority}: there is an authority already, see: hejie pki show")
        if options.act != "create" and not founded:
            raise CustodyRefused(f"{settings.authority}: no authority yet, make one with: hejie pki create")
        with alone(settings.authority):
            return ACTS[options.act](open_authority(settings), options)
    except SignerUnavailable as error:
        print(words(error), file=sys.stderr)
    except SignatureRejected as error:
        print(f"the licensed authority refused: {error.reason}", file=sys.stderr)
    except CustodyRefused as error:
        print(error, file=sys.stderr)
    except OSError as error:
        print(f"{error.filename}: {error.strerror}", file=sys.stderr)
    return 1


@contextmanager
def alone(directory: Path) -> Iterator[None]:
    """One operator at a time: who comes second waits, and sees what the first one did."""
    if not directory.exists():  # founding moves everything into place at once
        yield
        return
    descriptor = os.open(directory, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def show(authority: Authority, options: argparse.Namespace) -> int:
    """A table; marks what ends soon."""
    rows = [("kind", "state", "serial number", "ends", "key")]
    for one in upkeep.overview(authority):
        ends = one.certificate.not_valid_after_utc
        soon = one.state == "current" and ends - authority.clock() < SOON
        serial, end = f"{one.certificate.serial_number:x}", f"{ends:%Y-%m-%d}{' !' if soon else ''}"
        rows.append((one.kind, one.state, serial, end, one.where))
    widths = [max(len(row[column]) for row in rows) for column in range(4)]
    for row in rows:
        print("  ".join([*(text.ljust(width) for text, width in zip(row, widths, strict=False)), row[4]]).rstrip())
    return 0


def create(authority: Authority, options: argparse.Namespace) -> int:
    """Founding happened while it was opened."""
    print(f"founded {authority.name} in {authority.directory}")
    print("Now take the root's key to a safe place: hejie pki root detach DIR")
    return show(authority, options)


def renew(authority: Authority, options: argparse.Namespace) -> int:
    """One leaf."""
    authority.renew(options.kind)
    certificate = authority.leaf(options.kind).certificate
    print(f"{options.kind}: {certificate.serial_number:x}, ends {certificate.not_valid_after_utc:%Y-%m-%d}. {RESTART}")
    return 0


def rotate(authority: Authority, options: argparse.Namespace) -> int:
    """The issuing CA and all leaves."""
    upkeep.rotate(authority, options.root)
    print(f"issuing CA: {authority.issuing.certificate.serial_number:x}. {RESTART}")
    return 0


def revoke(authority: Authority, options: argparse.Namespace) -> int:
    """One certificate. Asks first, since there is no way back."""
    if not options.yes:
        print(f"{options.which}: what it signs from now on is invalid. There is no way back. Type yes: ", end="")
        if input().strip() != "yes":
            print("nothing was done", file=sys.stderr)
            return 1
    try:
        certificate = upkeep.revoke(authority, options.which, datetime.now(UTC).replace(microsecond=0), options.root)
    except LookupError:
        print(f"{options.which}: none of our own certificates, see: hejie pki show", file=sys.stderr)
        return 1
    print(f"revoked {certificate.serial_number:x}; a running server answers so from now on")
    return 0


def listing(authority: Authority, options: argparse.Namespace) -> int:
    """The root's list."""
    authority.new_root_crl(upkeep.root_key(authority, options.root))
    print(f"{authority.directory / 'root.crl'}: good for {(authority.root_list_end() - authority.clock()).days} days")
    return 0


def root(authority: Authority, options: argparse.Namespace) -> int:
    """Its key goes or comes."""
    if options.way == "detach":
        upkeep.detach(authority, options.directory)
        print(f"the root's key is now in {options.directory} only; without its passphrase it opens nothing")
    else:
        upkeep.attach(authority, options.directory)
        print(f"the root's key is in {authority.directory / 'root'} again")
    return 0


def export(authority: Authority, options: argparse.Namespace) -> int:
    """Files anybody may have."""
    options.directory.mkdir(parents=True, exist_ok=True)
    for name, content in upkeep.export(authority):
        (options.directory / name).write_bytes(content)
        print(options.directory / name)
    return 0


def protect(settings: Settings) -> int:
    """Before the authority opens: outside demo mode it does not with keys in clear."""
    passphrase = passphrase_of(settings)
    if passphrase is None:
        raise CustodyRefused("set HEJIE_CA_PASSPHRASE or HEJIE_CA_PASSPHRASE_FILE first")
    done = upkeep.protect(settings.authority, passphrase)
    print("\n".join(f"encrypted {name}" for name in done) or "every key file is encrypted already")
    return 0


def credentials(settings: Settings) -> int:
    """Before there is an authority: its keys may be meant to be there."""
    remote = [one for one in stores_of(settings) if isinstance(one, csc.CscKeys)]
    if not remote:
        raise CustodyRefused("set HEJIE_CSC_URL, HEJIE_CSC_CLIENT and HEJIE_CSC_SECRET first")
    for name in remote[0].client.credentials():
        print(name)
    return 0


ACTS: dict[str, Callable[[Authority, argparse.Namespace], int]] = {
    "create": create, "show": show, "renew": renew, "rotate": rotate, "revoke": revoke, "list": listing, "root": root,
    "export": export,
}  # fmt: skip
