"""What `--chart` writes, and what it refuses before anything is simulated."""

import pytest

from command_line import said
from interlock.charts.viewer import BUILT

pytestmark = pytest.mark.skipif(not BUILT.is_file(), reason="installed without its viewer")


def test_a_run_is_drawn_beside_what_it_prints(capsys, tmp_path):
    given = [
        f"--chart={tmp_path / 'loop.svg'}",
        f"--chart=deals={tmp_path / 'deals.png'}",
        f"--chart={tmp_path / 'all.html'}",
    ]
    code, out, err = said(capsys, "run", "ring", "--paths", "16", "--out", "kept", *given)
    assert code == 0
    assert "Who pays whom" in out
    assert [line for line in err.splitlines() if line.startswith("Drawn in")] == [
        f"Drawn in {tmp_path / name}." for name in ("loop.svg", "deals.png", "all.html")
    ]
    assert (tmp_path / "loop.svg").read_text(encoding="utf-8").startswith("<svg")
    assert (tmp_path / "deals.png").read_bytes().startswith(b"\x89PNG")
    page = (tmp_path / "all.html").read_text(encoding="utf-8")
    assert page.count("data-chart=") >= page.count("<figure") > 2


def test_what_is_drawn_leaves_a_document_alone_on_standard_output(capsys, tmp_path):
    code, out, err = said(capsys, "run", "ring", "--paths", "16", "--json", "--chart", str(tmp_path / "loop.png"))
    assert code == 0
    assert out.startswith("{")
    assert "Drawn in" in err


@pytest.mark.parametrize("given", ["chart", "chart.bmp", "cash=chart.pdf"])
def test_what_is_no_picture_is_refused_in_a_line_before_the_run(capsys, tmp_path, given):
    code, out, err = said(capsys, "run", "chain", "--out", str(tmp_path / "kept"), "--chart", given)
    file = given.rpartition("=")[2]
    why = f"--chart '{file}': a chart is written to a file that ends in .svg, .png, .html. See: interlock --help"
    assert (code, out, err.splitlines()) == (2, "", [why])
    assert not (tmp_path / "kept").exists()


def test_an_unknown_chart_is_refused_with_the_nearest_name(capsys, tmp_path):
    code, _, err = said(capsys, "run", "ring", "--paths", "16", "--out", "kept", "--chart", f"lop={tmp_path / 'x.svg'}")
    assert code == 2
    assert "Did you mean 'loop'?" in err
