"""The checker against the labelled clauses: `python -m tests.server.agreements.checking.table`.

Prints found, missed and false alarms per family with the articles of its rules, for both halves, and writes
build/checker/table.json. Of the half set aside it tells sums only, so that rules are not written against it.
`--open` also lists what went wrong in the open half."""

from __future__ import annotations

import json
import sys
from collections import Counter
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from server.agreements.checking import RULES, Finding, advise
from server.agreements.composition import worded
from server.agreements.model import Clause, ClauseFields, Dispute, Matter, Minutes, Party, Terms
from server.law.roles import CAPACITIES, Person

ROOT = Path(__file__).parents[4]
CLAUSES = ROOT / "tests" / "data" / "clauses"
OUTPUT = ROOT / "build" / "checker" / "table.json"
TODAY = date(2026, 11, 23)
FAMILIES: dict[str, tuple[str, ...]] = {
    "unclear_obligation": (
        "obligor_missing", "obligee_missing", "act_missing", "vague_measure", "left_to_talks", "vague_due",
        "sum_about",
    ),
    "vague_words": ("vague_due", "vague_measure", "vague_costs", "left_to_talks", "sum_about"),
    "missing_due": ("due_missing", "vague_due"),
    "missing_sum": ("amount_missing", "vague_measure", "vague_costs", "sum_about", "currency_rate"),
    "status_relation": ("personal_status", "marriage_freedom", "support_waived"),
    "title_decision": ("title_decision",),
    "missing_authority": (
        "authority_only_full", "authority_not_special", "representative_missing", "seal_missing",
    ),
    "minor": ("guardian_missing",),
    "sum_mismatch": ("sum_mismatch", "share_mismatch", "items_mismatch", "instalments_mismatch"),
    "words_mismatch": ("words_mismatch",),
    "date_impossible": ("date_impossible", "due_before_effect"),
    "date_past": ("due_past",),
    "third_party": ("third_party_duty", "third_party_right", "guarantor_absent", "guarantee_term", "evasion"),
    "false_mediation": ("loan_unproven", "related_parties", "no_dispute", "evasion"),
    "unlawful": (
        "wage_below", "wage_forfeit", "insurance_waived", "injury_exempt", "crime_bought", "gambling_debt",
        "unlawful_purpose", "private_fine", "competition_ban", "marriage_freedom", "support_waived", "utilities_cut",
        "pledge_forfeit", "right_to_sue", "jurisdiction_unfit", "executes_itself", "penalty_excessive", "evasion",
    ),
    "interest_limit": ("usury", "interest_beforehand", "penalty_excessive"),
    "deposit_word": ("deposit_word", "deposit_over"),
    "conditional_on_stranger": ("others_will",),
    "liberty": ("liberty_penalty",),
}  # fmt: skip
"""Which codes answer which family of labels."""


@dataclass(frozen=True)
class Judged:
    """One labelled clause and the advice on it."""

    id: str
    text: str
    label: str
    families: tuple[str, ...]
    findings: tuple[Finding, ...]

    @property
    def alarms(self) -> tuple[Finding, ...]:
        """What is shown as a defect; a note is shown as a wish."""
        return tuple(one for one in self.findings if one.level != "note")

    @property
    def found(self) -> bool:
        """Whether a finding names one of the clause's families."""
        codes = {one.code for one in self.alarms}
        return any(code in codes for family in self.families for code in FAMILIES[family])


def matter_of(kind: str, context: dict[str, Any]) -> Matter:
    """The case as the checker would know it."""
    told = context.get("parties") or [{"label": "甲方", "name": "李明"}, {"label": "乙方", "name": "王强"}]
    parties, people = [], []
    for place, one in enumerate(told):
        key, side = f"pty_{place}", "applicant" if place == 0 else "respondent"
        body = bool(one.get("organisation"))
        parties.append(Party(key, one["name"], one["label"], side, f"{one['name']}，住嘉南区"))
        people.append(
            Person(
                key, one["name"], "party", side, one["label"], body,
                None if body else date(1980, 1, 1),
                capacity=CAPACITIES[one.get("capacity", "full")],
                seal="plain" if body and one.get("seal", True) else "",
            )
        )  # fmt: skip
        agent, guardian = one.get("agent"), one.get("guardian")
        if agent:
            people.append(
                Person(
                    f"rep_{place}", agent["name"], "representative", side, acts_for=key, basis="attorney",
                    scope=agent["scope"], born=date(1980, 1, 1),
                )
            )  # fmt: skip
        elif body:
            people.append(
                Person(
                    f"rep_{place}", "法人代表", "representative", side, acts_for=key, basis="legal_representative",
                    born=date(1980, 1, 1),
                )
            )  # fmt: skip
        if guardian:
            people.append(
                Person(
                    f"grd_{place}", guardian["name"], "guardian", side, acts_for=key, relation=guardian["scope"],
                    born=date(1980, 1, 1),
                )
            )  # fmt: skip
    return Matter(
        case_id="cas", title="", committee="", place="", parties=tuple(parties), people=tuple(people), day=TODAY,
        mediator_id="m", mediator_name="顾明华", recorder_id="r", recorder_name="苏婉", kind=kind,
    )  # fmt: skip


