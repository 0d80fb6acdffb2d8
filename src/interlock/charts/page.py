"""A page that holds charts and the viewer, and asks no other machine for anything."""

from __future__ import annotations

import html
import json
from collections.abc import Sequence
from typing import Any

from interlock.charts.viewer import hash_of, script

STYLE = """
:root { color-scheme: light dark; --paper: #fff; --ink: #1b1f24; --muted: #5a636e; }
@media (prefers-color-scheme: dark) { :root { --paper: #14181d; --ink: #eef1f5; --muted: #a7b0bb; } }
body { background: var(--paper); color: var(--ink); font: 16px/1.4 'Helvetica Neue', Helvetica, Arial, sans-serif;
       margin: 2rem auto; max-width: 64rem; padding: 0 1rem; }
.chart { margin: 0 0 3rem; }
.chart .title { font-size: 1.3rem; line-height: 1.25; margin: 0; }
.chart .units, .chart .source { color: var(--muted); margin: 0.2rem 0 0.6rem; }
.chart .source { font-size: 0.8rem; }
.chart .steps { display: flex; gap: 1rem; align-items: center; font-weight: bold; }
.chart .steps input { flex: 0 1 20rem; }
"""


def page(charts: Sequence[dict[str, Any]], title: str) -> str:
    """Charts, one below the other; each as it comes from `Chart.to_json`."""
    figures = "\n".join(f'<figure data-chart="{n}"></figure>' for n in range(len(charts)))
    view = embedded({"charts": {str(n): chart for n, chart in enumerate(charts)}})
    return f"""<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{policy()}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{html.escape(title)}</title>
<style>{STYLE}</style>
</head>
<body>
{figures}
{view}
<script>{script()}</script>
</body>
</html>
"""


def policy() -> str:
    """What a browser may do with a page that holds the viewer: run it, and nothing else."""
    return f"default-src 'none'; img-src data:; style-src 'unsafe-inline'; script-src {hash_of(script())}"


def embedded(view: dict[str, Any]) -> str:
    """`{"charts": {name: …}, "tables": {name: …}}` within a page, where the viewer finds it.

    No letter of it can end the element that it stands in.
    """
    text = json.dumps(view, ensure_ascii=False, allow_nan=False)
    for letter in "<>&\u2028\u2029":
        text = text.replace(letter, f"\\u{ord(letter):04x}")
    return f'<script type="application/json" id="interlock-view">{text}</script>'
