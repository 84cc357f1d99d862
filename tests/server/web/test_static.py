"""The browser app's files: found, cached rightly, never from outside their directory."""

import hashlib
from pathlib import Path

import pytest

from server.settings import Settings
from server.web.static import build_hash
from tests.conftest import Office


@pytest.mark.parametrize("path", ["/", "/login", "/r/0123456789abcdef", "/case/cas_x", "/verify"])
async def test_page_routes_get_the_app(office: Office, path: str) -> None:
    answer = await (await office.browser()).get(path)
    assert (answer.status, answer.body) == (200, b"<!doctype html><title>page</title>")
    assert answer.headers["Cache-Control"] == "no-cache"


async def test_hashed_files_are_kept_for_ever_and_missing_ones_are_no_page(office: Office) -> None:
    browser = await office.browser()
    answer = await browser.get("/assets/main-3f9a71c2.js")
    assert answer.headers["Cache-Control"].endswith("immutable")
    assert answer.headers["Content-Type"].startswith("text/javascript")
    assert (await browser.get("/assets/main-00000000.js")).status == 404


async def test_the_page_for_offline_use_is_saved_and_not_opened_here(office: Office, settings: Settings) -> None:
    (settings.http.static / "offline.html").write_text("<!doctype html><script>1</script>")
    answer = await (await office.browser()).get("/offline.html")
    assert answer.status == 200
    assert answer.headers["Content-Disposition"] == 'attachment; filename="hejie-offline.html"'
    assert "unsafe-inline" not in answer.headers["Content-Security-Policy"].partition("script-src")[2].partition(";")[0]


@pytest.mark.parametrize("path", ["/../var/secret", "/%2e%2e/var/secret", "/..%2fvar%2fsecret", "//etc/passwd.txt"])
async def test_nothing_outside_the_directory_is_served(office: Office, settings: Settings, path: str) -> None:
    answer = await (await office.browser()).get(path)
    assert (settings.data / "secret").exists()
    assert (settings.data / "secret").read_bytes() not in answer.body
    assert answer.status == 404 or answer.body.startswith(b"<!doctype html>")


@pytest.mark.parametrize("path", ["/%00", "/a%00.js", "/" + "x" * 2000])
async def test_names_no_file_can_have_are_not_found(office: Office, path: str) -> None:
    assert (await (await office.browser()).get(path)).status == 404


async def test_unknown_api_paths_are_not_pages(office: Office) -> None:
    assert (await (await office.browser()).get("/api/unknown")).status == 404


def test_the_build_hash_covers_every_file_but_those_that_name_it(tmp_path: Path) -> None:
    assert build_hash(tmp_path) == ""
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "b.js").write_text("x")
    (tmp_path / "index.html").write_text("one")
    line = f"{hashlib.sha256(b'x').hexdigest()}  a/b.js\n"
    assert build_hash(tmp_path) == hashlib.sha256(line.encode()).hexdigest()
    (tmp_path / "index.html").write_text("two")
    assert build_hash(tmp_path) == hashlib.sha256(line.encode()).hexdigest()
    (tmp_path / "a" / "b.js").write_text("y")
    assert build_hash(tmp_path) != hashlib.sha256(line.encode()).hexdigest()


async def test_text_goes_out_compressed_and_unchanged_text_not_at_all(office: Office) -> None:
    browser = await office.browser()
    answer = await browser.get("/assets/main-3f9a71c2.js", headers={"Accept-Encoding": "gzip"})
    assert (answer.headers["Content-Encoding"], answer.body) == ("gzip", b"export {}")
    again = await browser.get("/assets/main-3f9a71c2.js", headers={"If-None-Match": answer.headers["ETag"]})
    assert (again.status, again.body) == (304, b"")
