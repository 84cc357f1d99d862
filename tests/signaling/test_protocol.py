"""The generated TypeScript is fresh, and the payloads keep their bounds."""

from pathlib import Path

import msgspec
import pytest

from signaling.protocol import CLIENT_EVENTS, SERVER_EVENTS, Chat, ChatLine, Connect, Move, Stats, Watch, typescript

GENERATED = Path(__file__).parents[2] / "static" / "src" / "protocol.ts"


def test_the_typescript_is_fresh() -> None:
    stale = "run: python -m signaling.protocol > static/src/protocol.ts"
    assert GENERATED.read_text(encoding="utf-8") == typescript(), stale


def test_the_typescript_names_every_event() -> None:
    text = typescript()
    for event, payload in (CLIENT_EVENTS | SERVER_EVENTS).items():
        assert f"  {event}: {payload.__name__};" in text


@pytest.mark.parametrize(
    ("kind", "data"),
    [
        (ChatLine, {"text": "", "key": "k"}),
        (ChatLine, {"text": "x" * 1001, "key": "k"}),
        (ChatLine, {"text": "x", "key": ""}),
        (Move, {"people": ["a"] * 33, "chamber": "joint"}),
        (Move, {"people": [], "chamber": "kitchen"}),
        (Stats, {"received": {str(n): {"audio": 1, "video": 1} for n in range(33)}}),
        (Stats, {"received": {"a": {"audio": -1, "video": 1}}}),
        (Stats, {"received": {}, "line": 5}),
        (Watch, {"sizes": {"a": -1}}),
        (Watch, {"sizes": {"a": 16_385}}),
        (Watch, {"sizes": {str(n): 1 for n in range(33)}}),
        (Connect, {"ticket": "t", "device": "short"}),
        (Connect, {"ticket": "t" * 8193, "device": "d" * 16}),
    ],
)
def test_a_payload_out_of_bounds_is_refused(kind: type, data: object) -> None:
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert(data, kind)


def test_a_line_of_chat_says_from_on_the_wire() -> None:
    assert msgspec.to_builtins(Chat("p", "n", "t", "at", "k", "joint"))["from"] == "p"
