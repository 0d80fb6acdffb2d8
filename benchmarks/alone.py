"""What is measured in a process of its own: one simulation, or Interlock against NumPy. `speed.py` calls it."""

from __future__ import annotations

import importlib.util
import json
import statistics
import sys
import time
from collections.abc import Callable
from typing import Any

import in_numpy
import numpy as np

import interlock

LONGEST = 20.0
"""Seconds after which nothing is repeated again."""

NETWORKS, PARTIES = 4_096, 16
"""How many networks are cleared and mixed at once, and of how many parties."""

Row = dict[str, Any]


def timed(act: Callable[[], Any], rounds: int) -> list[float]:
    """Seconds that it took, each time."""
    found: list[float] = []
    while len(found) < rounds and sum(found) < LONGEST:
        began = time.perf_counter()
        act()
        found.append(time.perf_counter() - began)
    return found


def simulation(book: str, paths: int, rounds: int, began: float) -> Row:
    """Cold: from the start of the process to its first result, compiling included. Warm: again, in the same process."""
    opened = interlock.open_book(book)
    run = interlock.simulate(opened, paths=paths)
    cold, peak = time.time() - began, peak_megabytes()
    contracts = len({leg[0] for leg in run.series["paid"].rows})
    busy = time.process_time()
    warm = timed(lambda: interlock.simulate(opened, paths=paths), rounds)
    busy = (time.process_time() - busy) / len(warm)
    each = 1e9 * statistics.median(warm) / (paths * opened.months)
    return {
        "book": book,
        "months": opened.months,
        "contracts": contracts,
        "paths": paths,
        "cold": cold,
        "warm": statistics.median(warm),
        "cpu": busy,
        "peak_megabytes": peak,
        "ns_per_path_month": each,
        "ns_per_path_month_and_contract": each / contracts,
    }


def peak_megabytes() -> float | None:
    """The most memory that this process has held; None where Python cannot say (Windows)."""
    if importlib.util.find_spec("resource") is None:
        return None
    resource = importlib.import_module("resource")
    unit = 1 if sys.platform == "darwin" else 1024
    return float(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit / 1e6)


def against_numpy(rounds: int) -> list[Row]:
    """The same networks cleared and mixed by Interlock and in plain NumPy."""
    owed, opening, colours = in_numpy.networks(NETWORKS, PARTIES)
    cleared = in_turn(lambda: interlock.clear(owed, opening).paid, lambda: in_numpy.clear(owed, opening), rounds)
    mixed = in_turn(lambda: interlock.mix(owed, opening, colours), lambda: in_numpy.mix(owed, opening, colours), rounds)
    about = f"{NETWORKS:,} networks of {PARTIES}"
    return [{"what": f"clear, {about}"} | cleared, {"what": f"mix, {about}"} | mixed]


def in_turn(ours: Callable[[], Any], plain: Callable[[], Any], rounds: int) -> Row:
    """Seconds that either takes for the same numbers, measured in turn: a machine that slows down slows both."""
    assert np.allclose(ours(), plain(), rtol=1e-9), "Interlock and NumPy disagree"
    seconds = [(timed(ours, 1)[0], timed(plain, 1)[0]) for _ in range(rounds)]
    middle = [statistics.median(each) for each in zip(*seconds, strict=True)]
    return {"interlock": middle[0], "numpy": middle[1], "ratio": statistics.median(a / b for a, b in seconds)}


if __name__ == "__main__":
    task, rounds, began, *figures = sys.argv[1:]
    if task == "numpy":
        print(json.dumps(against_numpy(int(rounds))))
    else:
        print(json.dumps(simulation(task, int(figures[0]), int(rounds), float(began))))
