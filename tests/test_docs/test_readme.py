"""What README shows is what there is."""

import pathlib
import re

import interlock

README = (pathlib.Path(__file__).parents[2] / "README.md").read_text(encoding="utf-8")


def test_the_python_of_the_readme_runs(capsys):
    (code,) = re.findall(r"```python\n(.*?)```", README, flags=re.DOTALL)
    exec(compile(code, "README.md", "exec"), {})
    assert "came back as its revenue" in capsys.readouterr().out


def test_every_command_that_the_readme_names_is_there():
    from interlock.cli.commands import app

    named = set(re.findall(r"`interlock ([a-z]+)", README))
    assert named
    assert named <= set(app)


def test_every_bundled_book_that_the_readme_names_is_there():
    (listed,) = re.findall(r"Bundled books: (.*?)\n", README)
    assert set(re.findall(r"`([a-z-]+)`", listed)) <= set(interlock.bundled())