def judge(labelled: dict[str, Any]) -> Judged:
    """The advice on one clause as the only one of an agreement, or after the one its context tells of."""
    context = labelled.get("context") or {}
    facts = "双方因纠纷申请调解。"
    if context.get("records") is True:
        facts += "借款有银行转账凭证，已核对。"
    if context.get("related"):
        facts += "甲方与乙方系亲属。"
    before = [Clause(id="b", kind="free", fields=ClauseFields(text=context["note"]))] if context.get("note") else []
    clause = Clause(id="c", kind="free", fields=ClauseFields(text=labelled["text"]))
    terms = Terms(
        dispute=Dispute(facts=facts), clauses=(*before, clause), minutes=Minutes(paragraphs=("告知权利义务。",))
    )
    matter = matter_of(labelled["kind"], context)
    findings = tuple(one for one in advise(terms, worded(terms, matter), matter, TODAY) if one.clause != "b")
    return Judged(labelled["id"], labelled["text"], labelled["label"], tuple(labelled["codes"]), findings)


def half(name: str) -> list[Judged]:
    """All clauses of one half, judged."""
    return [judge(one) for one in json.loads((CLAUSES / f"{name}.json").read_text(encoding="utf-8"))]


def counts(judged: list[Judged]) -> dict[str, Any]:
    """What a half comes to: only numbers."""
    good = [one for one in judged if one.label == "good"]
    bad = [one for one in judged if one.label != "good"]
    rows = {}
    for family, codes in FAMILIES.items():
        mine = [one for one in bad if one.families[0] == family]
        alarms = [one for one in good if any(finding.code in codes for finding in one.alarms)]
        found = sum(one.found for one in mine)
        rows[family] = {"found": found, "missed": len(mine) - found, "false_alarms": len(alarms)}
    by_code = Counter(code for one in good for code in {finding.code for finding in one.alarms})
    return {
        "good": len(good),
        "good_with_alarm": sum(bool(one.alarms) for one in good),
        "good_with_note": sum(len(one.alarms) < len(one.findings) for one in good),
        "bad": len(bad),
        "found": sum(one.found for one in bad),
        "warned": sum(bool(one.alarms) for one in bad),
        "families": rows,
        "false_alarms_by_rule": dict(sorted(by_code.items())),
    }


def articles(family: str) -> str:
    """The first article of each rule that answers a family."""
    return ", ".join(dict.fromkeys(RULES[code].articles[0] for code in FAMILIES[family] if code in RULES))


def tables() -> dict[str, Any]:
    """Both halves, written to OUTPUT."""
    table = {name: counts(half(name)) for name in ("open", "aside")}
    OUTPUT.parent.mkdir(parents=True, exist_ok=True)
    told = table | {"articles": {family: articles(family) for family in FAMILIES}}
    OUTPUT.write_text(json.dumps(told, ensure_ascii=False, indent=1), encoding="utf-8")
    return table


def printed(table: dict[str, Any]) -> str:
    """The table as text."""
    head = (
        f"{'':24}{'open':^24}{'aside':^24}\n{'family':24}" + f"{'found':>8}{'missed':>8}{'false':>8}" * 2 + "  articles"
    )
    lines = [head]
    for family in FAMILIES:
        cells = "".join(
            f"{table[name]['families'][family][cell]:>8}"
            for name in ("open", "aside")
            for cell in ("found", "missed", "false_alarms")
        )
        lines.append(f"{family:24}{cells}  {articles(family)}")
    for name in ("open", "aside"):
        one = table[name]
        lines.append(
            f"{name}: {one['found']} of {one['bad']} faulty clauses named rightly, {one['warned']} warned of; "
            f"{one['good_with_alarm']} of {one['good']} good ones with a false alarm, "
            f"{one['good_with_note']} with a wish"
        )
    return "\n".join(lines)


def main() -> None:
    print(printed(tables()))
    if "--open" in sys.argv:
        for one in half("open"):
            if (one.label == "good" and one.findings) or (one.label != "good" and not one.found):
                said = "; ".join(f"{finding.code}: {finding.detail}" for finding in one.findings)
                print(f"{one.label} {','.join(one.families)} | {one.text} | {said}")


if __name__ == "__main__":
    main()
