"""What every request meets: origin and token checks, limits, headers, and errors of one form."""

import asyncio
from dataclasses import replace

import pytest

from server import errors
from server.people.model import CENTRE
from server.settings import HttpOptions, Settings
from server.web import keys
from server.web.call import Cookie, Reply
from server.web.middleware import EVERYONE, STATUS, security_headers, status_of
from server.web.routes import encode
from tests.conftest import Cast, MakeOffice, Office


async def test_every_answer_carries_the_security_headers(office: Office) -> None:
    browser = await office.browser()
    for path in ("/", "/assets/main-3f9a71c2.js", "/api/me", "/api/nothing", "/api/cases/x", "/healthz"):
        headers = (await browser.get(path)).headers
        policy = headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy and "frame-ancestors 'none'" in policy
        assert "unsafe-inline" not in policy and "unsafe-eval'" not in policy.replace("wasm-unsafe-eval'", "")
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Referrer-Policy"] == "no-referrer"
        assert "camera=(self)" in headers["Permissions-Policy"] and "microphone=(self)" in headers["Permissions-Policy"]
        assert "Server" not in headers and "Strict-Transport-Security" not in headers
        assert len(headers["X-Request-Id"]) == 16


def test_https_adds_hsts_and_the_secure_socket() -> None:
    headers = security_headers(HttpOptions(origin="https://example.org"))
    assert headers["Strict-Transport-Security"] == "max-age=31536000"
    assert "wss://example.org" in headers["Content-Security-Policy"]


async def test_on_https_cookies_are_secure_and_always_http_only_and_strict(make_office: MakeOffice) -> None:
    office = await make_office()
    browser = await office.browser()
    cookie = (await browser.login("gu", "hejie-demo")).headers["Set-Cookie"]
    assert "HttpOnly" in cookie and "SameSite=Strict" in cookie and "Path=/" in cookie and "Secure" not in cookie
    secure = encode(Reply({}, cookies=(Cookie("staff", "x"),)), secure=True)
    assert secure.cookies["staff"]["secure"] is True


@pytest.mark.parametrize("token", ["", "wrong"])
async def test_a_mutation_without_the_right_token_is_refused(cast: Cast, token: str) -> None:
    cast.mediator.tokens[""] = token
    answer = await cast.mediator.post(f"/api/sessions/{cast.session}/acts", {"act": "open"})
    assert (answer.status, answer.code) == (403, "csrf_rejected")


async def test_the_token_of_one_identity_does_not_serve_another(cast: Cast) -> None:
    applicant, respondent = await cast.seat("applicant"), await cast.seat("respondent")
    applicant.tokens = {str(applicant.seat): respondent.tokens[str(respondent.seat)]}
    assert (await applicant.post("/api/seat/identify", {"is_me": True})).code == "csrf_rejected"


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Sec-Fetch-Site": "", "Origin": "https://evil.example"},
        {"Sec-Fetch-Site": "", "Origin": "null"},
    ],
)
async def test_a_page_elsewhere_cannot_even_log_in(office: Office, headers: dict[str, str]) -> None:
    browser = await office.browser()
    body = {"username": "gu", "password": "hejie-demo"}
    answer = await browser.post("/api/login", body, headers=headers)
    assert (answer.status, answer.code) == (403, "csrf_rejected")


async def test_our_own_origin_and_programs_without_one_pass(office: Office) -> None:
    browser = await office.browser()
    for headers in ({"Sec-Fetch-Site": "", "Origin": office.base}, {"Sec-Fetch-Site": ""}):
        answer = await browser.post("/api/login", {"username": "gu", "password": "hejie-demo"}, headers=headers)
        assert answer.status == 200


async def test_a_form_of_another_page_cannot_pose_as_json(office: Office) -> None:
    browser = await office.browser()
    data = b'{"username": "gu", "password": "hejie-demo"}'
    answer = await browser.post("/api/login", data=data, kind="text/plain", headers={"Sec-Fetch-Site": ""})
    assert (answer.status, answer.code) == (422, "invalid")


