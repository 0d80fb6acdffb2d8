"""Checks everything: style, types, layers, the viewer, the code in the docs, and the tests.

    .venv/bin/python check.py             # add --weekly for the tests that take minutes
    .venv/bin/python check.py -k clearing # further words go to pytest

Every stage runs, whatever became of those before it. The pages of the docs, which leave a core idle while each of their
commands starts, are run beside all others, and told of last.
"""

import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parent

# Import Linter cannot be called by `python -m`.
LINT_IMPORTS = "from importlinter.cli import lint_imports_command as lint; lint(['--no-cache', '--no-logo'])"


class Verdict(NamedTuple):
    """What came of a stage."""

    stage: str
    is_fine: bool
    said: bytes
    seconds: float

    def tell(self) -> bool:
        """Print it, and what was said only where it failed; whether all was well."""
        if not self.is_fine:
            sys.stdout.buffer.write(self.said)
        print(f"{self.stage:8}{'ok' if self.is_fine else 'FAILED':8}{self.seconds:5.1f} s", flush=True)
        return self.is_fine


def run_quietly(stage: str, *python_arguments: str) -> Verdict:
    """Run one stage."""
    began = time.perf_counter()
    done = subprocess.run(
        [sys.executable, *python_arguments],
        cwd=ROOT,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        check=False,
    )
    return Verdict(stage, done.returncode == 0, done.stdout, time.perf_counter() - began)


def check_docs() -> Verdict:
    """Build the docs anew and run the code of every page; a warning is a failure."""
    with tempfile.TemporaryDirectory() as built:
        run_the_pages = ("-D", "nb_execution_mode=force", "-D", "nb_execution_raise_on_error=1")
        return run_quietly(
            "docs", "-m", "sphinx", "-q", "-T", "-E", "-W", "--keep-going", *run_the_pages, "docs", built
        )


def run_tests(words: list[str]) -> bool:
    """Run the tests and let pytest speak for itself."""
    which = ["-m", "not gpu"] if "--weekly" in words else []
    words = [word for word in words if word != "--weekly"]
    # `worksteal` keeps neighbouring tests together: they share what has been compiled.
    command = [sys.executable, "-m", "pytest", "-q", "-n", "2", "--dist", "worksteal", *which, *words]
    return subprocess.run(command, cwd=ROOT, stdin=subprocess.DEVNULL, check=False).returncode == 0


def main() -> int:
    """Run the stages, the quick ones first."""
    with ThreadPoolExecutor(1) as beside:
        docs = beside.submit(check_docs)
        passed = {
            "lint": run_quietly("lint", "-m", "ruff", "check").tell(),
            "format": run_quietly("format", "-m", "ruff", "format", "--diff").tell(),
            "types": run_quietly("types", "-m", "mypy").tell(),
            "layers": run_quietly("layers", "-c", LINT_IMPORTS).tell(),
            "viewer": run_quietly("viewer", "viewer/build.py", "--check").tell(),
            "tests": run_tests(sys.argv[1:]),
            "docs": docs.result().tell(),
        }
    failed = [stage for stage, is_fine in passed.items() if not is_fine]
    if failed:
        print("check.py: failed:", ", ".join(failed), file=sys.stderr)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
