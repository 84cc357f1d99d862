"""What each role of the office may do: one table, read by the permits of the routes. Deny by default."""

from collections.abc import Mapping

from server.errors import NotPermitted
from server.web.call import Caller, Permit, office

RIGHTS: Mapping[str, frozenset[str]] = {
    name: frozenset(roles.split())
    for name, roles in {
        "matters.file": "intake mediator",
        "matters.see": "intake mediator supervisor",
        "matters.evidence": "intake mediator",
        "matters.route": "intake",
        "matters.handle": "mediator",
        "matters.supervise": "supervisor",
        "messages.see": "mediator",
        "messages.count": "administrator mediator supervisor",
        "coming.see": "administrator intake mediator supervisor",
        "channels.see": "intake mediator administrator",
        "limits.keep": "intake mediator",
        "office.administer": "administrator",
    }.items()
}
"""Right -> roles that have it. Which of a matter's or case's records they reach with it is decided after loading."""


def right(name: str) -> Permit:
    """The permit of a route that needs this right; raises KeyError for one that is not in the table."""
    roles = RIGHTS[name]

    def permit(caller: Caller) -> None:
        office(caller)
        if caller.role not in roles:
            raise NotPermitted(name)

    permit.__name__ = name
    return permit
