"""Expected failures at the mediator's table. The words for people are in `static/src/i18n/*/errors.json`."""

from server.errors import Conflict, Invalid, NotPermitted


class NotToBeTold(NotPermitted):
    """Its giver confided it to the mediator and did not allow passing it on (403)."""

    code = "not_to_be_told"


class OfferExpired(Conflict):
    """Its time is over (409)."""

    code = "offer_expired"


class ProposalOver(Conflict):
    """The proposal was closed or withdrawn, or its time is over; no answer counts any more (409)."""

    code = "proposal_over"


class PaperUnreadable(Invalid):
    """No PDF, JPEG or PNG, damaged, locked by a password, or too large to be drawn (422)."""

    code = "paper_unreadable"
