"""Text messages by HTTP. One request for each: POST of JSON

    {"to": "19900000002", "template": "SMS_1001", "variables": {"code": "123456"}}

or, without a table of templates, {"to", "text"}. The header Idempotency-Key is the same at every attempt, and a gateway
answers the second as it did the first. It proves us by `Authorization: Bearer <secret>`, or by X-Hejie-Timestamp (Unix
seconds) and X-Hejie-Signature: sha256=<hex HMAC-SHA256 of "<timestamp>.<body>">. 200 to 299 is taken, with `reference`
(or `id`) in the JSON of the answer; 408, 409, 425, 429 and 500 and above are asked again; anything else is refused."""

import hashlib
import hmac
import json

import msgspec

from server.clock import Clock
from server.messages.model import NotTaken, Parcel, Refused
from server.settings import SmsOptions
from server.web.outgoing import Outgoing, OutgoingError

LATER = frozenset({408, 409, 425, 429})


class TextGateway:
    """The gateway of HEJIE_SMS_URL."""

    def __init__(self, options: SmsOptions, way: Outgoing, now: Clock) -> None:
        self._options, self._way, self._now = options, way, now

    async def hand_over(self, parcel: Parcel) -> str:
        """Raises NotTaken, Refused (also where no template fits: nobody else could send it)."""
        body = msgspec.json.encode(self._body(parcel))
        headers = {"Content-Type": "application/json", "Idempotency-Key": parcel.id, **self._proof(body)}
        try:
            status, answer = await self._way.ask(self._options.url, body, headers)
        except OutgoingError as error:
            raise NotTaken(str(error)) from None
        if 200 <= status < 300:
            return _reference(answer)
        if status in LATER or status >= 500:
            raise NotTaken(f"status {status}")
        raise Refused(f"status {status}")

    def _body(self, parcel: Parcel) -> dict[str, object]:
        if not self._options.templates:
            return {"to": parcel.to, "text": parcel.text}
        template = self._options.templates.get(parcel.topic)
        if template is None:
            raise Refused("no_template")
        missing = [name for name in template.variables if name not in parcel.values]
        if missing:
            raise Refused("no_variable")
        variables = {name: parcel.values[name] for name in template.variables}
        return {"to": parcel.to, "template": template.id, "variables": variables}

    def _proof(self, body: bytes) -> dict[str, str]:
        secret = self._options.secret or ""
        if self._options.auth == "bearer":
            return {"Authorization": f"Bearer {secret}"}
        at = str(int(self._now().timestamp()))
        signed = hmac.new(secret.encode(), at.encode() + b"." + body, hashlib.sha256).hexdigest()
        return {"X-Hejie-Timestamp": at, "X-Hejie-Signature": f"sha256={signed}"}


def _reference(answer: bytes) -> str:
    try:
        found = json.loads(answer)
    except ValueError:
        return ""
    words = found if isinstance(found, dict) else {}
    return str(words.get("reference") or words.get("id") or "")
