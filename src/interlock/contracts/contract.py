"""What each kind of contract must say, and what it may look at.

A kind is one frozen class: its annotated fields are its terms, its methods are its rules. Rules are
written for one contract, one month and one path; the engine maps them over contracts and paths. A rule
is called with numbers, or with arrays where a comparison gives an array: it uses `where`, never `if`, on
what depends on them.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated, Any, ClassVar

from interlock.contracts.now import ALWAYS as ALWAYS
from interlock.contracts.now import NEVER as NEVER
from interlock.contracts.now import Again as Again
from interlock.contracts.now import Effects as Effects
from interlock.contracts.now import Let as Let
from interlock.contracts.now import Nothing as Nothing
from interlock.contracts.now import Now as Now
from interlock.contracts.now import SiteState as SiteState
from interlock.ground.arrays import maximum
from interlock.ground.fields import Refers
from interlock.ground.units import H100e, Months, Number, Unit, Usd


class Purpose(StrEnum):
    """What a flow is for. Revenue-class flows are somebody's sales; financing-class flows fund somebody."""

    compute = "compute"
    chips = "chips"
    model_usage = "model-usage"
    resale = "resale"
    power = "power"
    construction = "construction"
    staff = "staff"
    rent = "rent"
    fee = "fee"
    revenue_share = "revenue-share"
    goods = "goods"
    equity = "equity"
    principal = "principal"
    prepayment = "prepayment"
    refund = "refund"
    interest = "interest"
    dividend = "dividend"
    buyback = "buyback"
    guarantee = "guarantee"
    liquidation = "liquidation"
    tax = "tax"
    other_business = "other-business"


FUNDS = frozenset({Purpose.equity, Purpose.principal, Purpose.prepayment, Purpose.guarantee})
"""The purposes by which a financier puts dollars in: each contract's dollars are traced by a colour of its own."""

FINANCING = FUNDS | {Purpose.refund, Purpose.interest, Purpose.dividend, Purpose.buyback, Purpose.liquidation}
"""The purposes that fund somebody, or return what funded them."""

REVENUE = frozenset(Purpose) - FINANCING - {Purpose.tax, Purpose.other_business}
"""The purposes that are sales of the one who is paid."""

DEBT_SERVICE = frozenset({Purpose.interest, Purpose.principal})
"""The purposes by which debt is served."""

INVESTMENT = frozenset({Purpose.chips, Purpose.construction})
"""The purposes that buy what lasts for years."""

RUNNING_COSTS = frozenset({Purpose.goods, Purpose.staff, Purpose.power, Purpose.other_business, Purpose.tax})
"""The purposes without which a business stops: flows for them rank as operating, for others as trade."""


class Rank(StrEnum):
    """The class of seniority in which a leg is paid, the most senior first."""

    operating = "operating"
    """Running costs and tax."""
    secured = "secured"
    """Secured debt, up to its collateral."""
    trade = "trade"
    """Trade bills and the rest of debt."""
    subscription = "subscription"
    """Paid from cash above the floor and this month's bills only; what is not paid waits and is no arrear."""


PAYER = "payer"
PAYEE = "payee"

OBLIGOR = "obligor"
"""An end of a leg: who owes the payee under the contract that a field of type `OwedUnder` names."""


@dataclass(frozen=True)
class Leg:
    """One way in which a contract moves money: from whom, to whom, what for, how senior.

    `pays` and `receives` are `payer`, `payee`, or the name of a field of type `PartyName`; `purpose` may be
    the name of a field of type `PurposeName`, and running costs then rank as operating, whatever `rank` says.
    """

    pays: str
    receives: str
    purpose: Purpose | str
    rank: Rank = Rank.trade
    name: str = ""
    """What the leg is within its contract, where a contract has several: `top-up`, `deposit` …"""
    stands_in: bool = False
    """What is paid under it is no longer owed under the contract that a field of type `OwedUnder` names."""
    is_reserved: bool = False
    """A subscription for which its payer keeps cash ready: paid before the others."""
    settles: bool = False
    """It makes good what earlier months left open: who plans from what was paid lately counts it as one of a year."""
    ends_advance: bool = False
    """It settles what was prepaid under the contract: nothing more is delivered, and what is not refunded is kept."""
    sells_up: bool = False
    """Others buy what its payee owned: what is claimed under it falls due when the payee has failed, not the payer."""


PartyName = Annotated[Any, Refers("party")]
"""A third party; it may be the end of a leg. A default is the name of an edge of the world."""

