"""Our offers and what a browser's answer means. Pure.

Every m-line carries ufrag, password, fingerprint and setup: Chromium silently stops lines that lack them. Candidates
stand in the first line only.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from .rtp import EXT_ABS_SEND_TIME, EXT_AUDIO_LEVEL, EXT_MID, EXT_RID, EXT_RRID, EXT_TWCC, OPUS, RED, RTX, VP8
from .types import RIDS, AnswerRejected, Kind

MAX_ANSWER = 256 * 1024
MAX_LINES = 20_000
MAX_FINGERPRINTS = 8

_URI = {
    EXT_MID: "urn:ietf:params:rtp-hdrext:sdes:mid",
    EXT_ABS_SEND_TIME: "http://www.webrtc.org/experiments/rtp-hdrext/abs-send-time",
    EXT_TWCC: "http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01",
    EXT_AUDIO_LEVEL: "urn:ietf:params:rtp-hdrext:ssrc-audio-level",
    EXT_RID: "urn:ietf:params:rtp-hdrext:sdes:rtp-stream-id",
    EXT_RRID: "urn:ietf:params:rtp-hdrext:sdes:repaired-rtp-stream-id",
}


@dataclass(frozen=True, slots=True)
class Transport:
    """What all m-lines share."""

    ufrag: str
    password: str
    fingerprint: str
    hosts: tuple[str, ...]
    """Addresses the browser may send to, the preferred one first."""
    port: int


@dataclass(frozen=True, slots=True)
class Line:
    """One m-line. With `ssrc` we send on it under that stream name, without we receive."""

    mid: str
    kind: Kind
    ssrc: int | None = None
    rtx: int | None = None
    stream: str = "-"


def write_offer(session: int, version: int, transport: Transport, lines: Sequence[Line]) -> str:
    """The whole offer, CRLF line ends."""
    family = "IP6" if ":" in transport.hosts[0] else "IP4"
    out = [
        "v=0",
        f"o=- {session} {version} IN IP4 127.0.0.1",
        "s=-",
        "t=0 0",
        "a=ice-lite",
        "a=group:BUNDLE " + " ".join(line.mid for line in lines),
        "a=msid-semantic: WMS *",
    ]
    for index, line in enumerate(lines):
        out += _media(line, transport, family, candidates=index == 0)
    return "\r\n".join(out) + "\r\n"


def _media(line: Line, transport: Transport, family: str, candidates: bool) -> list[str]:
    audio = line.kind == "audio"
    payload = " ".join(map(str, AUDIO_PAYLOADS)) if audio else f"{VP8} {RTX}"
    out = [
        f"m={'audio' if audio else 'video'} {transport.port} UDP/TLS/RTP/SAVPF {payload}",
        f"c=IN {family} {transport.hosts[0]}",
        f"a=mid:{line.mid}",
        f"a=ice-ufrag:{transport.ufrag}",
        f"a=ice-pwd:{transport.password}",
        f"a=fingerprint:sha-256 {transport.fingerprint}",
        "a=setup:actpass",
        "a=rtcp-mux",
        "a=rtcp-rsize",
    ]
    if candidates:
        for place, host in enumerate(transport.hosts):  # priority: RFC 8445 5.1.2.1, local preference by place
            priority = (126 << 24) + (65535 - place << 8) + 255
            out.append(f"a=candidate:{place + 1} 1 udp {priority} {host} {transport.port} typ host generation 0")
        out.append("a=end-of-candidates")
    out += [f"a=extmap:{ident} {_URI[ident]}" for ident in _extensions(line)]
    out += _codecs(audio)
    if line.ssrc is None:
        if line.kind == "video":
            out += [*(f"a=rid:{rid} recv" for rid in RIDS), f"a=simulcast:recv {';'.join(RIDS)}"]
        return [*out, "a=recvonly"]
    out += ["a=sendonly", f"a=msid:{line.stream} {line.stream}-{line.kind}"]
    if line.rtx is not None:
        out.append(f"a=ssrc-group:FID {line.ssrc} {line.rtx}")
    out += [f"a=ssrc:{ssrc} cname:{line.stream}" for ssrc in (line.ssrc, line.rtx) if ssrc is not None]
    return out


def _extensions(line: Line) -> list[int]:
    extensions = [EXT_MID, EXT_TWCC]
    if line.ssrc is not None:
        extensions.append(EXT_ABS_SEND_TIME)  # for browsers that estimate by it
    elif line.kind == "video":
        extensions += [EXT_RID, EXT_RRID]
    if line.kind == "audio":
        extensions.append(EXT_AUDIO_LEVEL)
    return extensions


AUDIO_PAYLOADS = (RED, OPUS)
"""In order of preference. RED first: voices come with the last ones beside them, at twice the rate (RFC 2198)."""
AUDIO_FORMAT = "minptime=10;useinbandfec=1"
"""Opus parameters of both ways (RFC 7587 7)."""
AUDIO_FEEDBACK = ("transport-cc",)
PICTURE_FEEDBACK = ("nack", "nack pli", "ccm fir", "transport-cc", "goog-remb")
"""goog-remb: a listener's limit towards the publisher; the estimate of browsers without transport-cc."""


