"""`make packets`: each sample case played to its court packet against a server; then every packet, and every packet
with one byte of one file changed, judged by `hejie verify` and by the page without a server, opened from disk with the
network off. Packets and the table to build/packets. `python -m tests.browser.packets leak wages` takes these alone."""

import json
import sys
import tempfile
import urllib.request
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from playwright.sync_api import Page, Request, expect, sync_playwright

from documents import verify_packet
from documents.archive import read, write
from server.demo_cases import CORPUS
from server.rehearse import packet
from server.rehearse.packet import COURT
from server.rehearse.story import Story
from tests.browser.beside import beside
from tests.browser.conftest import FLAGS, PHONE
from tests.running import ROOT, Server, free_port

OUT = ROOT / "build" / "packets"
OFFLINE = ROOT / "static" / "dist" / "offline.html"
SECONDS = 30_000


@dataclass
class Row:
    """One sample: its files, how many changed ones both named, and what went wrong."""

    sample: str
    files: int
    bytes: int
    named: int
    wrong: list[str]


def packet_of(server: Server, sample: str) -> bytes:
    """Played to its end, with the papers for a court."""
    story = Story(server.url, sample, OUT / sample, 1, "")
    with beside(story) as loop:
        for step in (story.arrive, story.meet, story.draft, story.read, story.sign, story.collect):
            loop.run(step())
        court = story.cast.get("court", COURT)
        made: bytes = loop.run(packet.made(story.people["mediator"], story.cast["agreement"], court))
    (OUT / f"{sample}.zip").write_bytes(made)
    return made


def judged(sample: str, data: bytes, root: bytes, page: Page) -> Row:
    files = {one.path: one.content() for one in read(data).members}
    row = Row(sample, len(files), len(data), 0, [])
    now = datetime.now(UTC)
    if (report := verify_packet(data, [root], now)).verdict != "valid":
        row.wrong.append(f"python: {report.reasons}")
    if (said := asked(page, "packet.zip", data)[0]) != "valid":
        row.wrong.append(f"page: {said}")
    for path, content in files.items():
        at = len(content) // 2
        changed = write(files | {path: content[:at] + bytes([content[at] ^ 1]) + content[at + 1 :]})
        theirs, ours = verify_packet(changed, [root], now), asked(page, f"{row.named}.zip", changed)
        if theirs.verdict == "valid" or all(one.detail != path for one in theirs.reasons):
            row.wrong.append(f"python: {path}: {theirs.verdict}")
        elif ours[0] == "valid" or path not in ours[1]:
            row.wrong.append(f"page: {path}: {ours[0]}")
        else:
            row.named += 1
    return row


def asked(page: Page, name: str, data: bytes) -> tuple[str, str]:
    """The colour of the page's answer to this very file, and what it says there."""
    page.locator(".drop input[type=file]").set_input_files(
        {"name": name, "mimeType": "application/zip", "buffer": data}
    )
    digest = sha256(data).hexdigest()
    expect(page.locator("main")).to_contain_text(
        " ".join(digest[at : at + 4] for at in range(0, 64, 4)), timeout=SECONDS
    )
    verdict = page.locator(".verdict:visible").first
    kind = next(one for one in ("valid", "invalid", "cannot") if one in (verdict.get_attribute("class") or "").split())
    return kind, verdict.text_content() or ""


def main() -> int:
    """Print the table; 1 where either judge was wrong or the page asked the network for anything."""
    OUT.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        server = Server(Path(folder) / "var", free_port())
        server.start()
        try:
            with urllib.request.urlopen(f"{server.url}/trust/root.pem") as answer:
                root = x509.load_pem_x509_certificate(answer.read())
            packets = {sample: packet_of(server, sample) for sample in sys.argv[1:] or CORPUS}
        finally:
            server.stop()
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path="/usr/bin/chromium", args=FLAGS)
        context = browser.new_context(viewport={"width": PHONE["width"], "height": PHONE["height"]}, locale="zh-CN")
        context.set_offline(True)
        page = context.new_page()
        page.goto(OFFLINE.as_uri())
        requests: list[Request] = []
        page.on("request", lambda request: requests.append(request))
        page.locator("#fingerprint").fill(sha256(root.public_bytes(Encoding.DER)).hexdigest())
        page.locator("form button[type=submit]").click()
        rows = []
        print(f"{'sample':12} {'files':>5} {'bytes':>10} {'changed and named by both':>26}")
        for name, data in packets.items():
            row = judged(name, data, root.public_bytes(Encoding.DER), page)
            print(f"{row.sample:12} {row.files:>5} {row.bytes:>10} {row.named:>26}", *row.wrong, flush=True)
            rows.append(row)
        browser.close()
    print(f"{len(requests)} requests while the network was off")
    (OUT / "table.json").write_text(json.dumps([vars(row) for row in rows], ensure_ascii=False, indent=1))
    return 1 if requests or any(row.wrong or row.named != row.files for row in rows) else 0


if __name__ == "__main__":
    sys.exit(main())
