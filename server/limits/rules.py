"""From a matter's journal to its rounds and its light; who may stop, extend and urge. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from server.ids import AccountId
from server.law.dates import end_of, legal_day
from server.law.disputes import profile_for
from server.law.holidays import Calendar
from server.law.terms import Stage, Term, Terms
from server.limits.clock import Clock, Light, Standing
from server.limits.model import Audience, Lamp, Prolonged, Round, Suspension
from server.matters.model import Matter, MatterAct, MatterState
from server.matters.rules import OVER, TABLE
from server.web.call import Caller

STAGE: dict[MatterState, Stage] = {
    MatterState.received: "answer",
    MatterState.accepted: "routing",
    MatterState.routed: "assigning",
    MatterState.appointed: "appointment",
    MatterState.mediating: "mediation",
}
ACTS = frozenset(MatterAct)
RANK = {Light.red: 0, Light.yellow: 1, Light.green: 2, Light.suspended: 3}
"""Order of the board."""
ENDED = 9
AUDIENCES: dict[Light, tuple[Audience, ...]] = {Light.yellow: ("handler",), Light.red: ("handler", "leader", "desk")}


def rounds(steps: Iterable[tuple[int, str, datetime]]) -> list[Round]:
    """The stages a matter went through; `steps` are number, kind and time of its journal's entries. Another mediator
    does not start the mediation's clock anew, reopening does."""
    found: list[Round] = []
    state, mediation = MatterState.received, None
    for number, kind, at in steps:
        word = kind.removeprefix("matter.")
        if word == "received":
            found.append(Round(number, STAGE[state], at))
            continue
        after = TABLE.get((state, MatterAct(word))) if word in ACTS else None
        if after is None:
            continue
        state = after
        if found and found[-1].until is None:
            found[-1] = replace(found[-1], until=at, outcome=state.value if state in OVER else "")
        if state in OVER:
            mediation = None
        elif state is MatterState.mediating:
            mediation = mediation or Round(number, "mediation", at)
            found.append(mediation)
        else:
            found.append(Round(number, STAGE[state], at))
    return found


def rounds_of(matter: Matter, steps: Sequence[tuple[int, str, datetime]]) -> list[Round]:
    """The same, also of a matter that came with a journal that does not tell how it got where it is."""
    found = rounds(steps)
    over = matter.state in OVER
    if found and (found[-1].until is not None) == over and (over or found[-1].stage == STAGE[matter.state]):
        return found
    number, at = (steps[-1][0], steps[-1][2]) if steps else (0, matter.received_at)
    if over:
        return [*found, Round(number, "mediation", at, at, matter.state.value)]
    return [*found, Round(number, STAGE[matter.state], at)]


def term_of(terms: Terms, matter: Matter, stage: Stage) -> Term:
    """The limit of a matter's stage."""
    return terms.of(stage, profile_for(matter.category), matter.complexity)


def clock_of(
    terms: Terms, matter: Matter, one: Round, stops: Sequence[Suspension], extensions: Sequence[Prolonged]
) -> Clock:
    """The clock of one round."""
    pauses = [stop.pause for stop in stops if stop.round == one.number]
    extension = next((each.extension for each in extensions if each.round == one.number), None)
    return Clock(term_of(terms, matter, one.stage), legal_day(one.since), pauses, extension)


def lamp_of(
    terms: Terms, calendar: Calendar, matter: Matter, found: Sequence[Round], stops: Sequence[Suspension],
    extensions: Sequence[Prolonged], seq: int, now: datetime,
) -> tuple[Lamp, Standing | None]:  # fmt: skip
    """How a matter stands now; no standing when it is over."""
    ended = [(clock_of(terms, matter, one, stops, extensions).due(calendar), one.until) for one in found if one.until]
    late = any(due is not None and until is not None and legal_day(until) > due for due, until in ended)
    last = found[-1]
    turn = sum(one.round == last.number and one.pause.end is not None for one in stops)
    turn += sum(one.round == last.number for one in extensions)
    working = term_of(terms, matter, last.stage).working
    lamp = Lamp(
        matter.id, matter.state.value, last.number, turn, last.stage, None, None, working, last.since, late, last.until,
        last.outcome, None, seq, now,
    )  # fmt: skip
    if last.until is not None:
        return lamp, None
    clock = clock_of(terms, matter, last, stops, extensions)
    standing = clock.on(max(legal_day(now), clock.told), calendar)
    change = end_of(standing.change - timedelta(days=1)) if standing.change else None
    late = late or standing.light is Light.red
    return replace(lamp, light=standing.light, due=standing.due, late=late, next_at=change), standing


def handler_of(matter: Matter) -> AccountId | None:
    """Whose turn it is; None: the desk of the organisation that has it."""
    if matter.state in {MatterState.appointed, MatterState.mediating}:
        return matter.mediator_id
    return matter.clerk_id


def keeps(matter: Matter, caller: Caller) -> bool:
    """Whether the caller, who may see the matter, stops and extends its clock and answers for it."""
    if matter.state in OVER:
        return False
    if matter.state in {MatterState.appointed, MatterState.mediating}:
        return caller.id == matter.mediator_id
    return caller.role == "intake"


def acts(standing: Standing | None, extended: bool, stage: str) -> list[str]:
    """What can be done to a clock now."""
    if standing is None or standing.light is Light.red:
        return []
    if standing.light is Light.suspended:
        return ["resume"]
    return ["suspend", "extend"] if stage == "mediation" and not extended else ["suspend"]
