"""The numbers to watch, the public names, and what the root folder promises."""

import ast
import importlib.metadata
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import interlock

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "src" / "interlock"
MODULES = sorted(PACKAGE.rglob("*.py"))
SCRIPTS = [
    ROOT / "check.py",
    *(path for folder in ("tests", "examples", "benchmarks") for path in sorted((ROOT / folder).rglob("*.py"))),
]

LONGEST_FILE = 400
LONGEST_FUNCTION = 60
SAYS_NOTHING = {"utils", "util", "helpers", "helper", "common", "misc"}
UNUSED_WORDS = {"data", "info", "item", "object", "manager", "handler", "process", "params", "helper"}
SLOW_TO_IMPORT = {"jax", "xarray", "pandas", "pyarrow", "zarr", "scipy", "networkx"}
# How another file of ours is addressed from outside the package, which a visitor should never need.
INTO_THE_PACKAGE = re.compile(r"^\s*(?:>>> )?(?:from interlock\.|import interlock\.)", re.MULTILINE)


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def tree_of(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"), filename=str(path))


def functions(tree: ast.Module) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    return (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))


def names_given(tree: ast.Module) -> Iterator[str]:
    """Names of classes, functions, arguments and fields: what a reader has to learn."""
    for node in ast.walk(tree):
        match node:
            case ast.ClassDef(name=name) | ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name):
                yield name
            case ast.arg(arg=name) | ast.AnnAssign(target=ast.Name(id=name)):
                yield name


def words_of(name: str) -> set[str]:
    """`OwedToParty` and `owed_to_party` are the words owed, to, party."""
    return set(re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower().split("_"))


def test_no_file_is_longer_than_400_lines():
    lengths = {name_of(path): path.read_bytes().count(b"\n") for path in (*MODULES, *SCRIPTS)}
    assert {name: lines for name, lines in lengths.items() if lines > LONGEST_FILE} == {}


def test_no_function_is_longer_than_60_lines():
    lengths = {
        f"{name_of(path)}:{function.lineno} {function.name}": function.end_lineno - function.lineno + 1
        for path in (*MODULES, *SCRIPTS)
        for function in functions(tree_of(path))
    }
    assert {name: lines for name, lines in lengths.items() if lines > LONGEST_FUNCTION} == {}


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_the_first_line_of_a_file_says_what_it_is(path):
    docstring = ast.get_docstring(tree_of(path))
    assert docstring, "no docstring"
    first_line = docstring.splitlines()[0]
    assert first_line[0].isupper() or not first_line[0].isalpha()
    assert first_line.endswith((".", "?", ":"))


def test_no_file_or_folder_has_a_name_that_says_nothing():
    parts = {part for path in (*MODULES, *SCRIPTS) for part in (*path.relative_to(ROOT).parts[:-1], path.stem)}
    assert parts & SAYS_NOTHING == set()


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_names_are_words_of_the_domain(path):
    names = {path.stem, *names_given(tree_of(path))}
    assert {name for name in names if words_of(name) & UNUSED_WORDS} == set()


def test_every_folder_of_code_is_a_package_and_books_hold_none():
    folders = {path.parent for path in MODULES}
    assert {name_of(folder) for folder in folders if not (folder / "__init__.py").exists()} == set()
    assert PACKAGE / "books" not in folders


def test_public_names_are_sorted_and_exist():
    assert sorted(interlock.__all__) == sorted(set(interlock.__all__))  # their order is ruff's to keep
    for name in interlock.__all__:
        assert getattr(interlock, name) is not None, name
    assert set(interlock.__all__) <= set(dir(interlock))


def test_an_unknown_public_name_is_an_attribute_error():
    with pytest.raises(AttributeError, match="no_such_name"):
        _ = interlock.no_such_name


def test_help_is_answered_without_loading_what_is_slow():
    ask = (
        "import sys; sys.argv = ['interlock', '--help']\n"
        "import interlock.cli\n"
        "try: interlock.cli.main()\n"
        "except SystemExit as done: assert not done.code, done.code\n"
        f"print('loaded:', *sorted({SLOW_TO_IMPORT!r} & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-X", "utf8", "-c", ask], capture_output=True, text=True, encoding="utf-8", check=False
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[-1].strip() == "loaded:"


def test_visitors_import_interlock_and_never_a_file_of_it():
    pages = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md")), *sorted((ROOT / "examples").rglob("*.py"))]
    texts = {name_of(page): page.read_text(encoding="utf-8") for page in pages}
    assert [name for name, text in texts.items() if INTO_THE_PACKAGE.search(text)] == []


def test_the_version_is_the_same_wherever_it_stands():
    assert importlib.metadata.version("interlock") == interlock.__version__
    assert f"\nversion: {interlock.__version__}\n" in (ROOT / "CITATION.cff").read_text(encoding="utf-8")


def test_the_hosted_check_runs_the_command_that_the_readme_gives():
    [command] = re.findall(
        r"^ *(python3 -m venv .*/bin/python check\.py)\b", (ROOT / ".ci" / "run").read_text(), re.MULTILINE
    )
    assert command in (ROOT / "README.md").read_text(encoding="utf-8")


def test_settings_hold_no_download_addresses():
    assert "://" not in (ROOT / "constraints.txt").read_text(encoding="utf-8")
