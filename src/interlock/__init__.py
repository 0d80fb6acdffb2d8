"""Simulates the long-term deals that lock AI labs, chipmakers and clouds together."""

__all__: list[str] = []

__version__ = "0.1.0"
