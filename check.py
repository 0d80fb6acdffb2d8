"""Checks everything: style, types, layers, the code in the docs, and the tests.

    .venv/bin/python check.py             # add --weekly for the tests that take minutes
    .venv/bin/python check.py -k clearing # further words go to pytest

Every stage runs, whatever became of those before it. The tests come last, so that their own closing line is the last.
"""

import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent

# Import Linter cannot be called by `python -m`.
LINT_IMPORTS = "from importlinter.cli import lint_imports_command as lint; lint(['--no-cache', '--no-logo'])"


def run_quietly(stage: str, *python_arguments: str) -> bool:
    """Run one stage, print its verdict, and what it said only where it failed."""
    began = time.perf_counter()
    done = subprocess.run(
        [sys.executable, *python_arguments],
        cwd=ROOT,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        check=False,
    )
    verdict = "ok" if done.returncode == 0 else "FAILED"
    if verdict == "FAILED":
        sys.stdout.buffer.write(done.stdout)
    print(f"{stage:8}{verdict:8}{time.perf_counter() - began:5.1f} s", flush=True)
    return done.returncode == 0


def check_docs() -> bool:
    """Build the docs anew and run the code of every page; a warning is a failure."""
    if not (ROOT / "docs" / "conf.py").exists():
        return True
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
    """Run the stages in order, from the quickest to the slowest."""
    passed = {
        "lint": run_quietly("lint", "-m", "ruff", "check"),
        "format": run_quietly("format", "-m", "ruff", "format", "--diff"),
        "types": run_quietly("types", "-m", "mypy"),
        "layers": run_quietly("layers", "-c", LINT_IMPORTS),
        "docs": check_docs(),
        "tests": run_tests(sys.argv[1:]),
    }
    failed = [stage for stage, is_fine in passed.items() if not is_fine]
    if failed:
        print("check.py: failed:", ", ".join(failed), file=sys.stderr)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
