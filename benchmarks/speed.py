"""How fast Interlock is, and how much memory it takes: one table.

    python benchmarks/speed.py            # some five minutes; --json prints one document

Each figure comes from processes of its own, one after the other, on a machine that should do nothing else. What is
compared with what, and how to read it: README.md beside this file.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from interlock.engine.simulate import cores

BOOK = "nvidia-microsoft-anthropic"
PATHS = (1_024, 8_192, 131_072)
ROUNDS = 5

PASS = (sys.executable, "-c", "pass")
INTERLOCK = (sys.executable, "-c", "from interlock.cli import main; main()")

Row = dict[str, Any]


@contextmanager
def surroundings() -> Iterator[dict[str, str]]:
    """The environment of what is measured: Python's bytecode is kept, as pip leaves it; JAX's compiled code is not."""
    left_out = {"PYTHONDONTWRITEBYTECODE", "JAX_COMPILATION_CACHE_DIR"}
    with tempfile.TemporaryDirectory() as folder:
        yield {k: v for k, v in os.environ.items() if k not in left_out} | {"PYTHONPYCACHEPREFIX": folder}


def seconds_of(command: Sequence[str], rounds: int, environment: dict[str, str]) -> float:
    """The median of the seconds that a whole process takes."""
    found = []
    for _ in range(rounds):
        began = time.perf_counter()
        subprocess.run(command, env=environment, capture_output=True, check=True)
        found.append(time.perf_counter() - began)
    return statistics.median(found)


def starts(rounds: int, environment: dict[str, str]) -> list[Row]:
    """How long it takes until a command has answered, also in units of a Python that does nothing."""
    unit = seconds_of(PASS, 3 * rounds, environment)
    rows: list[Row] = [{"command": "python -c pass", "seconds": unit}]
    for word in ("--help", "kinds", "schema", "check"):
        seconds_of((*INTERLOCK, word), 1, environment)
        rows.append({"command": f"interlock {word}", "seconds": seconds_of((*INTERLOCK, word), rounds, environment)})
    with tempfile.TemporaryDirectory() as folder:
        run = (*INTERLOCK, "run", BOOK, "--out", str(Path(folder) / "run"))
        rows.append({"command": "interlock run", "seconds": seconds_of(run, 1, environment)})
    return [row | {"ratio": row["seconds"] / unit} for row in rows]


def alone(task: str, rounds: int, environment: dict[str, str], *figures: int) -> Any:
    """What a process of its own has found."""
    words = (task, rounds, time.time(), *figures)
    command = (sys.executable, str(Path(__file__).with_name("alone.py")), *map(str, words))
    return json.loads(subprocess.run(command, env=environment, stdout=subprocess.PIPE, check=True).stdout)


def measure(paths: Sequence[int], rounds: int) -> Row:
    """Everything, one after the other."""
    load = os.getloadavg()[0] if hasattr(os, "getloadavg") else None
    with surroundings() as environment:
        return {
            "cores": cores(),
            "load_before": load,
            "starts": starts(rounds, environment),
            "simulations": [alone(BOOK, rounds, environment, count) for count in paths],
            "against_numpy": alone("numpy", rounds, environment),
        }


def say(found: Row) -> None:
    """The table."""
    load = "unknown" if found["load_before"] is None else f"{found['load_before']:.2f}"
    print(f"{found['cores']} cores, load before: {load}\n")
    print(f"{'command':34}{'seconds':>10}{'x python -c pass':>20}")
    for row in found["starts"]:
        print(f"{row['command']:34}{row['seconds']:>10.2f}{row['ratio']:>20.0f}")
    book = found["simulations"][0]
    print(f"\n{book['book']}, {book['months']} months, {book['contracts']} contracts; ns for each path and month")
    print(f"{'futures':>10}{'cold s':>10}{'warm s':>10}{'cpu s':>10}{'peak MB':>10}{'ns':>10}{'ns a contract':>16}")
    for row in found["simulations"]:
        peak = "unknown" if row["peak_megabytes"] is None else f"{row['peak_megabytes']:.0f}"
        print(
            f"{row['paths']:>10,}{row['cold']:>10.1f}{row['warm']:>10.2f}{row['cpu']:>10.2f}{peak:>10}"
            f"{row['ns_per_path_month']:>10.0f}{row['ns_per_path_month_and_contract']:>16.1f}"
        )
    print(f"\n{'the same arithmetic':34}{'Interlock s':>12}{'NumPy s':>10}{'ratio':>8}")
    for row in found["against_numpy"]:
        print(f"{row['what']:34}{row['interlock']:>12.3f}{row['numpy']:>10.3f}{row['ratio']:>8.2f}")


def main() -> None:
    """Measure, and print."""
    words = argparse.ArgumentParser(description="How fast Interlock is, and how much memory it takes.")
    words.add_argument("--paths", type=int, nargs="+", default=PATHS, help="futures of each simulation")
    words.add_argument("--rounds", type=int, default=ROUNDS, help="how often each is measured, once warm")
    words.add_argument("--json", action="store_true", help="one JSON document")
    given = words.parse_args()
    found = measure(given.paths, given.rounds)
    if given.json:
        print(json.dumps(found, indent=2))
    else:
        say(found)


if __name__ == "__main__":
    main()
