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
from typing import Annotated, Any, ClassVar, NamedTuple

from interlock.ground.arrays import maximum
from interlock.ground.fields import Refers
from interlock.ground.units import GrowthPerYear, H100e, Months, Multiple, Number, Share, Unit, Usd, UsdPerH100eHour

ALWAYS = -float("inf")
"""The month in which a trigger that the book does not name first held."""

NEVER = float("inf")
"""The month in which a trigger that has not held yet first held."""


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
    sells_up: bool = False
    """Others buy what its payee owned: what is claimed under it falls due when the payee has failed, not the payer."""


PartyName = Annotated[Any, Refers("party")]
"""A third party; it may be the end of a leg. A default is the name of an edge of the world."""

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

RateDriver = Annotated[Number, Refers("driver", Unit("1/year", "%/year", "5 %/year", at_least=None))]
"""A driver of a yearly rate of interest; the rule sees its level this month."""

Watch = Annotated[Any, Refers("watch")]
"""Anything that can be watched; the rule sees it as of the end of last month."""

Trigger = Annotated[Number, Refers("trigger")]
"""A condition; the rule sees the month in which it first held (ALWAYS where the book names none, NEVER until then)."""


class Now(NamedTuple):
    """All that a contract may look at in a month; every number is for this contract and path."""

    month: Months = 0.0
    """Months since the start of the run."""
    days: Number = 30.0
    """Days of the month, in the calendar."""
    since: Months = ALWAYS
    """The moment from which this contract is in force; ALWAYS where that is no news."""
    payer_stands: Number = 1.0
    """1.0 as long as the payer has not failed, then 0.0."""
    payee_stands: Number = 1.0
    """1.0 as long as the payee has not failed, then 0.0."""
    delivered: H100e = 0.0
    """Capacity that the payee has ready for this contract, on average over the month."""
    used: H100e = 0.0
    """Capacity that the payer uses."""
    ordered: H100e = 0.0
    """New chips that the payer needs this month for all the contracts under which it sells compute."""
    supplied: H100e = 0.0
    """Capacity that the payer runs for others: what is ready under commitments, and what is used by the hour."""
    drawn: Usd = 0.0
    """Paid under this contract up to last month."""
    arrears: Usd = 0.0
    """Billed under this contract and not paid, up to last month."""
    sales: Usd = 0.0
    """Revenue-class receipts of the payer last month."""
    payee_sales: Usd = 0.0
    """Revenue-class receipts of the payee last month."""
    earned: Usd = 0.0
    """Of the payer last month, if profit is taxed: sales, interest and prepayments, less what it paid for the same."""
    invested: Usd = 0.0
    """What the payer then paid for chips and construction, in advance or not."""
    served: Usd = 0.0
    """What the payee, a lab, can serve of its customers' demand this month."""
    billed: Share = 0.0
    """The part of that which others bill in the payee's place, under all contracts."""
    austerity: Share = 0.0
    """How far the payer, being short of cash for the months to come, has gone in cutting what it spends."""
    cut: Share = 0.0
    """How much it has cut of the costs that it can do without: they come after compute."""
    free_cash: Usd = 0.0
    """Cash of the payer above its floor and this month's bills (subscription legs only)."""
    lacking: Usd = 0.0
    """What the payee lacks to pay its bills and keep its floor, if it is paid all that it is owed (as before)."""
    unpaid: Usd = 0.0
    """What the obligor owed the payee at the end of last month, under the contract that this one names."""
    lost: Usd = 0.0
    """What the payee wrote off of that last month, the obligor having failed."""
    relieved: Usd = 0.0
    """What the obligor owes no longer because of what was paid under this contract in the month (in `after` only)."""
    relieved_by_others: Usd = 0.0
    """The same, because of what others paid who stand in for the same debt."""
    owed_back: Usd = 0.0
    """In arrears under it from the payee to the payer, at the end of last month (kinds whose collateral is sold)."""
    owed_secured: Usd = 0.0
    """Of that, what is secured."""
    payable: Usd = 0.0
    """Billed under this contract up to last month, and not yet due."""
    billed_under: Usd = 0.0
    """What falls due this month from payer to payee under the contract that this one names, arrears apart."""
    set_off: Usd = 0.0
    """What was set off of it (in `after` only)."""
    idle: H100e = 0.0
    """Capacity that the payee has, and nobody has or uses under a contract."""
    beyond_cash: Usd = 0.0
    """What the payee's bills exceed its cash by, whatever it is paid in the month (kind `takeover` only)."""
    acquired: Months = NEVER
    """The first month after the payee was taken over; NEVER."""
    cash: Usd = 0.0
    """Cash of the payer at the end of last month (kind `estate-costs` only)."""
    shares: Number = 1.0
    """Shares of the payee outstanding at the end of last month; one share is the whole company at the start."""
    cover: Multiple = 1e9
    """How often the payer's business paid for its debt of 12 months, for a kind with `locked_below`; NaN before."""
    payee_cover: Multiple = 1e9
    """The same of the payee, for a kind with `cover_at_least`."""
    payee_leverage: Multiple = 0.0
    """Debt of the payee over what its business brought in during the last 12 months, where `leverage_at_most` asks."""
    shares_before: Number = 1.0
    """The same a year ago (kinds that look ahead only, like the five that follow)."""
    spare: Usd = 0.0
    """What the payer has left of its free cash when all of the month is paid (in `after` only)."""
    horizon: Months = 0.0
    """How far ahead the payee plans."""
    gap: Usd = 0.0
    """What the payee needs over its horizon: what falls due and is planned, less expected receipts, and its floor."""
    payee_cash: Usd = 0.0
    """Cash of the payee at the end of last month."""
    payee_growth: GrowthPerYear = 0.0
    """Of the payee's sales over the last twelve months."""
    within_charges: Usd = 0.0
    """What is charged this month under contracts that count toward this one."""
    within_reserved: H100e = 0.0
    """Capacity reserved this month under contracts that count toward this one."""
    within_delivered: H100e = 0.0
    """Capacity delivered this month under contracts that count toward this one."""
    within_coming: H100e = 0.0
    """Capacity planned, under contracts that count toward this one, for when chips ordered this month will run."""


class Effects(NamedTuple):
    """What a contract does to the physical world in a month, before anybody is billed."""

    reserved: H100e = 0.0
    """Capacity that the payer may use under this contract."""
    ready: H100e = 0.0
    """What the payee can have ready of it, as far as this contract's own chips are concerned."""
    orders: H100e = 0.0
    """New chips that the payee needs this month for this contract."""
    coming: H100e = 0.0
    """Capacity planned for when chips ordered this month will run."""
    chips: H100e = 0.0
    """Chips that the payer takes delivery of."""
    price: UsdPerH100eHour = 0.0
    """What a unit of use is charged."""
    billed: Share = 0.0
    """The part of what the payee, a lab, can serve that the payer bills in its place."""
    gain: Share = 0.0
    """How much more a unit of compute does for the payer, a lab."""
    reach: Number = 0.0
    """What it adds to the reach of the payee, a lab, among customers who choose; without any contract that is 1."""


class Nothing(NamedTuple):
    """The memory of a contract that remembers nothing."""


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

    def effects(self, now: Now, memory: Any) -> Effects:
        """What it does to the physical world this month; called before anybody is billed."""
        return Effects()

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
