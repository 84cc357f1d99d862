"""What settings allow: each function takes the text of one (or makes the one that does) to its value, and raises
ValueError for any other text."""

import json
import re
import tomllib
from collections.abc import Callable
from dataclasses import dataclass
from ipaddress import ip_address
from pathlib import Path
from urllib.parse import urlsplit

from server.law.profiles import PROFILES

TURN_URL = re.compile(r"turns?:(\[[0-9a-fA-F:.]+\]|[A-Za-z0-9.-]+)(:[0-9]{1,5})?(\?transport=(udp|tcp))?")


HERE = ("127.0.0.1", "::1", "localhost")
MAIL = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9](?:[A-Za-z0-9.-]{0,250}[A-Za-z0-9])?")
"""As browsers take it (HTML, valid e-mail address)."""


@dataclass(frozen=True)
class Template:
    """A text the gateway knows by id, and the names in it that we fill."""

    id: str
    variables: tuple[str, ...]


def hosts(text: str) -> tuple[str, ...]:
    """Addresses in their shortest form, no name and none twice."""
    found = tuple(str(ip_address(one)) for one in text.split())
    if not found or len(set(found)) != len(found):
        raise ValueError(text)
    return found


def turns(text: str) -> tuple[str, ...]:
    """Addresses of TURN servers (RFC 7065), separated by spaces."""
    for url in text.split():
        if not TURN_URL.fullmatch(url):
            raise ValueError(url)
    return tuple(text.split())


def one_of(*words: str) -> Callable[[str], str]:
    """One of these words."""

    def read(text: str) -> str:
        if text not in words:
            raise ValueError(text)
        return text

    return read


def texts(text: str) -> dict[str, str]:
    """A JSON object of texts."""
    found = json.loads(text)  # JSONDecodeError is a ValueError
    if not isinstance(found, dict) or not all(isinstance(one, str) for one in found.values()):
        raise ValueError(text)
    return found


def addresses(text: str) -> tuple[str, ...]:
    """Web addresses, separated by spaces."""
    for address in text.split():
        parts = urlsplit(address)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise ValueError(address)
    return tuple(text.split())


def gateway(text: str) -> str:
    """One web address; http only to this machine."""
    parts = urlsplit(text)
    if parts.scheme not in ("http", "https") or not parts.hostname or " " in text:
        raise ValueError(text)
    if parts.scheme == "http" and parts.hostname not in HERE:
        raise ValueError(text)
    return text


def postgresql(text: str) -> str:
    """The address of a PostgreSQL database."""
    parts = urlsplit(text)
    if parts.scheme != "postgresql" or len(parts.path) < 2:
        raise ValueError(text)
    return text


def mail(text: str) -> str:
    """A mail address."""
    if not MAIL.fullmatch(text):
        raise ValueError(text)
    return text


def templates(text: str) -> dict[str, Template]:
    """A TOML file: a table for each thing a message is about, with `id` and `variables`."""
    try:
        found = tomllib.loads(Path(text).read_text(encoding="utf-8"))  # its errors are ValueErrors
        made = {topic: Template(str(one["id"]), tuple(map(str, one["variables"]))) for topic, one in found.items()}
    except (OSError, KeyError, TypeError) as error:
        raise ValueError(text) from error
    if not made:
        raise ValueError(text)
    return made


def whole(low: int, high: int) -> Callable[[str], int]:
    """A whole number from `low` to `high`."""

    def read(text: str) -> int:
        number = int(text)
        if not low <= number <= high:
            raise ValueError(text)
        return number

    return read


def flag(text: str) -> bool:
    """0 or 1."""
    if text not in ("0", "1"):
        raise ValueError(text)
    return text == "1"


def file(text: str) -> Path | None:
    """The path of a file that is there."""
    path = Path(text)
    if not path.is_file():
        raise ValueError(text)
    return path


def origin(text: str) -> str:
    """scheme://host[:port], without a path."""
    parts = urlsplit(text)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.path not in ("", "/") or parts.query:
        raise ValueError(text)
    return f"{parts.scheme}://{parts.netloc}"


def profiles(text: str) -> tuple[str, ...]:
    """Codes of kinds of mediation, separated by spaces, none twice."""
    codes = tuple(dict.fromkeys(text.split()))
    if not set(codes) <= PROFILES.keys():
        raise ValueError(text)
    return codes


def secret(least: int) -> Callable[[str], bytes]:
    """At least so many characters."""

    def read(text: str) -> bytes:
        if len(text) < least:
            raise ValueError("too short")
        return text.encode()

    return read
