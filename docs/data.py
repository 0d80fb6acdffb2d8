"""The data of the researched books, printed from the books: every deal, every figure with its grade, every source."""

from collections.abc import Iterator
from itertools import groupby
from pathlib import Path

from printed import page, table, toctree

import interlock
from interlock.book.book import Book
from interlock.book.knowledge import Known, grades_of, known_of, owner_of, same_as, text_of
from interlock.book.source import Source

HOW = """
A figure is *stated* where a party or a filing says it at an address that can be opened, *estimated* where it is worked
out from sources by a method that is named, *assumed* where it is chosen for a reason, *undisclosed* where it is known
to exist and kept secret: then a run goes by the assumption beside it. A range holds nine of ten cases. What changes by
date counts as one figure, with its steps in place of a range; correlations are figures too.

**To correct one**: change it for yourself with `--set ADDRESS=QUANTITY`, or in a scenario (`--with`), and see what
moves. To correct it for everybody, send the figure with its grade, its source and one sentence of reason, as the file
of the book would have it; a better source wins over a judgement, and a later one sets no figure of an earlier book.
""".strip()


def write(folder: Path) -> None:
    """Print a page for each book that cites sources, and the page above them."""
    books = {name: interlock.open_book(name) for name in interlock.bundled()}
    researched = {name: book for name, book in books.items() if book.sources}
    pages = {f"{name}.md": page_of(name, book) for name, book in researched.items()}
    folder.mkdir(exist_ok=True)
    for name, text in {**pages, "index.md": _index(researched)}.items():
        file = folder / name
        if not file.exists() or file.read_text(encoding="utf-8") != text:
            file.write_text(text, encoding="utf-8", newline="\n")


def _index(books: dict[str, Book]) -> str:
    rows = [
        [f"[{book.title}]({name}.md)", *(str(count) for count in grades_of(book).values()), str(len(book.sources))]
        for name, book in books.items()
    ]
    grades = [str(grade) for grade in grades_of(next(iter(books.values())))]
    return page("Data", toctree(books), table(["book", *grades, "sources"], rows), HOW)


def page_of(name: str, book: Book) -> str:
    """Every deal, every figure and every source of a book."""
    counted = ", ".join(f"{count} {grade}" for grade, count in grades_of(book).items())
    more = f"How its terms are read, and where sources differ: [](../books/{name}.md)."
    return page(
        f"Data of {book.title}",
        f"As known on {book.as_of}: {counted}. {more}",
        "## Deals",
        table(["deal", "announced", "status", "between", "sources"], _deals(book)),
        "## Figures",
        *_figures(book),
        "## Sources",
        table(["source", "published by", "date", "note"], _sources(book)),
    )


def _deals(book: Book) -> Iterator[list[str]]:
    for deal in sorted(book.deals.values(), key=lambda deal: deal.announced_on):
        ends = dict.fromkeys(end for each in deal.contracts.values() for end in (each.payer, each.payee))
        sources = " ".join(_link(book.sources[name]) for name in deal.sources)
        yield [f"{deal.title} (`{deal.name}`)", deal.announced_on, deal.status, ", ".join(ends), sources]


def _figures(book: Book) -> Iterator[str]:
    for address, known in groupby(known_of(book), key=lambda found: owner_of(found[0])):
        rows = [[f"`{where.removeprefix(address + '.')}`", *_said(book, each)] for where, each in known]
        yield f"### {address}"
        yield table(["", "figure", "grade", "rests on"], rows)


def _said(book: Book, known: Known) -> list[str]:
    text, repeated = text_of(known), same_as(known)
    if repeated:
        return [text, "", f"the same as `{repeated}`"]
    links = " ".join(_link(book.sources[name]) for name in known.sources)
    return [text, str(known.grade), " — ".join(part for part in (links, known.because) if part)]


def _sources(book: Book) -> Iterator[list[str]]:
    for source in sorted(book.sources.values(), key=lambda each: each.date):
        title = f"[{source.title}]({source.url})" if source.url else f"{source.title} (not seen)"
        yield [title, source.publisher, source.date, source.note]


def _link(source: Source) -> str:
    return f"[{source.name}]({source.url})" if source.url else source.name
