"""What flows of later years are worth today, the rate that they earn, and when they have paid back.

    NPV      = sum over years of flow_y x (1 + r)^-t_y            t_y: from the start to the middle of the year's months
    IRR      = the r at which the NPV is zero, where it falls through zero there and nowhere else
    multiple = what comes back / what is put in                    net of each other within a calendar year
    payback  = the first year from whose end on all flows so far add up to nothing or more
    charge   = spent x k / (1 - e^(-k life)) a year for `life` years from t_y on, k = ln(1 + r)

The charge is what spending must bring in, evenly over its life, to earn the rate: discounted at it, it is the spending.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import numpy as np

Flows = Any
"""[year, path] or [year]: USD of each calendar year; negative where it is paid."""

LIFE = {"chips": 5.0, "construction": 15.0}
"""Years for which what was bought lasts. Chips: Amazon counts five years for a part of its servers since 2025, Meta
5.5, Microsoft and Alphabet six. Construction is all that is built around them: Microsoft writes buildings off over five
to 15 years."""

GRID = np.linspace(np.log(0.02), np.log(50.0), 80)
"""Logarithms of 1 + r at which rates are looked for where there may be several."""

ROUNDING = 1e-9
"""Of the largest of some flows: what is less is nothing."""

BLOCK = 512
"""Paths that are looked at together: what is worked out for them stays in the processor."""


def parts_of_years(start: int, months: int) -> tuple[Any, Any]:
    """[year] when each calendar year's part of a run begins and ends, in years from its start; `start` in months."""
    first = np.arange(start // 12, (start + months - 1) // 12 + 1) * 12 - start
    return np.maximum(first, 0) / 12.0, np.minimum(first + 12, months) / 12.0


def present_value(flows: Flows, times: Any, rate: float) -> Any:
    """Discounted to the start and added up: [path], or a number."""
    # Fixed order of adding up: no dot product over years.
    return sum(flow * (1.0 + rate) ** -time for flow, time in zip(flows, times, strict=True))


def rate_of_return(flows: Any, times: Any) -> float:
    """The IRR of one row of flows; NaN where it has none (`has_rate`)."""
    flows, times = np.asarray(flows, dtype=np.float64), np.asarray(times, dtype=np.float64)
    of_years = [*zip(flows.tolist(), times.tolist(), strict=True)]
    if not _has_rate(of_years):
        return float("nan")
    low, high = float(GRID[0]), float(GRID[-1])
    while _value_at(of_years, low)[0] < 0.0:
        low *= 2.0
    return math.expm1(_falls_through_zero(of_years, low, high))


def _falls_through_zero(of_years: Sequence[tuple[float, float]], low: float, high: float) -> float:
    """The ln(1 + r) between two at which the NPV of one row falls through zero, as near as numbers can tell.

    By Newton's steps, and by half of what is left where one would lead out of it.
    """
    rate, before = (low + high) / 2.0, math.inf
    while low < rate < high and abs(rate - before) > 1e-15:
        value, slope = _value_at(of_years, rate)
        low, high = (rate, high) if value > 0.0 else (low, rate)
        before, rate = rate, rate - value / slope if slope else math.inf
        if not low < rate < high:
            rate = (low + high) / 2.0
    return rate


def has_rate(flows: Flows, times: Any) -> Any:
    """[path] whether there is one IRR: something is put in first, and the NPV falls through zero at one rate.

    One change of sign of the flows makes for one such rate (Descartes' rule, which holds for any times); where there
    are several, rates from -98 to 4,900 % are looked at. One beyond 4,900 % is none: so little was put in first that
    it says nothing.
    """
    rounding = _rounding_of(flows)
    changes, last = np.zeros((2, flows.shape[1]), dtype=np.int8)
    for flow in flows:
        sign = (flow > rounding).astype(np.int8) - (flow < -rounding)
        changes += sign * last < 0
        np.copyto(last, sign, where=sign != 0)
    at_most = np.exp(-GRID[-1] * (np.asarray(times) - times[0])) @ flows
    found = (changes == 1) & (last > 0) & (at_most <= 0.0)
    several = np.flatnonzero(changes > 1)
    if several.size:
        # Only signs are asked for, so that rounding, and what is far in the future, may weigh as they will.
        weights = np.exp(-GRID[:, None] * (np.asarray(times) - times[0])).astype(np.float32)
        some = flows[:, several].astype(np.float32)
        found[several] = np.concatenate(
            [_falls_once(weights @ some[:, first : first + BLOCK] > 0.0) for first in range(0, several.size, BLOCK)]
        )
    return found


def _has_rate(of_years: Sequence[tuple[float, float]]) -> bool:
    """The same of one row, a tenth of the time that arrays would take."""
    rounding = ROUNDING * max(abs(flow) for flow, _ in of_years)
    is_gain = [flow > 0.0 for flow, _ in of_years if abs(flow) > rounding]
    changes = sum(one != other for one, other in pairwise(is_gain))
    if changes == 1:
        return is_gain[-1] and _value_at(of_years, float(GRID[-1]))[0] <= 0.0
    flows, times = np.array(of_years).T
    return changes > 1 and bool(has_rate(flows[:, None], times)[0])


def _falls_once(is_above: Any) -> Any:
    """[path] whether what begins above nothing, [rate, path], ends below it and never comes back."""
    return is_above[0] & ~is_above[-1] & ~(is_above[1:] > is_above[:-1]).any(axis=0)


def _value_at(of_years: Sequence[tuple[float, float]], log_rate: float) -> tuple[float, float]:
    """The NPV of flows at a ln(1 + r) and its slope there, but for a factor that keeps them from overflowing."""
    nearest = of_years[-1 if log_rate < 0.0 else 0][1]
    value = slope = 0.0
    for flow, time in of_years:
        part = flow * math.exp(-log_rate * (time - nearest))
        value, slope = value + part, slope - (time - nearest) * part
    return value, slope


def slope_of_value(flows: Any, times: Any, rate: float) -> float:
    """By how much the NPV moves with the rate: what the error of an NPV is divided by to be that of the IRR."""
    parts = (-time * flow * (1.0 + rate) ** (-time - 1.0) for flow, time in zip(flows, times, strict=True))
    return float(sum(parts))


def payback(flows: Flows) -> Any:
    """[path] the number of the year by which [year, path] has paid back for good; -1 where nothing was put in.

    What has not paid back by the last year has as many as there are years.
    """
    rounding = _rounding_of(flows)
    so_far, last = np.zeros(flows.shape[1]), np.full(flows.shape[1], -1)
    for year, flow in enumerate(flows, start=1):
        so_far += flow
        np.copyto(last, year, where=so_far < -rounding)
    return last


def _rounding_of(flows: Flows) -> Any:
    """[path] what is nothing beside the largest of the flows."""
    return ROUNDING * np.maximum(flows.max(axis=0), -flows.min(axis=0))


def put_in_and_back(flows: Flows) -> tuple[Any, Any]:
    """[path] what comes back, and what is put in, over all years."""
    back = np.maximum(flows, 0.0)
    return back.sum(axis=0), (back - flows).sum(axis=0)


def capital_charge(spent: Flows, times: Any, begins: Any, ends: Any, life: float, rate: float) -> Any:
    """[year, path] what each year must bring in for spending [year, path] to earn the rate over its life."""
    pace = np.log1p(rate)
    yearly = 1.0 / life if abs(pace) < 1e-12 else pace / -np.expm1(-pace * life)
    since = np.asarray(times)[None, :]
    covered = np.minimum(np.asarray(ends)[:, None], since + life) - np.maximum(np.asarray(begins)[:, None], since)
    shares = yearly * np.maximum(covered, 0.0)
    return shares @ spent


def evenly(years: Any, rate: Any) -> Any:
    """The present value of 1 a year, paid evenly over so many years."""
    pace = np.log1p(rate) * np.ones_like(years)
    even = np.abs(pace) < 1e-12
    safe = np.where(even, 1.0, pace)
    return np.where(even, years, -np.expm1(-safe * years) / safe)
