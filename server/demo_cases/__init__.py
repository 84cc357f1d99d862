"""Sample cases of the demo centre and of rehearsals: the eight of the corpus, and others so that there is one per rule
type at least. Everybody and everything is invented: identity numbers have a wrong check digit, phones are of a range
given to nobody. Plain data, in Chinese only."""

from server.demo_cases.family import DIVORCE, ESTATE
from server.demo_cases.hospital import HOSPITAL
from server.demo_cases.lending import LOAN
from server.demo_cases.model import Role, Sample
from server.demo_cases.neighbours import LEAK, SCHOOLYARD
from server.demo_cases.property_fee import FEES
from server.demo_cases.trade import FITNESS, SUPPLY
from server.demo_cases.traffic import TRAFFIC
from server.demo_cases.work import WAGES

CORPUS = {
    "wages": WAGES,
    "leak": LEAK,
    "traffic": TRAFFIC,
    "fitness": FITNESS,
    "loan": LOAN,
    "fees": FEES,
    "divorce": DIVORCE,
    "hospital": HOSPITAL,
}
"""The eight usual cases in their order."""
SAMPLES = {**CORPUS, "supply": SUPPLY, "schoolyard": SCHOOLYARD, "estate": ESTATE}

__all__ = ["CORPUS", "LEAK", "SAMPLES", "Role", "Sample"]
