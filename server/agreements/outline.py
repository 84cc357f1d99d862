"""The parts of the agreement around its clauses: which, under which heading, in which order. Pure data; a centre may
change it by its template of the agreement (`server/forms`)."""

from dataclasses import dataclass, replace

from aiohttp import web


@dataclass(frozen=True)
class Outline:
    """(part, heading) before and after the clauses. Parts: facts, issues, responsibility, effect, esign."""

    before: tuple[tuple[str, str], ...]
    after: tuple[tuple[str, str], ...]
    lead_in: str
    """Stands before the clauses; contains 达成如下协议, by which the layout knows it."""

    def without(self, part: str) -> "Outline":
        """The same, but for one part."""
        before, after = (tuple(one for one in side if one[0] != part) for side in (self.before, self.after))
        return replace(self, before=before, after=after)


SHIPPED = Outline(
    (("facts", "纠纷主要事实"), ("issues", "争议事项"), ("responsibility", "各方责任")),
    (("effect", "协议的生效与司法确认"), ("esign", "电子签名约定")),
    "经调解，各方自愿达成如下协议：",
)
"""Equal to forms/data/agreement.toml (tested)."""
OUTLINE: web.AppKey[Outline] = web.AppKey("outline", Outline)
