"""The commands of Interlock."""

from interlock.cli.main import main

__all__ = ["main"]
