"""What belongs to which party, made ready once for all the months of a chunk."""

from __future__ import annotations

from typing import Any, NamedTuple

import jax.numpy as jnp

from interlock.ground.axes import PerParty
from interlock.ground.sums import Tie, tied
from interlock.money.bills import Ends
from interlock.program.shape import OTHERS, Shape, acting, building

SALES, FINANCING, RUNNING, ASTRAY = range(4)
"""The accounts in which payments are booked: sales; what funds somebody or returns what did; all else; what comes from
or goes to nowhere."""

ACCOUNTS = 4

SITES = -1
"""In place of a stage of the month: sites."""


def booked(books: Any, *accounts: int) -> PerParty:
    """What was booked on some accounts of each party; `books` [account x party, path]."""
    parties = books.shape[0] // ACCOUNTS
    return sum(books[account * parties : (account + 1) * parties] for account in accounts)


class Ties(NamedTuple):
    """What belongs to which party."""

    payer: Tie
    """Of contracts, to parties."""
    payee: Tie
    container: Tie
    """Of contracts that supply compute, to the one toward which each counts."""
    delayed: Any
    """[delayed leg] its row among the legs that are billed."""
    delayed_contract: Tie
    """Of delayed legs, to their contracts."""
    sets_off: Tie
    """Of contracts, to the bills against which each is set off."""
    prepaid: Tie
    """Of legs that are billed, to the bills of which each is part."""
    stands_in: Tie
    """Of contracts, to the guaranteed debt for which each stands in."""
    guaranteed: Tie
    """Of legs that are billed, to the guaranteed debt of which each is part."""
    generation: Tie
    """Of contracts that may buy chips, to the generation that is bought under each."""
    buyer: Tie
    """Of the same contracts, to the party that pays."""
    buyer_of: Tie
    """Of the same, to that party and the generation together: where the chips for its sites of that generation come."""
    site: Tie
    """Of contracts that supply compute, to the site that each names."""
    owner: Tie
    """Of sites, to the party that owns each."""
    owner_of: Tie
    """Of sites, to that party and the generation together."""
    legs: Ends
    spent: Tie
    """Of legs, to the account of the party that pays."""
    received: Tie
    """Of legs, to the account of the party that is paid."""
    share_segment: Tie
    """Of shares, to the segment of which each is one."""
    share_party: Tie
    """Of shares, to the lab that has each."""


def ties_of(shape: Shape, links: Any) -> Ties:
    """The ties of a program."""
    everybody = shape.parties + shape.edges
    sold = jnp.where(links["leg_sells_up"] > 0.0, links["leg_payee"], shape.parties)
    payer, payee, rank = (links[name] for name in ("leg_payer", "leg_payee", "leg_rank"))
    account = jnp.where(links["leg_is_revenue"] > 0.0, SALES, RUNNING)
    account = jnp.where(links["leg_is_financing"] > 0.0, FINANCING, account)
    account = jnp.where((payer < everybody) & (payee < everybody), account, ASTRAY)

    generations = 0 if shape.chips is None else shape.chips.size

    def rows_of(stage: int, name: str) -> Any:
        stacks = building(shape) if stage == SITES else acting(shape, stage)
        return jnp.concatenate([links[name][:0], *(links[name][stack.rows] for _, stack in stacks)])

    def of_rows(stage: int, name: str, groups: int) -> Tie:
        return tied(rows_of(stage, name), groups)

    def together(stage: int) -> Tie:
        party, generation, groups = rows_of(stage, "payer"), rows_of(stage, "generation"), shape.parties * generations
        is_both = (party < shape.parties) & (generation < generations)
        return tied(jnp.where(is_both, party * generations + generation, groups), groups)

    def booked(party: Any) -> Tie:
        books = ACCOUNTS * shape.parties
        return tied(jnp.where(party < shape.parties, account * shape.parties + party, books), books)

    return Ties(
        payer=tied(links["payer"], shape.parties),
        payee=tied(links["payee"], shape.parties),
        container=tied(links["container"][: shape.suppliers], shape.suppliers),
        delayed=links["delayed"],
        delayed_contract=tied(links["delayed_contract"], shape.rows),
        sets_off=tied(links["sets_off"], shape.prepaid),
        prepaid=tied(links["leg_prepaid"][: shape.bills], shape.prepaid),
        stands_in=tied(links["stands_in"], shape.guaranteed),
        guaranteed=tied(links["leg_guaranteed"][: shape.bills], shape.guaranteed),
        generation=of_rows(OTHERS, "generation", generations),
        buyer=of_rows(OTHERS, "payer", shape.parties),
        buyer_of=together(OTHERS),
        site=tied(links["site"][: shape.suppliers], shape.sites),
        owner=of_rows(SITES, "payer", shape.parties),
        owner_of=together(SITES),
        legs=Ends(
            tied(payer, shape.parties),
            tied(payee, shape.parties),
            rank,
            tied(sold, shape.parties) if shape.sells_up else None,
        ),
        spent=booked(payer),
        received=booked(payee),
        share_segment=tied(links["share_segment"], 0 if shape.segment is None else shape.segment.size),
        share_party=tied(links["share_party"], shape.parties),
    )
