"""The report of a run: one HTML file that opens from a disk, asks no other machine for anything, and prints."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import jinja2
from markupsafe import Markup

from interlock.charts.viewer import hash_of, script
from interlock.engine.run import Run
from interlock.engine.simulate import Progress
from interlock.ground.errors import NotInstalled
from interlock.report.aside import put
from interlock.report.findings import Findings, found
from interlock.report.look import look
from interlock.report.on_limits import limits, race, stress
from interlock.report.on_money import commitments, earnings, loop, summary
from interlock.report.on_trust import manifest, method, scenarios, trust
from interlock.report.pictures import pictures
from interlock.report.section import Section

TEMPLATES = Path(__file__).parent / "templates"

LOOK = Section(
    "look",
    "Look around",
    "Choose a measure, a year, and a world: the book as it is, or one of the scenarios that the report was made with.",
)


def save_report(
    run: Run,
    path: str | Path,
    *,
    scenarios: Sequence[str] = (),
    full: bool = False,
    threads: int | None = None,
    progress: Progress | None = None,
) -> Path:
    """Write the report of a run (.html), and return its path; a file that is there is replaced.

    `scenarios` are beside the book, by name, or files: a run each. `full` asks also what takes a dozen runs of fewer
    futures: earmarked dollars, limits, the race, and each of the largest parties made to fail. Raises ArgumentError
    where a folder stands in the way, and BookError for a scenario that is not there.
    """
    return put(page_of(found(run, scenarios, full=full, threads=threads, progress=progress)).encode(), path)


def page_of(findings: Findings) -> str:
    """The report as the text of its file."""
    run, viewer = findings.run, _viewer()
    style, shows = _text("page.css"), _text("page.js")
    drawn = pictures(findings) if viewer else {}
    charts = {name: chart for here in drawn.values() for name, chart in here.items()}
    scripts = [each for each in (viewer, shows) if each]
    return _template().render(
        title=run.book.title,
        as_of=run.book.as_of,
        futures=f"{run.paths:,}",
        months=run.book.months,
        seed=run.provenance.seed,
        version=run.provenance.version,
        sections=list(_sections(findings)),
        pictures=drawn,
        policy=_policy(scripts),
        # These are ours, or cannot end the element in which they stand.
        style=Markup(style),  # noqa: S704
        scripts=[Markup(each) for each in scripts],  # noqa: S704
        view=Markup(_embedded("interlock-view", {"charts": charts})),  # noqa: S704
        looked=Markup(_embedded("interlock-look", look(findings))),  # noqa: S704
    )


def _sections(findings: Findings) -> Iterator[Section]:
    """In the order in which they are read."""
    parts = (
        summary(findings),
        LOOK,
        loop(findings),
        commitments(findings),
        earnings(findings),
        stress(findings),
        limits(findings),
        race(findings),
        scenarios(findings),
        trust(findings),
        method(),
        manifest(findings),
    )
    return (each for each in parts if each is not None)


def _policy(scripts: list[str]) -> str:
    """What a browser may do with the page: run these scripts, and nothing else."""
    allowed = " ".join(hash_of(each) for each in scripts)
    nothing = "default-src 'none'; base-uri 'none'; form-action 'none'"
    return f"{nothing}; img-src data:; style-src 'unsafe-inline'; script-src {allowed}"


def _viewer() -> str:
    """What draws charts; nothing where this installation has none: the tables say the same."""
    try:
        return script()
    except NotInstalled:
        return ""


def _embedded(name: str, view: Mapping[str, Any]) -> str:
    """JSON within the page: no letter of it can end the element in which it stands."""
    text = json.dumps(view, ensure_ascii=False, allow_nan=False)
    for letter in "<>&\u2028\u2029":
        text = text.replace(letter, f"\\u{ord(letter):04x}")
    return f'<script type="application/json" id="{name}">{text}</script>'


@cache
def _text(name: str) -> str:
    return (TEMPLATES / name).read_text(encoding="utf-8")


@cache
def _template() -> jinja2.Template:
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(TEMPLATES), autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=True
    )
    return environment.get_template("page.html")
