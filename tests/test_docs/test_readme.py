"""What README shows is what there is."""

import pathlib
import re

import interlock

README = (pathlib.Path(__file__).parents[2] / "README.md").read_text(encoding="utf-8")


def test_the_python_of_the_readme_runs(capsys):
    (code,) = re.findall(r"```python\n(.*?)```", README, flags=re.DOTALL)
    exec(compile(code, "README.md", "exec"), {})
    assert "came back as its revenue" in capsys.readouterr().out


def test_the_output_in_the_readme_is_what_the_command_prints(capsys, monkeypatch, tmp_path):
    """Line by line and in order, `…` standing for lines left out, on a screen of 112 columns."""
    from interlock.cli.main import run

    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "112")
    (shown,) = re.findall(r"```text\n(Nvidia, Microsoft and Anthropic\n.*?)```", README, flags=re.DOTALL)
    assert run(("run",)) == 0
    printed = iter([line.rstrip() for line in capsys.readouterr().out.splitlines()])
    missing = [line for line in shown.splitlines() if line and line != "…" and line not in printed]
    assert missing[:1] == [], "not printed, or not there"


def test_every_command_that_the_readme_names_is_there():
    from interlock.cli.commands import app

    named = set(re.findall(r"`interlock ([a-z]+)", README))
    assert named
    assert named <= set(app)


def test_the_figures_that_the_readme_counts_are_those_of_the_book():
    from interlock.book.knowledge import grades_of

    (counted,) = re.findall(r"(\d+) figures with their grades", README)
    assert int(counted) == sum(grades_of(interlock.open_book("nvidia-microsoft-anthropic")).values())


def test_every_bundled_book_that_the_readme_names_is_there():
    (listed,) = re.findall(r"Bundled books: (.*?)\n", README)
    assert set(re.findall(r"`([a-z0-9-]+)`", listed)) <= set(interlock.bundled())
