"""What is kept by calendar year: months are added up as they come, and the year is written once, at its end."""

from __future__ import annotations

from typing import Any, NamedTuple, TypeVar

import jax.numpy as jnp
from jax import lax

from interlock.ground.sums import once
from interlock.program.shape import Shape

Series = TypeVar("Series", bound=tuple[Any, ...])

Rows = tuple[Any, ...]
"""[row, path] of each series."""


class Kept(NamedTuple):
    """What is kept, sums of months before levels at the end of the year."""

    by_year: Any
    """[year, row, path] of each series."""
    so_far: Rows
    """The sums of the months of this year."""


def nothing_kept(blank: Series, sums: int) -> Kept:
    """Before the first month, where the first so many series are sums."""
    return Kept(blank, tuple(jnp.zeros(rows.shape[1:]) for rows in blank[:sums]))


def with_month(shape: Shape, kept: Kept, month: Any, sums: Rows, levels: Rows) -> Kept:
    """The same after one more month of the run; of months before it nothing is kept."""
    calendar = shape.start + month.astype(jnp.int32)
    year = calendar // 12 - shape.start // 12
    opens = (calendar % 12 == 0) | (month <= 0.0)
    closes = (month >= 0.0) & ((calendar % 12 == 11) | (month == shape.months - 1.0))
    so_far = tuple(jnp.where(opens, 0.0, old) + rows for old, rows in zip(kept.so_far, once(sums), strict=True))

    def written(by_year: Series) -> Series:
        made = type(by_year)
        return made(*(_put(old, year, rows) for old, rows in zip(by_year, (*so_far, *levels), strict=True)))

    return Kept(lax.cond(closes, written, lambda by_year: by_year, kept.by_year), so_far)


def _put(kept: Any, year: Any, rows: Any) -> Any:
    return lax.dynamic_update_index_in_dim(kept, rows, year, axis=0)
