"""Every kind of contract: its terms, its rules for one month, its sentence."""

from interlock.contracts.capacity_backstop import CapacityBackstop
from interlock.contracts.capacity_lease import CapacityLease
from interlock.contracts.chip_supply import ChipSupply
from interlock.contracts.clauses import Notice, Renegotiation, Schedule, Tranche
from interlock.contracts.co_design import CoDesign
from interlock.contracts.compute_commitment import ComputeCommitment
from interlock.contracts.contract import ALWAYS, NEVER, Contract, Effects, Leg, Now, Purpose, Rank
from interlock.contracts.credit_line import CreditLine
from interlock.contracts.distribution import Distribution
from interlock.contracts.dividend_or_buyback import DividendOrBuyback
from interlock.contracts.equity_commitment import EquityCommitment
from interlock.contracts.estate_costs import EstateCosts
from interlock.contracts.funding_rounds import FundingRounds
from interlock.contracts.guarantee import Guarantee
from interlock.contracts.loan import Loan
from interlock.contracts.model_sales import ModelSales
from interlock.contracts.model_usage import ModelUsage
from interlock.contracts.own_compute import OwnCompute
from interlock.contracts.plain_flow import PlainFlow
from interlock.contracts.power_purchase import PowerPurchase
from interlock.contracts.prepayment import Prepayment
from interlock.contracts.profit_tax import ProfitTax
from interlock.contracts.rehearsal import rehearse
from interlock.contracts.reletting import Reletting
from interlock.contracts.revenue_share import RevenueShare
from interlock.contracts.site import Site
from interlock.contracts.spot_compute import SpotCompute
from interlock.contracts.takeover import Takeover
from interlock.contracts.warrant import Warrant

KINDS: tuple[type[Contract], ...] = (
    CapacityBackstop,
    CapacityLease,
    ChipSupply,
    CoDesign,
    ComputeCommitment,
    CreditLine,
    Distribution,
    DividendOrBuyback,
    EquityCommitment,
    EstateCosts,
    Guarantee,
    FundingRounds,
    Loan,
    ModelSales,
    ModelUsage,
    OwnCompute,
    PlainFlow,
    PowerPurchase,
    Prepayment,
    ProfitTax,
    Reletting,
    RevenueShare,
    Site,
    SpotCompute,
    Takeover,
    Warrant,
)

__all__ = [
    "ALWAYS",
    "KINDS",
    "NEVER",
    "CapacityBackstop",
    "CapacityLease",
    "ChipSupply",
    "CoDesign",
    "ComputeCommitment",
    "Contract",
    "CreditLine",
    "Distribution",
    "DividendOrBuyback",
    "Effects",
    "EquityCommitment",
    "EstateCosts",
    "FundingRounds",
    "Guarantee",
    "Leg",
    "Loan",
    "ModelSales",
    "ModelUsage",
    "Notice",
    "Now",
    "OwnCompute",
    "PlainFlow",
    "PowerPurchase",
    "Prepayment",
    "ProfitTax",
    "Purpose",
    "Rank",
    "Reletting",
    "Renegotiation",
    "RevenueShare",
    "Schedule",
    "Site",
    "SpotCompute",
    "Takeover",
    "Tranche",
    "Warrant",
    "rehearse",
]
