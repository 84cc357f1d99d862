"""A small real remote CA over HTTP by the CSC API 2: OAuth 2 client credentials, credentials/list, /info, /authorize,
signatures/signHash. Keeps P-256 keys, checks everything it is told, and can go away."""

import json
import secrets
import threading
from base64 import b64decode, b64encode
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, utils
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

CLIENT, SECRET, PIN = "hejie", "client-secret", "2580"
Answer = tuple[int, dict[str, Any]]


class Refused(Exception):
    """Status and the error's name."""


@dataclass
class RemoteCa:
    """Start with `open`; the keys outlive `close`, as those of a real one do."""

    kinds: tuple[str, ...] = ("issuing", "service", "seal", "tsa", "ocsp")
    raw: bool = False
    """Signatures as r|s instead of DER."""
    mode: str = "explicit"
    keys: dict[str, ec.EllipticCurvePrivateKey] = field(default_factory=dict)
    tokens: set[str] = field(default_factory=set)
    granted: dict[str, tuple[str, str]] = field(default_factory=dict)
    calls: list[str] = field(default_factory=list)
    port: int = 0
    _http: ThreadingHTTPServer | None = None

    def __post_init__(self) -> None:
        self.keys = {f"cred-{kind}": ec.generate_private_key(ec.SECP256R1()) for kind in self.kinds}

    @property
    def base(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def credentials(self) -> dict[str, str]:
        return {kind: f"cred-{kind}" for kind in self.kinds}

    def open(self) -> None:
        remote = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length", "0")))
                status, answer = remote.answer(self.path, body, self.headers.get("Authorization", ""))
                text = json.dumps(answer).encode()
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(text)))
                self.end_headers()
                self.wfile.write(text)

            def log_message(self, format: str, *args: object) -> None:
                remote.calls.append(self.path)

        self._http = ThreadingHTTPServer(("127.0.0.1", self.port), Handler)
        self.port = self._http.server_address[1]
        threading.Thread(target=self._http.serve_forever, args=(0.02,), daemon=True).start()

    def close(self) -> None:
        if self._http is not None:
            self._http.shutdown()
            self._http.server_close()
            self._http = None

    def answer(self, path: str, body: bytes, authorization: str) -> Answer:
        method = path.removeprefix("/csc/v2/")
        try:
            if method == "oauth2/token":
                return 200, self._login({name: values[0] for name, values in parse_qs(body.decode()).items()})
            if authorization.removeprefix("Bearer ") not in self.tokens:
                raise Refused(401, "invalid_token")
            doors: dict[str, Callable[[dict[str, Any]], dict[str, Any]]] = {
                "credentials/list": lambda _asked: {"credentialIDs": sorted(self.keys)},
                "credentials/info": self._info,
                "credentials/authorize": self._authorize,
                "signatures/signHash": self._sign,
            }
            return 200, doors[method](json.loads(body))
        except Refused as refused:
            return refused.args[0], {"error": refused.args[1]}
        except (KeyError, ValueError, TypeError):
            return 400, {"error": "invalid_request"}

    def _login(self, form: dict[str, str]) -> dict[str, Any]:
        wanted = {"grant_type": "client_credentials", "client_id": CLIENT, "client_secret": SECRET}
        if wanted.items() - form.items():
            raise Refused(400, "invalid_client")
        token = secrets.token_urlsafe(16)
        self.tokens.add(token)
        return {"access_token": token, "token_type": "Bearer", "expires_in": 3600}

    def _key(self, asked: dict[str, Any]) -> ec.EllipticCurvePrivateKey:
        if asked["credentialID"] not in self.keys:
            raise Refused(400, "invalid_request")
        return self.keys[asked["credentialID"]]

    def _info(self, asked: dict[str, Any]) -> dict[str, Any]:
        key, now = self._key(asked), datetime.now(UTC)
        name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, asked["credentialID"])])
        builder = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
        builder = builder.serial_number(x509.random_serial_number()).not_valid_before(now)
        certificate = builder.not_valid_after(now + timedelta(days=900)).sign(key, hashes.SHA256())
        return {
            "key": {"status": "enabled", "algo": ["1.2.840.10045.4.3.2"], "len": 256, "curve": "1.2.840.10045.3.1.7"},
            "cert": {"status": "valid", "certificates": [b64encode(certificate.public_bytes(Encoding.DER)).decode()]},
            "auth": {"mode": self.mode},
            "SCAL": "2",
            "multisign": 1,
        }

    def _authorize(self, asked: dict[str, Any]) -> dict[str, Any]:
        self._key(asked)
        if self.mode == "explicit" and {"id": "PIN", "value": PIN} not in asked["authData"]:
            raise Refused(400, "invalid_pin")
        if asked["numSignatures"] != 1 or asked["hashAlgorithmOID"] != "2.16.840.1.101.3.4.2.1":
            raise Refused(400, "invalid_request")
        sad = secrets.token_urlsafe(16)
        self.granted[sad] = asked["credentialID"], asked["hashes"][0]
        return {"SAD": sad, "expiresIn": 300}

    def _sign(self, asked: dict[str, Any]) -> dict[str, Any]:
        """SAD is good once, for one key and one hash (SCAL 2)."""
        key, digest = self._key(asked), asked["hashes"][0]
        if self.granted.pop(asked["SAD"], None) != (asked["credentialID"], digest):
            raise Refused(400, "invalid_request")
        if asked["signAlgo"] != "1.2.840.10045.4.3.2":
            raise Refused(400, "invalid_request")
        value = key.sign(b64decode(digest), ec.ECDSA(utils.Prehashed(hashes.SHA256())))
        if self.raw:
            r, s = utils.decode_dss_signature(value)
            value = r.to_bytes(32, "big") + s.to_bytes(32, "big")
        return {"signatures": [b64encode(value).decode()]}
