"""The wiring: one app from settings, delivery that reaches nobody by mistake, secrets that stay."""

import stat
from pathlib import Path

import pytest

from server.app import Deliveries, origins
from server.custody import own_secret
from server.errors import Unavailable
from server.people.model import Message
from server.people.store import Outbox
from server.web import keys
from tests.actors import START
from tests.conftest import MakeOffice, Office


class Gateway:
    """Remembers what it was handed."""

    def __init__(self) -> None:
        self.sent: list[Message] = []

    async def send(self, message: Message) -> None:
        self.sent.append(message)


def message(*, rehearsal: bool) -> Message:
    return Message("pty_x", "19900000002", "code", "text", START, code="123456", rehearsal=rehearsal)


async def test_a_real_message_goes_to_the_gateway_and_practice_never_does(office: Office) -> None:
    gateway = Gateway()
    deliveries = Deliveries(Outbox(office.db), everything=False, gateway=gateway)
    before = len(await office.outbox())
    await deliveries.send(message(rehearsal=False))
    assert len(gateway.sent) == 1 and len(await office.outbox()) == before
    await deliveries.send(message(rehearsal=True))
    assert len(gateway.sent) == 1 and len(await office.outbox()) == before + 1


async def test_without_a_gateway_a_real_centre_says_so_instead_of_keeping_codes(office: Office) -> None:
    before = await office.outbox()
    with pytest.raises(Unavailable):
        await Deliveries(Outbox(office.db), everything=False).send(message(rehearsal=False))
    assert await office.outbox() == before


def test_the_own_secret_is_made_once_and_only_its_user_reads_it(tmp_path: Path) -> None:
    path = tmp_path / "var" / "secret"
    first = own_secret(path)
    assert own_secret(path) == first and len(first) == 64
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


async def test_a_given_secret_is_used_and_none_is_made(make_office: MakeOffice, tmp_path: Path) -> None:
    office = await make_office(secret=b"s" * 40)
    assert office.app[keys.SECRET] == b"s" * 40
    assert not (tmp_path / "var" / "secret").exists()


async def test_two_offices_on_one_data_directory_share_cases_and_keys(make_office: MakeOffice) -> None:
    first = await make_office()
    cast = await first.cast()
    second = await make_office()
    assert second.app[keys.AUTHORITY].root_der == first.app[keys.AUTHORITY].root_der
    browser = await second.browser()
    browser.headers["Cookie"] = f"staff={cast.mediator.cookies['staff']}"
    assert (await browser.get(f"/api/cases/{cast.case}")).status == 200


def test_pages_of_this_machine_may_use_either_name() -> None:
    assert origins("http://127.0.0.1:8080") == ["http://127.0.0.1:8080", "http://localhost:8080"]
    assert origins("https://mediation.example") == ["https://mediation.example"]
