"""A kind of contract of one's own: a share of revenue that ends when so much has been paid in all."""

import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

import interlock
from interlock import contracts, ground

units, arrays = ground.units, ground.arrays


@dataclass(frozen=True, kw_only=True)
class CappedShare(contracts.Contract):
    """A share of revenue, until so much has been paid in all.

    due = min(rate x revenue of last month, cap - paid so far)
    """

    kind: ClassVar[str] = "capped-share"
    sentence: ClassVar[str] = "{payer} pays {payee} {rate} of its revenue until it has paid {cap}"

    rate: units.Share
    """Of the payer's revenue-class receipts."""

    cap: units.Usd
    """When so much has been paid, it ends."""

    legs: ClassVar[tuple[contracts.Leg, ...]] = (contracts.Leg("payer", "payee", contracts.Purpose.revenue_share),)

    def due(self, now: contracts.Now, memory: object) -> tuple[units.Usd]:
        """The share of last month's receipts, as far as the cap allows."""
        return (arrays.minimum(self.rate * now.sales, self.cap - now.drawn - now.arrears),)


SCENARIO = """
title: The cloud also pays the chipmaker a share of what it takes in
add:
  deals:
    royalty:
      announced: 2026-01-01
      status: signed
      contracts:
        share: {kind: capped-share, payer: cloud, payee: chipmaker, rate: 5 %, cap: 20 M USD}
"""

book = interlock.open_book("ring", kinds=(*interlock.KINDS, CappedShare))
with tempfile.TemporaryDirectory() as folder:
    scenario = Path(folder, "royalty.yaml")
    scenario.write_text(SCENARIO, encoding="utf-8")
    book = interlock.with_scenario(book, scenario)

print(book.tell("royalty"))
run = interlock.simulate(book, paths=8)
paid = run["paid"]
royalty = paid.where(paid.contract == "deals.royalty.share", drop=True).sum(["year", "leg"])
print("paid in all, M USD:", (royalty / 1e6).values)
assert abs(royalty - 20e6).max() < 1.0
