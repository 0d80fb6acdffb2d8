"""What a run is made of: enough to make it again, bit for bit."""

from __future__ import annotations

import hashlib
import inspect
import json
from dataclasses import asdict, dataclass

from interlock.book.book import Book
from interlock.book.identity import book_identity
from interlock.contracts import KINDS
from interlock.engine.simulate import paths_together
from interlock.ground.chance import Sampling
from interlock.ground.version import __version__


@dataclass(frozen=True)
class Provenance:
    """Everything that decides the numbers of a run."""

    book: str
    """SHA-256 of the book in normal form."""
    kinds: tuple[tuple[str, str], ...]
    """Name and source hash of each kind of contract that is not Interlock's own."""
    paths: int
    seed: int
    sampling: Sampling
    chunk: int
    version: str

    @property
    def identity(self) -> str:
        """SHA-256 of all of it."""
        return hashlib.sha256(json.dumps(asdict(self), sort_keys=True).encode()).hexdigest()


def provenance_of(book: Book, *, paths: int, seed: int, sampling: Sampling, chunk: int | None = None) -> Provenance:
    """The provenance of a run of a book; unless said, of as many paths at once as are run together here."""
    kinds = tuple(
        sorted(
            (f"{kind.__module__}:{kind.__qualname__}", source_hash(kind)) for kind in book.kinds if kind not in KINDS
        )
    )
    return Provenance(
        book=book_identity(book),
        kinds=kinds,
        paths=paths,
        seed=seed,
        sampling=sampling,
        chunk=paths_together() if chunk is None else chunk,
        version=__version__,
    )


def source_hash(kind: type) -> str:
    """SHA-256 of a kind's source, or of its name where the source cannot be read (in a notebook)."""
    try:
        text = inspect.getsource(kind)
    except (OSError, TypeError):
        text = kind.__qualname__
    return hashlib.sha256(text.encode()).hexdigest()
