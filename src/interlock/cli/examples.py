"""An example of each command, which its `--help` shows last."""

from __future__ import annotations

EXAMPLES = {
    "accounts": "interlock accounts ai-buildout --party coreweave",
    "backtest": "interlock backtest nvidia-microsoft-anthropic --actuals to-2026-10",
    "books": "interlock books",
    "check": "interlock check ai-buildout",
    "compare": "interlock compare ai-buildout --with growth-halved",
    "explain": "interlock explain nvidia-microsoft-anthropic --path 5 --party anthropic",
    "influence": "interlock influence ai-buildout --without openai",
    "kinds": "interlock kinds compute-commitment",
    "limits": "interlock limits ai-buildout --more 0.2",
    "losses": "interlock losses ai-buildout",
    "new": "interlock new my-book --from pair",
    "price": "interlock price nvidia-microsoft-anthropic figures.azure-price --deal azure-2025-11 --for microsoft",
    "race": "interlock race ai-buildout --without openai-oracle-2025-09",
    "report": "interlock report nvidia-microsoft-anthropic --scenario growth-halved --out report.html",
    "returns": 'interlock returns nvidia-microsoft-anthropic --of microsoft --cost-of-capital "9 %/year"',
    "run": "interlock run nvidia-microsoft-anthropic --paths 1024",
    "schema": "interlock schema",
    "sensitivity": 'interlock sensitivity nvidia-microsoft-anthropic --of "sales of anthropic in 2028"',
    "stress": "interlock stress ai-buildout --fail openai@2027-06 --shock drivers.work-demand.level=0.6@2027-01..",
    "tell": "interlock tell ai-buildout",
    "trace": "interlock trace ai-buildout --of nvidia",
}
