"""What a court may write down itself. Pure."""

from server.confirmation import rules
from server.confirmation.model import Act, Application

A = Act
ACTS = (A.ask_correction, A.docket, A.refuse, A.confirm, A.dismiss, A.withdraw, A.absent)
"""Its own; applying and handing in anew are the parties'."""


def allowed(application: Application) -> list[Act]:
    """Of them those possible now."""
    return [act for act in ACTS if (application.state, act) in rules.TABLE]
