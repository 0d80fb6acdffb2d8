"""The benchmarks run, and compare what is the same. How long anything takes is no business of the tests."""

import importlib.util
import json
import subprocess
import sys
import time
from pathlib import Path

import pytest

BENCHMARKS = Path(__file__).parents[2] / "benchmarks"


def alone(*words):
    command = [sys.executable, "-W", "error", str(BENCHMARKS / "alone.py"), *map(str, words)]
    return json.loads(subprocess.run(command, stdout=subprocess.PIPE, check=True).stdout)


@pytest.fixture(scope="module")
def simulated():
    return alone("ring", 1, time.time(), 8)


@pytest.fixture(scope="module")
def compared():
    """It ends with an error where Interlock and NumPy do not find the same."""
    return alone("numpy", 1, 0)


def test_time_for_each_path_month_and_contract_is_that_of_the_whole(simulated):
    assert (simulated["paths"], simulated["months"], simulated["contracts"]) == (8, 36, 7)
    whole = simulated["ns_per_path_month_and_contract"] * 8 * 36 * 7
    assert whole == pytest.approx(1e9 * simulated["warm"])


def test_clearing_and_mixing_are_compared_with_plain_numpy(compared):
    assert [row["what"].partition(",")[0] for row in compared] == ["clear", "mix"]
    assert all(row["ratio"] > 0.0 for row in compared)


def test_the_table_shows_every_measurement(simulated, compared, capsys):
    spec = importlib.util.spec_from_file_location("speed", BENCHMARKS / "speed.py")
    speed = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(speed)
    start = {"command": "interlock --help", "seconds": 0.25, "ratio": 12.5}
    found = {"cores": 2, "load_before": None, "starts": [start], "simulations": [simulated], "against_numpy": compared}
    speed.say(found)
    table = capsys.readouterr().out
    for words in ("interlock --help", "ring, 36 months, 7 contracts", "clear, 4,096 networks of 16", "mix, 4,096"):
        assert words in table
