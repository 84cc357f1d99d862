"""Expected failures of terms and ceremony; the base classes decide the HTTP status."""

from collections.abc import Iterable, Sequence

from documents import MissingGlyphs
from server.errors import Conflict, IllegalAct, Invalid, JsonValue
from server.law.disputes import Exclusion
from server.law.profiles import Profile
from server.law.roles import Lack
from server.law.sources import spelled


class ReadingStopped(Conflict):
    """Somebody has an open question; `by` are their ids (409)."""

    code = "reading_stopped"

    def __init__(self, by: Iterable[str]) -> None:
        super().__init__("a question is open", by=sorted(by))


class CaseOver(IllegalAct):
    """The mediation has ended, or was withdrawn: it makes no agreement any more (409)."""

    code = "case_over"

    def __init__(self, state: str) -> None:
        super().__init__(state, "agree", ())


class NotShown(Conflict):
    """The newest version was not shown to every party (409)."""

    code = "not_shown"


class InCaucus(Conflict):
    """The caller is in a private talk, and the other side would hear of this at once: an offer is not shown from there,
    nor is a remark dealt with that others read (409)."""

    code = "in_caucus"


class WouldReveal(Conflict):
    """The newest version was made before one side only; saved now it would go to the other unasked (409)."""

    code = "would_reveal"


class PaperOnly(Conflict):
    """The law keeps electronic signatures out of this kind of dispute: print, sign by hand, file the scan (409)."""

    code = "paper_only"

    def __init__(self, kind: str, excluded: Exclusion) -> None:
        super().__init__(kind, kind=kind, reason=excluded.reason, article=spelled(excluded.article), text=excluded.text)


class PeopleLacking(Conflict):
    """Authority, a guardian, a seal or the like is missing; `lacks` has code, person and article of each (409)."""

    code = "people_lacking"

    def __init__(self, lacks: Iterable[Lack]) -> None:
        found: list[JsonValue] = [
            {"code": one.code, "person": one.person, "article": spelled(one.article)} for one in lacks
        ]
        super().__init__(", ".join(one.code for one in lacks), lacks=found)


class FurtherLacking(Conflict):
    """Papers for a court were chosen and lack something; `lacks` has code and party (its label) of each (409)."""

    code = "further_lacking"

    def __init__(self, lacks: Sequence[tuple[str, str]]) -> None:
        found: list[JsonValue] = [{"code": code, "party": party} for code, party in lacks]
        super().__init__(", ".join(code for code, _ in lacks), lacks=found)


class NotConfirmed(Conflict):
    """Not every required person confirmed every clause (409)."""

    code = "not_confirmed"


class SeparateMissing(Conflict):
    """Signing at separate times needs everybody's consent; `names` are those who have not given it (409)."""

    code = "separate_missing"

    def __init__(self, names: Iterable[str]) -> None:
        super().__init__("", names=list(names))


class ClauseChanged(Conflict):
    """The clause has another wording than the one named (409)."""

    code = "clause_changed"


class WordingChanged(Conflict):
    """A remark, or what is done with one, is about another wording of the clause than it has now (409)."""

    code = "wording_changed"


class ClauseUnchanged(Conflict):
    """The suggestion is of a clause in parts, which still says what it said: a person edits it first (409)."""

    code = "clause_unchanged"


class SuggestionOutdated(Conflict):
    """The clause was removed since, or rewritten at the place of the suggestion: a person words it anew (409)."""

    code = "suggestion_outdated"


class TooManyRemarks(Conflict):
    """The caller has so many remarks at this agreement that wait, or made so many in all (409)."""

    code = "too_many_remarks"


class FreezeRunning(Conflict):
    """The same text is being frozen already (409)."""

    code = "freeze_running"


class OralUnfit(Conflict):
    """This kind of dispute wants a written agreement; `article` says which rule (409)."""

    code = "oral_unfit"

    def __init__(self, profile: Profile) -> None:
        super().__init__("written agreement", article=spelled(profile.article("document_title")))


class CannotPrint(Invalid):
    """The fonts lack characters of the text (422): `detail` names code points and places, `data` has the characters
    and the words around them, for the mediator who wrote them."""

    code = "cannot_print"

    def __init__(self, missing: MissingGlyphs) -> None:
        super().__init__({"terms": "glyph"}, missing.detail)
        self.data = {"characters": list(missing.characters), "quotes": list(missing.quotes)}


class CeremonyOver(Conflict):
    """The ceremony is void, sealing or complete (409)."""

    code = "ceremony_over"

    def __init__(self, state: str, void_reason: str | None) -> None:
        super().__init__(state, state=state, void_reason=void_reason)


class ManifestDiffers(Conflict):
    """The caller confirmed another manifest than this ceremony's (409)."""

    code = "manifest_differs"


class ConsentMissing(Conflict):
    """The signer did not agree to electronic signatures [ESL 3] (409)."""

    code = "consent_missing"


class AssuranceLow(Conflict):
    """The signer's identity was not checked well enough (409)."""

    code = "assurance_low"

    def __init__(self, needed: str, present: str) -> None:
        super().__init__(f"{present}, needed {needed}", needed=needed, present=present)


class ProofWrong(Conflict):
    """The proof of possession does not fit key, nonce, slot and manifest (409)."""

    code = "proof_wrong"


class NotYourTurn(Conflict):
    """Out of turn; `state` is the slot's, `waiting_for` names those before (409)."""

    code = "not_your_turn"

    def __init__(self, state: str, waiting_for: Iterable[str]) -> None:
        super().__init__(state, state=state, waiting_for=list(waiting_for))


class StaleLease(Conflict):
    """The lease no longer counts: another fence, past its time, or another base (409)."""

    code = "stale_lease"

    def __init__(self, reason: str) -> None:
        super().__init__(reason, reason=reason)


class SignatureRefused(Conflict):
    """A signature, key or drawing that does not fit; `reason` is the document engine's word (409)."""

    code = "signature_rejected"

    def __init__(self, reason: str) -> None:
        super().__init__(reason, reason=reason)
