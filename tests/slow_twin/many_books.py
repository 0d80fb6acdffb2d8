"""Many random books in a process of their own: with the types of every call checked it would take ten times as long.

python many_books.py FIRST LAST PATHS [builders]      prints what was found as one JSON document
"""

import json
import sys
import tempfile
from pathlib import Path

from interlock.book.read import open_book
from interlock.program.compile import compile_book
from slow_twin.compare import differences
from slow_twin.random_books import random_future, write_book
from slow_twin.random_builders import write_builders

CHUNK = 64
"""Paths that are compiled for, as other tests of these books do: it is compiled once."""


def main(first: int, last: int, paths: int, of: str = "") -> None:
    """Hold the twin against the program on the books from `first` to before `last`: those of builders, or others."""
    shapes, told = set(), []
    seen: dict[str, int] = {}
    for number in range(first, last):
        with tempfile.TemporaryDirectory() as folder:
            if of == "builders":
                book = open_book(write_builders(number, Path(folder)))
            else:
                book = random_future(open_book(write_book(number, Path(folder))), number)
        shapes.add(compile_book(book).shape)
        found = differences(book, paths=paths, seed=number, chunk=CHUNK, seen=seen)
        told += ["; ".join([f"book {number}", *(str(each) for each in here[:3])]) for here in found.values()]
    sys.stdout.write(json.dumps({"shapes": len(shapes), "seen": seen, "differing": told}))


if __name__ == "__main__":
    main(*map(int, sys.argv[1:4]), *sys.argv[4:])
