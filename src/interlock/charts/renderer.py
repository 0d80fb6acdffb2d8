"""An SVG without a browser: the viewer in an embedded JavaScript engine, and a PNG of it.

QuickJS must stay on the thread that made it, and V8 has no wheels for what QuickJS serves: one thread draws, with
whichever of the two is there.
"""

from __future__ import annotations

import atexit
import importlib
import importlib.util
import json
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from pathlib import Path
from typing import Any, Protocol, runtime_checkable

from interlock.charts.viewer import script
from interlock.ground.errors import NotInstalled

STUBS = (
    "var setTimeout=function(){return 0},clearTimeout=function(){},setInterval=setTimeout,clearInterval=clearTimeout;"
)
"""What the viewer asks for when it is loaded, and has no use for here."""

NO_EXTRA = "An image of a chart needs the extra `image`: pip install 'interlock[image]'. A page (.html) does not."

FONT = "Source Sans Pro"


@runtime_checkable
class Renderer(Protocol):
    """Whatever makes an SVG of a chart's JSON."""

    def svg(self, chart: str, width: int, height: int, *, is_dark: bool) -> str:
        """The picture, of this size in pixels; as high as it needs where the height is 0."""


class Embedded:
    """The viewer in an embedded engine, on a thread of its own."""

    def __init__(self, make_engine: Any) -> None:
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="charts")
        self._evaluate = self._thread.submit(_started, make_engine).result()

    def svg(self, chart: str, width: int, height: int, *, is_dark: bool) -> str:
        """The picture; JSON is JavaScript once it is quoted as a string."""
        call = f"interlock.svg({json.dumps(chart)},{int(width)},{int(height)},{json.dumps(is_dark)})"
        drawn: str = self._thread.submit(self._evaluate, call).result()
        return drawn


@cache
def renderer() -> Renderer:
    """The first engine that is there; raises NotInstalled where none is."""
    for engine, maker in (("quickjs", "Context"), ("py_mini_racer", "MiniRacer")):
        try:
            found = importlib.import_module(engine)
        except ImportError:
            continue
        return Embedded(getattr(found, maker))
    raise NotInstalled(NO_EXTRA)


def refuse_without() -> None:
    """Raise NotInstalled where no image can be made."""
    renderer()
    if importlib.util.find_spec("resvg_py") is None:
        raise NotInstalled(NO_EXTRA)


def as_png(svg: str) -> bytes:
    """The picture in pixels, of the SVG's own size."""
    try:
        resvg = importlib.import_module("resvg_py")
    except ImportError:
        raise NotInstalled(NO_EXTRA) from None
    fonts = _fonts()
    given: dict[str, Any] = {"font_dirs": [str(fonts)]} if fonts else {}
    return bytes(resvg.svg_to_bytes(svg_string=svg, font_family=FONT, sans_serif_family=FONT, **given))


@cache
def _fonts() -> Path | None:
    """Of the extra, so that a machine without fonts writes, too, and all write alike."""
    found = importlib.util.find_spec("font_source_sans_pro")
    return None if found is None or found.origin is None else Path(found.origin).parent / "files"


def _started(make_engine: Any) -> Any:
    engine = make_engine()
    if close := getattr(engine, "close", None):
        # V8 waits for a thread that the interpreter has stopped by then, unless it is closed before.
        atexit.register(close)
    engine.eval(STUBS)
    engine.eval(script())
    return engine.eval
