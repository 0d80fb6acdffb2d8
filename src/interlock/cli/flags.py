"""Flags that many commands share."""

from __future__ import annotations

from typing import Annotated

from cyclopts import Parameter

TRIANGLE = "nvidia-microsoft-anthropic"
"""The book that is meant where none is named."""

Scenarios = Annotated[tuple[str, ...], Parameter(name="--with", negative=(), help="A scenario, by file or name.")]
Settings = Annotated[
    tuple[str, ...], Parameter(name="--set", negative=(), help="One figure changed: ADDRESS=QUANTITY; again for more.")
]
Kinds = Annotated[
    tuple[str, ...], Parameter(name="--kinds", negative=(), help="A contract kind of one's own: MODULE:NAME.")
]
Json = Annotated[bool, Parameter(name="--json", negative=(), help="One JSON document on standard output.")]
Paths = Annotated[int, Parameter(help="Futures to simulate.")]
Seed = Annotated[int, Parameter(help="The same seed gives the same futures.")]
Threads = Annotated[int | None, Parameter(help="Threads; by default one for each core.")]
Sampling = Annotated[str, Parameter(help="plain, or sobol: evenly spread futures, in powers of two.")]
