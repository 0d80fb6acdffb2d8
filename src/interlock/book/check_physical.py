"""Named checks of what is made and built: chips that do nothing, queues for what has no end, sites without chips."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from interlock.book.book import Book
from interlock.book.deal import WrittenContract
from interlock.book.party import EDGES
from interlock.book.ranges import ROUNDING, quantile
from interlock.book.reading import Reading
from interlock.contracts import ChipSupply
from interlock.ground.address import join
from interlock.ground.figure import Figure


def check_physical(book: Book, reading: Reading) -> None:
    """Run every check of chips and sites."""
    check_chips_do_something(book, reading)
    check_priority(book, reading)
    check_owners(book, reading)
    check_sellers_of_chips(book, reading)
    check_tenants(book, reading)
    check_built_for_tenants(book, reading)
    check_phases(book, reading)


def check_chips_do_something(book: Book, reading: Reading) -> None:
    """Chips that do no work, or take no power: they are counted by both."""
    for name, terms in book.chips.items():
        for term in ("bf16", "power"):
            figure = terms.values.get(term)
            if isinstance(figure, Figure) and quantile(figure.distribution, 0.05) <= 0.0:
                wrong = f"chips '{name}' have a `{term}` of {figure.text}"
                reading.problem(reading.places[join("chips", name, term)], wrong, "Write a number above zero.")


def check_priority(book: Book, reading: Reading) -> None:
    """A place in the queue for chips of which there is no end."""
    for contract in book.contracts():
        given = contract.terms.values
        if contract.kind is ChipSupply and "priority" in given and "chip" not in given:
            wrong = f"'{contract.name}' has a `priority`, but names no `chip`: there is no queue"
            remedy = "Name the generation as `chip`, one of those under `chips`."
            reading.problem(reading.places[contract.address], wrong, remedy)


def check_owners(book: Book, reading: Reading) -> None:
    """Sites of those who have no budget, or of whom nobody knows what they have besides."""
    for site in _sound(book.sites.values(), reading):
        place = reading.places[site.address]
        if site.payer in EDGES:
            wrong = f"the site '{site.name}' belongs to {site.payer}, which has no budget"
            reading.problem(place, wrong, "Name a party with a budget as `owner`.")
        elif site.payer and "power" in site.terms.values and "fleet" not in book.parties[site.payer].terms.values:
            wrong = f"'{site.payer}' owns the site '{site.name}', but has no `fleet`: nobody knows what it has besides"
            reading.problem(place, wrong, "Give the capacity that it has without its sites, its `fleet`; it may be 0.")
        pue = site.terms.values.get("pue")
        if isinstance(pue, Figure) and quantile(pue.distribution, 0.05) < 1.0:
            wrong = f"the site '{site.name}' has a `pue` of {pue.text}: chips would take more than what is at the meter"
            reading.problem(place, wrong, "Write a number of at least 1, such as 1.25 x.")


def check_sellers_of_chips(book: Book, reading: Reading) -> None:
    """Sites whose chips come from nowhere, or from more than everywhere."""
    told: set[tuple[str, str]] = set()
    for site in _sound(book.sites.values(), reading):
        owner, chips = site.payer, str(site.terms.values.get("chips"))
        supplies = [each for each in _live(book) if each.kind is ChipSupply and each.payer == owner]
        supplies = [each for each in supplies if each.terms.values.get("chip") == chips]
        shares = [each.terms.values.get("share_of_sites") for each in supplies]
        known = [1.0 if share is None else _certain(share) for share in shares]
        total = sum(share for share in known if share is not None)
        is_known = None not in known and not any(each.address in reading.broken for each in _live(book))
        if is_known and (owner, chips) not in told and abs(total - 1.0) > ROUNDING:
            told.add((owner, chips))
            wrong = f"'{owner}' orders {total * 100:.4g} % of the chips '{chips}' for its site '{site.name}'"
            remedy = f"Let the `share_of_sites` of the chip-supply contracts of '{chips}' that it pays sum to 100 %."
            reading.problem(reading.places[site.address], wrong, remedy)


def check_tenants(book: Book, reading: Reading) -> None:
    """Compute at the site of somebody else."""
    for contract in _sound(book.contracts(), reading):
        site = book.sites.get(str(contract.terms.values.get("site")))
        if site is not None and contract.payee and site.payer not in {"", contract.payee}:
            wrong = f"'{contract.name}' is sold by {contract.payee}, but runs at '{site.name}', a site of {site.payer}"
            reading.problem(reading.places[contract.address], wrong, f"Name a site of {contract.payee}.")


def check_built_for_tenants(book: Book, reading: Reading) -> None:
    """Sites without a power of their own: they have tenants, which say when they are to be ready."""
    tenants = {str(each.terms.values.get("site")) for each in _live(book)}
    for site in _sound(book.sites.values(), reading):
        if "power" in site.terms.values:
            continue
        if site.name not in tenants:
            wrong = f"the site '{site.name}' has no `power`, and no commitment names it: nobody knows how large it is"
            remedy = "Give its `power`, or name it as `site` of a compute-commitment."
            reading.problem(reading.places[site.address], wrong, remedy)
        for term in ("start", "profile", "delay", "lead"):
            if term in site.terms.values:
                wrong = f"the site '{site.name}' is built for its tenants, but has a `{term}` of its own"
                remedy = f"Give its `power` too, or give `{term}` with the commitments that name it."
                reading.problem(reading.places[join(site.address, term)], wrong, remedy)


def check_phases(book: Book, reading: Reading) -> None:
    """A date for all of a site beside dates for its parts."""
    for site in _sound(book.sites.values(), reading):
        if {"power", "start", "profile"} <= site.terms.values.keys():
            wrong = f"the site '{site.name}' has a `start` beside its `profile`, which says when each part comes"
            reading.problem(reading.places[join(site.address, "start")], wrong, "Remove one of them.")


def _sound(contracts: Iterable[WrittenContract], reading: Reading) -> Iterator[WrittenContract]:
    """Those that could be read."""
    return (each for each in contracts if each.address not in reading.broken)


def _live(book: Book) -> list[WrittenContract]:
    """Contracts of deals that have not ended."""
    return [each for deal in book.deals.values() if deal.status != "ended" for each in deal.contracts.values()]


def _certain(share: object) -> float | None:
    """What a share is, if that is known."""
    is_certain = isinstance(share, Figure) and share.distribution.is_certain
    return share.distribution.numbers[0] if is_certain and isinstance(share, Figure) else None
