"""What happened in a month of a path, counted: so that one can see what a set of books has tried."""

from slow_twin import contracts as kinds
from slow_twin.building import Site
from slow_twin.channels import CoDesign, Distribution, ModelUsage
from slow_twin.chips import ChipSupply
from slow_twin.commitment import ComputeCommitment
from slow_twin.failing import EstateCosts, OwnCompute, Takeover
from slow_twin.funding import FundingRounds
from slow_twin.guarantee import CapacityBackstop, Guarantee, Prepayment
from slow_twin.loan import CreditLine, Loan
from slow_twin.path import ROUNDING, Path
from slow_twin.reletting import Reletting
from slow_twin.sites import CapacityLease, PowerPurchase
from slow_twin.tax import ProfitTax
from slow_twin.triggers import NEVER
from slow_twin.warrant import Warrant


def count(path: Path, seen: dict[str, int]) -> None:
    """Count what happened this month, so that one can see what a set of books has tried."""
    legs = [leg for each in path.contracts for leg in each.legs]
    commitments = [each for each in path.running if isinstance(each, ComputeCommitment)]
    channels = [each for each in path.contracts if isinstance(each, Distribution)]
    happened = {
        "bills are unpaid": sum(leg.arrears > 0 for leg in legs),
        "claims are written off": sum(leg.written_off > 0 for leg in legs),
        "what was to come is lost": sum(path.forgone(each) > 0 for each in path.contracts),
        "a trigger fires": sum(
            trigger.since == path.sight.month for each in path.contracts for trigger in each.triggers
        ),
        "a top-up is due": sum(each.legs[1].due > 0 for each in commitments),
        "a remedy is due": sum(each.legs[2].due > 0 for each in commitments),
        "capacity is short": sum(each.undelivered > 0 for each in commitments),
        "a commitment counts toward another": sum(each.inside is not None and each.used > 0 for each in commitments),
        "credit is carried": sum(each.credit > 0 for each in commitments),
        "a commitment is renegotiated": sum(each.changed == path.sight.month + 1 for each in commitments),
        "notice ends a commitment": sum(each.given_up < min(each.begins + each.term, NEVER) for each in commitments),
        "collateral is sold": sum(leg.paid > 0 for leg in legs if leg.purpose == "liquidation"),
        "shares are bought": sum(leg.paid > 0 for leg in legs if leg.purpose == "equity"),
        "a warrant is exercised": sum(
            each.legs[0].paid > 0 or (each.strike == 0 < each.shares)
            for each in path.running
            if isinstance(each, Warrant)
        ),
        "a dividend is paid": sum(leg.paid > 0 for leg in legs if leg.purpose == "dividend"),
        "chips are ordered": sum(each.orders > 0 for each in commitments),
        "a fee for cancelled chips": sum(
            each.legs[2].due > 0 for each in path.contracts if isinstance(each, ChipSupply)
        ),
        "rent is due": sum(leg.due > 0 for leg in legs if leg.purpose == "rent"),
        "power is paid for and not drawn": sum(
            each.legs[0].due > 0 and each.level("load", path.sight, 1.0) < each.said.number("take", 1.0)
            for each in path.running
            if isinstance(each, PowerPurchase)
        ),
        "models are used in others' products": sum(
            each.legs[0].paid > 0 for each in path.running if isinstance(each, ModelUsage)
        ),
        "a share of revenue has reached its cap": sum(
            each.drawn >= each.said.number("cap", NEVER) * (1 - ROUNDING)
            for each in path.contracts
            if isinstance(each, kinds.RevenueShare)
        ),
        "a carrier bills": sum(each.legs[1].paid > 0 for each in channels),
        "a carrier is paid a fee": sum(each.legs[2].paid > 0 for each in channels),
        "compute does more": sum(
            isinstance(each, CoDesign) and each.gain(path.sight.month) > 0 for each in path.running
        ),
        "demand is not served": sum(party.served < party.wanted for party in path.parties.values()),
    }
    happened |= _of_credit(path) | _of_failures(path) | _of_late_deals(path) | _of_customers(path) | _of_markets(path)
    happened |= _of_chips(path)
    for what, times in happened.items():
        seen[what] = seen.get(what, 0) + times


