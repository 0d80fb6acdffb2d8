"""Commands and files on a page.

A cell `!interlock check ring` is run, and shown as it is typed at a prompt. One that begins with `%%writefile a.yaml`
writes that file, and is shown as the file. A command that fails stops the build, unless its line ends with what it is
to exit with: `# exits with 1`. Output is that of a
terminal 112 columns wide, without colours and without progress.

This file is read twice: by the settings of the docs, and by the kernel in which the pages' code runs, as its start-up.
"""

import os
import re
import shlex
import shutil
import subprocess
from typing import Any

WIDTH = "112"

WRITES = "%%writefile "

EXPECTED = re.compile(r"\s*#\s*exits with (\d+)\s*$")


def run_command(line: str) -> None:
    """Run one command and print what it says."""
    expected = EXPECTED.search(line)
    words = shlex.split(EXPECTED.sub("", line))
    program = shutil.which(words[0])
    if program is None:
        raise FileNotFoundError(f"there is no command {words[0]!r}")
    environment = {**os.environ, "COLUMNS": WIDTH, "NO_COLOR": "1", "PYTHONUTF8": "1"}
    done = subprocess.run(  # noqa: S603 - the docs' own commands
        [program, *words[1:]],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        stdin=subprocess.DEVNULL,
        check=False,
    )
    print(done.stdout.decode("utf-8").rstrip())  # noqa: T201 - the page's output
    if done.returncode != int(expected[1] if expected else 0):
        raise RuntimeError(f"`{line}` exited with {done.returncode}")


def show_as_typed(_: object, doctree: Any) -> None:
    """Show a cell of commands as a terminal, `$ interlock check ring`, and one that writes a file as that file."""
    from docutils import nodes  # noqa: PLC0415 - the kernel has no use for it

    for block in list(doctree.findall(nodes.literal_block)):
        lines = block.astext().splitlines()
        if lines and all(line.startswith("!") for line in lines):
            _show(block, [f"$ {EXPECTED.sub('', line[1:])}" for line in lines], "console")
        elif lines and lines[0].startswith(WRITES):
            name = lines[0].removeprefix(WRITES)
            _show(block, lines[1:], "yaml" if name.endswith(".yaml") else "python")
            captioned = nodes.container("", literal_block=True, classes=["literal-block-wrapper"])
            block.parent.replace(block, captioned)
            doctree.set_id(captioned)
            captioned += [nodes.caption("", "", nodes.literal("", name)), block]


def _show(block: Any, lines: list[str], language: str) -> None:
    block.clear()
    block.append(type(block)("", "\n".join(lines)).children[0])
    block.rawsource = block.astext()  # or it would be shown without colours
    block["language"] = language


try:
    shell = get_ipython()  # type: ignore[name-defined]  # there where a kernel runs this, and nowhere else
except NameError:
    pass
else:
    shell.system = run_command
