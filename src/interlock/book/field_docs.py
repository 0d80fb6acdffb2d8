"""What each field of a kind means: the text beneath it in the class."""

from __future__ import annotations

import ast
import inspect
import textwrap
from collections.abc import Mapping
from functools import cache
from itertools import pairwise


@cache
def field_docs(kind: type) -> Mapping[str, str]:
    """The texts beneath the fields of a class, by field; empty where its source is not at hand."""
    try:
        tree = ast.parse(textwrap.dedent(inspect.getsource(kind)))
    except (OSError, TypeError, SyntaxError):
        return {}
    body = tree.body[0].body if tree.body and isinstance(tree.body[0], ast.ClassDef) else []
    found: dict[str, str] = {}
    for field, text in pairwise(body):
        match field, text:
            case (
                ast.AnnAssign(target=ast.Name(id=name)),
                ast.Expr(value=ast.Constant(value=str() as said)),
            ):
                found[name] = " ".join(said.split())
            case _:
                pass
    return found


def first_line(kind: object) -> str:
    """What a kind is, or does by one of its rules, in a line."""
    return (kind.__doc__ or "").strip().partition("\n")[0]


def lower_first(text: str) -> str:
    """A sentence as part of another."""
    return text[:1].lower() + text[1:]
