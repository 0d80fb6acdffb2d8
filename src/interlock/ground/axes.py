"""The named axes of every array, declared once. Paths come last.

| axis     | counts                                                                    |
|----------|---------------------------------------------------------------------------|
| path     | futures of one chunk                                                      |
| party    | parties, the world's edges last                                           |
| contract | contracts of all kinds, stack after stack                                 |
| leg      | legs of all contracts, stack after stack                                  |
| figure   | figures of the book that the program uses                                 |
| driver   | drivers                                                                   |
| trigger  | triggers                                                                  |
| month    | months of the run                                                         |
| year     | calendar years of the run                                                 |
| rank     | classes of seniority, the most senior first                               |
"""

from __future__ import annotations

from typing import Any

from jaxtyping import Bool, Float, Int

PerPath = Float[Any, " path"]
PerParty = Float[Any, "party path"]
PerContract = Float[Any, "contract path"]
PerLeg = Float[Any, "leg path"]
PerFigure = Float[Any, "figure path"]
PerDriver = Float[Any, "driver path"]
PerTrigger = Float[Any, "trigger path"]
PerRank = Float[Any, "rank party path"]
IsPerPath = Bool[Any, " path"]
IsPerParty = Bool[Any, "party path"]
IsPerContract = Bool[Any, "contract path"]
Shocks = Float[Any, "month driver path"]
TieOfContract = Float[Any, "contract party"]
"""1.0 where a contract belongs to a party (ground/sums.py)."""
TieOfLeg = Float[Any, "leg party"]
PartyOfLeg = Int[Any, " leg"]
