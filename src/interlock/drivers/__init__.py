"""Every kind of process that moves the world."""

from interlock.drivers.driver import Driver, rehearse
from interlock.drivers.fixed import Fixed
from interlock.drivers.geometric_brownian import GeometricBrownian
from interlock.drivers.growth import Growth
from interlock.drivers.mean_reverting import MeanReverting
from interlock.drivers.regime import Regime, State
from interlock.drivers.table import Table

KINDS: tuple[type[Driver], ...] = (Fixed, GeometricBrownian, Growth, MeanReverting, Regime, Table)

__all__ = [
    "KINDS",
    "Driver",
    "Fixed",
    "GeometricBrownian",
    "Growth",
    "MeanReverting",
    "Regime",
    "State",
    "Table",
    "rehearse",
]
