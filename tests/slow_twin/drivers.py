"""How the world moves on one path: each driver month by month, from the same standard normal shocks as the program."""

import math
from collections.abc import Callable, Mapping, Sequence
from itertools import pairwise

from scipy.special import ndtri, stdtr

from interlock.book.book import Book
from slow_twin.figures import Draws, Said

COMMON = "the common shock"
"""The name under which that of the drivers which go to extremes together is passed."""

Levels = list[float]
"""The level of one driver in each month of the run, and at the end, in place -1, that before the run."""


def world_of(book: Book, draws: Draws, shocks: Mapping[str, Sequence[float]]) -> dict[str, Levels]:
    """The levels of every driver; `shocks` are independent, one for each month (nothing moves in month 0)."""
    correlated = _correlated(book, shocks)
    for name in book.tails:
        correlated[name] = [_beside(z, w) for z, w in zip(correlated[name], shocks[COMMON], strict=True)]
    world: dict[str, Levels] = {}
    for name, terms in book.drivers.items():
        said = Said(terms, f"drivers.{name}", draws)
        world[name] = PROCESSES[terms.of.kind](said, correlated[name])
    for name, levels in world.items():
        levels.append(levels[0])
        for t in range(book.months):
            levels[t] = _shocked(book, name, book.start + t, levels[t])
    return world


def _shocked(book: Book, name: str, month: int, level: float) -> float:
    """A scenario multiplies a level for some months, or sets it, which overrides everything."""
    here = [shock for shock in book.shocks if shock.driver == name and shock.begins <= month < shock.until]
    for shock in here:
        if shock.factor is not None:
            level *= shock.factor
    for shock in here:
        if shock.to is not None:
            level = shock.to
    return level


def _correlated(book: Book, shocks: Mapping[str, Sequence[float]]) -> dict[str, list[float]]:
    """Cholesky, in order of name: each driver's shock is made of its own and of those of drivers named before it."""
    names = sorted(book.drivers)
    given = {frozenset(pair[:2]): pair[2] for pair in book.correlations}
    root: dict[tuple[str, str], float] = {}
    for i, a in enumerate(names):
        for b in names[: i + 1]:
            known = sum(root[a, c] * root[b, c] for c in names[: names.index(b)])
            if a == b:
                root[a, a] = math.sqrt(1.0 - known)
            else:
                root[a, b] = (given.get(frozenset((a, b)), 0.0) - known) / root[b, b]
    months = range(book.months)
    return {a: [sum(root[a, b] * shocks[b][t] for b in names[: i + 1]) for t in months] for i, a in enumerate(names)}


def _beside(shock: float, common: float) -> float:
    """The normal number that is as far out as this one, over the root of a chi-square, is by Student's t."""
    return math.copysign(ndtri(stdtr(4, -abs(shock) / math.sqrt(common / 4))), shock)


def _geometric_brownian(said: Said, shocks: Sequence[float]) -> Levels:
    first, volatility = said.number("level"), said.number("volatility")
    drift = said.number("drift", 0.0) - volatility**2 / 2
    levels = [first]
    for shock in shocks[1:]:
        levels.append(levels[-1] * math.exp(drift / 12 + volatility * math.sqrt(1 / 12) * shock))
    return levels


def _growth(said: Said, shocks: Sequence[float]) -> Levels:
    """Growth fades to its long run; one shock moves the level and the growth expected from then on."""
    volatility, shake = said.number("volatility", 0.0), said.number("growth_volatility", 0.0)
    pull = math.log(2) / max(said.number("half_life", 24.0), 1e-9)
    growth, long_run = math.log(1 + said.number("growth")), math.log(1 + said.number("long_run", 0.0))
    gathered = math.sqrt((1 - math.exp(-2 * pull)) / (2 * pull) / 12)
    levels = [said.number("level")]
    for shock in shocks[1:]:
        mean_growth = long_run + (growth - long_run) * (1 - math.exp(-pull)) / pull
        levels.append(
            levels[-1] * math.exp((mean_growth - volatility**2 / 2) / 12 + volatility * math.sqrt(1 / 12) * shock)
        )
        growth = long_run + (growth - long_run) * math.exp(-pull) + shake * gathered * shock
    return levels


