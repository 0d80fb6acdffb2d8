"""What must not matter does not: threads, files, the order of questions, who else is in the book."""

import hashlib
import os
import random
import subprocess
import sys

import numpy as np
import pytest
import yaml

import interlock
from interlock.engine.simulate import cores
from metamorphic.books import assert_same_bits, by_row, furthest, opened, text_of, values, written

ROUNDING = 1e-9

TELL_36_MONTHS = """
import hashlib, sys
import interlock
run = interlock.simulate(interlock.open_book(sys.argv[1]), paths=1500, keep=["cash", "paid"])
months = [run[name].values[:, :36].tobytes() for name in ("cash_by_month", "paid_by_month")]
sys.stdout.write(hashlib.sha256(b"".join(months)).hexdigest())
"""

HERMIT = {"title": "A hermit", "roles": ["investor"], "cash": "1 B USD"}


@pytest.fixture(scope="module")
def triangle() -> interlock.Book:
    return interlock.open_book("nvidia-microsoft-anthropic")


@pytest.fixture(scope="module")
def chain() -> interlock.Run:
    return interlock.simulate(interlock.open_book("chain"), paths=1500, keep=["cash", "paid"])


def test_any_number_of_threads_gives_the_same_bits(triangle):
    # 2,500 paths are several chunks, the last one filled up.
    one, two, five = (interlock.simulate(triangle, paths=2500, threads=threads) for threads in (1, 2, 5))
    assert_same_bits(one, two)
    assert_same_bits(one, five)


@pytest.mark.skipif(not hasattr(os, "sched_setaffinity"), reason="a process of this system may use all cores")
def test_only_cores_that_the_process_may_use_are_counted():
    allowed = os.sched_getaffinity(0)
    try:
        os.sched_setaffinity(0, {min(allowed)})
        assert cores() == 1
    finally:
        os.sched_setaffinity(0, allowed)
    assert cores() == len(allowed)


@pytest.mark.parametrize("sampling", ["plain", "sobol"])
def test_the_first_paths_of_a_longer_run_are_those_of_a_shorter_one(chain, sampling):
    book = interlock.open_book("chain")
    few, many = (interlock.simulate(book, paths=paths, sampling=sampling) for paths in (1024, 4096))
    for name, ours in values(few).items():
        assert np.array_equal(ours, values(many)[name][..., :1024]), name


def test_another_seed_gives_other_futures(chain):
    other = interlock.simulate(interlock.open_book("chain"), paths=1500, seed=8)
    # What is drawn from few values may well be the same.
    draws, others = values(chain)["draws"], values(other)["draws"]
    is_continuous = np.array([len(np.unique(row)) > 1000 for row in draws])
    assert is_continuous.sum() > 1
    assert not np.isclose(draws[is_continuous], others[is_continuous]).any()


def test_any_order_and_split_of_files_gives_the_same_bits(chain, tmp_path):
    book = text_of("chain")
    dice = random.Random(5)

    def shuffled(part):
        if not isinstance(part, dict):
            return part
        names = dice.sample([*part], len(part))
        return {name: shuffled(part[name]) for name in names}

    for section in dice.sample([*book], len(book)):
        if section in {"parties", "deals"}:  # each in a file of its own
            for name, entry in book[section].items():
                written({section: {name: shuffled(entry)}}, tmp_path / "chain" / f"{name}-of-{section}.yaml")
        else:
            written({section: shuffled(book[section])}, tmp_path / "chain" / f"0-{section}.yaml")
    assert_same_bits(chain, interlock.simulate(interlock.open_book(tmp_path / "chain"), paths=1500))


def test_a_change_that_changes_nothing_gives_the_same_bits(chain):
    book = interlock.open_book("chain")
    same = book.amend({"parties.cloud.cash": "4 B USD"})
    assert_same_bits(chain, interlock.simulate(same, paths=1500))
    shock = {"address": "drivers.demand.level", "factor": "1", "from": "2026-02", "until": "2027-01"}
    unshaken = interlock.with_scenario(book, {"title": "Nothing happens", "shocks": [shock]})
    assert_same_bits(chain, interlock.simulate(unshaken, paths=1500))


def test_lengthening_the_horizon_leaves_earlier_months_unchanged(tmp_path):
    """As users compile it: the quick code of tests may round otherwise from one horizon to another."""
    book, told = text_of("chain"), {}
    as_users = {name: value for name, value in os.environ.items() if name != "XLA_FLAGS"}
    for months in (36, 60):
        book["book"]["months"] = str(months)
        command = [sys.executable, "-c", TELL_36_MONTHS, str(written(book, tmp_path / f"{months}.yaml"))]
        told[months] = subprocess.run(command, env=as_users, capture_output=True, check=True).stdout
    assert told[36] == told[60]
    assert len(told[36]) == 64


