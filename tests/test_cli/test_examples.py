"""The example that the help of each command ends with."""

import shlex

from command_line import said
from interlock.cli.commands import app
from interlock.cli.examples import EXAMPLES


def test_each_command_shows_an_example_of_its_own_that_can_be_typed(capsys):
    assert {name for name in app if not name.startswith("-")} == {*EXAMPLES}
    for name, example in EXAMPLES.items():
        said_first, *arguments = shlex.split(example)
        assert (said_first, arguments[0]) == ("interlock", name)
        command, _, unused, *_ = app.parse_known_args(arguments)
        assert (command.__name__, unused) == (name, [])
    code, out, _ = said(capsys, "limits", "--help")
    assert (code, out.splitlines()[-1]) == (0, f"For example: {EXAMPLES['limits']}")
