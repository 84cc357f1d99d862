"""A real PKCS#11 token: SoftHSM 2, in a directory of the test's own. The module is loaded once in a process, so all
tests of a process share one configuration; each makes its own token in it."""

import os
import secrets
import subprocess
from dataclasses import dataclass
from pathlib import Path

from documents.pkcs11 import TokenKeys

MODULE = Path("/usr/lib/softhsm/libsofthsm2.so")
PIN = "4711-0815"


@dataclass(frozen=True)
class Token:
    """One token; `away` takes the whole store of tokens from the module."""

    label: str
    tokens: Path

    @property
    def keys(self) -> TokenKeys:
        return TokenKeys(MODULE, self.label, PIN)

    @property
    def _gone(self) -> Path:
        return self.tokens.with_name("gone")

    def away(self) -> None:
        self.tokens.rename(self._gone)

    def back(self) -> None:
        self._gone.rename(self.tokens)


def configuration(directory: Path) -> Path:
    """A place for tokens, known to this process and those it starts."""
    tokens = directory / "tokens"
    tokens.mkdir()
    file = directory / "softhsm2.conf"
    file.write_text(f"directories.tokendir = {tokens}\nobjectstore.backend = file\nlog.level = ERROR\n")
    os.environ["SOFTHSM2_CONF"] = str(file)
    return tokens


def new_token(tokens: Path) -> Token:
    """As an operator makes one, with the module's own tool."""
    label = f"hejie-{secrets.token_hex(4)}"
    words = ["softhsm2-util", "--init-token", "--free", "--label", label, "--pin", PIN, "--so-pin", "so-secret"]
    subprocess.run(words, check=True, capture_output=True)
    return Token(label, tokens)
