"""Colours by name, light and dark; the viewer reads the same file.

The first eight tell apart what is drawn, also for the colour-blind: neighbours differ in lightness. Nothing is told by
red and green: what is good is blue, what is bad orange.
"""

from __future__ import annotations

import json
from pathlib import Path

PALETTES: dict[str, dict[str, str]] = json.loads((Path(__file__).parent / "palette.json").read_text(encoding="utf-8"))

SERIES = tuple(f"@{n}" for n in range(1, 9))
"""In which several things are drawn side by side."""

HEAT = tuple(f"@heat{n}" for n in range(5))
"""From little to much."""
