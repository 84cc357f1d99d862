"""The open door for printed copies: what the QR code or the foot of a page leads to. A print proves nothing by itself,
so the answer is for comparing, and names people only by their first character. Nothing of it is kept or logged."""

import re
import unicodedata
from hmac import compare_digest
from typing import Literal

from server.agreements.ceremony import released
from server.agreements.ceremony.released import Printed
from server.clock import wire
from server.errors import Invalid
from server.web.call import Body, Call, View, anyone
from server.web.limits import Rate
from server.web.routes import Routes

routes = Routes("court")
PRINTED = Rate("court.printed", 30, 60)
TEXT = re.compile(r"[0-9a-f]{8}|[0-9a-f]{64}")


class Print(Body):
    """H(T) from the QR code; or the text code of the foot, its first eight digits, and the number beside it."""

    text: str
    number: str = ""


class Signer(View):
    """Who signed: the first character of the name, and what they signed as."""

    role: str
    name: str


class PrintedFile(View):
    """What was issued under this code."""

    number: str
    code: str
    title: str
    """Empty where the print was made for signing by hand."""
    state: Literal["released", "by_hand", "to_sign_by_hand"]
    effective_at: str | None
    signers: list[Signer]
    sha256: str
    """Of the electronic file."""


class PrintedAnswer(View):
    """`found` None: nothing this centre issued."""

    centre: str
    found: PrintedFile | None


@routes.route(
    "POST", "/api/verify/printed", request=Print, response=PrintedAnswer, permit=anyone, csrf=False, rate=PRINTED,
    errors=(Invalid,),
)  # fmt: skip
async def printed(call: Call[Print]) -> PrintedAnswer:
    """What to compare a print with. The code alone is short enough to be guessed, so it asks for the number too."""
    text = re.sub(r"\s", "", call.body.text).lower()
    number = re.sub(r"\s", "", unicodedata.normalize("NFKC", call.body.number))
    if not TEXT.fullmatch(text):
        raise Invalid({"text": "value"})
    if len(text) < 64 and not number:
        raise Invalid({"number": "required"})
    async with call.db.reading() as tx:
        some = await released.printed(tx, text=text) if len(text) == 64 else await released.printed(tx, number=number)
        found = next((one for one in some if compare_digest(one.text_hash[: len(text)], text)), None)
        people = await released.signers(tx, found.ceremony, found.file) if found else []
    return PrintedAnswer(call.settings.centre.name, _told(found, people) if found else None)


def _told(found: Printed, people: list[tuple[str, str]]) -> PrintedFile:
    by_hand: Literal["by_hand", "to_sign_by_hand"] = "by_hand" if found.in_effect else "to_sign_by_hand"
    return PrintedFile(
        number=found.number,
        code=found.text_hash[:8],
        title=found.title,
        state="released" if found.ceremony else by_hand,
        effective_at=wire(found.effective_at) if found.effective_at else None,
        signers=[Signer(role, masked(name)) for role, name in people],
        sha256=found.sha256,
    )


def masked(name: str) -> str:
    """周**, whatever the length."""
    return f"{name[:1]}**"
