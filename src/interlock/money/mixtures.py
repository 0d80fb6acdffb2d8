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
    """What every purse holds, in terms of those that are still in."""

    within: Any
    """[still in] purses, in ascending order."""
    colours: Any
    """[colour] those that are followed here."""
    shares: Any
    """[path, purse, still in and leak and colour]"""


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
    shares = np.zeros((paths, purses, purses + 1 + colours))
    shares[:, range(purses), range(purses)] = 1.0
    mixed = np.zeros(own.shape)
    network, known = _Network(pull, leak, own), _Known(np.arange(purses), np.arange(colours), shares)
    for home, at_home in _by_home(network, known, homes):
        mixed[..., home.colours] = _mixed_at(network, home, at_home)
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
    within, shares = known.within, known.shares
    followed = np.isin(known.colours, colours)
    shares = shares[..., np.concatenate([np.ones(len(within) + 1, bool), followed])]
    own = network.own[..., known.colours[followed]]
    leaving = np.setdiff1d(within, rows)
    for first in range(0, len(leaving), BLOCK):
        out = leaving[first : first + BLOCK]
        is_out = np.isin(within, out)
        is_out = np.concatenate([is_out, np.zeros(shares.shape[-1] - len(within), bool)])
        within = within[~is_out[: len(within)]]
        held = network.pull[:, out] @ shares
        held[..., -own.shape[-1] - 1] += network.leak[:, out]
        held[..., held.shape[-1] - own.shape[-1] :] += own[:, out]
        passed_on = _eliminated(np.concatenate([held[..., is_out], held[..., ~is_out]], axis=-1), len(within))
        shares = shares[..., ~is_out] + shares[..., is_out] @ passed_on
    return _Known(within, known.colours[followed], shares)


def _mixed_at(network: _Network, home: Home, known: _Known) -> Any:
    """[path, purse, colour] of the colours of a home, whose rows alone are still in."""
    paths, colours, rows = home.lost.shape
    to_rows, own_shares = known.shares[..., : rows + 1], known.shares[..., rows + 1 :]
    held = np.zeros((paths, colours, rows, rows + 2))
    held[..., :-1] = home.kept @ to_rows[:, None]
    held[..., -2] += network.leak[:, None, home.rows] + home.lost
    of_colour = np.swapaxes(own_shares, 1, 2)[..., None]
    own = network.own[:, home.rows[:, None], home.colours]
    held[..., -1] = (home.kept @ of_colour)[..., 0] + np.swapaxes(own, 1, 2)
    mixed = _eliminated(held.reshape(paths * colours, rows, rows + 2), 0)[..., -1].reshape(paths, colours, rows)
    return to_rows[..., :-1] @ np.swapaxes(mixed, 1, 2) + own_shares


def _eliminated(held: Any, still_in: int) -> Any:
    """Some purses as shares of the rest [path, purse, rest]: by themselves, taken out one after the other.

    `held` [path, purse, purse and rest]: what each is made of; the rest are purses still in, leak, and colours.
    """
    purses = held.shape[1]
    leak = purses + still_in
    stakes = np.zeros(held.shape[:2])
    for k in range(purses):
        stakes[:, k] = held[:, k, k + 1 : leak + 1].sum(axis=-1)
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
