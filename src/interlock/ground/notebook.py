"""How books, runs and answers show themselves in a notebook: a few lines of HTML, in which every text is escaped.

No script and no style sheet: what is shown stays when the notebook is converted, and is small.
"""

from __future__ import annotations

import base64
from collections.abc import Iterable, Sequence
from html import escape


def page(*parts: str) -> str:
    """Parts of a display, one below the other."""
    return f'<div style="max-width:60em">{"".join(parts)}</div>'


def heading(text: str, beneath: str = "") -> str:
    """What is shown, and a line on it."""
    small = f'<div style="opacity:.75">{escape(beneath)}</div>' if beneath else ""
    return f'<p style="margin:0 0 .4em"><strong dir="auto">{escape(text)}</strong>{small}</p>'


def sentences(lines: Iterable[str]) -> str:
    """A paragraph for each line."""
    return "".join(f'<p style="margin:0 0 .4em" dir="auto">{escape(line)}</p>' for line in lines)


def table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table of texts."""
    head = "".join(f'<th style="text-align:left">{escape(each)}</th>' for each in heads)
    body = "".join(f"<tr>{''.join(map(_cell, row))}</tr>" for row in rows)
    return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"


def folded(title: str, inside: str) -> str:
    """What is shown when it is asked for."""
    return f'<details style="margin:.3em 0"><summary>{escape(title)}</summary>{inside}</details>'


def picture(svg: str, alt: str) -> str:
    """A drawing that cannot touch the page around it."""
    drawn = base64.b64encode(svg.encode()).decode()
    return f'<img alt="{escape(alt)}" style="max-width:100%" src="data:image/svg+xml;base64,{drawn}">'


def _cell(text: str) -> str:
    return f'<td style="text-align:left" dir="auto">{escape(text)}</td>'