ChipName = Annotated[Any, Refers("chip")]
"""A generation of chips; what is ordered of it comes as it is made, and the rule sees what arrives."""

SiteName = Annotated[Any, Refers("site")]
"""A site of the book; the rule sees what runs there and is for it."""

PurposeName = Annotated[Any, Refers("purpose")]
"""What a payment is for, where the book says it."""

ContractName = Annotated[Any, Refers("contract")]
"""Another contract; how it counts is the engine's business, and the rule sees its `within` figures."""

PaidUnder = Annotated[Any, Refers("paid")]
"""Another contract; the rule sees what has been paid under it, from its payer to its payee, up to last month."""

OwedUnder = Annotated[Any, Refers("owed")]
"""Another contract; the rule sees what its other end owes the payee under it."""

BilledUnder = Annotated[Any, Refers("billed")]
"""Another contract; the rule sees what falls due under it from its payer to its payee, and may set off a part of it."""

IndexDriver = Annotated[Number, Refers("driver", Unit("", "", "1.0"))]
"""A driver of a plain number; the rule sees its level this month."""

ShareDriver = Annotated[Number, Refers("driver", Unit("", "%", "45 %"))]
"""A driver of a share; the rule sees its level this month."""

PriceDriver = Annotated[Number, Refers("driver", Unit("USD/H100e/month", "USD/H100e-hour", "2.35 USD/H100e-hour"))]
"""A driver of the price of compute; the rule sees its level this month."""

ElectricityDriver = Annotated[Number, Refers("driver", Unit("USD/MW/month", "USD/MWh", "55 USD/MWh"))]
"""A driver of the price of electricity; the rule sees its level this month."""

RateDriver = Annotated[Number, Refers("driver", Unit("1/year", "%/year", "5 %/year", at_least=None))]
"""A driver of a yearly rate of interest; the rule sees its level this month."""

Watch = Annotated[Any, Refers("watch")]
"""Anything that can be watched; the rule sees it as of the end of last month."""

Trigger = Annotated[Number, Refers("trigger")]
"""A condition; the rule sees the month in which it first held (ALWAYS where the book names none, NEVER until then)."""


