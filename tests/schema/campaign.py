"""Requests made of the document against a real server: no answer is a fault of ours, each is as the document says."""

import itertools
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import hypothesis
import requests
import schemathesis
from hypothesis import HealthCheck, Phase
from schemathesis import Case, GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import content_type_conformance, response_schema_conformance
from schemathesis.specs.openapi.checks import status_code_conformance as status

from tests.running import Server

KEYS = 60
"""Channels, asked by turns: one alone would be told that it asks too fast."""
ROLES = ("gu", "su", "lu", "qian", "du", "he")
STRICT = [not_a_server_error, status, content_type_conformance, response_schema_conformance]
LOOSE = [not_a_server_error, response_schema_conformance]
Headers = Callable[[Case], dict[str, str]]


@dataclass
class Tally:
    """What a run came to."""

    doors: int = 0
    examples: int = 0
    answers: Counter[int] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)


def channel_doors(server: Server, examples: int) -> Tally:
    """The doors for systems outside, every check, `examples` of each door: half of them as they should be."""
    keys = itertools.cycle(_keys(server))
    addresses = _addresses()

    def headers(_case: Case) -> dict[str, str]:
        return {"Authorization": f"Bearer {next(keys)}", "X-Forwarded-For": next(addresses)}

    return _run(
        server,
        examples,
        headers,
        STRICT,
        lambda path: path.startswith(("/api/channels/records", "/api/channels/changes")),
    )


def all_doors(server: Server, examples: int) -> Tally:
    """Every door of the document, by turns as each role, as nobody and as a channel."""
    logins = [_login(server, name) for name in ROLES]
    keys = _keys(server, 6)
    callers = itertools.cycle([*logins, *({"Authorization": f"Bearer {key}"} for key in keys), {}])
    addresses = _addresses()

    def headers(case: Case) -> dict[str, str]:
        leaves = case.path in ("/api/logout", "/api/login")
        return {**({} if leaves else next(callers)), "X-Forwarded-For": next(addresses)}

    return _run(server, examples, headers, LOOSE, lambda path: True)


def _run(server: Server, examples: int, headers: Headers, checks: list[Any], chosen: Callable[[str], bool]) -> Tally:
    schema = schemathesis.openapi.from_url(f"{server.url}/api/openapi.json")
    tally = Tally()
    for found in schema.get_all_operations():
        operation = found.ok()
        if not chosen(operation.path):
            continue
        tally.doors += 1
        for mode in (GenerationMode.POSITIVE, GenerationMode.NEGATIVE):
            try:
                _ask(operation, mode, max(1, examples // 2), headers, checks, tally)
            except hypothesis.errors.Unsatisfiable:
                continue  # a door without parameters cannot be asked wrongly
            except (Exception, BaseExceptionGroup) as error:
                tally.faults.append(f"{operation.label} ({mode.value}): {error}"[:1500])
    return tally


def _ask(
    operation: Any, mode: GenerationMode, examples: int, headers: Headers, checks: list[Any], tally: Tally
) -> None:
    @hypothesis.settings(
        max_examples=examples, deadline=None, database=None, suppress_health_check=list(HealthCheck),
        phases=[Phase.generate], derandomize=examples < 50,
    )  # fmt: skip
    @hypothesis.given(case=operation.as_strategy(generation_mode=mode))
    def ask(case: Case) -> None:
        answer = case.call(
            base_url=operation.schema.get_base_url() or None, headers=headers(case), timeout=60, allow_redirects=False
        )
        tally.examples += 1
        tally.answers[answer.status_code] += 1
        case.validate_response(answer, checks=checks)

    ask()


def _keys(server: Server, count: int = KEYS) -> list[str]:
    """Fresh channels' keys, made by the administrator."""
    http, headers = requests.Session(), _login(server, "he")
    places = http.get(f"{server.url}/api/channels", headers=headers, timeout=20).json()["organisations"]
    made = [
        http.post(
            f"{server.url}/api/channels", headers=headers, timeout=20,
            json={"name": f"渠道{n}", "organisation_id": places[0]["id"]},
        ).json()["key"]
        for n in range(count)
    ]  # fmt: skip
    return made


def _login(server: Server, name: str) -> dict[str, str]:
    """Headers of a member of staff."""
    answer = requests.post(f"{server.url}/api/login", json={"username": name, "password": "hejie-demo"}, timeout=60)
    return {"Cookie": f"staff={answer.cookies['staff']}", "X-CSRF-Token": answer.json()["csrf"]}


def _addresses() -> Iterator[str]:
    """Callers behind a proxy, a few hundred: one alone would be told that it asks too fast."""
    return itertools.cycle(f"10.1.{n // 200}.{n % 200 + 1}" for n in range(600))
