"""What was found out is put aside in a folder, by content: whoever asks again after an interruption goes on from there.

    folder/<what was run: book, kinds, paths, seed, sampling, program>/<what was otherwise, and what was looked at>.npz

A part is written aside and then put in place, so that it is there whole or not at all. What numbers are made by counts
as content (sources.py): no part outlives a change of the program, of a kind of one's own, or of a library.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import numpy as np

Found = Mapping[str, Any]
"""Arrays by name."""


@dataclass(frozen=True)
class Shelf:
    """Where the parts of one question are put; nowhere if there is no folder."""

    folder: Path | None
    of: str
    """What identifies what is run, and by what."""
    asked: list[Path] = field(default_factory=list, compare=False)
    """Where the parts lie that were asked for."""

    def part(self, name: str, make: Callable[[], Found]) -> Found:
        """A part, as it lies there, or made and put there."""
        place = self.place
        if place is None:
            return make()
        file = place / f"{_hash(name)}.npz"
        self.asked.append(file)
        broken = suppress(ValueError, OSError, EOFError, BadZipFile)
        with broken, file.open("rb") as there, np.load(there, allow_pickle=False) as lying:
            return dict(lying)
        made = make()
        place.mkdir(parents=True, exist_ok=True)
        aside = file.with_suffix(f".{os.getpid()}")
        with aside.open("wb") as open_file:
            np.savez(open_file, **made)
        aside.replace(file)
        return made

    @property
    def place(self) -> Path | None:
        """The folder of these parts."""
        return None if self.folder is None else self.folder / _hash(self.of)

    def clear(self) -> None:
        """Take away what this one asked for: it is answered, and others may not be."""
        if self.place is not None and self.folder is not None:
            for file in self.asked:
                file.unlink(missing_ok=True)
            with suppress(OSError):  # parts of other questions lie there
                self.place.rmdir()
                self.folder.rmdir()


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:24]
