"""Questions that are asked from Python with an argument of the wrong type: refused in a line that says which."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Collection, Mapping, Sequence
from enum import StrEnum
from functools import cache, wraps
from numbers import Integral, Real
from types import NoneType, UnionType
from typing import Any, ParamSpec, TypeVar, Union, get_args, get_origin, get_type_hints

from interlock.ground.errors import ArgumentError

P = ParamSpec("P")
T = TypeVar("T")

NUMBERS = {int: Integral, float: Real}
"""As they are counted: NumPy's numbers are numbers, True is none."""

WORDS = {int: "a whole number", float: "a number", str: "text", bool: "True or False", NoneType: "None"}

LONGEST = 60
"""Letters of what was given that are said."""


def typed(question: Callable[P, T]) -> Callable[P, T]:
    """The same question, which raises ArgumentError for an argument that is not of the type that it names."""

    @cache
    def signature() -> tuple[inspect.Signature, dict[str, Any]]:
        # When first asked: the types that a question names take long to import.
        return inspect.signature(question), get_type_hints(question)

    @wraps(question)
    def asked(*args: P.args, **kwargs: P.kwargs) -> T:
        names, hints = signature()
        for name, given in names.bind(*args, **kwargs).arguments.items():
            is_several = names.parameters[name].kind is inspect.Parameter.VAR_POSITIONAL
            for each in given if is_several else (given,):
                if not _is(each, hints[name]):
                    shown = repr(each)
                    shown = shown if len(shown) <= LONGEST else f"{shown[:LONGEST]} …"
                    raise ArgumentError(f"{name} is {' '.join(shown.split())}; it must be {_words(hints[name])}.")
        return question(*args, **kwargs)

    return asked


def _is(given: Any, hint: Any) -> bool:
    """Whether something is of a type, as far as that can be seen at a glance."""
    origin, parts = get_origin(hint), get_args(hint)
    if origin in {Union, UnionType}:
        return any(_is(given, part) for part in parts)
    if origin is Callable:
        return callable(given)
    if origin in {Mapping, Sequence, tuple}:
        return _holds(given, origin, parts)
    if hint in NUMBERS:
        return isinstance(given, NUMBERS[hint]) and not isinstance(given, bool)
    return isinstance(given, hint)


def _holds(given: Any, origin: Any, parts: tuple[Any, ...]) -> bool:
    """The same of what holds several of some type."""
    if origin is Mapping:
        return isinstance(given, Mapping) and all(
            _is(name, parts[0]) and _is(value, parts[1]) for name, value in given.items()
        )
    if not isinstance(given, Collection) or isinstance(given, str):
        return False
    if origin is tuple:
        return len(given) == len(parts) and all(_is(each, part) for each, part in zip(given, parts, strict=True))
    return all(_is(each, *parts) for each in given)


def _words(hint: Any) -> str:
    """A type in words."""
    origin, parts = get_origin(hint), get_args(hint)
    if origin in {Union, UnionType}:
        # A way to sample is named by its text.
        return " or ".join(dict.fromkeys(_words(part) for part in parts if not _is_named(part, parts)))
    if origin is Mapping:
        return f"a dict of {_words(parts[1])} by {_words(parts[0])}"
    if origin is tuple:
        return f"({', '.join(map(_words, parts))})"
    if origin is Sequence:
        return f"a list of {_words(parts[0])}"
    return WORDS.get(hint) or ("a function" if origin is Callable else f"a {hint.__name__}")


def _is_named(part: Any, parts: tuple[Any, ...]) -> bool:
    return isinstance(part, type) and issubclass(part, StrEnum) and str in parts
