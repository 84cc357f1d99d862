"""Other bytes than a manifest's, for make_ceremony.py: what both readers of M must take, and what both must refuse."""

from __future__ import annotations

import base64
from collections.abc import Iterator

from documents.errors import RevisionMismatch
from documents.manifest import Manifest


def spellings(whole: bytes) -> Iterator[dict[str, object]]:
    """Other bytes than M's: each is tried against manifest.py before it is written, as `accepted` or not."""

    def case(name: str, old: str, new: str, accepted: bool = False) -> dict[str, object]:
        start, length = (whole.index(old.encode()), len(old.encode())) if old else (len(whole), 0)
        put = new.encode("utf-8", "surrogatepass")
        try:
            Manifest.parse(whole[:start] + put + whole[start + length :])
            found = True
        except RevisionMismatch:
            found = False
        if found != accepted:
            raise SystemExit(f"{name}: {'accepted' if found else 'refused'}")
        return {
            "name": name,
            "at": start,
            "delete": length,
            "insert": base64.b64encode(put).decode(),
            "accepted": accepted,
        }

    slot = '"kind":"person","page":'
    yield case("untouched", "", "", accepted=True)
    yield case("at separate times", '"mode":"together"', '"mode":"separate"', accepted=True)
    yield case("licensed authority", '"kind":"own"', '"kind":"licensed"', accepted=True)
    yield case("other name", "林秀珍", "林秀真", accepted=True)
    yield case("name with a line separator", "林秀珍", "林\u2028珍", accepted=True)
    yield case("no name", "林秀珍", "", accepted=True)
    yield case("other mode", '"mode":"together"', '"mode":"apart"')
    yield case("other kind of authority", '"kind":"own"', '"kind":"owner"')
    yield case("former version", '"v":2', '"v":1')
    yield case("version as text", '"v":2', '"v":"2"')
    yield case("version as a fraction", '"v":2', '"v":2.0')
    yield case("version with an exponent", '"v":2', '"v":2e0')
    yield case("number beyond what is exact", '"version":1', '"version":9007199254740992')
    yield case("largest exact number", '"version":1', '"version":9007199254740991', accepted=True)
    yield case("negative number", '"version":1', '"version":-1')
    yield case("negative zero", '"version":1', '"version":-0')
    yield case("space after a colon", '"v":2', '"v": 2')
    yield case("bytes behind", "", "\n")
    yield case("byte order mark", '{"build"', '\ufeff{"build"')
    yield case("member twice", '"mode":"together"', '"mode":"together","mode":"together"')
    yield case("member more", '"mode":"together"', '"mode":"together","more":1')
    yield case("member missing", ',"mode":"together"', "")
    yield case("members out of order", '"v":2,"version":1', '"version":1,"v":2')
    yield case("escaped character that needs none", "林", "\\u6797")
    yield case("half a surrogate pair", "林", "\\ud800")
    yield case("half a surrogate pair, raw", "林", "\ud800")
    yield case("control character, raw", "林", "\x01")
    yield case("null for a list", '"clerks":[', '"clerks":null,"clerks":[')
    yield case("clerk twice", '"clerks":[', '"clerks":[{"name":"沈嘉","person":"acc_other"},')
    yield case("no clerk at all", '"clerks":[{"name":"沈嘉","person":"acc_clerk"}]', '"clerks":[]', accepted=True)
    yield case("role nobody has", '"role":"applicant"', '"role":"clerk"')
    yield case("person in a seal's place", slot, slot.replace("person", "organisation"))
    yield case("seal in a person's place", '"kind":"organisation"', '"kind":"person"')
    yield case("kind nobody knows", slot, slot.replace("person", "seal"))
    yield case("rank differs between slot and person", '"rank":1,"rect"', '"rank":2,"rect"')
    yield case("slot without a person", '"slot":"party-1","widget"', '"slot":"party-3","widget"')
    yield case("slot in capitals", '"slot":"party-1","widget"', '"slot":"Party-1","widget"')
    yield case("slot with a line end", '"slot":"party-1","widget"', '"slot":"party-1\\n","widget"')
    yield case("field without room", "[72,560,240,613]", "[72,560,72,613]")
    yield case("field beyond the page", "[72,560,240,613]", "[72,560,14401,613]")
    yield case("field of a fraction", "[72,560,240,613]", "[72.5,560,240,613]")
    yield case("field with three corners", "[72,560,240,613]", "[72,560,240]")
    yield case("less room for the signature", '"reserved":8192', '"reserved":4096')
    yield case("hash in capitals", '"text":"', '"text":"A')
    yield case("day as text", '"deadline":"2026', '"deadline":"in 2026')
    yield case("digits of another script", '"deadline":"2026', '"deadline":"\u0662026')
    yield case("no files", '"files":[{', '"files":[],"filez":[{')
    yield case("nesting without end", '"mode":"together"', '"mode":' + "[" * 5000 + "]" * 5000)
    yield case("nothing", whole.decode(), "")
    yield case("a list", whole.decode(), "[]")
