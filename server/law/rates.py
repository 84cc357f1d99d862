"""Rates of interest the law compares with. LEND: 最高人民法院关于审理民间借贷案件适用法律若干问题的规定 (2020)."""

from decimal import Decimal

LPR_ONE_YEAR = Decimal("3.0")
"""Per cent a year: the one-year loan prime rate as published on 2025-05-20. It is published on the 20th of each month,
and what counts is the day on which the loan was agreed: advice on it says so."""
LENDING_CEILING = 4 * LPR_ONE_YEAR
"""Per cent a year: what a private loan may bear, interest, penalties and other charges together [LEND 25, 29]."""
EXCESSIVE = Decimal(30)
"""Per cent of the loss: above it liquidated damages are as a rule held excessive [CIV 585(2); CC23 65]."""
DEPOSIT = Decimal(20)
"""Per cent of the contract's sum: a 定金 above it has no effect as such [CIV 586(2)]."""
