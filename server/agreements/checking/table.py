"""Every rule by its code: the articles it stands on, how grave a fault is, its family. Words: i18n `checking`.

JS 355 and 358 are the court's grounds to refuse, JS 461 what an enforceable title needs; the rest is the rule broken.
"""

from server.agreements.checking.finding import Rule

RULES: dict[str, Rule] = {
    # What a structured clause or the whole text lacks.
    "no_clauses": Rule(("RMTJ 29(1)(3)",), "unclear", "parts"),
    "facts_missing": Rule(("RMTJ 29(1)(2)",), "unclear", "parts"),
    "minutes_missing": Rule(("RMTJ 27",), "unclear", "parts"),
    "party_description_missing": Rule(("RMTJ 29(1)(1)",), "unclear", "parts"),
    "blank_left": Rule(("JS 461(1)(2)",), "unclear", "parts"),
    "text_missing": Rule(("JS 461(1)(2)",), "unclear", "parts"),
    "obligor_missing": Rule(("JS 461(1)(1)",), "unclear", "parts"),
    "obligee_missing": Rule(("JS 461(1)(1)",), "unclear", "parts"),
    "same_party": Rule(("JS 461(1)(1)",), "unclear", "parts"),
    "act_missing": Rule(("JS 461(1)(2)", "JS 358(5)"), "unclear", "parts"),
    "amount_missing": Rule(("JS 461(1)(2)", "JS 358(5)"), "unclear", "parts"),
    "due_missing": Rule(("RMTJ 29(1)(3)", "CIV 511(4)"), "unclear", "parts"),
    "account_missing": Rule(("CIV 511(3)",), "unclear", "parts"),
    "breach_missing": Rule(("CIV 577",), "note", "parts"),
    # Words that leave open what is owed.
    "vague_due": Rule(("JS 358(5)", "CIV 511(4)"), "unclear", "certainty"),
    "vague_measure": Rule(("JS 358(5)", "JS 461(1)(2)"), "unclear", "certainty"),
    "vague_costs": Rule(("JS 358(5)", "JS 461(1)(2)"), "unclear", "certainty"),
    "left_to_talks": Rule(("JS 358(5)", "JS 461(1)(2)"), "unclear", "certainty"),
    "due_ambiguous": Rule(("CIV 1259", "JS 358(5)"), "note", "certainty"),
    "sum_about": Rule(("JS 461(1)(2)",), "unclear", "certainty"),
    "currency_rate": Rule(("CIV 514", "JS 461(1)(2)"), "unclear", "certainty"),
    # Days.
    "date_impossible": Rule(("JS 358(5)",), "unclear", "days"),
    "due_past": Rule(("JS 358(5)",), "unclear", "days"),
    "due_before_effect": Rule(("RMTJ 29(2)", "CIV 160"), "unclear", "days"),
    # Sums.
    "words_mismatch": Rule(("JS 461(1)(2)",), "unclear", "sums"),
    "instalments_mismatch": Rule(("JS 461(1)(2)",), "unclear", "sums"),
    "items_mismatch": Rule(("JS 461(1)(2)",), "unclear", "sums"),
    "share_mismatch": Rule(("JS 461(1)(2)",), "unclear", "sums"),
    "sum_mismatch": Rule(("JS 461(1)(2)",), "unclear", "sums"),
    # What no confirmation can decide.
    "personal_status": Rule(("JS 355(1)(3)", "ESL 3(3)(1)"), "refused", "status"),
    "title_decision": Rule(("JS 355(1)(5)",), "refused", "status"),
    # Who acts for whom.
    "authority_only_full": Rule(("JS 89(1)", "CPL 62(2)"), "unenforceable", "people"),
    "authority_not_special": Rule(("CPL 62(2)",), "unenforceable", "people"),
    "guardian_missing": Rule(("CIV 19", "CIV 23", "CIV 145"), "unenforceable", "people"),
    "representative_missing": Rule(("CIV 61(1)", "CIV 165"), "unenforceable", "people"),
    "seal_missing": Rule(("CIV 490(1)",), "unenforceable", "people"),
    # Interest, deposits, penalties.
    "deposit_word": Rule(("CIV 586", "CIV 587"), "unclear", "burdens"),
    "deposit_over": Rule(("CIV 586(2)",), "unenforceable", "burdens"),
    "usury": Rule(("CIV 680(1)", "LEND 25", "LEND 29"), "unenforceable", "burdens"),
    "interest_beforehand": Rule(("CIV 670",), "unenforceable", "burdens"),
    "penalty_excessive": Rule(("CIV 585(2)", "CC23 65"), "unenforceable", "burdens"),
    # People who are no party.
    "third_party_duty": Rule(("JS 358(2)", "CIV 465(2)"), "refused", "others"),
    "third_party_right": Rule(("JS 358(2)", "CIV 465(2)"), "refused", "others"),
    "others_will": Rule(("CIV 158", "JS 461(1)(2)"), "unenforceable", "waiting"),
    "guarantor_absent": Rule(("CIV 685", "CIV 465(2)"), "unenforceable", "others"),
    "guarantee_term_missing": Rule(("CIV 692(2)",), "note", "others"),
    "guarantee_term": Rule(("CIV 692(2)", "GUAR 32"), "unclear", "others"),
    # What the law forbids.
    "wage_below": Rule(("LL 48(2)", "LL 50", "JS 358(1)"), "refused", "labour"),
    "insurance_waived": Rule(("LL 72", "SIL 60(1)", "JS 358(1)"), "refused", "labour"),
    "injury_exempt": Rule(("CIV 506", "JS 358(1)"), "refused", "persons"),
    "crime_bought": Rule(("CIV 153", "JS 358(3)"), "refused", "persons"),
    "gambling_debt": Rule(("CIV 153(2)", "JS 358(3)"), "refused", "forbidden"),
    "unlawful_purpose": Rule(("CIV 153", "JS 358(1)"), "refused", "forbidden"),
    "evasion": Rule(("CIV 154", "JS 358(2)", "CPL 115"), "refused", "forbidden"),
    "wage_forfeit": Rule(("LCL 9", "LL 50", "JS 358(1)"), "refused", "labour"),
    "competition_ban": Rule(("LCL 24(2)", "JS 358(1)"), "refused", "labour"),
    "private_fine": Rule(("CIV 153", "JS 358(1)"), "refused", "forbidden"),
    "marriage_freedom": Rule(("CIV 1042(1)", "JS 358(3)"), "refused", "persons"),
    "support_waived": Rule(("CIV 1067", "JS 358(1)"), "refused", "persons"),
    "liberty_penalty": Rule(("CIV 109", "CIV 991", "JS 358(3)"), "refused", "persons"),
    "utilities_cut": Rule(("CIV 944(3)", "JS 358(1)"), "refused", "forbidden"),
    "pledge_forfeit": Rule(("CIV 401", "CIV 428"), "unenforceable", "forbidden"),
    # The court's own matters, and signs of false mediation.
    "right_to_sue": Rule(("RMTJ 3(3)", "JS 358(1)"), "refused", "court"),
    "jurisdiction_unfit": Rule(("CPL 34", "CPL 35", "CPL 205"), "unenforceable", "court"),
    "executes_itself": Rule(("RMTJ 33", "CPL 206"), "unenforceable", "court"),
    "already_performed": Rule(("JS 461(1)(2)", "CPL 206"), "note", "court"),
    "loan_unproven": Rule(("ZXTJ 23", "CPL 115", "LEND 15"), "refused", "court"),
    "related_parties": Rule(("ZXTJ 23", "CPL 115", "LEND 18"), "refused", "court"),
    "no_dispute": Rule(("ZXTJ 23", "CPL 115"), "refused", "court"),
}
