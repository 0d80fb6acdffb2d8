"""The headline results of the bundled books. A drift is seen here, and its reason stands in the CHANGELOG.

To take new numbers over: INTERLOCK_GOLDEN=write pytest tests/golden/test_headlines.py
"""

import json
import os
import pathlib
import subprocess
import sys

import pytest

import interlock

HERE = pathlib.Path(__file__).parent
PATHS = 512


def headlines(book):
    """What `interlock run` says of a book, to nine digits, without the addresses on which it rests."""
    answer = as_users_run_it(book)
    return rounded({part: answer[part] for part in answer if part not in {"book", "run", "rests_on"}})


def as_users_run_it(book):
    """The answer of a process of its own, without what other tests ask of the compiler."""
    run = f"interlock.simulate(interlock.open_book({book!r}), paths={PATHS})"
    done = subprocess.run(
        [sys.executable, "-c", f"import interlock, json; print(json.dumps(interlock.overview({run}).to_json()))"],
        env={name: value for name, value in os.environ.items() if name != "XLA_FLAGS"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def rounded(part):
    if isinstance(part, dict):
        return {str(name): rounded(each) for name, each in part.items()}
    if isinstance(part, list):
        return [rounded(each) for each in part]
    return float(f"{part:.9g}") if isinstance(part, float) else part


def differences(found, expected, place=""):
    """Where two documents differ by more than another machine's rounding: a millionth, or a dollar."""
    if isinstance(expected, dict) and isinstance(found, dict) and found.keys() == expected.keys():
        return [each for name in expected for each in differences(found[name], expected[name], f"{place}.{name}")]
    if isinstance(expected, list) and isinstance(found, list) and len(found) == len(expected):
        pairs = zip(found, expected, strict=True)
        return [each for n, (a, b) in enumerate(pairs) for each in differences(a, b, f"{place}[{n}]")]
    if isinstance(expected, int | float) and isinstance(found, int | float):
        near = found == pytest.approx(expected, rel=1e-6, abs=1.0 if "usd" in place else 1e-9)
        return [] if near else [f"{place}: {found} for {expected}"]
    return [] if found == expected else [f"{place}: {found!r} for {expected!r}"]


@pytest.mark.parametrize("book", ["nvidia-microsoft-anthropic", "pair", "ring", "chain", "vehicle", "shortage"])
def test_the_headlines_of_a_bundled_book_are_what_they_were(book):
    file = HERE / f"{book}.json"
    found = headlines(book)
    if os.environ.get("INTERLOCK_GOLDEN") == "write":
        file.write_text(json.dumps(found, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    expected = json.loads(file.read_text(encoding="utf-8"))
    assert differences(found, expected) == []


LARGE = ("ai-buildout", "ai-buildout-2025-11")
FEW = 64


def totals(book):
    """Means over some futures of a book that is too large for its screen: what parties sell, hold and have failed."""
    run = interlock.simulate(interlock.open_book(book), paths=FEW)
    years = [year for year in run.years if year % 3 == 0]
    by_party = {
        name: {str(party): run[name].sel(party=party, year=years).mean("path").values.tolist() for party in parties}
        for name in ("revenue", "served", "cash")
        for parties in [run[name].party.values]
    }
    failed = run["failed"].isel(year=-1)
    often = {str(party): float((failed.sel(party=party) > 0.0).mean()) for party in failed.party.values}
    paid = run["paid"].sum(["path", "year"]) / FEW
    purposes = sorted({str(purpose) for purpose in paid.purpose.values})
    spent = {purpose: float(paid.where(paid.purpose == purpose, 0.0).sum()) for purpose in purposes}
    return rounded({"usd": by_party, "usd_by_purpose": spent, "failed": often})


@pytest.mark.weekly
@pytest.mark.parametrize("book", LARGE)
def test_the_totals_of_a_large_book_are_what_they_were(book):
    file = HERE / f"{book}.json"
    found = totals(book)
    if os.environ.get("INTERLOCK_GOLDEN") == "write":
        file.write_text(json.dumps(found, indent=1, ensure_ascii=False, sort_keys=True) + "\n", encoding="utf-8")
    assert differences(found, json.loads(file.read_text(encoding="utf-8"))) == []
