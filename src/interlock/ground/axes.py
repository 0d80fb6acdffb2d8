"""The named axes of every array, declared once. Paths come last.

| axis     | counts                                                                    |
|----------|---------------------------------------------------------------------------|
| path     | futures of one chunk                                                      |
| party    | parties, the world's edges last                                           |
| contract | contracts of all kinds, stack after stack                                 |
| supply   | contracts that supply compute: the first of all                           |
| leg      | legs of all contracts, stack after stack                                  |
| bill     | legs that are billed: the first of all                                    |
| figure   | figures of the book that the program uses                                 |
| generation | generations of chips                                                    |
| site     | sites                                                                     |
| driver   | drivers                                                                   |
| market   | markets                                                                   |
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
PerSupply = Float[Any, "supply path"]
PerLeg = Float[Any, "leg path"]
PerBill = Float[Any, "bill path"]
PerFigure = Float[Any, "figure path"]
PerGeneration = Float[Any, "generation path"]
PerSite = Float[Any, "site path"]
PerDriver = Float[Any, "driver path"]
PerSegment = Float[Any, "segment path"]
PerShare = Float[Any, "share path"]
PerMarket = Float[Any, "market path"]
PerTrigger = Float[Any, "trigger path"]
PerRank = Float[Any, "rank party path"]
IsPerPath = Bool[Any, " path"]
IsPerParty = Bool[Any, "party path"]
IsPerContract = Bool[Any, "contract path"]
Shocks = Float[Any, "month driver path"]
PartyOfLeg = Int[Any, " leg"]
