"""A signer's key stays in the signer's browser: it cannot be exported, is wiped after use, and nothing of it travels
or is stored on the server. The detector proves itself on planted keys."""

import json
import re
import secrets
import sqlite3
import zlib
from base64 import b64decode, b64encode, urlsafe_b64encode
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from playwright.sync_api import Page, Request, WebSocket, expect

from server.rehearse.actor import Actor
from server.rehearse.signing import SigningKey
from server.rehearse.story import Story
from tests.browser import steps
from tests.browser.beside import Loop, beside, signing
from tests.browser.conftest import PHONE, People
from tests.browser.keyhunt import layers, private_keys
from tests.browser.steps import LONG, press, say
from tests.running import Server

pytestmark = [pytest.mark.browser, pytest.mark.timeout(240)]

E = serialization.Encoding
F = serialization.PrivateFormat
EXPORTS = """async () => {
  const [{ name }] = (await indexedDB.databases()).filter(one => one.name.startsWith('hejie-signing-'));
  const settled = (request) => new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
  const database = await settled(indexedDB.open(name));
  const [record] = await settled(database.transaction('signing').objectStore('signing').getAll());
  database.close();
  const key = record.key;
  const wrapping = await crypto.subtle.generateKey({ name: 'AES-GCM', length: 256 }, false, ['wrapKey']);
  const cipher = { name: 'AES-GCM', iv: new Uint8Array(12) };
  const outcome = (trial) => trial.then(() => 'given out', (error) => error.name);
  const tried = {};
  for (const form of ['pkcs8', 'jwk', 'raw', 'spki']) {
    tried[form] = await outcome(crypto.subtle.exportKey(form, key));
    tried['wrapped ' + form] = await outcome(crypto.subtle.wrapKey(form, key, wrapping, cipher));
  }
  const open = await crypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, true, ['sign']);
  const base64 = (bytes) => btoa(String.fromCharCode(...new Uint8Array(bytes)));
  const { key: _, ...others } = record;
  return {
    tried, is: String(key), type: key.type, curve: key.algorithm.namedCurve, extractable: key.extractable,
    usages: key.usages,
    control: await outcome(crypto.subtle.exportKey('pkcs8', open.privateKey)),
    spki: base64(record.spki),
    rest: JSON.stringify(others, (_, value) => value instanceof Uint8Array ? base64(value) : value)
      + JSON.stringify({ ...localStorage }) + JSON.stringify({ ...sessionStorage }),
  };
}"""


class Wire:
    """All a page says to the server: addresses, headers and bodies of requests, and every frame of its sockets."""

    def __init__(self, page: Page) -> None:
        self.said: list[bytes] = []
        self.frames = 0
        page.on("request", self._request)
        page.on("websocket", self._socket)

    def _request(self, request: Request) -> None:
        head = [request.method, request.url, *(f"{name}: {value}" for name, value in request.headers.items())]
        self.said.append("\n".join(head).encode() + b"\n\n" + (request.post_data_buffer or b""))

    def _socket(self, socket: WebSocket) -> None:
        for event in ("framesent", "framereceived"):
            socket.on(event, self._frame)

    def _frame(self, payload: str | bytes) -> None:
        self.frames += 1
        self.said.append(payload.encode() if isinstance(payload, str) else payload)

    def bodies(self, door: str) -> list[Any]:
        """JSON bodies of the POSTs whose address matches."""
        posts = (one.split(b"\n\n", 1) for one in self.said if one.startswith(b"POST\n"))
        return [json.loads(body) for head, body in posts if re.search(door, head.split(b"\n")[1].decode())]


made: list[bytes] = []
"""Private values of the other signers' keys, known to this test: they are looked for as such."""


@pytest.fixture
def story(server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[Story, Loop]]:
    birth = SigningKey.__init__

    def kept(self: SigningKey) -> None:
        birth(self)
        made.append(self._key.private_numbers().private_value.to_bytes(32, "big"))

    made.clear()
    monkeypatch.setattr(SigningKey, "__init__", kept)
    played = Story(server.url, "leak", tmp_path, 1, "")
    with beside(played) as loop:
        for step in (played.arrive, played.meet, played.draft, played.read):
            loop.run(step())
        yield played, loop


