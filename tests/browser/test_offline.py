"""dist/offline.html opened from disk with the network off: one file with everything in it, which asks nobody."""

import re
from base64 import b64encode
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from playwright.sync_api import Browser, Page, Request, expect

from tests.attacks.genuine import printed, text_for
from tests.attacks.lab import finish
from tests.browser.conftest import DESKTOP, PHONE
from tests.documents.ceremony import Ceremony, Clock
from tests.documents.packing import AGREEMENT, PAGE, SCAN, Packed, packed

pytestmark = [pytest.mark.browser, pytest.mark.timeout(240)]
ROOT = Path(__file__).parents[2]
OFFLINE = ROOT / "static" / "dist" / "offline.html"
SHOTS = ROOT / "build" / "offline"
AXE = (ROOT / "static" / "node_modules" / "axe-core" / "axe.min.js").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Packed:
    """A packet of an hour ago, about an agreement with four signatures and the seal."""

    async def whole() -> Packed:
        text = text_for(4)
        clock = Clock(datetime.now(UTC).replace(microsecond=0) - timedelta(hours=1))
        ceremony = await Ceremony.begin(tmp_path_factory.mktemp("pki"), clock=clock, text=text, r0=printed(text))
        return await packed(ceremony, await ceremony.seal(ceremony.all_turns()))

    return finish(whole())


@pytest.fixture(params=[PHONE, DESKTOP], ids=["phone", "desktop"])
def asked(request: pytest.FixtureRequest, chromium: Browser, tmp_path: Path) -> Iterator[tuple[Page, list[Request]]]:
    """The page at both widths, copied to a folder of its own, and every request it made after it was opened."""
    alone = tmp_path / "离线核验.html"
    alone.write_bytes(OFFLINE.read_bytes())
    context = chromium.new_context(viewport=request.param, locale="zh-CN")
    context.set_offline(True)
    page = context.new_page()
    page.goto(alone.as_uri())
    requests: list[Request] = []
    wrong: list[str] = []
    page.on("request", lambda request: requests.append(request))
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on("console", lambda said: wrong.append(said.text) if said.type == "error" else None)
    yield page, requests
    context.close()
    assert wrong == []


def give(page: Page, name: str, content: bytes) -> None:
    kind = "application/zip" if name.endswith(".zip") else "application/pdf"
    page.locator(".drop input[type=file]").set_input_files({"name": name, "mimeType": kind, "buffer": content})


def brought(page: Page, made: Packed) -> None:
    """The fingerprint, typed as it is read out on the telephone."""
    root = x509.load_pem_x509_certificate(made.trust[0]).public_bytes(Encoding.DER)
    digits = sha256(root).hexdigest().upper()
    page.locator("#fingerprint").fill(" ".join(digits[at : at + 4] for at in range(0, 64, 4)))
    page.locator("form button[type=submit]").click()


def kept(page: Page, name: str) -> None:
    SHOTS.mkdir(parents=True, exist_ok=True)
    width = (page.viewport_size or {})["width"]
    page.screenshot(path=SHOTS / f"{name}-{width}.png", full_page=True)
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def word(page: Page) -> str:
    return page.locator(".verdict .word").inner_text()


def test_packet_is_judged_with_the_network_off(asked: tuple[Page, list[Request]], made: Packed) -> None:
    page, requests = asked
    kept(page, "1-begin")
    give(page, "材料包.zip", made.zip)
    expect(page.locator(".verdict.cannot")).to_be_visible(timeout=15_000)
    kept(page, "2-unknown")
    brought(page, made)
    expect(page.locator(".verdict.valid")).to_be_visible()
    assert word(page) == "有效"
    kept(page, "3-valid")
    page.get_by_role("button", name="English").click()
    assert word(page) == "Valid"
    kept(page, "4-valid-en")
    page.locator("[id^=packet-file-]").last.click()
    expect(page.locator(".verdict:visible")).to_have_count(1)
    kept(page, "5-member-en")
    page.get_by_role("button", name="中文").click()
    page.locator("main button:visible").first.click()
    for number, path in enumerate((AGREEMENT, SCAN, PAGE)):
        content = made.members[path]
        changed = content[:-9] + bytes([content[-9] ^ 1]) + content[-8:]
        give(page, f"改过{number}.zip", made.without(path, **{path: changed}))
        expect(page.locator(".verdict.invalid")).to_contain_text(path)
    kept(page, "6-changed")
    page.get_by_role("button", name="English").click()
    expect(page.locator(".verdict.invalid")).to_contain_text(PAGE)
    assert word(page) == "Not valid"
    kept(page, "7-changed-en")
    assert requests == []


def test_agreement_of_four_is_judged_in_two_seconds(asked: tuple[Page, list[Request]], made: Packed) -> None:
    page, requests = asked
    brought(page, made)
    pdf = made.members[AGREEMENT]
    start = datetime.now(UTC)
    give(page, "协议.pdf", pdf)
    expect(page.locator(".verdict.valid")).to_be_visible()
    taken = datetime.now(UTC) - start
    print(f"{len(pdf)} bytes, {taken.total_seconds():.2f} s")
    assert taken < timedelta(seconds=5)  # under 2 s where nothing else runs
    at = pdf.index(b"stream") + 40
    give(page, "改过.pdf", pdf[:at] + bytes([pdf[at] ^ 1]) + pdf[at + 1 :])
    expect(page.locator(".verdict.invalid")).to_be_visible()
    assert requests == []


def test_page_has_no_barrier_and_says_what_it_may(asked: tuple[Page, list[Request]], made: Packed) -> None:
    page, _ = asked
    give(page, "材料包.zip", made.zip)
    expect(page.locator(".verdict.cannot")).to_be_visible(timeout=15_000)
    page.evaluate(AXE)
    found = page.evaluate("axe.run(document, {runOnly: ['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa']})")
    assert [(each["id"], [node["html"] for node in each["nodes"]]) for each in found["violations"]] == []


def test_policy_names_the_one_script_and_the_one_style() -> None:
    html = OFFLINE.read_text(encoding="utf-8")
    policy = re.search(r'http-equiv="Content-Security-Policy" content="([^"]+)"', html)
    assert policy is not None
    for tag in ("script", "style"):
        (inside,) = re.findall(rf"<{tag}[^>]*>(.*?)</{tag}>", html, re.DOTALL)
        digest = b64encode(sha256(inside.encode()).digest()).decode()
        assert f"{tag}-src 'sha256-{digest}'" in policy[1]
    for rule in ("default-src 'none'", "connect-src 'none'", "form-action 'none'"):
        assert rule in policy[1]
    assert "unsafe" not in policy[1]
    assert not re.search(r'(?:src|href)="(?!data:)', html.partition("<script")[0])