def _of_chips(path: Path) -> dict[str, int]:
    """Queues for chips, where a book says how many are made."""
    if not path.generations:
        return {}
    supplies = [each for each in path.running if isinstance(each, ChipSupply) and each.of is not None]
    commitments = [each for each in path.running if isinstance(each, ComputeCommitment)]
    sites = [each for each in path.running if isinstance(each, Site)]
    return {
        "chips wait": sum(each.waiting_firm + each.waiting_driven + each.waiting_for_sites > 0 for each in supplies),
        "what waited arrives": sum(each.chips(path.sight) > each.firm(path.sight.month) > 0 for each in supplies),
        "open orders wait behind others": sum(
            each.waiting_driven > 0 and any(other.of == each.of and other.chips(path.sight) > 0 for other in supplies)
            for each in supplies
            if not each.is_long_term
        ),
        "capacity waits for chips": sum(
            each.ready < min(each.reserved, each.could_run) * (1 - ROUNDING) for each in commitments
        ),
        "chips wait for power": sum(each.left(path.sight.month) > each.installed + 1 for each in sites),
        "power waits for chips": sum(each.has_grid > each.installed + 1 for each in sites),
        "chips are worn out": sum(each.worn_out(-1, path.sight.month) > 0 for each in sites),
        "a phase is being built": sum(each.legs[0].due > 0 for each in sites),
        "a site runs under a receiver": sum(
            each.installed > 0 and path.has_failed(each.payer, path.sight.month) for each in sites
        ),
        "creditors are paid by an estate": sum(
            leg.paid > 0 and path.has_failed(leg.payer, path.sight.month) and not isinstance(each, Site)
            for each in path.contracts
            for leg in each.legs
        ),
        "a buyer of chips has failed": sum(
            isinstance(each, ChipSupply) and path.has_failed(each.payer, path.sight.month) for each in path.contracts
        ),
    }


def _of_credit(path: Path) -> dict[str, int]:
    """Money lent and repaid, and what is left for owners."""
    loans = [each for each in path.contracts if isinstance(each, Loan)]
    lines = [each for each in path.contracts if isinstance(each, CreditLine)]
    advances = [each for each in path.contracts if isinstance(each, Prepayment)]
    guarantees = [each for each in path.contracts if isinstance(each, Guarantee)]
    rounds = [each for each in path.contracts if isinstance(each, FundingRounds)]
    again = [each for each in path.running if isinstance(each, Reletting)]
    taxes = [each for each in path.running if isinstance(each, ProfitTax)]
    handed_out = [each for each in path.running if isinstance(each, kinds.DividendOrBuyback)]
    return {
        "spending is cut": sum(party.months_of_cuts > 0 for party in path.parties.values()),
        "all is cut": sum(party.months_of_cuts == 6 for party in path.parties.values()),
        "training is cut": sum(
            party.compute_cut > 0 and party.beyond_commitments > 0 for party in path.parties.values()
        ),
        "a bill is due later": sum(sum(leg.later) > 0 for each in path.contracts for leg in each.legs),
        "an advance is set off": sum(each.set_off > 0 for each in advances if each in path.running),
        "an advance comes back": sum(each.legs[1].due > 0 for each in advances),
        "a guarantee is called": sum(each.call.due > 0 for each in guarantees),
        "a guarantor is owed what it paid": sum(each.recovery.due > 0 for each in guarantees),
        "a creditor was paid twice": sum(each.returned.due > 0 for each in guarantees),
        "idle capacity is bought": sum(
            each.legs[0].due > 0 for each in path.contracts if isinstance(each, CapacityBackstop)
        ),
        "compute is let again": sum(each.legs[0].due > 0 for each in again),
        "halls are let again": sum(each.legs[1].due > 0 for each in again),
        "a dividend is locked": sum(each.is_locked for each in handed_out),
        "profit is taxed": sum(each.legs[0].due > 0 for each in taxes),
        "tax is paid back": sum(each.legs[1].due > 0 for each in taxes),
        "losses of before make a tax less": sum(each.set_off > 0 and each.legs[0].due > 0 for each in taxes),
        "a loss is carried forward": sum(each.carried > each.said.number("losses", 0.0) for each in taxes),
        "a round is agreed": sum(each.last == path.sight.month for each in rounds),
        "the offer holds a round down": sum(
            each.last == path.sight.month and each.held_by == "offer" for each in rounds
        ),
        "the cap holds a round down": sum(each.last == path.sight.month and each.held_by == "cap" for each in rounds),
        "a purse holds a round down": sum(each.last == path.sight.month and each.held_by == "purse" for each in rounds),
        "a round is paid": sum(each.legs[0].paid > 0 for each in rounds),
        "a loan is drawn": sum(each.from_free_cash.paid > 0 for each in loans),
        "a lender lends no more": sum(each.is_stopped for each in [*loans, *lines] if each in path.running),
        "a loan is repaid": sum(each.principal_due > 0 for each in loans if each in path.running),
        "a loan is lent again": sum(each.is_rolled for each in loans if each in path.running),
        "a loan is claimed": sum(
            each.owed > 0 and path.parties[each.payee].failed == path.sight.month for each in loans
        ),
        "a loan is due that matured before the run": sum(
            each.principal_due > 0 and each.ends < 0 == path.sight.month for each in loans if each in path.running
        ),
        "a line is drawn": sum(each.draw.paid > 0 for each in lines),
        "a line is repaid early": sum(each.repayment.paid > 0 for each in lines),
        "a line falls due": sum(each.legs[2].due > 0 for each in lines),
    }


