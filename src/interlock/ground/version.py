"""The version of Interlock: part of what decides the numbers of a run."""

__version__ = "0.1.0"
