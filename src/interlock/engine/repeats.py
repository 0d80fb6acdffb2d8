"""A rule without repeats: each of its formulas is worked out where it first comes, however often it is written.

Rules are written to be read: they ask a schedule for the same month in many places. Left as they are, each of these
places is traced for all contracts and paths, lowered and looked at by every pass of XLA, which does not find all that
are the same: most of the time that compiling takes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import jax
import numpy as np
from jax.extend.core import Literal
from jax.extend.core.primitives import jit_p

Rule = Callable[..., Any]
Known = dict[tuple[Any, ...], list[Any]]
"""What formulas come to, by what is done and to which operands."""


def without_repeats(rule: Rule) -> Rule:
    """The same rule, which is traced by itself first, for one contract and one path."""

    def told(*arguments: Any) -> Any:
        traced, made = jax.make_jaxpr(rule, return_shape=True)(*arguments)
        return jax.tree.unflatten(jax.tree.structure(made), _evaluated(traced, jax.tree.leaves(arguments), {}))

    return told


def _evaluated(traced: Any, arguments: Iterable[Any], known: Known) -> list[Any]:
    """What the formulas come to."""
    jaxpr = traced.jaxpr
    values = dict(zip((*jaxpr.constvars, *jaxpr.invars), (*traced.consts, *arguments), strict=True))

    def of(atom: Any) -> Any:
        return atom.val if isinstance(atom, Literal) else values[atom]

    for formula in _asked_for(jaxpr):
        operands = [of(atom) for atom in formula.invars]
        if formula.primitive is jit_p and formula.ctx.xla_metadata is None:
            # A function of the array library, such as `where`: its formulas are formulas of the rule.
            found = _evaluated(formula.params["jaxpr"], operands, known)
        else:
            key = (formula.primitive, _named(formula.params), *map(_name, operands))
            found = known.get(key) or known.setdefault(key, _worked_out(formula, operands))
        values.update(zip(formula.outvars, found, strict=True))
    return [of(atom) for atom in jaxpr.outvars]


def _asked_for(jaxpr: Any) -> list[Any]:
    """The formulas that the results hang on, in their order."""
    found, needed = [], {atom for atom in jaxpr.outvars if not isinstance(atom, Literal)}
    for formula in reversed(jaxpr.eqns):
        if not needed.isdisjoint(formula.outvars):
            found.append(formula)
            needed.update(atom for atom in formula.invars if not isinstance(atom, Literal))
    return found[::-1]


def _worked_out(formula: Any, operands: list[Any]) -> list[Any]:
    with formula.ctx.manager:
        found = formula.primitive.bind(*operands, **formula.primitive.get_bind_params(formula.params))
    return list(found) if formula.primitive.multiple_results else [found]


def _name(operand: Any) -> Any:
    """What an operand is called: a number by its type and value, anything else by which one it is."""
    if isinstance(operand, jax.core.Tracer) or np.ndim(operand) > 0:
        return id(operand)
    return type(operand), np.asarray(operand).dtype, np.asarray(operand).tobytes()


def _named(settings: dict[str, Any]) -> tuple[Any, ...]:
    return tuple((name, repr(value)) for name, value in sorted(settings.items()))
