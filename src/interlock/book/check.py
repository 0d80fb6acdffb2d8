"""Named checks over a whole book: what no single field can know.

Each is silent about whatever could not be read: that has been told already.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from interlock.book.book import Book
from interlock.book.check_physical import check_physical
from interlock.book.deal import WrittenContract
from interlock.book.party import EDGES
from interlock.book.ranges import ROUNDING, quantile
from interlock.book.reading import Reading
from interlock.book.rehearsal import problem_of
from interlock.book.terms import Terms
from interlock.contracts import (
    CapacityBackstop,
    CapacityLease,
    ChipSupply,
    ComputeCommitment,
    Distribution,
    DividendOrBuyback,
    FundingRounds,
    Guarantee,
    Prepayment,
    Reletting,
    SpotCompute,
)
from interlock.contracts.contract import PAYEE, PAYER, REVENUE, Leg, Purpose, Rank
from interlock.drivers.correlation import clashes
from interlock.ground.address import join
from interlock.ground.errors import BookError, Place, Problem
from interlock.ground.fields import fields_of
from interlock.ground.figure import Figure


def check(book: Book, reading: Reading) -> None:
    """Run every check; problems go to the reading."""
    check_terms(book, reading)
    check_repeats(reading)
    check_dependencies(book, reading)
    check_containers(book, reading)
    check_correlations(book, reading)
    check_stakes(book, reading)
    check_chips(book, reading)
    check_compute(book, reading)
    check_dividends(book, reading)
    check_channels(book, reading)
    check_guarantees(book, reading)
    check_relettings(book, reading)
    check_waits(book, reading)
    check_sizes(book, reading)
    check_rounds(book, reading)
    check_acquirers(book, reading)
    check_physical(book, reading)


def refuse_empty(book: Book) -> None:
    """Raise BookError for a book in which there is nothing to run. It may still be read: a book grows."""
    sells = bool(book.segments) or any("revenue" in party.terms.values for party in book.parties.values())
    if all(name in EDGES for name in book.parties):
        raise BookError([Problem(Place(book.name), "the book has no parties", "Declare at least one under `parties`.")])
    if not sells and next(book.contracts(), None) is None:
        wrong, remedy = (
            "the book has no contracts and no flows",
            "Write at least one under `deals`, or a party's `flows`.",
        )
        raise BookError([Problem(Place(book.name), wrong, remedy)])


def check_terms(book: Book, reading: Reading) -> None:
    """Terms that do not fit together, as the kind itself sees it: too many, too few, bounds upside down."""
    for contract in book.contracts():
        if contract.address not in reading.broken:
            filled = ("total",) if contract.binding is not None else ()
            _tell_of(contract.terms, filled, contract.address, contract.name, reading)
    for name, terms in book.drivers.items():
        if join("drivers", name) not in reading.broken:
            _tell_of(terms, (), join("drivers", name), name, reading)


def _tell_of(terms: Terms, filled: tuple[str, ...], address: str, name: str, reading: Reading) -> None:
    wrong = problem_of(terms, tuple(each.name for each in fields_of(terms.of) if each.name in filled))
    if wrong is not None:
        remedy = f"See the terms: interlock kinds {getattr(terms.of, 'kind', '')}".strip()
        reading.problem(reading.places[address], f"'{name}': {wrong}", remedy)


def check_repeats(reading: Reading) -> None:
    """Figures that repeat each other in a circle."""
    repeats = {
        address: spot.written.parts["same_as"].text or ""
        for address, spot in reading.spots.items()
        if spot.written is not None and "same_as" in spot.written.parts
    }
    for circle in circles({address: [target] for address, target in repeats.items()}):
        spot = reading.spots[circle[0]]
        place = spot.written.parts["same_as"].place if spot.written is not None else reading.root.place
        reading.problem(place, f"same_as goes round in a circle: {_shown(circle)}", "Give one of them a quantity.")


def check_dependencies(book: Book, reading: Reading) -> None:
    """Deals that wait for each other."""
    for circle in circles({name: list(deal.depends_on) for name, deal in book.deals.items()}):
        wrong = f"these deals depend on each other in a circle: {_shown(circle)}"
        reading.problem(reading.place_of("deals", circle[0], "depends_on"), wrong, "Remove one of the dependencies.")


def check_containers(book: Book, reading: Reading) -> None:
    """Contracts that count toward another: one level deep, of the same payer."""
    contracts = {contract.address: contract for contract in book.contracts()}
    inside = {address: _container(contract) for address, contract in contracts.items()}
    in_circles = circles({address: [container] for address, container in inside.items() if container})
    for circle in in_circles:
        wrong = f"contracts count toward each other in a circle: {_shown(circle)}"
        reading.problem(reading.place_of(circle[0], "inside"), wrong, "Remove one `inside`.")
    for address, container in inside.items():
        if not container or container not in contracts or any(address in circle for circle in in_circles):
            continue
        place = reading.place_of(address, "inside")
        if inside.get(container):
            wrong = f"{address} is inside {container}, which is inside {inside[container]}"
            reading.problem(place, wrong, f"One level is enough: write `inside: {inside[container]}`.")
        elif contracts[container].kind is not contracts[address].kind:
            wrong = f"{address} is inside {container}, which is a {contracts[container].kind.kind}"
            reading.problem(place, wrong, f"Name a {contracts[address].kind.kind}.")
        elif contracts[container].payer and contracts[address].payer not in {"", contracts[container].payer}:
            wrong = f"{address} is paid by {contracts[address].payer}, but counts toward {container}, paid by "
            reading.problem(place, wrong + contracts[container].payer, "Only the same payer's contracts count.")


def _container(contract: WrittenContract) -> str:
    """The address of the contract toward which this one counts; empty where there is none."""
    for field in fields_of(contract.kind):
        term = contract.terms.values.get(field.name)
        if field.refers is not None and field.refers.to == "contract" and isinstance(term, str):
            return term
    return ""


def check_correlations(book: Book, reading: Reading) -> None:
    """Correlations that no drivers can have at once."""
    written = reading.root.parts.get("correlations")
    if written is None or len(book.correlations) < len(written.entries):
        return
    given = {(one, other) for one, other, _ in book.correlations}
    clashing = clashes(sorted(book.drivers), book.correlations)
    if clashing:
        shown = ", ".join(
            f"{one} and {other} {value * 100:g} %{'' if (one, other) in given else ' (not given)'}"
            for one, other, value in clashing
        )
        places = [reading.places.get(join("correlations", one, other)) for one, other, _ in clashing]
        place = min((each for each in places if each is not None), default=written.place)
        wrong = f"these correlations contradict each other: {shown}"
        remedy = "No processes can move together so. Bring one of them nearer to what the others imply."
        reading.problem(place, wrong, remedy)


def check_stakes(book: Book, reading: Reading) -> None:
    """Shares of one company that sum to more than all of it."""
    stakes: dict[str, dict[str, Figure]] = {}
    for holder, party in book.parties.items():
        for company, figure in party.stakes.items():
            stakes.setdefault(company, {})[holder] = figure
    for company, held in stakes.items():
        most = sum(quantile(figure.distribution, 0.95) for figure in held.values())
        if most > 1.0 + ROUNDING:
            shown = ", ".join(f"{holder} {figure.text}" for holder, figure in held.items())
            place = reading.place_of("parties", list(held)[-1], "stakes", company)
            wrong = f"the stakes in {company} sum to as much as {most * 100:.4g} %: {shown}"
            reading.problem(place, wrong, "Together they are at most 100 %.")


def check_chips(book: Book, reading: Reading) -> None:
    """Sellers of new capacity whose chips come from nowhere, or from more than everywhere."""
    live = [contract for deal in book.deals.values() if deal.status != "ended" for contract in deal.contracts.values()]
    are_read = all(contract.address not in reading.broken for contract in live)
    if not are_read or sum(len(deal.contracts) for deal in book.deals.values()) < _contracts_declared(reading):
        return
    for seller in sorted({contract.payee for contract in live if _needs_chips(contract)} - {*EDGES, ""}):
        supplies = [contract for contract in live if contract.kind is ChipSupply and contract.payer == seller]
        shares = [contract.terms.values.get("share_of_orders") for contract in supplies]
        known = [share.distribution for share in shares if isinstance(share, Figure)]
        total = sum(distribution.numbers[0] for distribution in known if distribution.is_certain)
        if all(distribution.is_certain for distribution in known) and abs(total - 1.0) > ROUNDING:
            remedy = f"Let the `share_of_orders` of the chip-supply contracts that {seller} pays sum to 100 %."
            place = reading.places[supplies[0].address if supplies else join("parties", seller)]
            wrong = f"'{seller}' sells capacity on new chips (additionality), but orders {total * 100:.4g} % of them"
            reading.problem(place, wrong, remedy)


def check_compute(book: Book, reading: Reading) -> None:
    """Buyers of compute of whom nobody knows how much they need."""
    buyers = {contract.payer for contract in book.contracts() if contract.kind.merit is not None}
    buyers |= {name for name, party in book.parties.items() if "own_fleet" in party.terms.values}
    buyers |= {*book.labs_with_sites()}
    labs = book.selling_labs()
    for name in sorted(buyers.intersection(labs)):
        missing = [term for term in ("margin", "compute_price") if term not in book.parties[name].terms.values]
        if missing and join("parties", name) not in reading.broken:
            wrong = f"'{name}' has customers and compute to serve them, but no `{missing[0]}`: nobody knows how much"
            remedy = "Give its gross margin of serving, `margin`, and what it pays at the start, `compute_price`."
            reading.problem(reading.places[join("parties", name)], wrong, remedy)
    for contract in book.contracts():
        has_limit = "limit" in contract.terms.values or contract.address in reading.broken
        if contract.kind is SpotCompute and contract.payer and contract.payer not in labs and not has_limit:
            wrong = f"'{contract.name}' has no `limit`, and {contract.payer} uses all the compute that there is"
            remedy = "Give the `limit`: only a lab with customers has needs of its own."
            reading.problem(reading.places[contract.address], wrong, remedy)


def check_dividends(book: Book, reading: Reading) -> None:
    """Cash handed out by those who have none."""
    for contract in book.contracts():
        if contract.kind is DividendOrBuyback and contract.payer in EDGES:
            wrong = f"'{contract.name}' hands out the spare cash of {contract.payer}, which has no budget"
            reading.problem(reading.places[contract.address], wrong, "Name a party with a budget as `payer`.")


def check_channels(book: Book, reading: Reading) -> None:
    """Models sold for those who sell none."""
    labs = book.selling_labs()
    for contract in book.contracts():
        is_known = contract.payee in book.parties and contract.address not in reading.broken
        if contract.kind is Distribution and is_known and contract.payee not in labs:
            wrong = f"'{contract.name}' sells the models of {contract.payee}, which has no customers of its own"
            remedy = "Its payee is a lab with customers: the carrier sells a part of what it sells."
            reading.problem(reading.places[contract.address], wrong, remedy)


def check_guarantees(book: Book, reading: Reading) -> None:
    """Guarantees of what nobody owes their payee, or of what the guarantor owes itself; idle capacity without end."""
    contracts = {contract.address: contract for contract in book.contracts()}
    for contract in contracts.values():
        if contract.address in reading.broken or contract.payee not in book.parties:
            continue
        debt = contracts.get(str(contract.terms.values.get("of"))) if contract.kind is Guarantee else None
        if debt is not None:
            ends = {debt.payer, debt.payee}
            place = reading.place_of(contract.address, "of")
            if contract.payee not in ends:
                wrong = f"'{contract.name}' pays {contract.payee}, which is no party to {debt.address}"
                reading.problem(place, wrong, f"Its payee is {debt.payee} or {debt.payer}, whoever is owed.")
            elif contract.payer in ends:
                wrong = f"{contract.payer} guarantees what it owes itself under {debt.address}"
                reading.problem(place, wrong, "Name a third party as `payer`.")
        elif contract.kind is CapacityBackstop and "fleet" not in book.parties[contract.payee].terms.values:
            wrong = f"'{contract.name}' buys what {contract.payee} cannot sell, but {contract.payee} has no `fleet`"
            reading.problem(reading.places[contract.address], wrong, "Give the capacity that it has, its `fleet`.")


def check_relettings(book: Book, reading: Reading) -> None:
    """What customers of a seller leave is let again once, and only where there is something to let."""
    taken: dict[str, str] = {}
    lets = {contract.payee for contract in book.contracts() if contract.kind in {CapacityLease, ComputeCommitment}}
    for contract in book.contracts():
        if contract.kind is not Reletting or contract.address in reading.broken:
            continue
        if contract.payee in taken:
            wrong = f"'{contract.name}' takes what customers of {contract.payee} leave, as {taken[contract.payee]} does"
            reading.problem(reading.places[contract.address], wrong, "Leave one of the two out.")
        elif contract.payee not in lets:
            wrong = f"'{contract.name}' takes what customers of {contract.payee} leave, who sells and lets nothing"
            remedy = "Its payee is paid under a compute-commitment or a capacity-lease."
            reading.problem(reading.places[contract.address], wrong, remedy)
        taken.setdefault(contract.payee, contract.address)


def check_waits(book: Book, reading: Reading) -> None:
    """Bills that nobody sends, and advances on them."""
    contracts = {contract.address: contract for contract in book.contracts()}
    taken: dict[str, str] = {}
    for contract in contracts.values():
        if contract.pays_after is not None and not _bills_for_goods(contract):
            wrong = f"'{contract.name}' has `pays_after`, but {contract.payer} is sent no bills for goods or services"
            reading.problem(reading.place_of(contract.address, "pays_after"), wrong, "Leave it out.")
        of = contracts.get(str(contract.terms.values.get("of"))) if contract.kind is Prepayment else None
        if of is None or contract.address in reading.broken:
            continue
        place = reading.place_of(contract.address, "of")
        if of is contract:
            wrong = f"'{contract.name}' is to be set off against itself"
            reading.problem(place, wrong, "Name the contract whose bills it pays in advance.")
        elif (of.payer, of.payee) != (contract.payer, contract.payee):
            wrong = (
                f"'{contract.name}' is paid by {contract.payer} to {contract.payee}, the bills under {of.address} are "
            )
            reading.problem(place, wrong + f"not: {of.payer} pays {of.payee}", "Name a contract between the same two.")
        elif of.address in taken:
            wrong = f"'{contract.name}' and '{taken[of.address]}' are both set off against {of.address}"
            reading.problem(place, wrong, "Write one prepayment for both.")
        taken[of.address] = contract.name


def _bills_for_goods(contract: WrittenContract) -> bool:
    def is_revenue(leg: Leg) -> bool:
        return leg.purpose in REVENUE or leg.purpose not in set(Purpose)

    legs = [leg for leg in contract.kind.legs if (leg.pays, leg.receives) == (PAYER, PAYEE)]
    return any(leg.rank is not Rank.subscription and is_revenue(leg) for leg in legs)


def check_sizes(book: Book, reading: Reading) -> None:
    """Deals of another size whose contracts promise no amount."""
    for deal in book.deals.values():
        for contract in deal.contracts.values() if deal.size is not None else ():
            has_total = contract.binding is not None and "total" in contract.kind.sizes
            if not has_total and not contract.terms.values.keys() & set(contract.kind.sizes):
                wrong = f"'{deal.name}' has a `size`, but '{contract.name}' promises no amount that it could multiply"
                remedy = "Put the contract into a deal of its own, or leave `size` out."
                reading.problem(reading.place_of("deals", deal.name, "size"), wrong, remedy)


def check_rounds(book: Book, reading: Reading) -> None:
    """Rounds of those who need nothing, and two that would both pay for one need."""
    live = [contract for deal in book.deals.values() if deal.status != "ended" for contract in deal.contracts.values()]
    funded: dict[str, str] = {}
    for contract in live:
        if contract.kind is not FundingRounds or contract.address in reading.broken:
            continue
        place = reading.places[contract.address]
        if contract.payee in EDGES:
            wrong = f"'{contract.name}' funds {contract.payee}, which has no budget"
            reading.problem(place, wrong, "Name a party with a budget as `payee`.")
        elif contract.payee in funded:
            wrong = f"'{contract.name}' funds {contract.payee}, and so does {funded[contract.payee]}"
            reading.problem(
                place, wrong, "One funding-rounds contract stands for all investors: both would meet one need."
            )
        funded.setdefault(contract.payee, contract.address)


def check_acquirers(book: Book, reading: Reading) -> None:
    """Parties that would take themselves over."""
    for name, party in book.parties.items():
        if party.terms.values.get("acquirer") == name:
            wrong = f"'{name}' is its own `acquirer`"
            reading.problem(reading.places[join("parties", name, "acquirer")], wrong, "Name another, or leave it out.")


def _needs_chips(contract: WrittenContract) -> bool:
    term, has_site = contract.terms.values.get("additionality"), "site" in contract.terms.values
    return (
        contract.kind is ComputeCommitment
        and not has_site
        and isinstance(term, Figure)
        and quantile(term.distribution, 0.95) > 0.0
    )


def _contracts_declared(reading: Reading) -> int:
    return sum(len(reading.names("deals", deal, "contracts")) for deal in reading.names("deals"))


def _shown(circle: tuple[str, ...]) -> str:
    return " → ".join((*circle, circle[0]))


def circles(next_of: Mapping[str, list[str]]) -> list[tuple[str, ...]]:
    """The circles among names that point to others, each once, from its first name in order."""
    found: dict[frozenset[str], tuple[str, ...]] = {}
    for start in sorted(next_of):
        for circle in _round_from(start, next_of):
            found.setdefault(frozenset(circle), circle)
    return list(found.values())


def _round_from(start: str, next_of: Mapping[str, list[str]]) -> Iterator[tuple[str, ...]]:
    """The shortest way from a name back to itself, if there is one through no earlier name."""
    ways: dict[str, tuple[str, ...]] = {start: (start,)}
    waiting = [start]
    while waiting:
        name = waiting.pop(0)
        for other in sorted(next_of.get(name, [])):
            if other == start:
                yield ways[name]
                return
            if other > start and other not in ways:
                ways[other] = (*ways[name], other)
                waiting.append(other)
