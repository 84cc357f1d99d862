"""The same clock reckoned another way: one day after another, with what is left in hand."""

from collections.abc import Callable, Sequence
from datetime import date, timedelta

from server.law.terms import Term

DAY = timedelta(days=1)
Span = tuple[date, date | None]


def light_on(
    term: Term, since: date, spans: Sequence[Span], extension: tuple[date, date] | None,
    works: Callable[[date], bool], today: date,
) -> tuple[str, date | None, int]:  # fmt: skip
    """Light, last day (None: it stands) and days left; `extension` is the day of the consent and the new last day."""
    whole = left = term.days
    day, agreed = since, False
    while True:
        if any(first <= day and last is None for first, last in spans):
            return "suspended", None, left
        stood = any(last is not None and first <= day <= last for first, last in spans)
        if day != since and not stood and left > 0 and (works(day) or not term.working):
            left -= 1
        if extension and extension[0] == day:
            agreed, used, left, ahead, last = True, whole - left, 0, day, extension[1]
            while not works(last):
                last += DAY
            while ahead < last:
                ahead += DAY
                left += works(ahead) or not term.working
            whole = used + left
        if day >= today:
            break
        if left == 0 and works(day) and not stood and not (agreed and extension and extension[0] == day):
            late, ahead = 0, day
            while ahead < today:
                ahead += DAY
                late += works(ahead) or not term.working
            return "red", day, -max(1, late)
        day += DAY
    margin = 0 if whole <= 3 else max(2, whole // 3)
    due, rest = day, left
    while True:
        stood = any(last is not None and first <= due <= last for first, last in spans)
        if due > day and rest > 0 and not stood and (works(due) or not term.working):
            rest -= 1
        if rest == 0 and works(due) and not stood and not (extension and extension[0] == due):
            break
        due += DAY
    return ("yellow" if left <= margin else "green"), due, left if term.working else (due - today).days
