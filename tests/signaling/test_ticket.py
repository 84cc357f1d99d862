"""Tickets: only what we minted, only until it expires."""

import pytest

from signaling.errors import TicketRejected
from signaling.ticket import Ticket, check, mint

SECRET = b"s" * 32
TICKET = Ticket("ses_1", "pty_a", "林秀珍", "applicant", "applicant", exp=1000)


def test_a_minted_ticket_says_who_and_where() -> None:
    assert check(SECRET, mint(SECRET, TICKET), now=999) == TICKET


def test_each_ticket_has_its_own_id() -> None:
    assert Ticket("r", "p", "n", "expert", "", 1).id != Ticket("r", "p", "n", "expert", "", 1).id


def test_a_ticket_is_refused_from_the_second_it_expires() -> None:
    with pytest.raises(TicketRejected, match="expired"):
        check(SECRET, mint(SECRET, TICKET), now=1000)


def test_a_ticket_of_another_secret_is_refused() -> None:
    with pytest.raises(TicketRejected, match="forged"):
        check(b"t" * 32, mint(SECRET, TICKET), now=0)


@pytest.mark.parametrize("text", ["", ".", "abc", "abc.def", "林.秀", "a" * 5000])
def test_nonsense_is_refused(text: str) -> None:
    with pytest.raises(TicketRejected):
        check(SECRET, text, now=0)


def test_no_byte_of_a_ticket_can_be_changed() -> None:
    good = mint(SECRET, TICKET)
    for index in range(len(good)):
        other = "A" if good[index] != "A" else "B"
        with pytest.raises(TicketRejected):
            check(SECRET, good[:index] + other + good[index + 1 :], now=0)


def test_a_signed_ticket_with_an_unknown_role_is_refused() -> None:
    odd = mint(SECRET, Ticket("r", "p", "n", "judge", "", 9))  # type: ignore[arg-type]
    with pytest.raises(TicketRejected, match="malformed"):
        check(SECRET, odd, now=0)
