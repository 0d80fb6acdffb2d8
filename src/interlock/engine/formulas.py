"""What a rule, written for one contract and one path, comes to for all rows of a stack and all paths of a chunk.

The rule is traced once, for one contract and one path; then each of its formulas is worked out for all of them, where
it first comes and however often it is written. Rules are written to be read: they ask a schedule for the same month in
many places. Left as they are, each of these places is traced, lowered and looked at by every pass of XLA, which does
not find all that are the same: most of the time that compiling takes.

Values are [entry, row, path], so that paths are neighbours in memory, and the entries of a list are added up for all
paths at once. An axis is 1 long where all rows, or all paths, share a value; what they all share is a plain number.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import reduce
from typing import Any

import jax
import numpy as np
from jax import lax
from jax.extend.core import Literal
from jax.extend.core.primitives import broadcast_in_dim_p, jit_p, reduce_sum_p, select_n_p, slice_p

Rule = Callable[..., Any]
Value = Any
Known = dict[tuple[Any, ...], list[Value]]
"""What formulas come to, by what is done and to which operands."""

ELEMENT_BY_ELEMENT = frozenset(
    {
        "abs",
        "acos",
        "acosh",
        "add",
        "and",
        "asin",
        "asinh",
        "atan",
        "atan2",
        "atanh",
        "cbrt",
        "ceil",
        "convert_element_type",
        "cos",
        "cosh",
        "digamma",
        "div",
        "eq",
        "erf",
        "erf_inv",
        "erfc",
        "exp",
        "exp2",
        "expm1",
        "floor",
        "ge",
        "gt",
        "integer_pow",
        "is_finite",
        "le",
        "lgamma",
        "log",
        "log1p",
        "logistic",
        "lt",
        "max",
        "min",
        "mul",
        "ne",
        "neg",
        "nextafter",
        "not",
        "or",
        "pow",
        "rem",
        "round",
        "rsqrt",
        "select_n",
        "sign",
        "sin",
        "sinh",
        "sqrt",
        "square",
        "sub",
        "tan",
        "tanh",
        "xor",
    }
)
"""What is done to each number by itself."""

ALONG_ENTRIES = frozenset(
    {
        "argmax",
        "argmin",
        "concatenate",
        "cumlogsumexp",
        "cummax",
        "cummin",
        "cumprod",
        "cumsum",
        "reduce_and",
        "reduce_max",
        "reduce_min",
        "reduce_or",
        "reduce_prod",
        "reduce_sum",
        "squeeze",
        "stack",
    }
)
"""What is done along axes of a list, which are counted from the first."""

A_FEW = 32
"""Entries."""


def worked_out(rule: Rule, rows: int, paths: int, *arguments: Any) -> Any:
    """What the rule makes of the arguments, which are trees of [entry, row, path]: trees of the same, all of it."""
    traced, made = jax.make_jaxpr(rule, return_shape=True)(*jax.tree.map(_of_one, arguments))
    work = _Work((rows, paths))
    found = jax.tree.unflatten(jax.tree.structure(made), work.evaluated(traced, jax.tree.leaves(arguments)))
    return jax.tree.map(lambda value, one: work.spread(value, (*one.shape, rows, paths)), found, made)


@dataclass(frozen=True)
class _Work:
    """Formulas worked out for so many rows and paths."""

    grid: tuple[int, int]
    known: Known = field(default_factory=dict)
    constants: list[Value] = field(default_factory=list)
    """Of all functions: a value is known by which one it is, as long as it is there."""

    def evaluated(self, traced: Any, arguments: Sequence[Value]) -> list[Value]:
        """What the formulas come to."""
        jaxpr = traced.jaxpr
        constants = [value[..., None, None] if np.ndim(value) else value for value in traced.consts]
        values = dict(zip((*jaxpr.constvars, *jaxpr.invars), (*constants, *arguments), strict=True))
        self.constants.extend(constants)

        def of(atom: Any) -> Value:
            return atom.val if isinstance(atom, Literal) else values[atom]

        for formula in _asked_for(jaxpr):
            operands = [of(atom) for atom in formula.invars]
            if formula.primitive is jit_p and formula.ctx.xla_metadata is None:
                # A function of the array library, such as `where`: its formulas are formulas of the rule.
                found = self.evaluated(formula.params["jaxpr"], operands)
            else:
                key = (formula.primitive, _named(formula.params), *map(_name, operands))
                found = self.known.get(key) or self.known.setdefault(key, self.found(formula, operands))
            values.update(zip(formula.outvars, found, strict=True))
        return [of(atom) for atom in jaxpr.outvars]

    def found(self, formula: Any, operands: list[Value]) -> list[Value]:
        """What one formula comes to."""
        primitive, terms = formula.primitive, formula.params
        with formula.ctx.manager:
            if not any(map(np.ndim, operands)):
                found = [each[..., None, None] if np.ndim(each) else each for each in _bound(formula, operands)]
            elif primitive.name in ELEMENT_BY_ELEMENT:
                found = _bound(formula, self.alike(operands, numbers_mix=primitive is not select_n_p))
            elif primitive is broadcast_in_dim_p and len(operands) == 1:
                found = [_repeated(operands[0], terms["shape"], terms["broadcast_dimensions"])]
            elif primitive is slice_p:
                found = [_sliced(operands[0], terms["start_indices"], terms["limit_indices"], terms["strides"])]
            elif primitive is reduce_sum_p and terms["axes"] == (0,) and 0 < len(operands[0]) <= A_FEW:
                # One after the other goes into the same kernel as what comes before it.
                found = [reduce(lax.add, [lax.index_in_dim(operands[0], n, 0, False) for n in range(len(operands[0]))])]
            elif primitive.name in ALONG_ENTRIES:
                found = _bound(formula, self.whole(formula, operands, _grid_of(operands)))
            else:
                found = self.one_by_one(formula, operands)
        return found

    def alike(self, operands: list[Value], *, numbers_mix: bool) -> list[Value]:
        """The operands with as many entries, rows and paths as any of them has; plain numbers may mix with any."""
        shape = np.broadcast_shapes(*map(np.shape, operands))
        stays = [not np.ndim(each) and (numbers_mix or n == 0) for n, each in enumerate(operands)]
        return [each if stay else self.spread(each, shape) for each, stay in zip(operands, stays, strict=True)]

    def whole(self, formula: Any, operands: list[Value], grid: tuple[int, ...]) -> list[Value]:
        """The operands with so many rows and paths."""
        shapes = [(*atom.aval.shape, *grid) for atom in formula.invars]
        return [self.spread(each, shape) for each, shape in zip(operands, shapes, strict=True)]

    def one_by_one(self, formula: Any, operands: list[Value]) -> list[Value]:
        """What a formula comes to of which nothing is known but how JAX maps it over an axis."""

        def one(*operands: Value) -> list[Value]:
            return _bound(formula, list(operands))

        over_rows = jax.vmap(one, in_axes=-1, out_axes=-1)
        return list(jax.vmap(over_rows, in_axes=-1, out_axes=-1)(*self.whole(formula, operands, self.grid)))

    def spread(self, value: Value, shape: tuple[int, ...]) -> Value:
        """The value for as many entries, rows and paths."""
        if np.shape(value) == shape:
            return value
        key = ("spread", shape, _name(value))
        if key not in self.known:
            axes = tuple(range(len(shape) - np.ndim(value), len(shape)))
            self.known[key] = [lax.broadcast_in_dim(value, shape, axes)]
        return self.known[key][0]


def _of_one(value: Value) -> Any:
    """What the value is for one contract and one path."""
    whole = jax.typeof(value)
    return jax.core.ShapedArray(whole.shape[:-2], whole.dtype, weak_type=whole.weak_type)


def _grid_of(operands: list[Value]) -> tuple[int, ...]:
    """How many rows and paths the operands have."""
    return np.broadcast_shapes(*(np.shape(each)[-2:] for each in operands))


def _repeated(value: Value, shape: tuple[int, ...], axes: tuple[int, ...]) -> Value:
    """A list of so many entries, along whose axes the value lies as it is told."""
    return lax.broadcast_in_dim(value, (*shape, *np.shape(value)[-2:]), (*axes, len(shape), len(shape) + 1))


def _sliced(value: Value, starts: tuple[int, ...], ends: tuple[int, ...], strides: tuple[int, ...] | None) -> Value:
    """Some of the entries."""
    return lax.slice(value, (*starts, 0, 0), (*ends, *value.shape[-2:]), strides and (*strides, 1, 1))


def _bound(formula: Any, operands: list[Value]) -> list[Value]:
    found = formula.primitive.bind(*operands, **formula.primitive.get_bind_params(formula.params))
    return list(found) if formula.primitive.multiple_results else [found]


def _asked_for(jaxpr: Any) -> list[Any]:
    """The formulas that the results hang on, in their order."""
    found, needed = [], {atom for atom in jaxpr.outvars if not isinstance(atom, Literal)}
    for formula in reversed(jaxpr.eqns):
        if not needed.isdisjoint(formula.outvars):
            found.append(formula)
            needed.update(atom for atom in formula.invars if not isinstance(atom, Literal))
    return found[::-1]


def _name(operand: Value) -> Any:
    """What an operand is called: a number by its type and value, anything else by which one it is."""
    if isinstance(operand, jax.core.Tracer) or np.ndim(operand) > 0:
        return id(operand)
    return type(operand), np.asarray(operand).dtype, np.asarray(operand).tobytes()


def _named(terms: dict[str, Any]) -> tuple[Any, ...]:
    return tuple((name, repr(value)) for name, value in sorted(terms.items()))