def stored(server: Server) -> dict[str, bytes]:
    """Every file the server wrote but the deployment's own authority: database with its log, blobs, server log.

    Tables are read by SQL as well: in the file a long value is cut into pages.
    """
    data = server.data
    files = [path for path in data.rglob("*") if path.is_file() and not path.is_relative_to(data / "pki")]
    files.append(data.parent / "server.log")
    found = {path.relative_to(data.parent).as_posix(): path.read_bytes() for path in files}
    with closing(sqlite3.connect(f"file:{data / 'hejie.sqlite3'}?mode=ro", uri=True, timeout=20)) as database:
        for (table,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall():
            rows = database.execute(f'SELECT * FROM "{table}"').fetchall()  # noqa: S608 (the database's own names)
            values = (value for row in rows for value in row if isinstance(value, str | bytes))
            found[f"table {table}"] = b"\n\n".join(v.encode() if isinstance(v, str) else v for v in values)
    return found


def found_in(files: dict[str, bytes], known: list[bytes]) -> dict[str, set[str]]:
    found = {name: private_keys(content, known) for name, content in files.items()}
    return {name: keys for name, keys in found.items() if keys}


def come_to_sign(page: Page, played: Story, loop: Loop, server: Server) -> None:
    """The applicant goes on in a real browser, proves the phone and is looked at again."""
    link = next(one for one in played.cast["links"] if one["role"] == "applicant")
    page.goto(link["url"])
    press(page, "seat.taken.here")
    steps.prove_phone(page, link, server)
    mediator = played.people["mediator"]
    seen = {"party": link["person"], "seen": True, "document": "id_card"}
    loop.run(mediator.call("POST", f"/api/sessions/{played.cast['session_id']}/identity", seen))
    steps.press_devices(page)
    expect(page.locator("[data-room=party], [data-lobby]").first).to_be_visible()


def test_a_key_never_leaves_the_browser_that_made_it(story: tuple[Story, Loop], server: Server, people: People) -> None:
    played, loop = story
    page = people.page("applicant", PHONE)
    wire = Wire(page)
    come_to_sign(page, played, loop, server)
    steps.sign(page, played.ids["applicant"], server)
    expect(page.get_by_role("heading", name=say("signing.turn.title"))).to_be_visible(timeout=LONG)
    for role in ("respondent", "mediator"):
        name = played.people[role].view["you"]["name"]
        expect(page.get_by_text(steps.like("signing.turn.waiting_for")).first).to_contain_text(name)

    # The key is there, can sign, and cannot be taken out in any form. One made to be taken out can.
    key = page.evaluate(EXPORTS)
    assert (key["is"], key["type"], key["curve"]) == ("[object CryptoKey]", "private", "P-256")
    assert (key["extractable"], key["usages"]) == (False, ["sign"])
    assert set(key["tried"].values()) <= {"InvalidAccessError", "NotSupportedError"}, key["tried"]
    assert {key["tried"][form] for form in ("pkcs8", "jwk", "wrapped pkcs8", "wrapped jwk")} == {"InvalidAccessError"}
    assert key["control"] == "given out"
    assert private_keys(key["rest"].encode()) == set()

    # The others sign; hers goes out by itself, and then the key is gone.
    both = [loop.start(signing(played, role)) for role in ("respondent", "mediator")]
    for signed in both:
        signed.result(60)
    expect(page.get_by_role("heading", name=say("signing.done.title"))).to_be_visible(timeout=LONG)
    page.wait_for_function(
        "async () => !(await indexedDB.databases()).some((one) => one.name.startsWith('hejie-signing-'))"
    )

    # What was said and stored: the public half and the signatures, and nothing private.
    doors = (r"/enrolments$", r"/enrolments/\w+/check$", r"/turns/\w+$")
    (enrolment,), (proof,), (turn,) = (wire.bodies(door) for door in doors)
    assert (enrolment["spki"], len(b64decode(proof["proof"]))) == (key["spki"], 64)
    spki, signature = b64decode(key["spki"]), b64decode(turn["files"][0]["signature"])
    verifier = serialization.load_der_public_key(spki)
    assert isinstance(verifier, ec.EllipticCurvePublicKey)
    verifier.verify(signature, b64decode(turn["files"][0]["signed_attrs"]), ec.ECDSA(hashes.SHA256()))
    assert wire.frames >= 5
    assert [private_keys(one, made) for one in wire.said if private_keys(one, made)] == []
    files = stored(server)
    assert len(made) == 2
    assert found_in(files, made) == {}
    everything = [layer for content in files.values() for layer in layers(content, 1)]
    for public in (signature, spki[-65:]):
        assert any(public in layer for layer in everything), "the right files were read"
    assert {"var/hejie.sqlite3", "var/hejie.sqlite3-wal", "server.log"} <= files.keys()
    assert sum(name.startswith("var/blobs/") for name in files) >= 2

    # The same eyes see a key that does travel and is stored.
    planted = page.evaluate(
        """async () => {
          const pair = await crypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, true, ['sign']);
          const der = new Uint8Array(await crypto.subtle.exportKey('pkcs8', pair.privateKey));
          const jwk = await crypto.subtle.exportKey('jwk', pair.privateKey);
          return [JSON.stringify(jwk), btoa(String.fromCharCode(...der))];
        }"""
    )
    already = len(wire.said)
    for text in planted:
        page.evaluate("text => fetch('/api/verify', { method: 'POST', body: JSON.stringify({ text }) })", text)
    travelled = [private_keys(one) for one in wire.said[already:]]
    assert {"JWK"} in travelled and {"PKCS#8 (EC)", "EC private key (RFC 5915)"} in travelled
    loop.run(write_down(server, planted))
    seen = found_in(stored(server), [])
    assert {"JWK", "PKCS#8 (EC)"} <= set().union(*seen.values())
    assert any(name.startswith("table ") for name in seen) and any(
        name.startswith("var/hejie.sqlite3") for name in seen
    )
    guarded(server)


async def write_down(server: Server, planted: list[str]) -> None:
    """A mediator's draft holds the texts: they reach the database by the front door."""
    case = server.case()
    actor = Actor(server.url, "mediator")
    try:
        actor.csrf = (await actor.call("POST", "/api/login", case["login"]))["csrf"]
        draft = await actor.call("POST", f"/api/cases/{case['case_id']}/agreements", {"template": "people"})
        dispute = dict(zip(("facts", "issues"), planted, strict=True)) | {"responsibility": "无"}
        terms = {"version": draft["version"], "dispute": dispute, "minutes": [], "clauses": []}
        await actor.call("PUT", f"/api/agreements/{draft['id']}/terms", terms)
    finally:
        await actor.close()


def guarded(server: Server) -> None:
    """The deployment's own keys are where they belong, and for the server's user only."""
    authority = [path for path in (server.data / "pki").rglob("*") if path.is_file()]
    assert {path.stat().st_mode & 0o777 for path in authority} == {0o600}
    keys = {path.name for path in authority if private_keys(path.read_bytes())}
    assert keys == {path.name for path in authority if path.suffix == ".key"} and len(keys) >= 5
    assert (server.data.stat().st_mode & 0o077) == 0


KEY = ec.generate_private_key(ec.SECP256R1())
PKCS8 = KEY.private_bytes(E.DER, F.PKCS8, serialization.NoEncryption())
SEC1 = KEY.private_bytes(E.DER, F.TraditionalOpenSSL, serialization.NoEncryption())
PEM = KEY.private_bytes(E.PEM, F.PKCS8, serialization.NoEncryption())
VALUE = KEY.private_numbers().private_value.to_bytes(32, "big")
JWK = json.dumps({"kty": "EC", "crv": "P-256", "d": urlsafe_b64encode(VALUE).rstrip(b"=").decode()}).encode()
PLANTED: dict[str, bytes] = {
    "pkcs8": PKCS8,
    "sec1": SEC1,
    "pem": PEM,
    "sec1 pem": KEY.private_bytes(E.PEM, F.TraditionalOpenSSL, serialization.NoEncryption()),
    "encrypted pem": KEY.private_bytes(E.PEM, F.PKCS8, serialization.BestAvailableEncryption(b"x")),
    "encrypted": KEY.private_bytes(E.DER, F.PKCS8, serialization.BestAvailableEncryption(b"x")),
    "p-384": ec.generate_private_key(ec.SECP384R1()).private_bytes(E.DER, F.PKCS8, serialization.NoEncryption()),
    "jwk": JWK,
    "jwk in json": json.dumps({"key": JWK.decode()}).encode(),
    "pem in json": json.dumps({"key": PEM.decode()}).encode(),
    "hex": PKCS8.hex().encode(),
    "deflated": zlib.compress(PKCS8),
    "deflated in base64": b64encode(zlib.compress(JWK)),
    "base64url": urlsafe_b64encode(PKCS8).rstrip(b"="),
    **{f"base64 at {n}": b"a" * n + b64encode(PKCS8) for n in range(4)},
    "the pem's inside": b"\\n".join(PEM.splitlines()[1:-1]),
}


@pytest.mark.parametrize("name", PLANTED)
def test_the_detector_finds_a_planted_key(name: str) -> None:
    noise = [secrets.token_bytes(5000), json.dumps({"text": "协议" * 500}, ensure_ascii=False).encode()]
    assert private_keys(noise[0] + b'{"' + PLANTED[name] + b'"}' + noise[1])


@pytest.mark.parametrize("wrap", [bytes, b64encode, lambda value: value.hex().encode(), zlib.compress])
def test_the_detector_finds_a_private_value_it_is_told(wrap: Callable[[bytes], bytes]) -> None:
    assert private_keys(b"{" + wrap(b"xx" + VALUE) + b"}", [VALUE]) == {"a known private value"}


def test_the_detector_says_nothing_of_public_things(server: Server) -> None:
    public = KEY.public_key()
    spki = public.public_bytes(E.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
    for content in (
        spki,
        b64encode(spki),
        public.public_bytes(E.PEM, serialization.PublicFormat.SubjectPublicKeyInfo),
        KEY.sign(b"text", ec.ECDSA(hashes.SHA256())),
        server.get_bytes("/trust/root.pem"),
        server.get_bytes("/trust/issuing.cer"),
    ):
        assert private_keys(content) == set()
