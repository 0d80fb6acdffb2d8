"""Shapes and words at places of their own: what the viewer draws without knowing what it is."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any


def path(d: str, *, fill: str = "none", stroke: str = "none", width: float = 0.0, opacity: float = 1.0) -> Any:
    """A path, as SVG writes it."""
    style = {"fill": fill, "stroke": stroke, "lineWidth": width, "opacity": opacity, "lineJoin": "round"}
    return {"kind": "path", "shape": {"pathData": d}, "style": style}


def box(x: float, y: float, width: float, height: float, fill: str, opacity: float = 1.0) -> Any:
    """A rectangle."""
    shape = {"x": round(x, 1), "y": round(y, 1), "width": round(width, 1), "height": round(height, 1)}
    return {"kind": "rect", "shape": shape, "style": {"fill": fill, "opacity": opacity}, "z": 1}


def words(  # noqa: PLR0913 - where it stands, and how it looks
    text: str,
    x: float,
    y: float,
    *,
    size: float = 12.5,
    color: str = "@ink",
    align: str = "left",
    bold: bool = False,
    room: float | None = None,
    turn: float = 0.0,
) -> Any:
    """Text whose middle is at `y`, with a rim of paper; shortened to its `room`, turned by so many degrees."""
    style: dict[str, Any] = {"text": text, "x": round(x, 1), "y": round(y, 1), "fontSize": size, "fill": color}
    style |= {"align": align, "verticalAlign": "middle", "stroke": "@paper", "lineWidth": 3}
    style |= {"fontWeight": "bold"} if bold else {}
    style |= {} if room is None else {"room": round(room, 1)}
    return {"kind": "text", "style": style, "z": 2, **({"turn": turn} if turn else {})}


def hovered(part: Any, lines: Sequence[str]) -> Any:
    """A part of which something is said when it is pointed at."""
    return {**part, "hover": list(lines)}


def drawing(size: tuple[float, float], parts: Sequence[Any]) -> dict[str, Any]:
    """The series that draws them, scaled to fit."""
    return {
        "type": "custom",
        "renderItem": "drawing",
        "coordinateSystem": "none",
        "itemPayload": {"size": list(size), "parts": list(parts)},
        "data": [{"value": [n], "hover": part.get("hover", [])} for n, part in enumerate(parts)],
    }
