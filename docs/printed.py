"""Pieces of a page in Markdown: tables, lists of pages, docstrings."""

import ast
import inspect
import re
import textwrap
from collections.abc import Iterable, Iterator, Sequence
from enum import Enum
from itertools import groupby, pairwise
from types import ModuleType

import interlock

IMPORT = re.compile(r"^>>> from interlock\.[a-z_.]+ import (.+)$")


def page(title: str, *sections: str) -> str:
    """A page: its title, then its sections."""
    return "\n\n".join([f"# {title}", *(section for section in sections if section)]) + "\n"


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(_cell(cell) for cell in line)} |" for line in lines)


def _cell(text: str) -> str:
    return " ".join(text.replace("|", "\\|").split())


def toctree(names: Iterable[str]) -> str:
    """The pages beneath this one, for the side bar."""
    return "\n".join(["```{toctree}", ":hidden:", "", *names, "```"])


def as_markdown(docstring: str) -> str:
    """A docstring as it is read: text, equations and columns (set in), and worked examples (at a prompt)."""
    lines = inspect.cleandoc(docstring).splitlines()
    return "\n\n".join(_blocks(lines))


def _blocks(lines: Sequence[str]) -> Iterator[str]:
    for is_example, group in groupby(_with_kind(lines), key=lambda pair: pair[0] == "example"):
        text = [line for _, line in group]
        if is_example:
            shown = "\n".join(line for line in map(_as_visitors_write, text) if line is not None)
            yield f"```pycon\n{shown.strip()}\n```"
            continue
        for is_set_in, part in groupby(text, key=lambda line: line.startswith("    ") or None if line else None):
            block = "\n".join(part).strip("\n")
            if block and is_set_in:
                yield f"```text\n{textwrap.dedent(block)}\n```"
            elif block:
                yield block


def _with_kind(lines: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Each line with what it belongs to; what follows a prompt, up to an empty line, is what it answers."""
    kind = "text"
    for line in lines:
        if line.startswith(">>> "):
            kind = "example"
        elif not line:
            kind = "text"
        yield kind, line


def _as_visitors_write(line: str) -> str | None:
    """An import as a visitor writes it; left out where the package alone can write it."""
    found = IMPORT.match(line)
    if found is None:
        return line
    names = {name.strip() for name in found[1].split(",")}
    return f">>> from interlock import {found[1]}" if names <= set(interlock.__all__) else None


def members(words: type[Enum]) -> list[tuple[str, str]]:
    """The words of an enumeration with the texts beneath them."""
    [declared] = ast.parse(textwrap.dedent(inspect.getsource(words))).body
    said = dict(_texts_beneath(getattr(declared, "body", [])))
    return [(str(member.value), said.get(member.name, "")) for member in words]


def text_beneath(module: ModuleType, name: str) -> str:
    """The text beneath a constant of a module."""
    return dict(_texts_beneath(ast.parse(inspect.getsource(module)).body))[name]


def _texts_beneath(body: Sequence[ast.stmt]) -> Iterator[tuple[str, str]]:
    """Each name that is given a value, with the text that stands beneath it."""
    for one, other in pairwise(body):
        match one, other:
            case ast.Assign(targets=[ast.Name(id=name)]), ast.Expr(value=ast.Constant(value=str() as said)):
                yield name, " ".join(said.split())
            case _:
                pass
