"""The path of coloured dollars over recorded flows: what came back, what was repaid, passed on, held, or left.

Each financing contract k dyes the dollars paid under it with a colour of its own. Cash mixes perfectly
(`tracing`). Colour k is lost where it comes back to the financier of k, as its revenue (returned) or as what k
owes it (repaid), and where it is paid out again under another financing contract (refinanced by that one):

    paid = returned + repaid + refinanced + held at the end + left through the world's edges       (first lap)

With `keeps_colour` money that has come back stays dyed and is counted each time: all laps, which may exceed paid.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np
from scipy.sparse import csr_array

from interlock.ground.axes import PartyOfLeg
from interlock.money.mixtures import Home, mixtures


class Dye(NamedTuple):
    """Which legs carry which colour; index arrays."""

    payer: PartyOfLeg
    payee: PartyOfLeg
    colour: PartyOfLeg
    """[leg] the colour with which the leg dyes what is paid; the number of colours where it does not."""
    returns: Any
    """[colour, leg] 1.0 where it is a sale of the financier of the colour."""
    repays: Any
    """[colour, leg] 1.0 where it gives back to the financier what it has put in, or what it earns by that."""


class Flows(NamedTuple):
    """Who paid whom how much, month by month; USD. A party is a treasury, or a purse (`purses`)."""

    dye: Dye
    paid: Any
    """[month, leg, path]"""
    opening: Any
    """[month, party, path] with what each begins the month."""
    told: Any = None
    """[leg] the number under which a leg is told of: its own unless given."""
    owner: Any = None
    """[party] the same."""


class Traced(NamedTuple):
    """Where the dollars of each colour went; USD."""

    paid: Any
    """[year, colour, path]"""
    returned: Any
    """[year, colour, leg, path] to the financier as its revenue, by the leg through which it came."""
    repaid: Any
    """[colour, leg, path]"""
    refinanced: Any
    """[colour, colour, path] the first paid out again under the second."""
    left: Any
    """[colour, edge, path]"""
    held: Any
    """[colour, party, path] at the end."""


class _Ties(NamedTuple):
    """Who belongs to what: sparse matrices [group, leg], which add up by group what legs pay."""

    payer: Any
    """[party]"""
    payee: Any
    """[party]"""
    pull: Any
    """[party x party] legs between parties that do not dye, by who is paid and who pays."""
    from_edge: Any
    """[party] legs by which an edge pays a party without dyeing."""
    to_edge: Any
    """[edge x party] legs that leave through an edge without dyeing, by who pays."""
    fresh: Any
    """[party x colour] legs that dye what a party is paid."""
    funded: Any
    """[colour x party] legs that dye, by who pays."""
    colour: Any
    """[colour] legs that dye."""


class _Homeward(NamedTuple):
    """Each colour with each leg by which a party brings it home; index arrays [pair]."""

    colour: Any
    leg: Any
    is_revenue: Any


class _Lost(NamedTuple):
    """Colours that are lost in the same places; sparse matrices [group, leg]."""

    places: Any
    """[place] parties, or edges of the world, to which they come home."""
    colours: Any
    """[colour]"""
    kept: Any
    """[colour x place x party] legs to the places by which the colour does not come home, by who pays."""
    lost: Any
    """[colour x place] legs by which it does."""


def follow(flows: Flows, *, edges: int, start: int, keeps_colour: bool) -> Traced:
    """Follow every colour through the months, the first of which is `start`, counted from the year 0."""
    dye = Dye(*(np.asarray(each) for each in flows.dye))
    paid, opening = np.asarray(flows.paid), np.asarray(flows.opening)
    (months, legs, paths), parties, colours = paid.shape, opening.shape[1], len(dye.returns)
    ties, homeward = _ties(dye, parties, edges), _homeward(dye, parties)
    nothing = _Homeward(*(each[:0] for each in homeward))
    inside = list(_lost(dye, nothing if keeps_colour else homeward, parties, range(parties)))
    outside = list(_lost(dye, homeward, parties, range(parties, parties + edges)))
    years = (start + months - 1) // 12 - start // 12 + 1
    put_in, back = np.zeros((years, colours, paths)), np.zeros((years, len(homeward.leg), paths))
    refinanced, left = np.zeros((paths, colours, colours)), np.zeros((paths, edges, colours))
    mixed = np.zeros((paths, parties, colours))
    for month, (flow, cash) in enumerate(zip(paid, opening, strict=True)):
        year = (start + month) // 12 - start // 12
        mixed = _mixed(ties, inside, flow, cash.T, mixed)
        put_in[year] += ties.colour @ flow
        back[year] += flow[homeward.leg] * mixed[:, dye.payer[homeward.leg], homeward.colour].T
        refinanced += _by_path(ties.funded @ flow, colours, parties) @ mixed
        left += _left(ties, outside, flow, mixed)
    closing = np.maximum(opening[-1] + ties.payee @ paid[-1] - ties.payer @ paid[-1], 0.0)
    held = np.transpose(mixed, (2, 1, 0)) * closing
    told = np.arange(legs) if flows.told is None else flows.told
    is_revenue = homeward.is_revenue
    returned = _told(homeward, is_revenue, back, told, colours)
    return Traced(
        paid=put_in,
        returned=returned,
        repaid=_told(homeward, ~is_revenue, back.sum(axis=0, keepdims=True), told, colours)[0],
        refinanced=np.transpose(refinanced, (2, 1, 0)),
        left=np.transpose(left, (2, 1, 0)),
        held=held if flows.owner is None else _together(held, flows.owner),
    )


def _ties(dye: Dye, parties: int, edges: int) -> _Ties:
    colours = len(dye.returns)
    by_party, to_party, dyes = dye.payer < parties, dye.payee < parties, dye.colour < colours

    def tied(belongs: Any, group: Any, groups: int) -> Any:
        legs = np.flatnonzero(belongs)
        return adding_up(group[legs], legs, (groups, len(belongs)))

    return _Ties(
        payer=tied(by_party, dye.payer, parties),
        payee=tied(to_party, dye.payee, parties),
        pull=tied(by_party & to_party & ~dyes, dye.payee * parties + dye.payer, parties**2),
        from_edge=tied(~by_party & to_party & ~dyes, dye.payee, parties),
        to_edge=tied(by_party & ~to_party & ~dyes, (dye.payee - parties) * parties + dye.payer, edges * parties),
        fresh=tied(to_party & dyes, dye.payee * colours + dye.colour, parties * colours),
        funded=tied(by_party & dyes, dye.colour * parties + dye.payer, colours * parties),
        colour=tied(dyes, dye.colour, colours),
    )


def _homeward(dye: Dye, parties: int) -> _Homeward:
    carries = (dye.payer < parties) & (dye.colour >= len(dye.returns))
    colour, leg = np.nonzero(carries & ((dye.returns > 0.0) | (dye.repays > 0.0)))
    return _Homeward(colour, leg, dye.returns[colour, leg] > 0.0)


def _lost(dye: Dye, homeward: _Homeward, parties: int, among: range) -> Iterator[_Lost]:
    """All colours, by where they are lost among these parties or edges."""
    colours, legs = dye.returns.shape
    comes_home = np.zeros((colours, legs), bool)
    comes_home[homeward.colour, homeward.leg] = np.isin(dye.payee[homeward.leg], among)
    by_places: dict[tuple[int, ...], list[int]] = {}
    for colour, by in enumerate(comes_home):
        by_places.setdefault(tuple(np.unique(dye.payee[by]).tolist()), []).append(colour)
    # In this order neighbours have most in common.
    for places, alike in sorted(by_places.items()):
        count = len(places)
        carries = (dye.payer < parties) & (dye.colour >= colours) & np.isin(dye.payee, places)
        place: Any = np.searchsorted(places, dye.payee)
        keeping, kept = np.nonzero(carries & ~comes_home[alike])
        losing, lost = np.nonzero(comes_home[alike])
        yield _Lost(
            places=np.array(places, int),
            colours=np.array(alike, int),
            kept=adding_up(
                (keeping * count + place[kept]) * parties + dye.payer[kept],
                kept,
                (len(alike) * count * parties, legs),
            ),
            lost=adding_up(losing * count + place[lost], lost, (len(alike) * count, legs)),
        )


def adding_up(group: Any, leg: Any, shape: tuple[int, int]) -> Any:
    """A sparse matrix [group, leg], which adds up by group: one for each pair."""
    return csr_array((np.ones(len(leg)), (group, leg)), shape=shape)


def _by_path(rows: Any, *shape: int) -> Any:
    """[row, path] as [path, …]."""
    return np.ascontiguousarray(rows.T).reshape(rows.shape[-1], *shape)


def _mixed(ties: _Ties, inside: list[_Lost], flow: Any, cash: Any, shares: Any) -> Any:
    """[path, party, colour] of what colour the money of each party is this month."""
    parties, colours = shares.shape[1:]
    fresh = _by_path(ties.fresh @ flow, parties, colours)
    homes = [
        Home(
            rows=each.places,
            colours=each.colours,
            kept=_by_path(each.kept @ flow, len(each.colours), len(each.places), parties),
            lost=_by_path(each.lost @ flow, len(each.colours), len(each.places)),
        )
        for each in inside
    ]
    # What is dyed on arrival, and what comes from the world's edges, joins opening cash.
    leak = cash + fresh.sum(axis=-1) + (ties.from_edge @ flow).T
    return mixtures(_by_path(ties.pull @ flow, parties, parties), leak, cash[..., None] * shares + fresh, homes)


def _left(ties: _Ties, outside: list[_Lost], flow: Any, mixed: Any) -> Any:
    """[path, edge, colour] what leaves: what an edge is repaid of what it put in has come home, and not left."""
    parties = mixed.shape[1]
    left = _by_path(ties.to_edge @ flow, ties.to_edge.shape[0] // parties, parties) @ mixed
    for each in outside:
        kept = _by_path(each.kept @ flow, len(each.colours), len(each.places), parties)
        carried = kept @ np.swapaxes(mixed[..., each.colours], 1, 2)[..., None]
        left[:, each.places[:, None] - parties, each.colours] = np.swapaxes(carried[..., 0], 1, 2)
    return left


def _told(homeward: _Homeward, counts: Any, back: Any, told: Any, colours: int) -> Any:
    """[year, colour, row, path] what came home by the pairs that count, by the row under which the leg is told."""
    found = np.zeros((len(back), colours, int(max(told)) + 1, back.shape[-1]))
    # Nearly all rows are nothing: what is never written takes no memory.
    places, of = np.unique(np.stack([homeward.colour, told[homeward.leg]])[:, counts], axis=1, return_inverse=True)
    added_up = adding_up(of.ravel(), np.flatnonzero(counts), (places.shape[1], len(counts)))
    for year, usd in zip(found, back, strict=True):
        year[*places] = added_up @ usd
    return found


def _together(rows: Any, group: Any) -> Any:
    """The rows along the second axis added up by group."""
    found = np.zeros((len(rows), max(group) + 1, rows.shape[-1]))
    np.add.at(found.swapaxes(0, 1), group, rows.swapaxes(0, 1))
    return found
