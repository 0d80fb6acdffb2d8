"""What compute does beyond H100s: tokens that an H100e serves, and what it does in lower precision.

    of a seller   = what its new chips do beyond H100s / max(what it delivers, its new chips)
    of a contract = that of the chips at the site that it names, as far as it runs there; then that of its seller
    of a lab      = the mean over what it uses

New chips are those that came in the run, and those at sites that no contract names. Nobody knows on which chips of a
seller a contract runs: all run on the newest first, and what it had before counts as H100s.
"""

from __future__ import annotations

from typing import NamedTuple

import jax.numpy as jnp

from interlock.ground.arrays import ratio
from interlock.ground.axes import PerContract, PerGeneration, PerParty, PerSite, PerSupply
from interlock.ground.sums import Tie, seen_by, summed


class Beyond(NamedTuple):
    """Multiples of an H100e's bf16, less those of an H100: [generation, contract, site or party, path]."""

    serving: PerGeneration
    """Tokens."""
    fp8: PerGeneration
    fp4: PerGeneration


class Mix(NamedTuple):
    """What is carried from month to month."""

    received: Beyond
    """H100e x what they do beyond H100s: of all chips that each party has received outside its sites."""
    used: Beyond
    """Of what each lab used last month."""


class Place(NamedTuple):
    """Where what a contract gets runs: parts of it, and what they belong to."""

    at_site: PerSupply
    on_new: PerSupply
    """Where its seller has new chips; what else there is runs on H100s."""
    site: Tie
    seller: Tie


def nothing_beyond(blank: PerParty) -> Mix:
    """H100s, and what is like them."""
    none = Beyond(blank, blank, blank)
    return Mix(none, none)


def with_chips(before: Beyond, of: Beyond, chips: PerContract, generation: Tie, buyer: Tie) -> Beyond:
    """H100e x what they do beyond, with what has arrived this month."""
    return Beyond(
        *(old + summed(buyer, chips * seen_by(generation, each)) for old, each in zip(before, of, strict=True))
    )


def of_sellers(
    received: Beyond, chips: PerParty, at_sites: Beyond, unlet: PerSite, owner: Tie, most: PerParty
) -> Beyond:
    """On average over what each delivers, or over its new chips if these are more.

    Its new chips are `chips`, which do `received`, and what is `unlet` at its sites.
    """
    new = jnp.maximum(most, chips + summed(owner, unlet))
    of_sites = (summed(owner, unlet * each) for each in at_sites)
    return Beyond(*(ratio(one + other, new) for one, other in zip(received, of_sites, strict=True)))


def of_contracts(sellers: Beyond, at_sites: Beyond, place: Place) -> Beyond:
    """Of what is delivered under each."""
    return Beyond(
        *(
            place.at_site * seen_by(place.site, there) + place.on_new * seen_by(place.seller, elsewhere)
            for there, elsewhere in zip(at_sites, sellers, strict=True)
        )
    )


def of_buyers(before: Beyond, contracts: Beyond, used: PerSupply, buyer: Tie) -> Beyond:
    """On average over what each buyer uses; as last month where it uses nothing."""
    in_all = summed(buyer, used)
    return Beyond(
        *(
            jnp.where(in_all > 0.0, ratio(summed(buyer, used * each), in_all), old)
            for old, each in zip(before, contracts, strict=True)
        )
    )
