"""What a book says of parties and contracts, as they enter a path of the twin."""

from interlock.book.book import Book
from interlock.book.deal import Deal, WrittenContract
from slow_twin import contracts as kinds
from slow_twin.building import Site, of_chip
from slow_twin.channels import CoDesign, Distribution, ModelUsage
from slow_twin.chips import ChipSupply
from slow_twin.commitment import ComputeCommitment
from slow_twin.contracts import Contract
from slow_twin.figures import Draws, Said
from slow_twin.funding import FundingRounds
from slow_twin.guarantee import CapacityBackstop, Guarantee, Prepayment
from slow_twin.loan import CreditLine, Loan
from slow_twin.party import Party
from slow_twin.reletting import Reletting
from slow_twin.sites import CapacityLease, PowerPurchase
from slow_twin.tax import ProfitTax
from slow_twin.triggers import ALWAYS, NEVER
from slow_twin.warrant import Warrant

KINDS = {
    "capacity-backstop": CapacityBackstop,
    "capacity-lease": CapacityLease,
    "chip-supply": ChipSupply,
    "co-design": CoDesign,
    "compute-commitment": ComputeCommitment,
    "credit-line": CreditLine,
    "distribution": Distribution,
    "dividend-or-buyback": kinds.DividendOrBuyback,
    "equity-commitment": kinds.EquityCommitment,
    "guarantee": Guarantee,
    "funding-rounds": FundingRounds,
    "loan": Loan,
    "model-sales": kinds.ModelSales,
    "model-usage": ModelUsage,
    "plain-flow": kinds.PlainFlow,
    "power-purchase": PowerPurchase,
    "prepayment": Prepayment,
    "profit-tax": ProfitTax,
    "reletting": Reletting,
    "revenue-share": kinds.RevenueShare,
    "site": Site,
    "spot-compute": kinds.SpotCompute,
    "warrant": Warrant,
}


def party_of(book: Book, draws: Draws, name: str) -> Party:
    """A party before the first month."""
    written = book.parties[name]
    said = Said(written.terms, f"parties.{name}", draws)
    stands = any(name in segment.shares for segment in book.segments.values())
    is_lab = "lab" in written.roles and (stands or said.of("revenue") is not None)
    party = Party(said, is_lab, said.number("cash", 0.0), said.number("compute_price", 0.0))
    party.newest = said.number("last_run", 0.0)
    return party


def contract_of(book: Book, draws: Draws, written: WrittenContract) -> Contract:
    """A contract before the first month, at the size at which its deal completes."""
    binding = None
    if written.binding is not None:
        binding = draws.value(written.binding, f"{written.address}.binding")
        if written.binding.unit.base == "":
            binding *= draws.value(written.headline, f"{written.address}.headline")
    deal = book.deals[written.address.split(".")[1]] if written.address.startswith("deals.") else None
    size = 1.0
    if deal is not None and deal.size is not None:
        size = draws.value(deal.size, f"deals.{deal.name}.size")
        binding = None if binding is None else binding * size
    since = ALWAYS if deal is None else in_force_from(book, draws, deal)
    implied = density_there(book, draws, str(written.terms.values.get("site")))
    said = Said(written.terms, written.address, draws, size, written.kind.sizes, since, implied)
    contract = KINDS[written.kind.kind](said, written.payer, written.payee, binding)
    if written.pays_after is not None:
        contract.waits = draws.value(written.pays_after, f"{written.address}.pays_after")
    contract.in_force_from = since
    return contract


def density_there(book: Book, draws: Draws, name: str) -> dict[str, float]:
    """What a MW at the meter of a site lets, in H100e; nothing where there is no such site."""
    if name not in book.sites:
        return {}
    site = Said(book.sites[name].terms, f"sites.{name}", draws)
    chip = of_chip(Said(book.chips[str(site.of("chips"))], f"chips.{site.of('chips')}", draws))
    return {"density": site.number("availability", 0.95) / max(site.number("pue", 1.25), 1.0) / chip["power"]}


def in_force_from(book: Book, draws: Draws, deal: Deal) -> float:
    """When the deal and all that it depends on have come into force; never, if one of them does not complete."""
    month = ALWAYS
    if deal.status == "ended":
        month = NEVER
    if deal.probability is not None and draws.value(deal.probability, f"deals.{deal.name}.probability") < 0.5:
        month = NEVER
    if deal.completes is not None:
        month = max(month, draws.value(deal.completes, f"deals.{deal.name}.completes"))
    return max([month, *(in_force_from(book, draws, book.deals[other]) for other in deal.depends_on)])
