"""The charts of a page, by the section in which they stand: whatever its answers can draw."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from interlock.analysis.answer import Answer
from interlock.report.findings import Findings

OF_OVERVIEW = {"cash": "commitments", "deals": "commitments", "capacity": "limits", "chips": "limits"}
"""Where charts of the overview stand; the others are of the loop."""

MOST = 3
"""Charts of one section."""


def pictures(findings: Findings) -> dict[str, dict[str, Any]]:
    """Every chart as the viewer reads it, by name, by section."""
    answers: Mapping[str, Answer | None] = {
        "returns": findings.returns,
        "stress": findings.losses,
        "limits": findings.limits,
        "race": findings.race,
        "scenarios": findings.comparison,
    }
    found = {section: {} if answer is None else answer.charts() for section, answer in answers.items()}
    if findings.matrix is not None:
        found["stress"] |= findings.matrix.charts()
    for name, chart in findings.overview.charts().items():
        found.setdefault(OF_OVERVIEW.get(name, "loop"), {})[name] = chart
    return {
        section: {f"{section}-{name}": chart.to_json() for name, chart in list(charts.items())[:MOST]}
        for section, charts in found.items()
    }
