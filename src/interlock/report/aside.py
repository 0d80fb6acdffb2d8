"""A file that is written beside its place and then put there: nobody ever sees half of it."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from interlock.ground.errors import ArgumentError

READABLE = 0o644
"""As other files are: what is made aside is the maker's alone."""


def put(content: bytes, path: str | Path) -> Path:
    """Write a file whole, in place of one that is there. Raises ArgumentError where a folder stands there."""
    target = Path(path)
    if target.is_dir():
        raise ArgumentError(f"'{path}' is a folder. Name a file in it.")
    target.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(prefix=f".{target.name[:40]}-", dir=target.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
        Path(name).chmod(READABLE)
        Path(name).replace(target)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
    return target
