"""Where the command line begins and ends: one line for each mistake, and an exit code that says whose it is."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Sequence

import cyclopts

from interlock.cli.commands import app
from interlock.cli.examples import EXAMPLES
from interlock.cli.given import INTERRUPTED
from interlock.ground.errors import ArgumentError, BookError, InterlockError, LawBroken

DONE, WRONG_BOOK, WRONG_COMMAND, BROKEN_LAW = 0, 1, 2, 3


def main(arguments: Sequence[str] | None = None) -> None:
    """Run a command and leave with its exit code."""
    signal.signal(signal.SIGINT, _leave)
    # XLA would say of large books, in three lines on standard error, that compiling them takes long.
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    code = run(sys.argv[1:] if arguments is None else list(arguments))
    sys.stdout.flush()
    sys.exit(code)


def _leave(*_: object) -> None:
    """Stop at once. An exception would do harm where a library calls back from C, and compiled months heed none.

    Nothing is half-written: files are made aside, and given.unhurried keeps interrupts off until they are in place.
    """
    os.write(sys.stderr.fileno(), b"Interrupted: nothing was written.\n")
    os._exit(INTERRUPTED)


def run(arguments: Sequence[str]) -> int:
    """Run a command, and say in a line what was wrong with it, if anything."""
    for name, example in EXAMPLES.items():
        app[name].help_epilogue = f"For example: {example}"
    try:
        app(arguments, exit_on_error=False, print_error=False, result_action="return_value")
    except BrokenPipeError:
        # Whoever read our output has seen enough.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except (cyclopts.CycloptsError, InterlockError, OSError) as problem:
        return _say(*_mistake(problem))
    return DONE


def _mistake(problem: Exception) -> tuple[str, int]:
    """What to say of a mistake, and whose it is."""
    match problem:
        case cyclopts.CycloptsError():
            return f"{_miswritten(problem)} See: interlock --help", WRONG_COMMAND
        case ArgumentError():
            return str(problem), WRONG_COMMAND
        case LawBroken():
            return str(problem), BROKEN_LAW
        case BookError():
            count = len(problem.problems)
            return f"{problem}\n{count} problem{'s' if count > 1 else ''}.", WRONG_BOOK
        case OSError():
            place = f"{problem.filename}: " if problem.filename else ""
            return f"{place}{problem.strerror or problem}", WRONG_BOOK
    return str(problem), WRONG_BOOK


def _miswritten(problem: cyclopts.CycloptsError) -> str:
    """What is wrong with a command line, without the value as it was read."""
    if isinstance(problem, cyclopts.ValidationError) and problem.argument is not None:
        return f"{problem.argument.name} {problem.exception_message}"
    return " ".join(str(problem).split())


def _say(text: str, code: int) -> int:
    sys.stderr.write(f"{text}\n")
    return code