def test_a_party_that_nobody_deals_with_changes_results_by_rounding_at_most(chain, tmp_path):
    book = text_of("chain")
    book["parties"]["hermit"] = HERMIT
    other = interlock.simulate(opened(book, tmp_path / "chain.yaml"), paths=1500)
    for name in chain.series:
        assert furthest(by_row(chain, name), by_row(other, name)) < ROUNDING, name
    assert set(np.unique(by_row(other, "cash")["hermit"])) == {1e9}


def test_a_deal_among_others_disturbs_nobodys_luck(chain, tmp_path):
    book = text_of("chain")
    book["parties"] |= {"hermit": HERMIT, "friend": {"roles": ["lab"]}}
    book["drivers"]["aaa"] = {"kind": "geometric-brownian", "level": "1 to 2", "volatility": "20 %"}
    shares = {"kind": "equity-commitment", "payer": "hermit", "payee": "friend", "total": "1 to 9 M USD"}
    shares |= {
        "valuation": "1 B USD",
        "tranches": [{"part": "50 %", "when": {"when": "drivers.aaa", "at_least": "1.5"}}],
    }
    book["deals"]["aaa"] = {"announced": "2026-01-01", "status": "in-force", "contracts": {"shares": shares}}
    other = interlock.simulate(opened(book, tmp_path / "chain.yaml"), paths=1500)
    drawn = dict(zip(other.figures, other.draws, strict=True))
    for figure, draws in zip(chain.figures, chain.draws, strict=True):
        assert np.array_equal(draws, drawn[figure]), figure
    assert len(drawn) == len(chain.figures) + 2
    for name in chain.series:
        assert furthest(by_row(chain, name), by_row(other, name)) < ROUNDING, name


def test_renaming_a_party_whose_figures_are_certain_changes_only_names(chain, tmp_path):
    renamed = yaml.safe_dump(text_of("chain"), sort_keys=False).replace("chipmaker:", "foundry:")
    for end in ("payer", "payee"):
        renamed = renamed.replace(f"{end}: chipmaker", f"{end}: foundry")
    (tmp_path / "chain.yaml").write_text(renamed, encoding="utf-8")
    other = interlock.simulate(interlock.open_book(tmp_path / "chain.yaml"), paths=1500)
    assert chain.figures == other.figures

    def old_name(row):
        if isinstance(row, str):
            return row.replace("parties.foundry", "parties.chipmaker").replace("foundry", "chipmaker")
        return tuple(old_name(part) for part in row)

    for name in chain.series:
        theirs = {old_name(row): rows for row, rows in by_row(other, name).items()}
        assert furthest(by_row(chain, name), theirs) < ROUNDING, name


def test_any_order_of_questions_gives_the_same_answers():
    questions = {
        "overview": lambda run: interlock.overview(run).to_json(),
        "trace": lambda run: interlock.trace(run).to_json(),
        "cash": lambda run: run["cash"].values.tolist(),
        "means": lambda run: {name: series.mean().tolist() for name, series in run.series.items()},
        "ranges": lambda run: run.series["flows"].quantile(0.05).tolist(),
        "draws": lambda run: run.draws.tolist(),
    }
    book = interlock.open_book("chain")
    answers = []
    for order in (list(questions), list(reversed(questions)), ["trace", *questions, "trace"]):
        run = interlock.simulate(book, paths=1500)
        answers.append({name: questions[name](run) for name in order})
    assert answers[0] == answers[1] == answers[2]


def test_the_users_own_setting_of_64_bits_changes_no_bit_and_is_left_as_it_is():
    run_and_print = """
import hashlib, interlock, jax, jax.numpy as jnp
run = interlock.simulate(interlock.open_book("chain"), paths=1500, threads=2)
bits = b"".join(run.series[name].values.tobytes() for name in sorted(run.series))
print(hashlib.sha256(bits).hexdigest(), jnp.ones(1).dtype, jax.config.jax_enable_x64)
"""
    told = {}
    for setting in ("0", "1"):
        done = subprocess.run(
            [sys.executable, "-c", run_and_print],
            env=os.environ | {"JAX_ENABLE_X64": setting, "PYTHONPATH": os.pathsep.join(sys.path)},
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        told[setting] = done.stdout.split()
    assert told["0"][1:] == ["float32", "False"]
    assert told["1"][1:] == ["float64", "True"]
    assert told["0"][0] == told["1"][0]
    assert told["0"][0] == _bits_of(interlock.simulate(interlock.open_book("chain"), paths=1500, threads=1))


def _bits_of(run: interlock.Run) -> str:
    return hashlib.sha256(b"".join(run.series[name].values.tobytes() for name in sorted(run.series))).hexdigest()
