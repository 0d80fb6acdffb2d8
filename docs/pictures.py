"""Draws the pictures of README and the docs anew: docs/pictures/*.svg.

    python docs/pictures.py           # all of them: minutes, of the large books most
    python docs/pictures.py loop race # those of these names
    python docs/pictures.py matrix --paths 64   # on fewer futures, to see what it looks like

Each is one command that anybody can type. Look at every one before it is committed.
"""

import argparse
import sys
import time
from pathlib import Path

from interlock.cli.main import run

PICTURES = Path(__file__).resolve().parent / "pictures"

TRIANGLE, BUILDOUT, EARLIER = "nvidia-microsoft-anthropic", "ai-buildout", "ai-buildout-2025-11"

COMMANDS = {
    "loop": ("run", TRIANGLE, "--chart={}"),
    "cash": ("run", TRIANGLE, "--chart=cash={}"),
    "deals": ("run", TRIANGLE, "--chart=deals={}"),
    "trace": ("trace", TRIANGLE, "--of", "microsoft", "--chart={}"),
    "returns": ("returns", TRIANGLE, "--chart={}"),
    "sensitivity": ("sensitivity", TRIANGLE, "--of", "lowest cash of anthropic", "--chart={}"),
    "limits": ("limits", "shortage", "--paths", "1024", "--chart={}"),
    "race": ("race", "shortage", "--paths", "1024", "--chart={}"),
    "backtest": ("backtest", EARLIER, "--paths", "1024", "--chart={}"),
    "influence": ("influence", BUILDOUT, "--paths", "1024", "--chart=supplies={}"),
    "race-build-out": ("race", BUILDOUT, "--paths", "1024", "--chart={}"),
    "limits-build-out": ("limits", BUILDOUT, "--paths", "1024", "--chart={}"),
    "matrix": ("stress", BUILDOUT, "--matrix", "--paths", "512", "--chart={}"),
    "loop-build-out": ("run", BUILDOUT, "--paths", "1024", "--chart={}"),
    "chips-build-out": ("run", BUILDOUT, "--paths", "1024", "--chart=chips={}"),
}
"""By the name of the picture; `{}` is its file. Commands that differ in their charts alone are asked once."""


def asked(names: list[str]) -> dict[tuple[str, ...], list[str]]:
    """The command lines without their charts, and the charts of each."""
    found: dict[tuple[str, ...], list[str]] = {}
    for name in names:
        *command, chart = COMMANDS[name]
        found.setdefault(tuple(command), []).append(chart.format(PICTURES / f"{name}.svg"))
    return found


def on(command: tuple[str, ...], paths: str | None) -> list[str]:
    """The command on so many futures, if it is said on how many."""
    if paths is None:
        return list(command)
    at = command.index("--paths") if "--paths" in command else len(command)
    return [*command[:at], *command[at + 2 :], "--paths", paths]


def main(arguments: list[str]) -> int:
    """Draw them; the exit code of the first command that fails."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("names", nargs="*", metavar="NAME", help=", ".join(COMMANDS))
    parser.add_argument("--paths", help="futures, in place of those that the docs show")
    given = parser.parse_args(arguments)
    if unknown := set(given.names) - set(COMMANDS):
        parser.error(f"there is no picture {', '.join(sorted(unknown))}; there are {', '.join(COMMANDS)}")
    PICTURES.mkdir(exist_ok=True)
    for command, charts in asked(given.names or list(COMMANDS)).items():
        began = time.monotonic()
        code = run([*on(command, given.paths), *charts])
        sys.stderr.write(f"{' '.join(command)}: {time.monotonic() - began:.0f} s\n")
        if code:
            return code
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
