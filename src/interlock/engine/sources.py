"""What numbers are made by, beside a book: the source of Interlock, that of kinds of one's own, and the libraries."""

from __future__ import annotations

import ast
import hashlib
import importlib.metadata
import sys
from collections.abc import Iterable, Iterator
from functools import lru_cache
from pathlib import Path

from interlock.contracts import KINDS

LIBRARIES = ("jax", "jaxlib", "numpy", "scipy")
"""Other versions of these may round otherwise, or draw."""


def made_by(kinds: Iterable[type]) -> str:
    """The same for the same source and the same versions."""
    versions = [f"{name} {importlib.metadata.version(name)}" for name in LIBRARIES]
    return " ".join([source_of_interlock(), source_of(kind for kind in kinds if kind not in KINDS), *versions])


@lru_cache(maxsize=1)
def source_of_interlock() -> str:
    """SHA-256 of the program itself."""
    return _hash_of(Path(__file__).parents[1].rglob("*.py"))


def source_of(kinds: Iterable[type]) -> str:
    """SHA-256 of the files of some kinds: of all of their package, or of their module and what it imports beside it."""
    files: set[Path] = set()
    for kind in kinds:
        top = sys.modules.get(kind.__module__.partition(".")[0])
        for folder in getattr(top, "__path__", ()):
            files |= {*Path(folder).rglob("*.py")}
        file = getattr(top, "__file__", None)  # none in a notebook, or at a prompt
        if file and file.endswith(".py"):
            files |= _with_neighbours(Path(file))
    return _hash_of(files)


def _with_neighbours(file: Path) -> set[Path]:
    """A file, and whatever in its folder it imports, or these do."""
    known, waiting = set[Path](), [file]
    while waiting:
        each = waiting.pop()
        if each not in known:
            known.add(each)
            for name in _imported(each.read_bytes()):
                beside = [file.with_name(f"{name}.py"), *file.with_name(name).rglob("*.py")]
                waiting += [other for other in beside if other.is_file()]
    return known


def _imported(source: bytes) -> Iterator[str]:
    """The first part of every name that is imported, wherever in a file; of what is no Python, none."""
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError):
        return
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module.partition(".")[0]


def _hash_of(files: Iterable[Path]) -> str:
    digest = hashlib.sha256()
    for file in sorted(files):
        digest.update(file.as_posix().encode())
        digest.update(file.read_bytes())
    return digest.hexdigest()