async def test_an_oversized_body_is_refused_before_it_is_read(office: Office) -> None:
    browser = await office.browser()
    answer = await browser.post("/api/login", data=b" " * 70_000)
    assert (answer.status, answer.code, answer.data) == (413, "too_large", {"limit": 65536})


async def test_a_body_that_lies_about_its_length_is_cut_off(office: Office) -> None:
    """Chunked, no declared length: the limit holds while reading."""
    port = int(office.base.rsplit(":", 1)[1])
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(
        b"POST /api/login HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n"
    )
    chunk = b"%x\r\n" % 16384 + b" " * 16384 + b"\r\n"
    try:
        for _ in range(64):
            writer.write(chunk)
            await writer.drain()
    except ConnectionError:
        pass
    line = await reader.readline()
    writer.close()
    assert b"413" in line


@pytest.mark.parametrize(
    "data, fields",
    [
        (b"{", {"": "json"}),
        (b"\xff\xfe", {"": "json"}),
        (b'{"username": "x"}', {"password": "required"}),
        (b'{"username": 5, "password": "x"}', {"username": "type"}),
        (b'{"username": "", "password": "x"}', {"username": "too_short"}),
        (b'{"username": "%s", "password": "x"}' % (b"x" * 41), {"username": "too_long"}),
        (b'{"username": "x", "password": "x", "admin": true}', {"admin": "unknown"}),
        (b"[]", {"": "type"}),
    ],
)
async def test_a_body_that_does_not_fit_names_the_field_and_the_reason(
    office: Office, data: bytes, fields: dict[str, str]
) -> None:
    answer = await (await office.browser()).post("/api/login", data=data)
    assert (answer.status, answer.code) == (422, "invalid")
    assert answer.json["error"]["fields"] == fields


async def test_an_unknown_word_of_a_list_is_a_value_error_of_its_field(cast: Cast) -> None:
    answer = await cast.mediator.post(f"/api/sessions/{cast.session}/acts", {"act": "explode"})
    assert answer.json["error"]["fields"] == {"act": "value"}


async def test_a_bug_is_answered_without_detail_and_logged_with_its_place(
    office: Office, caplog: pytest.LogCaptureFixture
) -> None:
    del office.app._state[CENTRE]
    answer = await (await office.browser()).get("/api/me")
    assert (answer.status, answer.code, answer.json["error"]["detail"]) == (500, "internal", "")
    assert "request.failed" in caplog.messages


async def test_unknown_doors_and_wrong_methods_have_the_same_form(office: Office) -> None:
    browser = await office.browser()
    assert (await browser.get("/api/nothing")).code == "not_found"
    answer = await browser.put("/api/login", {})
    assert (answer.status, answer.code) == (405, "method_not_allowed") and "POST" in answer.headers["Allow"]


async def test_one_address_gets_no_more_than_its_share(office: Office) -> None:
    browser = await office.browser()
    for _ in range(EVERYONE.burst):
        office.app[keys.LIMITS].check(EVERYONE, "127.0.0.1")
    answer = await browser.get("/api/me")
    assert (answer.status, answer.code) == (429, "too_many") and int(answer.headers["Retry-After"]) >= 1


async def test_only_trusted_proxies_are_believed(make_office: MakeOffice, settings: Settings) -> None:
    for proxies, used in ((0, "127.0.0.1"), (1, "192.0.2.7"), (2, "198.51.100.3")):
        office = await make_office(http=replace(settings.http, proxies=proxies))
        for _ in range(EVERYONE.burst):
            office.app[keys.LIMITS].check(EVERYONE, used)
        browser = await office.browser()
        answer = await browser.get("/api/me", headers={"X-Forwarded-For": "203.0.113.9, 198.51.100.3, 192.0.2.7"})
        assert answer.status == 429, proxies


def test_every_error_has_a_code_of_its_own_and_a_status() -> None:
    def family(kind: type[errors.AppError]) -> set[type[errors.AppError]]:
        return {kind}.union(*(family(child) for child in kind.__subclasses__()))

    kinds = family(errors.AppError) - {errors.AppError}
    codes = [kind.code for kind in kinds]
    assert len(codes) == len(set(codes))
    assert all(status_of(kind) != 400 for kind in kinds)
    assert len(STATUS) == len({status for _, status in STATUS})
