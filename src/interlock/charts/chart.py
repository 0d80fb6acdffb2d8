"""One chart: what is drawn, and what is said about it; alike in an image, a page and a notebook."""

from __future__ import annotations

import json
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from interlock.charts.page import page
from interlock.charts.renderer import as_png, renderer
from interlock.charts.words import cleaned
from interlock.ground import notebook
from interlock.ground.errors import ArgumentError, NotInstalled

ENDINGS = (".svg", ".png", ".html")


@dataclass(frozen=True)
class Step:
    """One position of a page's slider: what of the option is then otherwise."""

    label: str
    option: dict[str, Any]


@dataclass(frozen=True)
class Chart:
    """An option of ECharts, in JSON alone, with what makes it readable."""

    title: str
    """States what was found."""
    units: str
    """What is drawn, and in which unit; under the title."""
    source: str
    """The book, the run, and what the ranges are; at the foot."""
    alt: str
    """The same in words, for those who do not see it."""
    option: dict[str, Any]
    """Colours are names of the palette, `@ink`."""
    steps: tuple[Step, ...] = ()
    """By which a page can move it, such as years; an image shows the first."""

    def to_json(self) -> dict[str, Any]:
        """All of it, without letters that no document may hold."""
        told = {"title": self.title, "units": self.units, "source": self.source, "alt": self.alt}
        steps = [{"label": each.label, "option": each.option} for each in self.steps]
        found: dict[str, Any] = cleaned({**told, "option": self.option, "steps": steps})
        return found

    def svg(self, width: int = 800, height: int | None = None, *, dark: bool = False) -> str:
        """An SVG of this size, or as high as it needs; laid out at a width of 800 and scaled. Needs `image`."""
        still = {**self.to_json(), "steps": []}
        return renderer().svg(json.dumps(still, ensure_ascii=False), width, height or 0, is_dark=dark)

    def png(self, width: int = 1280, height: int = 720, *, dark: bool = False) -> bytes:
        """A PNG of this size in pixels. Needs the extra `image`."""
        return as_png(self.svg(width, height, dark=dark))

    def html(self) -> str:
        """A page of its own that asks no other machine for anything; light or dark as its reader has it."""
        return page([self.to_json()], self.title)

    def save(self, path: str | Path) -> Path:
        """Write it aside, as the ending says, and rename it."""
        path = chart_path(path)
        ending = path.suffix.lower()
        if ending == ".html":
            return _written(path, self.html().encode())
        return _written(path, self.png() if ending == ".png" else self.svg().encode())

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, str]:
        """In a notebook: the drawing; in words alone where nothing is installed that draws."""
        told = {"text/plain": f"{self.title}\n{self.alt}"}
        with suppress(NotInstalled):
            return {"text/html": notebook.picture(self.svg(), f"{self.title}. {self.alt}"), **told}
        return told


def chart_path(path: str | Path) -> Path:
    """The path of an image or a page; raises ArgumentError where its ending says neither."""
    found = Path(path)
    if found.suffix.lower() not in ENDINGS:
        raise ArgumentError(f"'{path}': a chart is written to a file that ends in {', '.join(ENDINGS)}.")
    return found


def save_page(charts: Mapping[str, Chart], path: str | Path) -> Path:
    """Several charts on one page, one below the other."""
    title = next(iter(charts.values())).title
    return _written(Path(path), page([each.to_json() for each in charts.values()], title).encode())


def _written(path: Path, content: bytes) -> Path:
    """Aside, then renamed: no reader ever sees half of it."""
    aside = path.with_name(f".{path.name}.aside")
    try:
        aside.write_bytes(content)
        aside.replace(path)
    finally:
        aside.unlink(missing_ok=True)
    return path
