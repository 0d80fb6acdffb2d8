"""Customers who choose among models: what they pay whom, and how shares move (method §4).

    paid to a lab  = use x share x (its token price, relative to the start)^(1 - elasticity)
    use            = spend x demand x (1 - open weights)
    token price    = average price of its compute / serving efficiency / (1 - margin)
    tends to       = (1 - spread) x odds / the sum of odds + spread x share at the start
    odds           = share at the start x reach x e^(quality x what its model has gained - price x ln(token price))
    share_t+1      = share + (what it tends to - share) / patience

All odds are relative to the start, so that shares stay where they are until something moves. Whoever is outside the
book has the quality of the frontier, and tells no price unless the book does: then its tokens cost what those of the
labs do on average. Who has failed has no odds: its customers find others within the months of their patience.
"""

from __future__ import annotations

from typing import NamedTuple

import jax.numpy as jnp

from interlock.ground.arrays import ratio
from interlock.ground.axes import PerParty, PerSegment, PerShare
from interlock.ground.sums import Tie, once, seen_by, summed

LEAST = 1e-9
"""Of an index, a cost or a ratio whose logarithm is taken."""

FURTHEST = 300.0
"""Of the logarithm of odds: e to that power is still a number."""


class Segments(NamedTuple):
    """What customers are like this month: the figures of each segment."""

    spend: PerSegment
    demand: PerSegment
    elasticity: PerSegment
    quality: PerSegment
    price: PerSegment
    patience: PerSegment
    spread: PerSegment
    frontier: PerSegment
    outside_price: PerSegment
    open_weights: PerSegment
    press: PerSegment


class Rows(NamedTuple):
    """To which segment and to which lab each share belongs."""

    segment: Tie
    party: Tie


class Customers(NamedTuple):
    """What is remembered of customers and of what they choose by."""

    share: PerShare
    price_at_start: PerParty
    """Of a token, at what its compute cost in the month before the run; zero before that is known."""
    price: PerParty
    """Of a token this month."""
    reach_at_start: PerParty


class Market(NamedTuple):
    """What labs that stand in segments offer this month, and what that is worth."""

    wanted: PerParty
    """USD that customers would pay."""
    margin: PerParty
    """Of serving, under the press of open models."""
    price: PerParty
    """Of a token; USD at the serving efficiency of 1."""
    log_price: PerParty
    """The logarithm of it, relative to the start."""
    reach: PerParty


def before_the_run(share: PerShare, blank: PerParty) -> Customers:
    """Before anything is known but shares."""
    return Customers(share, blank, blank, blank)


def market(
    before: Customers,
    segments: Segments,
    rows: Rows,
    margin: PerParty,
    compute_price: PerParty,
    efficiency: PerParty,
    reach: PerParty,
) -> Market:
    """What customers want of each lab, by shares and prices of compute of last month."""
    use = seen_by(rows.segment, segments.spend * segments.demand * (1.0 - segments.open_weights)) * before.share
    use = once(use)
    lost = summed(rows.party, use * seen_by(rows.segment, segments.press * segments.open_weights))
    margin = once(margin * (1.0 - ratio(lost, summed(rows.party, use))))
    price = once(ratio(compute_price, efficiency) / jnp.maximum(1.0 - margin, LEAST))
    log_price = once(jnp.log(jnp.clip(ratio(price, before.price_at_start, 1.0), LEAST, 1.0 / LEAST)))
    dearer = jnp.exp((1.0 - seen_by(rows.segment, segments.elasticity)) * seen_by(rows.party, log_price))
    return Market(once(summed(rows.party, use * dearer)), margin, price, log_price, reach)


def choose(
    before: Customers,
    segments: Segments,
    rows: Rows,
    at_start: PerShare,
    offered: Market,
    quality: PerParty,
    stands: PerParty,
) -> Customers:
    """Shares after the month; `quality` is what each lab's newest model has gained, `stands` 0.0 for who has failed."""
    price, reach = known(before, offered)
    log_reach = jnp.log(jnp.maximum(ratio(offered.reach, reach, 1.0), LEAST))
    outside = _outside(before, segments, rows, offered)
    gained = seen_by(rows.party, quality, seen_by(rows.segment, jnp.log(jnp.maximum(segments.frontier, LEAST))))
    dearer = seen_by(rows.party, offered.log_price, seen_by(rows.segment, outside))
    beta, kappa = (seen_by(rows.segment, rows_of) for rows_of in (segments.quality, segments.price))
    log_odds = jnp.clip(beta * gained - kappa * dearer + seen_by(rows.party, log_reach), -FURTHEST, FURTHEST)
    loyal = once(at_start * seen_by(rows.party, stands, 1.0))
    odds = once(loyal * jnp.exp(log_odds))
    of_all = (seen_by(rows.segment, summed(rows.segment, each)) for each in (odds, loyal))
    all_odds, all_loyal = once(tuple(of_all))
    spread = seen_by(rows.segment, segments.spread)
    tends_to = (1.0 - spread) * ratio(odds, all_odds) + spread * ratio(loyal, all_loyal)
    step = (jnp.where(all_loyal > 0.0, tends_to, before.share) - before.share) / jnp.maximum(
        seen_by(rows.segment, segments.patience), 1.0
    )
    return Customers(once(before.share + step), price, offered.price, reach)


def known(before: Customers, offered: Market) -> tuple[PerParty, PerParty]:
    """Token price and reach at the start: those of the first month in which there are any."""
    return (
        jnp.where(before.price_at_start > 0.0, before.price_at_start, offered.price),
        jnp.where(before.reach_at_start > 0.0, before.reach_at_start, offered.reach),
    )


def _outside(before: Customers, segments: Segments, rows: Rows, offered: Market) -> PerSegment:
    """The logarithm of the token price outside: as said, or that of the labs of the segment on average."""
    of_labs = before.share * seen_by(rows.party, jnp.ones_like(offered.price))
    average = ratio(
        summed(rows.segment, of_labs * seen_by(rows.party, offered.log_price)), summed(rows.segment, of_labs)
    )
    said = jnp.log(jnp.clip(segments.outside_price, LEAST, 1.0 / LEAST))
    return once(jnp.where(segments.outside_price > 0.0, said, average))


def missing(rows: Rows, share: PerShare) -> PerParty:
    """By how much the shares of the segments in which each lab stands miss one."""
    apart = jnp.abs(summed(rows.segment, share) - 1.0)
    return summed(rows.party, seen_by(rows.segment, apart))
