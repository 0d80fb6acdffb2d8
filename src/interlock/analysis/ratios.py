"""What lenders ask of a party, and what it is bound to pay that is no debt."""

from __future__ import annotations

from enum import StrEnum


class Ratio(StrEnum):
    """What lenders ask for, at the end of the year or over it."""

    runway = "months that its cash lasts"
    interest_cover = "EBITDA / interest"
    service_cover = "cash earned / interest and principal due"
    leverage = "debt / EBITDA"
    with_vehicles = "with the vehicles that it sponsors"
    with_commitments = "and commitments and leases that have begun"
    with_not_begun = "and those that have not"
    with_guarantees = "and guarantees"


class Bound(StrEnum):
    """What it is bound to pay at the end of the year: of its debt what is near, and what is no debt; undiscounted."""

    maturing = "debt that falls due within a year"
    begun = "commitments and leases that have begun"
    not_begun = "commitments and leases not yet begun"
    guarantees = "what can be called under guarantees"
    funding = "funding promised to others"
