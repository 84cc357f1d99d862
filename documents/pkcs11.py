"""Institution keys in a hardware module by PKCS#11: made inside the token, never extractable. Knows no certificate."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from secrets import token_bytes, token_hex
from typing import Any, TypeVar

import pkcs11
from asn1crypto.core import OctetString
from cryptography.hazmat.primitives.asymmetric import ec, utils
from pkcs11 import Attribute, KeyType, Mechanism, ObjectClass
from pkcs11.util.ec import encode_named_curve_parameters

from documents.errors import SignerUnavailable
from documents.keys import DistantKey

T = TypeVar("T")
AWAY = (pkcs11.PKCS11Error, OSError, RuntimeError)
"""What the library raises when module, token or key cannot be used; RuntimeError for a module that does not load."""


@dataclass
class TokenKeys:
    """One token of one module. A session stays open; when the token was away, the next signature opens it again."""

    module: Path
    token: str
    pin: str = field(repr=False)
    kind: str = "pkcs11"
    _lock: threading.Lock = field(default_factory=threading.Lock, repr=False)
    _session: Any = field(default=None, repr=False)
    _keys: dict[str, Any] = field(default_factory=dict, repr=False)

    def takes(self, kind: str) -> bool:
        return kind != "root"

    def make(self, stem: str) -> tuple[ec.EllipticCurvePrivateKey, str]:
        label = f"hejie-{stem}-{token_hex(4)}"  # several authorities may share one token
        public: ec.EllipticCurvePublicKey = self._ask(lambda session: _generate(session, label))
        return self.open(label, public), label

    def open(self, name: str, public: ec.EllipticCurvePublicKey) -> ec.EllipticCurvePrivateKey:
        return DistantKey(public, lambda data: self._sign(name, data))

    def where(self, name: str) -> str:
        return f"token {self.token}, {name}"

    def _sign(self, label: str, data: bytes) -> bytes:
        """Mechanism ECDSA signs the digest itself and answers r|s (PKCS #11 2.40, 2.3.1)."""

        def raw(session: Any) -> bytes:
            if label not in self._keys:
                self._keys[label] = session.get_key(object_class=ObjectClass.PRIVATE_KEY, label=label)
            value: bytes = self._keys[label].sign(sha256(data).digest(), mechanism=Mechanism.ECDSA)
            return value

        value = self._ask(raw)
        return utils.encode_dss_signature(int.from_bytes(value[:32], "big"), int.from_bytes(value[32:], "big"))

    def _ask(self, act: Callable[[Any], T]) -> T:
        """One act in the session; once more after the module was initialised anew, since it sees tokens that were put
        in meanwhile only then. Never a second time with a wrong PIN, which would lock the token. A session does one
        thing at a time. Raises SignerUnavailable with the cause."""
        with self._lock:
            for last in (False, True):
                try:
                    return act(self._open())
                except AWAY as error:
                    self._drop()
                    if last or _cause(error) == "pkcs11_pin":
                        raise SignerUnavailable(_cause(error)) from error
        raise AssertionError("unreachable")

    def _open(self) -> Any:
        if self._session is None:
            token = pkcs11.lib(str(self.module)).get_token(token_label=self.token)
            try:
                self._session = token.open(user_pin=self.pin, rw=True)
            except pkcs11.UserAlreadyLoggedIn:  # another of this process's sessions: a login is the whole process's
                self._session = token.open(rw=True)
        return self._session

    def _drop(self) -> None:
        """Forget the session and have the module look for its tokens again; it does so only when initialised anew."""
        self._session, self._keys = None, {}
        try:
            pkcs11.lib(str(self.module)).reinitialize()
        except AWAY:
            return


def _generate(session: Any, label: str) -> ec.EllipticCurvePublicKey:
    """A P-256 pair that was born in the token and cannot leave it."""
    curve = session.create_domain_parameters(
        KeyType.EC, {Attribute.EC_PARAMS: encode_named_curve_parameters("secp256r1")}, local=True
    )
    inside = {Attribute.SENSITIVE: True, Attribute.EXTRACTABLE: False, Attribute.SIGN: True}
    public, _ = curve.generate_keypair(store=True, label=label, id=token_bytes(8), private_template=inside)
    point = OctetString.load(public[Attribute.EC_POINT]).native
    return ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), point)


def _cause(error: BaseException) -> str:
    """A word for the console and its operator; the PIN is not in it."""
    if isinstance(error, pkcs11.PinIncorrect | pkcs11.PinLocked | pkcs11.PinInvalid | pkcs11.PinLenRange):
        return "pkcs11_pin"
    if isinstance(error, pkcs11.NoSuchToken | pkcs11.TokenNotPresent):
        return "pkcs11_token_away"
    if isinstance(error, pkcs11.NoSuchKey):
        return "pkcs11_key_missing"
    if isinstance(error, pkcs11.PKCS11Error) and type(error) is not pkcs11.PKCS11Error:  # itself: cannot be loaded
        return "pkcs11" + re.sub(r"[A-Z]", lambda letter: f"_{letter[0].lower()}", type(error).__name__)
    return "pkcs11_module_away"
