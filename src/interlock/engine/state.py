"""What is carried from month to month, and what is only reported."""

from __future__ import annotations

from typing import Any, NamedTuple

from interlock.contracts.contract import Now
from interlock.ground.axes import PerContract, PerLeg, PerParty, PerTrigger
from interlock.money.default import Standing


class Seen(NamedTuple):
    """What can be watched: everything as of the end of last month."""

    need: PerParty
    """H100e that each party wants."""
    supply: PerParty
    """H100e that commitments deliver to it."""
    used: PerContract
    delivered: PerContract
    burn: Any
    """[3, party, path]: outflow net of receipts in each of the last three months, financing apart; USD."""


class State(NamedTuple):
    """Carried on."""

    # the world
    drivers: tuple[Any, ...]
    fired: PerTrigger
    """The month in which each trigger first held; NEVER."""

    # contracts
    memory: tuple[Any, ...]
    drawn: PerContract
    """USD paid under each contract so far, by its payer to its payee."""

    # what parties have and owe
    cash: PerParty
    standing: Standing
    sales: PerParty
    """Revenue-class receipts last month."""
    shares: PerParty
    """Shares outstanding; one at the start."""
    installed: PerParty
    """H100e of chips received since the start."""
    compute_price: PerParty
    """What each party paid for a unit of compute last month, without top-ups; USD per H100e and month."""

    seen: Seen


class Events(NamedTuple):
    """Only reported: what happened in a month."""

    due: PerLeg
    owed: PerLeg
    """What fell due, and arrears."""
    paid: PerLeg
    written_off: PerLeg
    opening: PerParty
    """Cash before anything was paid."""
    delivered: PerContract
    used: PerContract
    ready: PerContract
    """H100e that the seller could have delivered, its fleet permitting."""
    fleet: PerParty
    """H100e that each party has."""
    held: PerContract
    """Shares of the payee that the contract has bought."""
    wanted: PerParty
    """USD of demand."""
    served: PerParty
    """USD of demand served."""
    need: PerParty
    now: Now
    """What contracts saw when they were billed."""
    scene: Any
    """The month as everybody found it."""
