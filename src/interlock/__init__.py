"""Interlock simulates the long-term deals that lock AI labs, chipmakers and clouds together."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

from interlock.ground.version import __version__ as __version__

__all__ = [
    "KINDS",
    "Accounts",
    "Answer",
    "ArgumentError",
    "Backtest",
    "Book",
    "BookError",
    "BreakingPoint",
    "Chart",
    "Clearing",
    "Comparison",
    "Contract",
    "Explanation",
    "Influence",
    "InterlockError",
    "LawBroken",
    "Limits",
    "Loops",
    "Losses",
    "Matrix",
    "Overview",
    "Price",
    "Race",
    "Removals",
    "Returns",
    "Run",
    "RunFolderError",
    "Sensitivity",
    "Stress",
    "Trace",
    "accounts",
    "backtest",
    "breaking_point",
    "bundled",
    "clear",
    "compare",
    "explain",
    "influence",
    "limits",
    "loops",
    "losses",
    "mix",
    "open_book",
    "open_run",
    "overview",
    "price",
    "race",
    "removals",
    "returns",
    "save_report",
    "save_run",
    "save_workbook",
    "sensitivity",
    "simulate",
    "simulate_pair",
    "stress",
    "stress_matrix",
    "trace",
    "with_scenario",
]

_HOME = {
    "KINDS": "contracts",
    "Accounts": "analysis.accounts",
    "Answer": "analysis.answer",
    "ArgumentError": "ground.errors",
    "Backtest": "analysis.backtest",
    "Book": "book.book",
    "BookError": "ground.errors",
    "BreakingPoint": "analysis.breaking",
    "Chart": "charts.chart",
    "Clearing": "money.clearing",
    "Comparison": "analysis.compare",
    "Contract": "contracts.contract",
    "Explanation": "analysis.explain",
    "Influence": "analysis.influence",
    "InterlockError": "ground.errors",
    "LawBroken": "ground.errors",
    "Limits": "analysis.limits",
    "Loops": "analysis.loops",
    "Losses": "analysis.losses",
    "Matrix": "analysis.matrix",
    "Overview": "analysis.overview",
    "Race": "analysis.race",
    "Price": "analysis.price",
    "Returns": "analysis.returns",
    "Removals": "analysis.removals",
    "Run": "engine.run",
    "RunFolderError": "ground.errors",
    "Sensitivity": "analysis.sensitivity",
    "Stress": "analysis.stress",
    "Trace": "analysis.trace",
    "accounts": "analysis.accounts",
    "backtest": "analysis.backtest",
    "breaking_point": "analysis.breaking",
    "bundled": "book.read",
    "clear": "money.clearing",
    "compare": "analysis.compare",
    "explain": "analysis.explain",
    "limits": "analysis.limits",
    "influence": "analysis.influence",
    "loops": "analysis.loops",
    "losses": "analysis.losses",
    "mix": "money.tracing",
    "open_book": "book.read",
    "open_run": "engine.folder",
    "overview": "analysis.overview",
    "race": "analysis.race",
    "price": "analysis.price",
    "returns": "analysis.returns",
    "removals": "analysis.removals",
    "save_report": "report.page",
    "save_run": "engine.folder",
    "save_workbook": "report.workbook",
    "sensitivity": "analysis.sensitivity",
    "simulate": "engine.run",
    "simulate_pair": "engine.pair",
    "stress": "analysis.stress",
    "stress_matrix": "analysis.matrix",
    "trace": "analysis.trace",
    "with_scenario": "book.read",
}

if TYPE_CHECKING:
    from interlock.analysis.accounts import Accounts, accounts
    from interlock.analysis.answer import Answer
    from interlock.analysis.backtest import Backtest, backtest
    from interlock.analysis.breaking import BreakingPoint, breaking_point
    from interlock.analysis.compare import Comparison, compare
    from interlock.analysis.explain import Explanation, explain
    from interlock.analysis.influence import Influence, influence
    from interlock.analysis.limits import Limits, limits
    from interlock.analysis.loops import Loops, loops
    from interlock.analysis.losses import Losses, losses
    from interlock.analysis.matrix import Matrix, stress_matrix
    from interlock.analysis.overview import Overview, overview
    from interlock.analysis.price import Price, price
    from interlock.analysis.race import Race, race
    from interlock.analysis.removals import Removals, removals
    from interlock.analysis.returns import Returns, returns
    from interlock.analysis.sensitivity import Sensitivity, sensitivity
    from interlock.analysis.stress import Stress, stress
    from interlock.analysis.trace import Trace, trace
    from interlock.book.book import Book
    from interlock.book.read import bundled, open_book, with_scenario
    from interlock.charts.chart import Chart
    from interlock.contracts import KINDS
    from interlock.contracts.contract import Contract
    from interlock.engine.folder import open_run, save_run
    from interlock.engine.pair import simulate_pair
    from interlock.engine.run import Run, simulate
    from interlock.ground.errors import ArgumentError, BookError, InterlockError, LawBroken, RunFolderError
    from interlock.money.clearing import Clearing, clear
    from interlock.money.tracing import mix
    from interlock.report.page import save_report
    from interlock.report.workbook import save_workbook


def __getattr__(name: str) -> Any:
    """A public name, loaded when first used: opening a book must not wait for the engine."""
    if name not in _HOME:
        raise AttributeError(f"module 'interlock' has no attribute '{name}'")
    found = getattr(importlib.import_module(f"interlock.{_HOME[name]}"), name)
    globals()[name] = found
    return found


def __dir__() -> list[str]:
    return sorted([*__all__, "__version__"])