@dataclass(frozen=True, kw_only=True)
class Contract(ABC):
    """One promise between two parties.

    A kind says `kind`, `sentence`, `legs` and `due`; the other hooks do nothing unless it says so. Amounts
    due are never negative: what flows the other way is a leg of its own.
    """

    kind: ClassVar[str]
    """The name in a book."""

    sentence: ClassVar[str]
    """What the contract promises, in words: {payer}, {payee} and the names of terms are filled in."""

    legs: ClassVar[tuple[Leg, ...]]

    merit: ClassVar[int | None] = None
    """Kinds that supply compute, in order of use: 0 where its minimum is sunk, 1 its own, 2 by the hour."""

    sizes: ClassVar[tuple[str, ...]] = ("total",)
    """The terms that say how much is promised: those that a deal multiplies which comes into force at another size."""

    looks_ahead: ClassVar[bool] = False
    """Whether its rules look at what the payee will need; where no contract of a book does, it is not worked out."""

    taxes_profit: ClassVar[bool] = False
    """Whether its rules look at what the payer earned and invested, and remember `losses`; if none does, as above."""

    builds: ClassVar[bool] = False
    """Whether it is a site: it orders chips, runs them, and goes on under a receiver when its owner has failed."""

    needs: ClassVar[frozenset[str]] = frozenset({PAYER, PAYEE})
    """Whose failure ends it. Where one end may fail without, what the other owes goes on."""

    scaled: ClassVar[frozenset[str]] = frozenset()
    """The terms that shrink when its payer is restructured: how much it has promised to buy."""

    def derive(self) -> Contract:
        """The contract with the terms filled in that follow from the others. Called once per path, with arrays."""
        return self

    def problem(self) -> str | None:
        """What is wrong with the terms taken together, if anything; `None` stands for a term that is not given."""
        return None

    def opening(self) -> tuple[Any, ...]:
        """What the contract remembers before the first month."""
        return Nothing()

    def agenda(self, month: Months, memory: Any) -> Any:
        """What several of its rules ask of the month: found once, and seen as `now.agenda`; None where it is little.

        What rules ask of other months they find themselves; so they do where `now.agenda` is None.
        """
        return None

    def effects(self, now: Now, memory: Any) -> Effects:
        """What it does to the physical world this month; called before anybody is billed."""
        return Effects()

    def planned(self, now: Now, memory: Any) -> H100e:
        """What it reserves by its schedule; asked of kinds that supply compute, also once its parties are no more."""
        reserved: H100e = self.effects(now, memory).reserved
        return reserved

    def had(self, now: Now, memory: Any) -> H100e:
        """New chips that should have come for it by last month; asked of kinds that supply compute."""
        chips: H100e = self.effects(now, memory).had
        return chips

    def orders(self, now: Now, memory: Any) -> H100e:
        """New chips that a site needs this month; asked of kinds that build."""
        return 0.0

    def builds_over(self) -> Months:
        """How long before its handover a part of a site is paid for; asked of kinds that build."""
        return 0.0

    def stands(self, now: Now, memory: Any) -> SiteState:
        """What is powered and installed at a site this month, with what has arrived; asked of kinds that build."""
        return SiteState()

    def ready(self, now: Now, memory: Any) -> H100e:
        """What the payee can have ready, once `now.awaited` is known: asked where a book has generations of chips."""
        return self.effects(now, memory).ready

    @abstractmethod
    def due(self, now: Now, memory: Any) -> tuple[Usd, ...]:
        """The amount that falls due this month under each leg, in the order of `legs`."""

    def claims(self, now: Now, memory: Any) -> tuple[Usd, ...]:
        """What is claimed under each leg when the one who pays it has failed, beside arrears; asked once."""
        return (0.0,) * len(self.legs)

    def after(self, now: Now, memory: Any, paid: tuple[Usd, ...]) -> tuple[Any, ...]:
        """What it remembers after the month, given what was paid of this month's bill under each leg.

        A memory with a field `shares` holds shares of the payee that the payer bought.
        """
        unchanged: tuple[Any, ...] = memory
        return unchanged

    def remaining(self, now: Now, memory: Any) -> Usd:
        """What the payer is still bound to pay after this month, undiscounted.

        The memory is that after the month, and `now.drawn` counts what was paid in it.
        """
        return 0.0

    def lets(self, now: Now, memory: Any) -> Let:
        """What it lets, and whether it has just been cut short; asked where the books of parties are kept.

        A kind that says it has the terms of a seller's loss (damages.py): they say what the next one pays.
        """
        return Let()

    def lets_again(self, now: Now, memory: Any) -> Again:
        """What others may have of it this month if the payer has failed; asked of kinds that let, where others may."""
        return Again()

    def sets_off(self, now: Now, memory: Any) -> Usd:
        """What its payer need not pay this month under the contract that a field of type `BilledUnder` names."""
        return 0.0

    def reserves(self, now: Now, memory: Any) -> Usd:
        """What the payer keeps ready for it and spends on nothing else that can wait; the memory is that before."""
        return 0.0

    def sets_aside(self, now: Now, memory: Any) -> Usd:
        """What the payee keeps for bills to come, once this month's are paid; the memory is that before the month."""
        return 0.0

    def delivers_after(self) -> Months:
        """How long after a prepayment under it what was prepaid is delivered; NEVER where only a refund ends it."""
        return NEVER

    def keeps_from(self) -> Months:
        """The month from which what was prepaid under it and not delivered belongs to the one who was paid."""
        return NEVER

    def falls_due(self, now: Now, memory: Any, months: Months) -> tuple[Usd, ...]:
        """What falls due under each leg in so many months after this one, as far as that is settled by now.

        Unless a kind knows better: under the payer's first leg, what remains now and will not remain then.
        """
        later = now._replace(month=now.month + months)
        falls = maximum(self.remaining(now, memory) - self.remaining(later, memory), 0.0)
        first = [leg.pays for leg in self.legs].index(PAYER)
        return tuple(falls if n == first else 0.0 for n in range(len(self.legs)))

    def explain(self, now: Now, memory: Any, due: tuple[Usd, ...]) -> tuple[str, ...]:
        """Why each leg is due this month, for people: a few words with the numbers that the rule went by.

        An empty text leaves it to the ledger, which then names the kind; a text for a leg that is not due says why not.
        Called for one contract in force, one month and one path, outside of compiled code and with plain numbers: here
        `if` is allowed. The memory is that before the month.
        """
        return ("",) * len(self.legs)

    def explain_claims(self, now: Now, memory: Any) -> tuple[str, ...]:
        """Why `claims` are made, in the same way; an empty text leaves it to the first line of `claims`."""
        return ("",) * len(self.legs)
