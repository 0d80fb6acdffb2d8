"""Mixtures of many colours at once, each of which is lost where it comes home.

Colour k has a network of its own, for a purse j that pays i brings some of it home, where it is lost:

    mixture[i, k] x stake[i]  =  own[i, k] + sum over j of kept[i, j, k] mixture[j, k]
    stake[i]                  =  leak[i] + lost[i, k] + sum over j of kept[i, j, k]

Networks differ in the few rows where a colour comes home: in the purses of its financier. The others are taken out
once for all colours, and told as shares of what is still in, of what leaks, and of own money by colour:

    mixture[i, k]  =  sum over j still in of share[i, j] mixture[j, k] + own share[i, k]

First go those where nothing comes home; then, to be left with one half of the homes, those of the other half; and so
on by halves, until a network of a home's few rows is left for each of its colours.

It is one elimination in another order for each colour (`elimination`), in blocks, and as exact: every number in it is a
sum or a product of numbers that are not negative, or a quotient of two. A stake is summed from what is left of its row,
never found as a difference, so that no digit is lost and no pivoting is needed. What no path of payments can reach
stays exactly zero.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

import numpy as np

from interlock.ground.arrays import ratio

BLOCK = 16
"""Purses that are taken out together: inside, one after the other; what they pass on is one product of matrices."""

LEAST = 1e-280
"""USD. Who has less than this has nothing: a quotient by it might be too large for a number."""


class Home(NamedTuple):
    """Colours that are lost in the same rows."""

    rows: Any
    """[row] purses, in ascending order; none where no colour is lost."""
    colours: Any
    """[colour]"""
    kept: Any
    """[path, colour, row, purse] what the row is paid by each purse without losing the colour."""
    lost: Any
    """[path, colour, row] what it is paid in losing it."""


class _Known(NamedTuple):
    """What purses that are out hold, in terms of those that are still in."""

    within: Any
    """[still in] purses, in ascending order."""
    out: Any
    """[out] purses."""
    colours: Any
    """[colour] those that are followed here."""
    shares: Any
    """[path, out, still in and leak and colour]"""


class _Network(NamedTuple):
    """What each purse is made of, where no colour comes home; USD."""

    pull: Any
    """[path, purse, purse] what the first is paid by the second."""
    leak: Any
    """[path, purse]"""
    own: Any
    """[path, purse, colour]"""


def mixtures(pull: Any, leak: Any, own: Any, homes: Sequence[Home]) -> Any:
    """The mixture of each purse [path, purse, colour]: fractions of what it holds and pays out.

    `pull` [path, purse, purse]: what the first is paid by the second; `leak` [path, purse]: what else it has;
    `own` [path, purse, colour]: how much of that is of which colour. Every colour has a home. USD, none negative.
    """
    paths, purses, colours = own.shape
    nothing = np.zeros((paths, 0, purses + 1 + colours))
    mixed = np.zeros(own.shape)
    network = _Network(pull, leak, own)
    known = _Known(np.arange(purses), np.arange(0), np.arange(colours), nothing)
    for home, at_home in _by_home(network, known, homes):
        purses_in_turn = np.concatenate([home.rows, at_home.out])
        mixed[:, purses_in_turn[:, None], home.colours] = _mixed_at(network, home, at_home)
    return mixed


def _by_home(network: _Network, known: _Known, homes: Sequence[Home]) -> Iterator[tuple[Home, _Known]]:
    """Each home, when all but its own rows has been taken out."""
    rows, colours = (np.unique(np.concatenate(each)) for each in zip(*(home[:2] for home in homes), strict=True))
    known = _taken_out(network, known, rows.astype(int), colours)
    if len(homes) == 1:
        yield homes[0], known
    else:
        half = len(homes) // 2
        yield from _by_home(network, known, homes[:half])
        yield from _by_home(network, known, homes[half:])


def _taken_out(network: _Network, known: _Known, rows: Any, colours: Any) -> _Known:
    """The same for some of the colours, when all purses but the rows are out."""
    within, gone = known.within, known.out
    followed = np.isin(known.colours, colours)
    shares = known.shares.compress(np.concatenate([np.ones(len(within) + 1, bool), followed]), axis=-1)
    own = network.own.take(known.colours[followed], axis=-1)
    leak_and_own = np.concatenate([network.leak[..., None], own], axis=-1)
    leaving = np.setdiff1d(within, rows)
    for first in range(0, len(leaving), BLOCK):
        out = leaving[first : first + BLOCK]
        pull = network.pull.take(out, axis=1)
        held = pull.take(gone, axis=-1) @ shares
        held += np.concatenate([pull.take(within, axis=-1), leak_and_own.take(out, axis=1)], axis=-1)
        is_out = np.isin(within, out)
        within = within[~is_out]
        is_out = np.concatenate([is_out, np.zeros(leak_and_own.shape[-1], bool)])
        in_turn = np.argsort(~is_out, kind="stable")
        passed_on = _eliminated(held.take(in_turn, axis=-1), len(within))
        told_again = shares.compress(is_out, axis=-1) @ passed_on
        shares = np.concatenate([shares.compress(~is_out, axis=-1) + told_again, passed_on], axis=1)
        gone = np.concatenate([gone, out])
    return _Known(within, gone, known.colours[followed], shares)


def _mixed_at(network: _Network, home: Home, known: _Known) -> Any:
    """[path, purse, colour] of the colours of a home, whose rows alone are still in: these first."""
    paths, colours, rows = home.lost.shape
    to_rows, own_shares = (np.ascontiguousarray(each) for each in np.split(known.shares, [rows + 1], axis=-1))
    by_others = home.kept.take(known.out, axis=-1)
    held = np.zeros((paths, colours, rows, rows + 2))
    held[..., :-1] = by_others @ to_rows[:, None]
    held[..., :rows] += home.kept[..., home.rows]
    held[..., rows] += network.leak[:, None, home.rows] + home.lost
    own = network.own[:, home.rows[:, None], home.colours]
    of_colour = np.ascontiguousarray(np.swapaxes(own_shares, 1, 2))
    held[..., -1] = (by_others @ of_colour[..., None])[..., 0] + np.swapaxes(own, 1, 2)
    mixed = _eliminated(held.reshape(paths * colours, rows, rows + 2), 0)[..., -1].reshape(paths, colours, rows)
    at_rows = np.ascontiguousarray(np.swapaxes(mixed, 1, 2))
    return np.concatenate([at_rows, np.ascontiguousarray(to_rows[..., :-1]) @ at_rows + own_shares], axis=1)


def _eliminated(held: Any, still_in: int) -> Any:
    """Some purses as shares of the rest [path, purse, rest]: by themselves, taken out one after the other.

    `held` [path, purse, purse and rest]: what each is made of; the rest are purses still in, leak, and colours.
    """
    purses = held.shape[1]
    leak = purses + still_in
    stakes = np.zeros(held.shape[:2])
    for k in range(purses):
        stakes[:, k] = held[:, k, k + 1 : leak + 1].sum(axis=-1)
        stakes[stakes[:, k] < LEAST, k] = 0.0
        pulled_from = held[:, k + 1 :, k]
        # Where nothing comes out of a part of the network, what is put into it has leaked.
        held[:, k + 1 :, leak] += np.where(stakes[:, k, None] > 0.0, 0.0, pulled_from)
        held[:, k + 1 :, k + 1 :] += ratio(pulled_from, stakes[:, k, None])[..., None] * held[:, k, None, k + 1 :]
    shares = held[..., purses:]
    for k in reversed(range(purses)):
        later = held[:, k, None, k + 1 : purses] @ shares[:, k + 1 :]
        shares[:, k] = ratio(shares[:, k] + later[:, 0], stakes[:, k, None])
        shares[:, k, still_in] = np.where(stakes[:, k] > 0.0, shares[:, k, still_in], 1.0)
    return shares
