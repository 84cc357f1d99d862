"""Institution keys at a remote CA, by the API of the Cloud Signature Consortium, version 2 (CSC QES API 2.0): OAuth 2
client credentials, credentials/list, credentials/info, credentials/authorize, signatures/signHash. The network belongs
to the caller, who hands in a function that posts."""

from __future__ import annotations

import json
import threading
from base64 import b64decode, b64encode
from binascii import Error as BadBase64
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any
from urllib.parse import urlencode

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, utils

from documents.errors import SignerUnavailable
from documents.keys import DistantKey

Post = Callable[[str, bytes, Mapping[str, str]], tuple[int, bytes]]
"""(address, body, headers) -> (status, body). Raises OSError when nobody answers."""

SHA256_OID = "2.16.840.1.101.3.4.2.1"
ECDSA_SHA256_OID = "1.2.840.10045.4.3.2"
EARLY = timedelta(seconds=30)
"""So long before its end an access token is not used any more."""


@dataclass(frozen=True)
class Credential:
    """What the CA says about one of our keys: its certificate and those above it."""

    id: str
    certificates: tuple[bytes, ...]
    mode: str

    @property
    def public_key(self) -> ec.EllipticCurvePublicKey:
        """Raises SignerUnavailable unless it is P-256."""
        try:
            key = x509.load_der_x509_certificate(self.certificates[0]).public_key()
        except (IndexError, ValueError):
            raise SignerUnavailable("csc_certificate") from None
        if not isinstance(key, ec.EllipticCurvePublicKey) or key.curve.name != "secp256r1":
            raise SignerUnavailable("csc_key_type")
        return key


@dataclass
class CscClient:
    """One account at one remote CA. `base` is its address up to and without /csc/v2."""

    base: str
    client_id: str
    client_secret: str = field(repr=False)
    post: Post = field(repr=False)
    clock: Callable[[], datetime]
    pin: str = field(default="", repr=False)
    _token: tuple[str, datetime] | None = field(default=None, repr=False)
    _lock: threading.Lock = field(default_factory=threading.Lock, repr=False)

    def credentials(self) -> list[str]:
        """Ids of our credentials (11.4 credentials/list)."""
        return [str(one) for one in self._call("credentials/list", {})["credentialIDs"]]

    def info(self, credential: str) -> Credential:
        """Certificate chain and how it is unlocked (11.5 credentials/info)."""
        body = {"credentialID": credential, "certificates": "chain", "certInfo": False, "authInfo": True}
        answer = self._call("credentials/info", body)
        try:
            chain = tuple(b64decode(one, validate=True) for one in answer["cert"]["certificates"])
            return Credential(credential, chain, str(answer.get("auth", {}).get("mode", "implicit")))
        except (KeyError, TypeError, AttributeError, BadBase64):
            raise SignerUnavailable("csc_answer") from None

    def sign(self, credential: Credential, data: bytes) -> bytes:
        """DER of (r, s) over SHA-256(data), by credentials/authorize (11.6) and signatures/signHash (11.10)."""
        digest = b64encode(sha256(data).digest()).decode()
        asked: dict[str, object] = {
            "credentialID": credential.id,
            "numSignatures": 1,
            "hashes": [digest],
            "hashAlgorithmOID": SHA256_OID,
        }
        if credential.mode == "explicit":
            asked["authData"] = [{"id": "PIN", "value": self.pin}]
        elif credential.mode != "implicit":
            raise SignerUnavailable("csc_needs_a_person")
        body = {
            "credentialID": credential.id,
            "SAD": self._call("credentials/authorize", asked).get("SAD", ""),
            "hashes": [digest],
            "hashAlgorithmOID": SHA256_OID,
            "signAlgo": ECDSA_SHA256_OID,
        }
        try:
            value = b64decode(self._call("signatures/signHash", body)["signatures"][0], validate=True)
        except (KeyError, IndexError, TypeError, BadBase64):
            raise SignerUnavailable("csc_answer") from None
        if len(value) == 64:  # some answer r|s
            numbers = int.from_bytes(value[:32], "big"), int.from_bytes(value[32:], "big")
            return utils.encode_dss_signature(*numbers)
        return value

    def _call(self, method: str, body: Mapping[str, object]) -> dict[str, Any]:
        """An access token that was ended early is asked for anew once (RFC 6750 3.1)."""
        status, answer = self._authorised(method, body)
        if status == 401:
            self._token = None
            status, answer = self._authorised(method, body)
        if status != 200:
            raise SignerUnavailable(f"csc_{_word(answer) or status}")
        return answer

    def _authorised(self, method: str, body: Mapping[str, object]) -> tuple[int, dict[str, Any]]:
        headers = {"Content-Type": "application/json", "Authorization": f"Bearer {self._access_token()}"}
        return self._post(f"{self.base}/csc/v2/{method}", json.dumps(body).encode(), headers)

    def _access_token(self) -> str:
        """By client credentials (RFC 6749 4.4; CSC 8.3.3)."""
        with self._lock:
            if self._token is None or self.clock() >= self._token[1]:
                form = {"grant_type": "client_credentials", "client_id": self.client_id, "scope": "service"}
                body = urlencode(form | {"client_secret": self.client_secret}).encode()
                headers = {"Content-Type": "application/x-www-form-urlencoded"}
                status, answer = self._post(f"{self.base}/csc/v2/oauth2/token", body, headers)
                if status != 200 or not isinstance(answer.get("access_token"), str):
                    raise SignerUnavailable("csc_login")
                life = answer.get("expires_in")
                ends = self.clock() + timedelta(seconds=life if isinstance(life, int) else 3600) - EARLY
                self._token = answer["access_token"], ends
            return self._token[0]

    def _post(self, address: str, body: bytes, headers: Mapping[str, str]) -> tuple[int, dict[str, Any]]:
        try:
            status, answer = self.post(address, body, headers)
        except OSError:
            raise SignerUnavailable("csc_away") from None
        try:
            parsed = json.loads(answer) if answer else {}
        except ValueError:
            parsed = None
        if not isinstance(parsed, dict):
            raise SignerUnavailable("csc_answer" if status == 200 else f"csc_{status}")
        return status, parsed


@dataclass
class CscKeys:
    """Credentials of the remote CA by kind of key. The CA makes the keys: a new certificate is for the credential that
    the settings name then."""

    client: CscClient = field(repr=False)
    credentials: Mapping[str, str]
    kind: str = "csc"
    _known: dict[str, Credential] = field(default_factory=dict, repr=False)

    def takes(self, kind: str) -> bool:
        return kind in self.credentials

    def make(self, stem: str) -> tuple[ec.EllipticCurvePrivateKey, str]:
        name = self.credentials[stem.split("-")[0]]
        return self.open(name, self._credential(name).public_key), name

    def open(self, name: str, public: ec.EllipticCurvePublicKey) -> ec.EllipticCurvePrivateKey:
        return DistantKey(public, lambda data: self.client.sign(self._credential(name), data))

    def where(self, name: str) -> str:
        return f"remote CA {self.client.base}, credential {name}"

    def _credential(self, name: str) -> Credential:
        if name not in self._known:
            self._known[name] = self.client.info(name)
        return self._known[name]


def _word(answer: Mapping[str, object]) -> str:
    """The error's name, if it is one (RFC 6749 5.2): letters and underscores, nothing that could be a secret."""
    word = answer.get("error")
    return word if isinstance(word, str) and word.replace("_", "").isalpha() and len(word) <= 40 else ""
