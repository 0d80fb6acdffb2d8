"""Which row each contract, leg, driver and party of a book gets."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from interlock.book.book import Book
from interlock.book.deal import WrittenContract
from interlock.contracts.contract import (
    OBLIGOR,
    PAYEE,
    PAYER,
    RUNNING_COSTS,
    Contract,
    Leg,
    Now,
    Purpose,
    Rank,
)
from interlock.ground.errors import ArgumentError
from interlock.ground.fields import fields_of
from interlock.program.force import force_of
from interlock.program.labels import LegLabel
from interlock.program.reading import Ledger, begun
from interlock.program.recipes import Dated, Link, Recipe, assembled, term_of
from interlock.program.shape import BILLED, HANDED_OUT, RESERVED, SUBSCRIBED, StackShape, kind_of, padded
from interlock.program.stacking import Stack, evened, slots_of, stage_of
from interlock.program.unwritten import is_said_of_anybody, unwritten


def contract_stacks(book: Book, ledger: Ledger) -> tuple[Stack, ...]:
    """The contracts of a book in stacks, by stage, kind and make; inside a stack by address."""
    deals = {contract.address: deal for deal in book.deals.values() for contract in deal.contracts.values()}
    groups: dict[tuple[int, str, str], list[tuple[WrittenContract, Recipe]]] = {}
    can_shrink = is_said_of_anybody(book, "restructured")
    for contract in sorted([*book.contracts(), *unwritten(book)], key=lambda each: each.address):
        recipe = _at_its_site(ledger.contract(contract, deals.get(contract.address)), contract, book, ledger)
        recipe = begun(recipe, force_of(book, contract, ledger).moments)
        stage = stage_of(contract.kind, is_inside=isinstance(contract.terms.values.get("inside"), str))
        groups.setdefault((stage, contract.kind.kind, _make(recipe)), []).append((contract, recipe))
    stacks: list[Stack] = []
    first_row = 0
    for (stage, _, _), members in sorted(groups.items(), key=lambda group: group[0]):
        recipes = evened([recipe for _, recipe in members])
        kind, size = members[0][0].kind, padded(len(members))
        typical = _typical(recipes[0])
        refuse_misfit(recipes[0])
        buys_shares = "shares" in typical.opening()._fields
        slots = slots_of(recipes, typical, kind.scaled if can_shrink else frozenset())
        shape = StackShape(kind, size, slots, stage, first_row, buys_shares=buys_shares)
        contracts = tuple(contract for contract, _ in members)
        stacks.append(Stack(shape, tuple(each.address for each in contracts), recipes, contracts))
        first_row += size
    return _with_legs(stacks)


def _with_legs(stacks: Sequence[Stack]) -> tuple[Stack, ...]:
    """The same stacks, each leg in its place: wave after wave, in each wave stack after stack."""
    places: dict[tuple[int, int], int] = {}
    first = 0
    for wave in (BILLED, RESERVED, SUBSCRIBED, HANDED_OUT):
        for n, stack in enumerate(stacks):
            for leg in stack.shape.paid_in(wave):
                places[n, leg] = first
                first += stack.shape.size
    legs = [tuple(places[n, leg] for leg in range(len(kind_of(stack.shape).legs))) for n, stack in enumerate(stacks)]
    return tuple(
        replace(stack, shape=replace(stack.shape, first_legs=firsts))
        for stack, firsts in zip(stacks, legs, strict=True)
    )


def refuse_misfit(recipe: Recipe) -> None:
    """Raise ArgumentError for a kind whose rule fails, or gives another number of amounts than it has legs."""
    made = _typical(recipe)
    moves = {"driver": 1.0, "watch": 1.0, "trigger": 0.0}
    values = {name: term_of(made, name) for name in recipe.links()}
    for name, origin in recipe.links().items():
        links = [each for each in (origin if isinstance(origin, list) else [origin]) if isinstance(each, Link)]
        if links and links[0].to in moves:
            values[name] = np.full((len(origin), 1) if isinstance(origin, list) else 1, moves[links[0].to])
    contract: Contract = assembled(recipe.kind, values)
    kind = type(contract)
    try:
        amounts = len(contract.due(Now(), contract.opening()))
    except Exception as failure:
        raise ArgumentError(f"the kind '{kind.kind}' fails: {type(failure).__name__} in `due`: {failure}") from failure
    if amounts != len(kind.legs):
        raise ArgumentError(f"the kind '{kind.kind}' has {len(kind.legs)} legs, but its `due` gives {amounts} amounts.")


def driver_stacks(book: Book, ledger: Ledger) -> tuple[Stack, ...]:
    """The drivers of a book in stacks by kind and make; inside a stack by name."""
    groups: dict[tuple[str, str], list[tuple[str, Recipe]]] = {}
    for name, terms in sorted(book.drivers.items()):
        recipe = ledger.recipe(terms, f"drivers.{name}")
        groups.setdefault((terms.of.__name__, _make(recipe)), []).append((name, recipe))
    stacks: list[Stack] = []
    for _, members in sorted(groups.items(), key=lambda group: group[0]):
        recipes = evened([recipe for _, recipe in members])
        shape = StackShape(recipes[0].kind, padded(len(members), 1), slots_of(recipes, _typical(recipes[0])))
        stacks.append(Stack(shape, tuple(name for name, _ in members), recipes))
    return tuple(stacks)


def party_stack(book: Book, parties: Sequence[str], size: int, ledger: Ledger) -> Stack:
    """The parties with budgets, in one stack."""
    recipes = [ledger.recipe(book.parties[name].terms, f"parties.{name}") for name in parties]
    return figures_stack(parties, recipes, size)


def figures_stack(names: Sequence[str], recipes: Sequence[Recipe], size: int | None = None) -> Stack:
    """Things that are no contracts, with the same terms, in one stack."""
    recipes = evened(recipes)
    shape = StackShape(recipes[0].kind, size or padded(len(names)), slots_of(recipes, _typical(recipes[0])))
    return Stack(shape, tuple(names), recipes)


def market_stack(book: Book, ledger: Ledger) -> Stack | None:
    """The markets, in one stack; None where there are none."""
    if not book.markets:
        return None
    names = sorted(book.markets)
    recipes = tuple(ledger.recipe(book.markets[name], f"markets.{name}") for name in names)
    return Stack(
        StackShape(recipes[0].kind, padded(len(names)), slots_of(recipes, _typical(recipes[0]))), tuple(names), recipes
    )


def leg_labels(stacks: Sequence[Stack]) -> list[LegLabel | None]:
    """The label of each leg, in the order of their rows."""
    labels: dict[int, LegLabel | None] = {}
    ends = {each.address: (each.payer, each.payee) for stack in stacks for each in stack.contracts}
    for stack in stacks:
        for leg, places in zip(kind_of(stack.shape).legs, stack.shape.legs, strict=True):
            for n, contract in enumerate(stack.padded_contracts()):
                labels[places.start + n] = None if contract is None else _leg_label(leg, contract, ends)
    return [labels[place] for place in range(len(labels))]


def _at_its_site(recipe: Recipe, contract: WrittenContract, book: Book, ledger: Ledger) -> Recipe:
    """The recipe of a contract; where it names a site and says no density, with that of the site."""
    site = book.sites.get(str(contract.terms.values.get("site")))
    if site is None or "density" not in recipe.origins or "density" in contract.terms.values:
        return recipe
    density = ledger.density_at(site, book.chips[str(site.terms.values["chips"])])
    return Recipe(recipe.kind, {**recipe.origins, "density": density})


def _make(recipe: Recipe) -> str:
    """What two recipes must share to stand in one stack: the terms that are absent once derived, and its schedules."""
    made, links = _typical(recipe), recipe.links()
    absent = [name for name, origin in links.items() if term_of(made, name) is None and not _is_mere_name(origin)]
    dated = [name for name, origin in links.items() if isinstance(origin, Dated)]
    return " ".join([*absent, "/", *dated])


def _is_mere_name(origin: Any) -> bool:
    """Whether a rule sees nothing of it, given or not; what is watched, or moves, is a number, or absent."""
    return isinstance(origin, Link) and (origin.to not in {"watch", "driver"} or origin.key is not None)


def _typical(recipe: Recipe) -> Any:
    """What a recipe makes where every draw is one: good enough to see which terms are there."""
    widest = 1 + max(recipe.rows(), default=0)
    return recipe.settled(np.ones((widest, 1)))


def _leg_label(leg: Leg, contract: WrittenContract, ends: Mapping[str, tuple[str, str]]) -> LegLabel:
    purpose = contract.terms.values.get(leg.purpose) if leg.purpose not in set(Purpose) else leg.purpose
    if purpose is None:
        purpose = next(each.default for each in fields_of(contract.kind) if each.name == leg.purpose)
    is_running_cost = leg.purpose not in set(Purpose) and purpose in RUNNING_COSTS
    return LegLabel(
        contract=contract.address,
        payer=_end(leg.pays, contract, ends),
        payee=_end(leg.receives, contract, ends),
        purpose=Purpose(str(purpose)),
        rank=Rank.operating if is_running_cost else leg.rank,
        name=leg.name,
    )


def named(contract: WrittenContract, to: str) -> str:
    """The address of the contract that a reference of some type names; empty where there is none."""
    for each in fields_of(contract.kind):
        if each.refers is not None and each.refers.to == to:
            return str(contract.terms.values.get(each.name) or "")
    return ""


def _end(end: str, contract: WrittenContract, ends: Mapping[str, tuple[str, str]]) -> str:
    """The party at one end of a leg; the empty name where neither the contract nor its kind names a third party."""
    if end == PAYER:
        return contract.payer
    if end == PAYEE:
        return contract.payee
    if end == OBLIGOR:
        return next((each for each in ends.get(named(contract, "owed"), ()) if each != contract.payee), "")
    default = next((each.default for each in fields_of(contract.kind) if each.name == end), None)
    return str(contract.terms.values.get(end, default if isinstance(default, str) else ""))
