"""Logs carry codes, ids and numbers, and whatever is put into them, nothing else."""

import io
import json
import logging
from typing import Any

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from server import log
from server.ids import new
from tests.conftest import Cast, Office

SECRETS = ["林秀珍", "19900000002", "Bearer abc.def-ghi", "330402197103150020", "乙方支付8500元", "v=0 o=- a=ice-pwd:x"]


def written(emit: Any) -> list[dict[str, Any]]:
    """The lines `emit(logger)` leaves."""
    stream = io.StringIO()
    log.setup(stream, logging.DEBUG)
    emit(logging.getLogger("test"))
    return [json.loads(line) for line in stream.getvalue().splitlines()]


def test_an_event_has_its_context_and_its_fields() -> None:
    case, person = new("cas"), new("pty")
    with log.context(case=case, request="0123456789abcdef"):
        (line,) = written(lambda logger: logger.info("room.opened", extra={"person": person, "count": 3, "ok": True}))
    assert (line["event"], line["case"], line["person"], line["count"], line["ok"]) == (
        "room.opened", case, person, 3, True,
    )  # fmt: skip
    assert line["level"] == "info" and line["at"].endswith("+00:00")


def test_a_phone_number_does_not_get_through_as_a_number() -> None:
    (line,) = written(lambda logger: logger.info("thing.done", extra={"to": 19900000002, "ms": 12.5}))
    assert "to" not in line and line["ms"] == 12.5


words = st.one_of(st.sampled_from(SECRETS), st.text(min_size=4).filter(lambda text: not text.isascii()))


@given(st.sampled_from([*sorted(log.FIELDS), "name", "token", "body", "text"]), words)
def test_names_numbers_tokens_and_texts_never_get_through_a_field(key: str, value: str) -> None:
    def emit(logger: logging.Logger) -> None:
        logger.info("thing.done", extra={"name_": value, **({key: value} if key != "name" else {})})

    assert value not in json.dumps(written(emit), ensure_ascii=False)


@given(st.sampled_from(SECRETS))
def test_they_do_not_get_through_sentences_arguments_or_exceptions(value: str) -> None:
    def emit(logger: logging.Logger) -> None:
        logger.warning("a sentence about %s", value)
        logger.info(value)
        try:
            try:
                raise KeyError(value)
            except KeyError as error:
                raise ValueError(f"no {value}") from error
        except ValueError:
            logger.exception("request.failed", extra={"detail": value})

    lines = written(emit)
    assert value not in json.dumps(lines, ensure_ascii=False)
    assert [line["event"] for line in lines] == ["library.message", "library.message", "request.failed"]
    assert [one["type"] for one in lines[2]["error"]] == ["ValueError", "KeyError"]
    assert lines[2]["error"][0]["frames"][0].endswith(":emit")


async def test_a_whole_way_into_the_room_logs_no_name_phone_token_code_or_cookie(office: Office, cast: Cast) -> None:
    """The real server with everything a party does, wrong things too; every secret that went over the wire is looked
    for in every line."""
    stream = io.StringIO()
    log.setup(stream, logging.DEBUG)
    browser = await cast.ready("applicant")
    await cast.seen("applicant")
    await browser.post("/api/seat/ticket")
    await browser.post("/api/seat/consents", {"online": "林秀珍"})
    await browser.send("POST", "/api/seat/consents", data=b'{"online": "19900000002"')
    await browser.get("/api/cases/林秀珍")
    await cast.mediator.get(f"/api/cases/{cast.case}?name=林秀珍")
    await cast.mediator.login("林秀珍", "hunter2-hunter2")
    text = stream.getvalue()
    secrets = {
        "林秀珍",
        "陈国栋",
        "顾明华",
        "19900000002",
        "330402",
        "hunter2",
        "%E6%9E%97",
        cast.links["applicant"]["url"],
    }
    secrets |= {cast.links["applicant"]["url"].split("#")[1], *browser.cookies.values(), *browser.tokens.values()}
    secrets |= {str(browser.seat), *cast.mediator.cookies.values(), await office.code(cast.person("applicant"))}
    assert text.count("request.done") >= 10
    for secret in secrets:
        assert f'"{secret}' not in text and f'{secret}"' not in text and (len(secret) < 7 or secret not in text)
    for line in text.splitlines():
        msgspec.json.decode(line)
