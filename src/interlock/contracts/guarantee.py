"""A guarantor pays what the one who owes under another contract does not, up to a cap.

    shortfall = arrears under that contract + all that was lost under it + all that was paid in its place
    called    = min(cap, part x shortfall, shortfall - all that others who guarantee the same paid in its place)
    call      = called - what was called before         where that is more
    return    = what was called before - called         where it is less: the one who owes has paid late, after all

Called on what was in arrears at the end of last month, and on what a failure ended. What the guarantor pays is no
longer owed under the contract: the one who owed it owes it to the guarantor instead, from the next month on. A
creditor who is then paid twice returns what is too much. The call is a trade bill of the guarantor.

Worked example: 100 USD are in arrears, of which 70 are covered. The guarantor pays at once, and is owed what it paid.

>>> from interlock.contracts import Guarantee, Now, rehearse
>>> cover = Guarantee(of=None, cap=70.0)
>>> rehearse(cover, [Now(), Now(month=1.0, unpaid=100.0, relieved=70.0), Now(month=2.0, unpaid=30.0)])
[(0.0, 0.0, 0.0), (70.0, 0.0, 0.0), (0.0, 70.0, 0.0)]
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar, NamedTuple

from interlock.contracts.contract import OBLIGOR, PAYEE, PAYER, Contract, Leg, Now, OwedUnder, Purpose
from interlock.ground.amounts import share, usd
from interlock.ground.arrays import clip, maximum, minimum, where
from interlock.ground.units import Moment, Months, Share, Usd

ENDLESS = 1e15
"""USD: more than anybody owes."""

ROUNDING = 1e-12
"""Of what was called: less is rounding."""


class Cover(NamedTuple):
    """What has come of a guarantee so far."""

    called: Usd = 0.0
    """Billed to the guarantor, less what was returned."""
    relieved: Usd = 0.0
    """Of it, what was paid in the place of the one who owes."""
    relieved_by_others: Usd = 0.0
    """What others paid in that place who guarantee the same."""
    lost: Usd = 0.0
    """What failures ended of what is guaranteed."""
    to_recover: Usd = 0.0
    """What the one who owes owes the guarantor from this month on."""


@dataclass(frozen=True, kw_only=True)
class Guarantee(Contract):
    """A guarantor pays what the one who owes under another contract does not, up to a cap."""

    kind: ClassVar[str] = "guarantee"
    sentence: ClassVar[str] = (
        "{payer} pays {payee} what it is not paid under {of}[, {part} of it][, up to {cap}][, from {start}]"
        "[, for {term}]"
    )

    of: OwedUnder
    """The contract; {payee} is the one who is paid under it."""

    cap: Usd = ENDLESS
    """The most that can be called in all, less what is returned."""

    part: Share = 1.0
    """Of what is not paid."""

    start: Moment = 0.0
    """The first month in which it can be called."""

    term: Months = 1200.0
    """How long it can be called."""

    sizes: ClassVar[tuple[str, ...]] = ("cap",)
    legs: ClassVar[tuple[Leg, ...]] = (
        Leg(PAYER, PAYEE, Purpose.guarantee, name="call", stands_in=True),
        Leg(OBLIGOR, PAYER, Purpose.refund, name="recovery"),
        Leg(PAYEE, PAYER, Purpose.refund, name="return"),
    )

    needs: ClassVar[frozenset[str]] = frozenset({PAYER})

    def opening(self) -> Cover:
        """Never called."""
        return Cover()

    def due(self, now: Now, memory: Any) -> tuple[Usd, Usd, Usd]:
        """The call, what is recovered, and what was paid twice."""
        own = now.unpaid + memory.lost + now.lost + memory.relieved
        covered = minimum(minimum(self.cap, self.part * (own + memory.relieved_by_others)), own)
        can_call = (self.start <= now.month) & (now.month < self.start + self.term)
        missing = covered - memory.called
        call = where(can_call & (missing > ROUNDING * memory.called), missing, 0.0)
        # Only what was paid can be returned.
        too_much = clip(-missing, 0.0, maximum(memory.called - now.arrears, 0.0)) * now.payee_stands
        return (call, memory.to_recover, where(too_much > ROUNDING * memory.called, too_much, 0.0))

    def claims(self, now: Now, memory: Any) -> tuple[Usd, Usd, Usd]:
        """What the guarantor paid last month in the place of who has failed."""
        return (0.0, memory.to_recover, 0.0)

    def after(self, now: Now, memory: Any, paid: tuple[Usd, ...]) -> Cover:
        """What was called, and what the guarantor may recover next month."""
        call, _, returned = self.due(now, memory)
        return Cover(
            called=memory.called + call - returned,
            relieved=memory.relieved + now.relieved,
            relieved_by_others=memory.relieved_by_others + now.relieved_by_others,
            lost=memory.lost + now.lost,
            to_recover=now.relieved,
        )

    def explain(self, now: Now, memory: Any, due: tuple[Usd, ...]) -> tuple[str, ...]:
        """On what it is called, and what the cap leaves."""
        call, recovery, returned = due
        parts = ((now.unpaid, "in arrears"), (now.lost, "written off"))
        why = " and ".join(f"{usd(amount)} {what}" for amount, what in parts if amount > 0.0) or "lost before"
        covered = f", {share(self.part)} of it covered" if self.part < 1.0 else ""
        room = f", up to {usd(self.cap)} in all" if self.cap < ENDLESS else ""
        return (
            f"called: {why}{covered}{room}" if call > 0.0 else "",
            "what was paid in its place last month" if recovery > 0.0 else "",
            f"returned: {usd(returned)} was paid twice" if returned > 0.0 else "",
        )