def _codecs(audio: bool) -> list[str]:
    if audio:
        redundant = [f"a=rtpmap:{RED} red/48000/2", f"a=fmtp:{RED} {OPUS}/{OPUS}"] if RED in AUDIO_PAYLOADS else []
        return [
            *redundant,
            f"a=rtpmap:{OPUS} opus/48000/2",
            f"a=fmtp:{OPUS} {AUDIO_FORMAT}",
            *(f"a=rtcp-fb:{OPUS} {way}" for way in AUDIO_FEEDBACK),
        ]
    return [
        f"a=rtpmap:{VP8} VP8/90000",
        *(f"a=rtcp-fb:{VP8} {way}" for way in PICTURE_FEEDBACK),
        f"a=rtpmap:{RTX} rtx/90000",
        f"a=fmtp:{RTX} apt={VP8}",
    ]


@dataclass(frozen=True, slots=True)
class AnswerLine:
    """What the browser said of one m-line. `streams` maps a media SSRC to its retransmission SSRC, if any."""

    kind: str
    accepted: bool
    streams: Mapping[int, int | None]
    payloads: frozenset[int] = frozenset()
    """Payload types it takes or sends."""


@dataclass(frozen=True, slots=True)
class Answer:
    ufrag: str
    password: str
    fingerprints: tuple[tuple[str, str], ...]
    lines: Mapping[str, AnswerLine]


def parse_answer(text: str) -> Answer:
    """Read a browser's answer; raises `AnswerRejected` for one we cannot use. Unknown attributes are ignored."""
    if len(text) > MAX_ANSWER:
        raise AnswerRejected("answer too long")
    common, sections = _sections(text)
    lines: dict[str, AnswerLine] = {}
    ufrag = password = ""
    fingerprints: list[tuple[str, str]] = []
    for head, attributes in sections:
        mid = attributes.get("mid", [""])[0]
        if not mid or mid in lines:
            raise AnswerRejected("m-line without its own mid")
        parts = head.split()
        if len(parts) < 3:
            raise AnswerRejected("malformed m-line")
        accepted = parts[1] != "0" and "inactive" not in attributes
        lines[mid] = AnswerLine(parts[0], accepted, _streams(attributes), frozenset(_numbers(parts[3:])))
        for source in (attributes, common):
            ufrag = ufrag or source.get("ice-ufrag", [""])[0]
            password = password or source.get("ice-pwd", [""])[0]
            if not fingerprints:
                fingerprints = _fingerprints(source.get("fingerprint", []))
        setup = (attributes.get("setup") or common.get("setup") or [""])[0]
        if accepted and setup not in ("active", ""):
            raise AnswerRejected("the browser must start DTLS")
    if not lines:
        raise AnswerRejected("no m-line")
    if not ufrag or not password or not fingerprints:
        raise AnswerRejected("no ufrag, password or fingerprint")
    if not _speakable(ufrag, 4) or not _speakable(password, 22):
        raise AnswerRejected("malformed ufrag or password")
    if len(fingerprints) > MAX_FINGERPRINTS:
        raise AnswerRejected("too many fingerprints")
    return Answer(ufrag, password, tuple(fingerprints), lines)


Attributes = dict[str, list[str]]


def _sections(text: str) -> tuple[Attributes, list[tuple[str, Attributes]]]:
    common: Attributes = {}
    sections: list[tuple[str, Attributes]] = []
    current = common
    for count, line in enumerate(text.splitlines()):
        if count > MAX_LINES:
            raise AnswerRejected("too many lines")
        if line.startswith("m="):
            current = {}
            sections.append((line[2:], current))
        elif line.startswith("a="):
            name, _, value = line[2:].partition(":")
            current.setdefault(name, []).append(value.strip())
    return common, sections


def _speakable(word: str, least: int) -> bool:
    """Fit for our checks (RFC 8839 5.4); browsers and we use more characters than its grammar has."""
    return least <= len(word) <= 256 and word.isascii() and word.isprintable()


def _fingerprints(values: Collection[str]) -> list[tuple[str, str]]:
    pairs = [value.split() for value in values]
    return [(pair[0].lower(), pair[1].upper()) for pair in pairs if len(pair) == 2]


def _streams(attributes: Attributes) -> dict[int, int | None]:
    """Media SSRCs of an m-line with their FID partners (RFC 5576).

    None of a line with layers (RFC 8853): which is which their packets tell.
    """
    if "simulcast" in attributes:
        return {}
    streams: dict[int, int | None] = {}
    partners: set[int] = set()
    for value in attributes.get("ssrc-group", []):
        words = value.split()
        if len(words) == 3 and words[0] == "FID" and len(pair := _numbers(words[1:])) == 2:
            streams[pair[0]] = pair[1]
            partners.add(pair[1])
    for value in attributes.get("ssrc", []):
        for ssrc in _numbers(value.split()[:1]):
            if ssrc not in partners:
                streams.setdefault(ssrc, None)
    return streams


def _numbers(words: Sequence[str]) -> list[int]:
    if not all(word.isascii() and word.isdigit() and len(word) <= 10 for word in words):
        return []
    return [number for number in map(int, words) if number < 1 << 32]