def _of_customers(path: Path) -> dict[str, int]:
    """What customers choose, and what they choose by."""
    parties, t, levels = path.parties.values(), path.sight.month, path.sight.levels
    moved = [abs(share - each.at_start[lab]) for each in path.segments for lab, share in each.share.items()]
    return {
        "a model is released": sum(party.released == t for party in parties),
        "a model is better": sum(party.better > 0 for party in parties),
        "a share moves": sum(part > 0.01 for part in moved),
        "the price of a token moves": sum(abs(party.log_price) > 0.01 for party in parties),
        "a carrier brings customers": sum(party.reach > party.reach_at_start for party in parties),
        "open models press on a margin": sum(party.margin < party.own_margin(levels) for party in parties),
        "a shock would take all of what a lab earns": sum(
            party.own_margin(levels) < party.level("margin", 1.0, levels) for party in parties
        ),
        "a lab runs a site of its own": sum(party.kept > 0 for party in path.parties.values()),
        "chips do more than H100s": sum(party.beyond[0] != 0 for party in path.parties.values()),
        "own compute is used": sum(isinstance(each, OwnCompute) and each.used > 0 for each in path.running),
        "own compute is not all used": sum(
            isinstance(each, OwnCompute) and each.used < each.delivered for each in path.running
        ),
        "compute trains": sum(party.training > 0 for party in parties),
    }


def _of_failures(path: Path) -> dict[str, int]:
    """How failures end, and what comes of that."""
    parties, t = path.parties.values(), path.sight.month
    takeovers = [each for each in path.running if isinstance(each, Takeover)]
    estates = [each for each in path.contracts if isinstance(each, EstateCosts)]
    saved = [party for party in parties if min(party.restructured, party.acquired) <= t]
    fallen = {name for name, party in path.parties.items() if party.failed == t}
    promises = [each for each in path.contracts if each.payer in fallen and each.waits is None]
    claims = [(each, max(leg.due for leg in each.legs if leg.payer == each.payer)) for each in promises if each.legs]
    supplies = [each for each in path.contracts if isinstance(each, ChipSupply)]
    return {
        "rent to come is claimed": sum(claim > 0 for each, claim in claims if isinstance(each, CapacityLease)),
        "power to come is claimed": sum(claim > 0 for each, claim in claims if isinstance(each, PowerPurchase)),
        "a minimum to come is claimed": sum(claim > 0 for each, claim in claims if isinstance(each, ModelUsage)),
        "chips to come are claimed": sum(claim > 0 for each, claim in claims if isinstance(each, ChipSupply)),
        "deposits are claimed of a maker": sum(each.legs[3].due > 0 for each in supplies if each not in path.running),
        "deposits come back after a notice": sum(each.legs[3].due > 0 for each in supplies if each in path.running),
        "a party fails": sum(party.failed == t + 1 for party in parties),
        "a party is restructured": sum(party.restructured == t + 1 for party in parties),
        "a party is acquired": sum(party.acquired == t + 1 for party in parties),
        "who was saved fails again": sum(party.failed == t + 1 for party in saved),
        "creditors hold shares": sum(leg.compensation > 0 for each in path.contracts for leg in each.legs),
        "a buyer pays bills": sum(each.legs[0].paid > 0 for each in takeovers),
        "a failure costs cash": sum(each.legs[0].paid > 0 for each in estates),
        "customers move": len({party.failed <= t for party in parties if party.is_lab}) - 1,
    }


def _of_markets(path: Path) -> dict[str, int]:
    """Prices that answer scarcity."""
    held = [market.is_held for market in path.markets]
    free = [market for market in path.markets if not market.is_held]
    bought = [each for each in path.running if each.used > 0 and each.said.of("market") is not None]
    commitments = [each for each in path.running if isinstance(each, ComputeCommitment)]
    return {
        "a market price is held at its least": held.count("least"),
        "a market price is held at its most": held.count("most"),
        "scarcity makes compute dear": sum(market.demand > market.supply for market in free),
        "compute is bought in a market": len(bought),
        "a commitment is renewed": sum(each.renewed_from == path.sight.month + 1 for each in commitments),
    }


def _of_late_deals(path: Path) -> dict[str, int]:
    """What begins once its deal is in force."""
    return {
        "a deposit is paid with the delivery": sum(
            each.legs[0].due > 0 and each.firm(path.sight.month) > 0 and not each.was_deposited(path.sight.month)
            for each in path.running
            if isinstance(each, ChipSupply)
        ),
        "a term begins late": sum(
            path.sight.month - 1 < each.in_force_from <= path.sight.month
            and each.said.number("start", 0.0) > each.said.written("start", 0.0)
            for each in path.running
        ),
    }
