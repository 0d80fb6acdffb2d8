"""What the pages promise about each other: sections that are cited exist, and each kind has its page."""

import dataclasses
import importlib.util
import re
import sys
from pathlib import Path

import pytest

import interlock
from interlock.book.knowledge import grades_of

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
SECTION = re.compile(r"^# §(\d+) (.+)$", re.MULTILINE)
CITED = re.compile(r"\bmethod §(\d+)")


@pytest.fixture(scope="module")
def reference(tmp_path_factory):
    """The generated pages, by name."""
    sys.path.insert(0, str(DOCS))
    try:
        spec = importlib.util.spec_from_file_location("generate", DOCS / "generate.py")
        generate = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(generate)
    finally:
        sys.path.remove(str(DOCS))
    folder = tmp_path_factory.mktemp("reference")
    generate.write(folder)
    return {path.relative_to(folder).as_posix(): path.read_text(encoding="utf-8") for path in folder.rglob("*.md")}


def test_the_page_of_a_books_data_has_all_that_is_counted(monkeypatch):
    monkeypatch.syspath_prepend(str(DOCS))
    book = interlock.open_book("nvidia-microsoft-anthropic")
    page = importlib.import_module("data").page_of("triangle", book)
    rows = re.findall(r"^\| `[^`]+` \| .+ \| (\w+) \| .+ \|$", page, re.MULTILINE)
    counted = {str(grade): count for grade, count in grades_of(book).items()}
    assert {grade: rows.count(grade) for grade in counted} == counted
    assert ", ".join(f"{count} {grade}" for grade, count in counted.items()) in page
    assert "### correlations\n" in page


def numbered():
    pages = (path.read_text(encoding="utf-8") for path in sorted((DOCS / "method").glob("*.md")))
    return [int(number) for page in pages for number, _ in SECTION.findall(page)]


def test_sections_of_the_method_are_numbered_from_one():
    assert sorted(numbered()) == list(range(1, len(numbered()) + 1))


def test_every_section_that_is_cited_exists():
    files = [*ROOT.glob("src/**/*.py"), *ROOT.glob("tests/**/*.py"), *DOCS.glob("**/*.md")]
    cited = {(path.name, int(n)) for path in files for n in CITED.findall(path.read_text(encoding="utf-8"))}
    assert cited
    assert [(name, n) for name, n in sorted(cited) if n not in numbered()] == []


def test_decisions_are_numbered_from_one_and_half_a_page_long():
    decisions = sorted((DOCS / "decisions").glob("0*.md"))
    assert [path.name[:4] for path in decisions] == [f"{number:04d}" for number in range(1, len(decisions) + 1)]
    lengths = {path.name: len(path.read_text(encoding="utf-8").split()) for path in decisions}
    assert {name: words for name, words in lengths.items() if words > 250} == {}


@pytest.mark.parametrize("kind", interlock.KINDS, ids=lambda kind: kind.kind)
def test_the_page_of_a_kind_has_its_equation_its_example_and_every_term(kind, reference):
    page = reference[f"contracts/{kind.kind}.md"]
    assert "```text" in page
    assert "```pycon" in page
    for term in dataclasses.fields(kind):
        assert f"| `{term.name}` |" in page


def test_a_term_has_a_meaning_and_a_unit(reference):
    rows = [
        line
        for name, page in reference.items()
        if name.startswith(("contracts/", "drivers/", "parties", "chips"))
        for line in page.splitlines()
        if line.startswith("| `")
    ]
    assert len(rows) > 80
    assert [row for row in rows if "|  |" in row] == []


def test_pages_show_no_import_that_a_visitor_should_not_write(reference):
    assert [name for name, page in reference.items() if re.search(r"(?:from|import) interlock\.", page)] == []


def test_every_public_name_is_on_the_page_of_names(reference):
    for name in interlock.__all__:
        assert f"interlock.{name}\n" in reference["python.md"]


def test_every_command_is_on_the_page_of_commands(reference):
    commands = re.findall(r"^## (.+)$", reference["command-line.md"], re.MULTILINE)
    asked = {"backtest", "compare", "explain", "limits", "losses", "race", "run", "stress", "trace"}
    assert {"books", "check", "kinds", "new", "schema", "tell"} | asked <= set(commands)
