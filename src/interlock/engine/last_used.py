"""What is made for each shape of book, and kept for those that were run last."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from threading import Lock
from typing import Generic, TypeVar

Key = TypeVar("Key", bound=Hashable)
Made = TypeVar("Made")


@dataclass
class _Kept(Generic[Made]):
    made: Made
    users: int = 0
    """Threads that are using it."""


class LastUsed(Generic[Key, Made]):
    """Makes something for each key when it is first asked for, and keeps it for the keys that were used last.

    What is in use is never dropped: if more keys are in use at once than are to be kept, more are kept for so long.
    """

    def __init__(self, make: Callable[[Key], Made], drop: Callable[[Made], None], most: int) -> None:
        self._make = make
        self._drop = drop
        self._most = most
        self._kept: OrderedDict[Key, _Kept[Made]] = OrderedDict()
        """The least recently used first."""
        self._lock = Lock()

    @contextmanager
    def of(self, key: Key) -> Iterator[Made]:
        """What is kept for a key, for as long as it is used; made anew if it is not there."""
        with self._lock:
            kept = self._kept.get(key) or _Kept(self._make(key))
            self._kept[key] = kept
            self._kept.move_to_end(key)
            kept.users += 1
        try:
            yield kept.made
        finally:
            with self._lock:
                kept.users -= 1
                gone = self._surplus()
            for each in gone:
                self._drop(each)

    def __len__(self) -> int:
        return len(self._kept)

    def _surplus(self) -> list[Made]:
        """Take out the least recently used, until no more are left than are to be kept, or all of them are in use."""
        idle = [key for key, kept in self._kept.items() if not kept.users]
        surplus = idle[: max(len(self._kept) - self._most, 0)]
        return [self._kept.pop(key).made for key in surplus]
