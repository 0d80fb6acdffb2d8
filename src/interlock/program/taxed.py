"""On which account of profit each leg counts for each of its ends: earned, invested, or neither."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from interlock.book.deal import WrittenContract
from interlock.contracts.contract import INVESTMENT, REVENUE, Purpose
from interlock.program.labels import LegLabel
from interlock.program.rows import named

EARNED, INVESTED, NEITHER = range(3)
"""What is paid is taken off what was earned, or was invested; what is received, the other way round."""

Array = Any


def taxed(rows: Sequence[WrittenContract | None], legs: Sequence[LegLabel | None]) -> dict[str, Array]:
    """[leg] the account of its payer, and of its payee."""
    sets_off = {each.address: named(each, "billed") for each in rows if each is not None}
    known = [leg for leg in legs if leg is not None]
    accounts = [(NEITHER, NEITHER) if leg is None else _accounts(leg, known, sets_off) for leg in legs]
    of_payer, of_payee = np.array(accounts, dtype=np.int32).reshape(-1, 2).T
    return {"leg_taxed_payer": of_payer, "leg_taxed_payee": of_payee}


def _accounts(leg: LegLabel, legs: Sequence[LegLabel], sets_off: dict[str, str]) -> tuple[int, int]:
    """Of the one who pays, and of the one who is paid."""
    if leg.purpose in INVESTMENT:
        return INVESTED, EARNED
    if leg.purpose in REVENUE or leg.purpose is Purpose.interest:
        return EARNED, EARNED
    if leg.purpose is Purpose.prepayment:
        return _bought(leg, leg.payer, leg.payee, legs, sets_off), EARNED
    prepayment = (leg.contract, leg.payee, leg.payer, Purpose.prepayment)
    was_prepaid = any((each.contract, each.payer, each.payee, each.purpose) == prepayment for each in legs)
    if leg.purpose is Purpose.refund and was_prepaid:
        return EARNED, _bought(leg, leg.payee, leg.payer, legs, sets_off)
    return NEITHER, NEITHER


def _bought(leg: LegLabel, buyer: str, seller: str, legs: Sequence[LegLabel], sets_off: dict[str, str]) -> int:
    """Whether what is prepaid is for chips or buildings, as the first sale between the two says."""
    contract = sets_off[leg.contract] or leg.contract
    sold = (each.purpose for each in legs if (each.contract, each.payer, each.payee) == (contract, buyer, seller))
    is_investment = next((purpose in INVESTMENT for purpose in sold if purpose in REVENUE), False)
    return INVESTED if is_investment else EARNED
