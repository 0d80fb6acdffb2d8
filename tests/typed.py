"""Each call into Interlock is checked: by types, and by the axes of arrays in files that name any.

What jaxtyping wraps a function in, in order to hold the axes of one call against each other, takes twenty times as
long as beartype does by itself. Most of Interlock has to do with no array, and is spared it.
"""

import sys
from collections.abc import Callable
from typing import Any, get_type_hints

import jaxtyping

CHECKER = "beartype.beartype(conf=beartype.BeartypeConf(is_pep484_tower=True))"
"""An `int` may stand for a `float`, as type checkers have it."""

jaxtyped = jaxtyping.jaxtyped


def check_every_call() -> None:
    """From here on: nothing may have imported interlock before."""
    jaxtyping.jaxtyped = checked
    jaxtyping.install_import_hook("interlock", CHECKER)


def checked(*, typechecker: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """What jaxtyping puts on each function and class of Interlock."""

    def decorated(checks: Any) -> Any:
        if names_axes(vars(sys.modules[checks.__module__])):
            return jaxtyped(checks, typechecker=typechecker)
        return of_class(checks, typechecker) if isinstance(checks, type) else of_function(checks, typechecker)

    return decorated


def names_axes(module: dict[str, Any]) -> bool:
    """Whether a file names arrays by their axes."""
    return any(isinstance(each, type) and issubclass(each, jaxtyping.AbstractArray) for each in module.values())


def of_class(kind: Any, typechecker: Callable[[Any], Any]) -> Any:
    """A dataclass is checked when it is made."""
    if "__dataclass_fields__" in vars(kind) and "__init__" in vars(kind):
        kind.__init__ = of_function(kind.__init__, typechecker)
    return kind


def of_function(function: Any, typechecker: Callable[[Any], Any]) -> Any:
    """A function with what its annotations mean so far; one that means nothing yet is not checked."""
    written = function.__annotations__
    function.__annotations__ = {name: meant(function, hint) for name, hint in written.items()}
    checking = typechecker(function)
    function.__annotations__ = checking.__annotations__ = written
    return checking


def meant(function: Any, hint: Any) -> Any:
    """The type that an annotation names."""

    def bearer() -> None:
        pass

    bearer.__annotations__ = {"hint": hint}
    try:
        return get_type_hints(bearer, function.__globals__, include_extras=True)["hint"]
    except Exception:  # noqa: BLE001 - a name of further down, or one that is imported for type checkers alone
        return Any
