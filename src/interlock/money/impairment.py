"""What was bought is written off over its life; and at once, as far as the next customer will pay less than it cost.

    depreciation_t = what was bought in the `life` months before t / life
    worth          = rent of what is free again x relet x (1 - running) x present value of 1 a month
                     from the end of the vacancy to the end of the life that is left
    impairment     = max(0, share x book value - worth)          once, in the month in which capacity is free again

`share` is what of the owner's capacity that is in its books is free again, for the one who rented it has failed or left
by a notice. What is left then goes on to be written off over the same months. What is left when the owner fails is
written off at once: nobody buys it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

Amounts = Any
"""[month, path] USD."""


@dataclass(frozen=True)
class Freed:
    """Capacity of one owner that one contract frees, in the months in which it does."""

    share: Any
    """[month, path] of the owner's capacity that was built or bought during the run."""
    rent: Amounts
    """A month, by the contract."""
    relet: Any
    """[path] what the next customer pays of that."""
    vacancy: Any
    """[path] months."""
    discount: Any
    """[path] a year."""

    def on(self, paths: Any) -> Freed:
        """The same on some paths."""
        terms = (np.broadcast_to(each, paths.shape)[paths] for each in (self.relet, self.vacancy, self.discount))
        return Freed(self.share[:, paths], self.rent[:, paths], *terms)

    def worth(self, month: int, left: Any, running: Any) -> Any:
        """[path] of what is free, with so many months of life left, of whose rent so much goes into running it."""
        pace = np.log1p(self.discount) / 12.0
        vacancy = np.minimum(self.vacancy, left)
        even = np.abs(pace) < 1e-12
        safe = np.where(even, 1.0, pace)
        months = np.where(even, left - vacancy, (np.exp(-safe * vacancy) - np.exp(-safe * left)) / safe)
        return self.rent[month] * self.relet * (1.0 - running[month]) * months


def written_down(
    bought: Amounts, life: float, has_failed: Any, freed: Sequence[Freed], running: Any
) -> tuple[Amounts, Amounts, Amounts]:
    """Depreciation and impairment of each month, and what is left at its end.

    `life` in months; `running` [month, path] is the part of rent that power and other costs of running take.
    """
    months, count = max(round(life), 1), len(bought)
    so_far = np.concatenate([np.zeros((months + 1, bought.shape[1])), bought.cumsum(axis=0)])
    depreciation, impairment = (so_far[months : months + count] - so_far[:count]) / months, np.zeros_like(bought)
    some = np.any([np.zeros(bought.shape[1], bool), *(each.share.any(axis=0) for each in freed)], axis=0)
    if some.any():
        theirs = [each.on(some) for each in freed]
        depreciation[:, some], impairment[:, some] = _month_by_month(bought[:, some], months, theirs, running[:, some])
    depreciation, impairment = (np.where(has_failed, 0.0, each) for each in (depreciation, impairment))
    left = (bought - depreciation - impairment).cumsum(axis=0)
    net = np.where(has_failed, 0.0, left)
    return depreciation, impairment + np.diff(left - net, axis=0, prepend=0.0), net


def _month_by_month(bought: Amounts, months: int, freed: Sequence[Freed], running: Any) -> tuple[Amounts, Amounts]:
    """Depreciation, and impairment by what is free again."""
    depreciation, impairment, left = (np.zeros_like(bought) for _ in range(3))
    for t in range(len(bought)):
        # What was bought in month s is written off in the months s + 1 to s + life.
        still = (months - np.maximum(t - 1 - np.arange(len(bought)), 0))[:, None]
        parts = np.where((still > 0) & (np.arange(len(bought)) < t)[:, None], left / np.maximum(still, 1), 0.0)
        depreciation[t] = parts.sum(axis=0)
        left -= parts
        left[t] += bought[t]
        book = left.sum(axis=0)
        rates = np.where(still > 1, left / np.maximum(still - 1, 1), 0.0)
        rates[t] = left[t] / months
        of_life = np.where(book > 0.0, book / np.where(book > 0.0, rates.sum(axis=0), 1.0), 0.0)
        for each in freed:
            impairment[t] += np.maximum(each.share[t] * book - each.worth(t, of_life, running), 0.0)
        impairment[t] = np.minimum(impairment[t], book)
        left *= 1.0 - np.where(book > 0.0, impairment[t] / np.where(book > 0.0, book, 1.0), 0.0)
    return depreciation, impairment