def _mean_reverting(said: Said, shocks: Sequence[float]) -> Levels:
    """Pulled to its mean, on a scale without bounds: logarithmic where it has one bound, logistic where it has two."""
    low, high, mean = said.number("low"), said.number("high"), said.number("mean")
    unbounded, bounded, slope = _scale(low, high, mean)
    pull = math.log(2) / max(said.number("half_life"), 1e-9)
    gathered = math.sqrt((1 - math.exp(-2 * pull)) / (2 * pull) / 12)
    x, goal, shake = unbounded(said.number("level")), unbounded(mean), said.number("volatility") / slope * gathered
    a_year = 1 + said.number("trend", 0.0)
    levels = [bounded(x)]
    for t, shock in enumerate(shocks[1:], start=1):
        x = goal + (x - goal) * math.exp(-pull) + shake * shock
        levels.append(bounded(x) * a_year ** (t / 12))
    return levels


def _scale(
    low: float | None, high: float | None, mean: float
) -> tuple[Callable[[float], float], Callable[[float], float], float]:
    """To the scale without bounds, back from it, and by how much the level moves with it at the mean."""
    near = 1e-6
    if low is None and high is None:
        return (lambda level: level), (lambda x: x), 1.0

    def within(x: float) -> float:
        return min(max(x, -18.0), 18.0)

    if high is None:
        room = max(mean - low, 1e-12)
        return (
            lambda level: math.log(max((level - low) / room, near)),
            lambda x: low + room * math.exp(within(x)),
            room,
        )
    if low is None:
        room = max(high - mean, 1e-12)
        return (
            lambda level: -math.log(max((high - level) / room, near)),
            lambda x: high - room * math.exp(-within(x)),
            room,
        )
    room = max(high - low, 1e-12)

    def part(level: float) -> float:
        return min(max((level - low) / room, near), 1 - near)

    return (
        lambda level: math.log(part(level) / (1 - part(level))),
        lambda x: low + room / (1 + math.exp(-within(x))),
        room * part(mean) * (1 - part(mean)),
    )


def _regime(said: Said, shocks: Sequence[float]) -> Levels:
    """In one state at a time, the best first. A state ends with chance 1 / stay; a high shock leads to a better one."""
    states = said.parts("states")
    stays = [max(state.number("stay"), 1.0) for state in states]
    weights = [state.number("weight", 1.0) for state in states]
    here = min(max(int(said.number("first", 1.0)), 1), len(states)) - 1
    places = [here]
    for shock in shocks[1:]:
        others = sum(weight for place, weight in enumerate(weights) if place != here)
        leaves = 1 / stays[here] if others > 0 else 0.0
        drawn = min(0.5 * math.erfc(shock / math.sqrt(2)), 1 - 1e-12)
        reached = 0.0
        for place, weight in enumerate(weights):
            reached += 1 - leaves if place == here else leaves * weight / others if others > 0 else 0.0
            if reached > drawn:
                break
        here = place
        places.append(here)
    return [states[place].number("level") for place in places]


def _fixed(said: Said, shocks: Sequence[float]) -> Levels:
    """By date; before the first date as on it. In straight lines it counts with its mean over each month."""
    scale = said.number("scale", 1.0)
    steps, line, table = said.of("steps"), said.of("line"), said.of("file")
    dated = said.draws.steps(steps or line or table)
    levels = []
    for t in range(len(shocks)):
        if line is None:
            levels.append(scale * _level_at(dated, t))
        else:  # the mean of a straight line is its middle, for dates are whole months
            levels.append(scale * (_line_at(dated, t) + _line_at(dated, t + 1)) / 2)
    return levels


def _level_at(dated: list[tuple[float, float]], month: float) -> float:
    passed = [level for date, level in dated if date <= month]
    return passed[-1] if passed else dated[0][1]


def _line_at(dated: list[tuple[float, float]], month: float) -> float:
    if month <= dated[0][0]:
        return dated[0][1]
    for (begins, low), (ends, high) in pairwise(dated):
        if begins <= month <= ends:
            return low + (high - low) * (month - begins) / (ends - begins)
    return dated[-1][1]


PROCESSES: dict[str, Callable[[Said, Sequence[float]], Levels]] = {
    "fixed": _fixed,
    "geometric-brownian": _geometric_brownian,
    "growth": _growth,
    "mean-reverting": _mean_reverting,
    "regime": _regime,
    "table": _fixed,
}
