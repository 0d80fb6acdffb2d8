"""A vehicle never costs its sponsor more than what it put in, unless it guarantees something."""

import random
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pytest

import interlock
from metamorphic.books import opened

BOOKS, PATHS = 12, 64
ROUNDING = 1e-9

EQUITY = "deals.vehicle.equity"


def book_of(number: int) -> dict:
    """A vehicle with a tenant, a bank, a landowner and works, all of them as likely to fail as not; some have luck."""
    dice = random.Random(number)

    def usd(low: float, high: float, unit: str = "M USD") -> str:
        value = dice.uniform(low, high)
        return f"{0.7 * value:.6g} to {1.3 * value:.6g} {unit}"

    def lease(payer: str, payee: str, low: float, high: float) -> dict:
        power = f"{dice.uniform(low, high):.4g} MW"
        terms = {
            "power": power,
            "rent": "800 to 1200 USD/kW-month",
            "start": "1 to 6 months",
            "term": "10 to 40 months",
        }
        return {"kind": "capacity-lease", "payer": payer, "payee": payee, **terms}

    def costs() -> dict:
        return {"amount": usd(1, 60, "M USD/year")}

    chances = {"restructured": "30 %", "keeps": "20 to 80 %", "acquired": "30 %", "default_costs": "5 to 40 %"}
    cover = {"when": "parties.vehicle.cover", "at_most": f"{dice.uniform(0.2, 1.1):.3g} x"}
    broken = {"all": [cover, {"date": "2026-06"}]}
    contracts = {
        "equity": {"kind": "equity-commitment", "payer": "sponsor", "payee": "vehicle", "total": usd(5, 90)}
        | {"valuation": "10 M USD", "tranches": [{"part": "60 %"}, {"part": "40 %", "when": "2026-05"}]},
        "rent": lease("tenant", "vehicle", 2, 20),
        "land": lease("vehicle", "landowner", 0.5, 8),
        "debt": {"kind": "loan", "payer": "bank", "payee": "vehicle", "total": usd(10, 120), "term": "20 to 90 months"}
        | {"rate": "2 to 12 %/year", "every": "1 month", "amortised": "100 %", "collateral": usd(1, 20)}
        | {"accelerated": broken},
        "chips": {"kind": "chip-supply", "payer": "vehicle", "payee": "maker", "price": "20 k USD/H100e"}
        | {"units": f"{dice.uniform(1, 80):.4g} H100e/month", "start": "2026-02", "term": "3 to 9 months"},
        "out": {"kind": "dividend-or-buyback", "payer": "vehicle", "payee": "sponsor", "part": "50 to 100 %"}
        | {"locked_below": f"{dice.uniform(0.5, 1.5):.3g} x"},
    }
    parties = {
        "sponsor": {"roles": ["investor"], "cash": usd(1, 120), "floor": "1 to 5 M USD", "grace": "1 month"}
        | {"flows": {"receipts": {"from": "customers", "amount": usd(1, 60, "M USD/year")}, "costs": costs()}},
        "vehicle": {"roles": ["vehicle"], "floor": usd(1, 10), "grace": "1 month", "flows": {"costs": costs()}}
        | chances,
        "tenant": {"roles": ["lab"], "cash": usd(1, 90), "grace": "1 month", **chances}
        | {"flows": {"receipts": {"from": "customers", "amount": usd(20, 300, "M USD/year")}}},
        "bank": {"roles": ["lender"], "cash": usd(20, 300)},
        "landowner": {"roles": ["landlord"], "flows": {"wages": {"amount": usd(1, 30, "M USD/year")}}},
        "maker": {"roles": ["chipmaker"]},
    }
    deal = {"announced": "2025-12-20", "status": "signed", "contracts": contracts}
    head = {"title": f"Vehicle {number}", "as_of": "2026-01-01", "start": "2026-01", "months": "36"}
    return {"book": head, "parties": parties, "deals": {"vehicle": deal}}


@cache
def runs(number: int, *, guarantee: bool = False) -> tuple[interlock.Run, interlock.Run]:
    """The futures with the vehicle, and the same futures without it."""
    book = book_of(number)
    if guarantee:
        terms = {"kind": "guarantee", "payer": "sponsor", "payee": "bank", "of": "deals.vehicle.debt"}
        book["deals"]["vehicle"]["contracts"]["guarantee"] = terms
    with TemporaryDirectory() as folder:
        both = opened(book, Path(folder, "vehicle.yaml"))
        alone = interlock.with_scenario(both, {"title": "No vehicle", "remove": ["deals.vehicle"]})
        one, other = (
            interlock.simulate(each, paths=PATHS, seed=number, keep=["cash", "paid"]) for each in (both, alone)
        )
    return one, other


def paid(run: interlock.Run, axis: str, what: str) -> np.ndarray:
    """[path, month] USD paid under a contract, or for a purpose."""
    by_month = run["paid_by_month"]
    return by_month.values[..., by_month[axis].values == what].sum(axis=-1)


def lacking(number: int, *, guarantee: bool = False) -> np.ndarray:
    """[path, month] what the sponsor has less because of the vehicle, beyond what it put in; of its largest cash."""
    run, alone = runs(number, guarantee=guarantee)
    put_in = paid(run, "contract", EQUITY).cumsum(axis=1)
    cash, cash_alone = (each["cash_by_month"].sel(party="sponsor").values for each in (run, alone))
    return (cash_alone - cash - put_in) / cash_alone.max()


@pytest.mark.parametrize("number", range(BOOKS))
def test_a_vehicle_without_a_guarantee_never_costs_its_sponsor_more_than_its_equity(number):
    assert lacking(number).max() <= ROUNDING


def test_the_books_put_that_to_the_test():
    # In some futures the vehicle fails, in some it pays out; and with a guarantee it would cost more than its equity.
    failed = [runs(n)[0].series["failed"] for n in range(BOOKS)]
    assert 0.1 < np.mean([each.values[each.rows.index("vehicle"), -1] for each in failed]) < 0.95
    assert np.mean([paid(runs(n)[0], "purpose", "dividend").sum(axis=1) > 0.0 for n in range(BOOKS)]) > 0.1
    assert np.mean([lacking(n, guarantee=True).max(axis=1) > 0.001 for n in range(BOOKS)]) > 0.01
