"""Every door of a draft, from the route table: a new one is asked too, or the table of bodies has to be told of it."""

import itertools
import re
from collections.abc import Iterator
from typing import Any, NamedTuple

from server.web import keys
from server.web.call import mediator, staff
from tests.actors import Answer, Browser
from tests.conftest import Office

VALUES = {
    "file": ("agreement", "minutes"), "what": ("print", "scan"), "number": ("1", "2"), "entry": ("pay_none",),
    "appointment": ("apt_none",), "link": ("dkt_none",), "packet": ("pkt_none",), "attachment": ("att_none",),
    "party": ("pty_none",),
}  # fmt: skip
QUERIES = {
    "from": "1", "to": "2", "signed_on": "2026-11-26", "case_no": "1", "on": "2026-11-26", "kind": "other",
    "slot": "其他材料", "title": "材料",
}  # fmt: skip


class Door(NamedTuple):
    """One request, well formed. `staff`: no seat is let in at all."""

    method: str
    path: str
    body: object
    staff: bool

    async def knock(self, browser: Browser) -> Answer:
        return await browser.send(self.method, self.path, self.body)


def doors(office: Office, case: str, view: dict[str, Any], remark: str = "rmk_none") -> Iterator[Door]:
    """Those of this agreement, and of the oral ones of its case."""
    clause = {name: view["clauses"][0][name] for name in ("id", "hash")}
    about = {"clause": clause["id"], "hash": clause["hash"]}
    words = {name: view[name] for name in ("version", "dispute", "minutes")} | {"clauses": []}
    bodies: dict[str, object] = {
        "PUT terms": words, "POST acts": {"act": "show", "version": view["version"]},
        "POST confirmations": about | {"agree": False},
        "POST files token": {}, "POST scan": None, "POST remarks": about | {"text": "说"},
        "POST remarks acts": {"act": "withdraw"}, "POST separate": {"agree": True}, "POST versions restore": {},
        "POST oral": {"content": "说好", "performed": True, "reached_on": "2026-11-26", "heard": []},
        "POST application acts": {"act": "submit", "on": "2026-11-26", "court": "法院"},
        "POST application appointments": {"starts_at": "2026-12-01T01:00:00Z", "where": "第三法庭"},
        "DELETE application appointments": None, "POST application ruling": None,
        "PUT companions": {"wanted": True},
        "PUT companions services": {"phone": "1", "address": "1", "electronic": False},
        "POST precheck": {"field": "property_right", "value": "no"},
        "POST performance": {"clause": clause["id"], "part": 0, "on": "2026-11-26"}, "DELETE performance": None,
        "POST performance confirmed": {"by": "staff"}, "POST performance proof": None,
        "POST docket": {"name": "陈法官", "role": "judge"}, "POST docket code": {}, "POST docket longer": {},
        "DELETE docket": None,
        "POST packet": {"court": "法院"}, "POST attachments": None, "DELETE attachments": None,
        "POST performance said": {"clause": clause["id"], "part": 0, "on": "2026-11-26"},
        "POST performance answer": {"received": True},
        "POST performance starts": {"clause": clause["id"], "part": 0, "on": "2026-11-26"},
    }  # fmt: skip
    values = VALUES | {"remark": (remark,)}
    for table in office.app[keys.TABLES]:
        for route in table:
            if not (route.path.startswith("/api/agreements/{id}") or route.path == "/api/cases/{id}/oral"):
                continue
            body = None
            if route.method != "GET":
                parts = route.path.partition("{id}")[2].split("/")
                body = bodies[" ".join([route.method, *(part for part in parts if part and part[0] != "{")])]
            of = case if route.path.startswith("/api/cases") else view["id"]
            names = [name for name in re.findall(r"\{(\w+)\}", route.path) if name != "id"]
            asked = "&".join(f"{name}={QUERIES[name]}" for name in route.queries if name in QUERIES)
            for chosen in itertools.product(*(values[name] for name in names)):
                path = route.path.format(id=of, **dict(zip(names, chosen, strict=True)))
                yield Door(route.method, f"{path}?{asked}" if asked else path, body, route.permit in (staff, mediator))
