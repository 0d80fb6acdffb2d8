"""Settings of the docs: Sphinx, MyST-NB and furo.

    python -m sphinx -W -b html docs docs/_build

The code of every page is run. No page asks another machine for anything.
"""

import os
import re
import shutil
import sys
import tempfile
from pathlib import Path
from typing import Any

from sphinx.application import Sphinx
from sphinx.errors import ExtensionError
from sphinx.ext.napoleon import NumpyDocstring

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE))

import data  # noqa: E402 - lies beside this file
import generate  # noqa: E402 - lies beside this file
import kernel  # noqa: E402 - lies beside this file

import interlock  # noqa: E402 - after those that lie beside this file

project = "Interlock"
author = copyright = "The Interlock contributors"  # noqa: A001 - Sphinx calls it so
version = release = interlock.__version__

extensions = ["myst_nb", "sphinx.ext.autodoc"]
exclude_patterns = ["_build", "jupyter_execute", "**.ipynb_checkpoints"]
default_role = "code"  # docstrings write `total` for a name
nitpicky = False  # types such as `str | Path` have no page of their own

myst_enable_extensions = ["colon_fence", "deflist"]
myst_heading_anchors = 3

nb_execution_mode = "cache"
nb_execution_raise_on_error = True
nb_execution_in_temp = True  # what a page writes, it writes elsewhere
nb_execution_timeout = 240
nb_merge_streams = True
nb_ipywidgets_js: dict[str, dict[str, str]] = {}  # would be fetched from another machine

autodoc_member_order = "bysource"
autodoc_preserve_defaults = True
autodoc_class_signature = "separated"
autodoc_typehints = "signature"
python_use_unqualified_type_names = True

html_theme = "furo"
html_title = "Interlock"
html_static_path = ["_static"]
html_css_files = ["interlock.css"]
html_copy_source = False
html_show_sphinx = False


def read_as_numpy(_: Sphinx, what: str, *rest: Any) -> None:
    """Sections such as Parameters in the docstring of a function; in that of a field a colon is only a colon."""
    lines: list[str] = rest[-1]
    if what in {"function", "method"}:
        lines[:] = str(NumpyDocstring(lines, what=what)).splitlines()


ANNOTATED = re.compile(
    r"~?typing\.Annotated\[~?typing\.Any, ~?interlock\.ground\.units\.Unit\(.*?shown=([^,]*),.*?\)\]"
)
"""A unit as Python prints its type."""


def show_units(*said: Any) -> tuple[str | None, str | None]:
    """A signature in which an amount is shown by its unit: `tuple[USD, …]`."""
    *_, signature, returned = said
    shown = (None if text is None else ANNOTATED.sub(r"\1", text) for text in (signature, returned))
    return next(shown), next(shown)


FETCHED = re.compile(r"""<(?:script|link|img|iframe|source)\b[^>]*\b(?:src|href)=["'](?:https?:)?//[^"']*""")
"""What a browser would load from another machine when it opens a page; a link to be clicked is none."""


def _settle_the_kernel() -> None:
    """The pages' code finds the command `interlock`, and a start-up that makes `!command` strict and plain."""
    folder = Path(tempfile.mkdtemp(prefix="interlock-docs-"))
    startup = folder / "profile_default" / "startup"
    startup.mkdir(parents=True)
    shutil.copyfile(HERE / "kernel.py", startup / "00-commands.py")
    os.environ["IPYTHONDIR"] = str(folder)
    # Pages run the same few books, and so do the tests.
    os.environ.setdefault("JAX_COMPILATION_CACHE_DIR", str(HERE.parent / ".cache" / "compiled"))
    os.environ["JAX_COMPILATION_CACHE_MAX_SIZE"] = str(2**31)
    os.environ["JAX_PERSISTENT_CACHE_MIN_COMPILE_TIME_SECS"] = "0.2"
    os.environ["PATH"] = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")])


def refuse_foreign_requests(app: Sphinx, exception: Exception | None) -> None:
    """Fail where a page would load something from another machine."""
    if exception is not None or app.builder.format != "html":
        return
    for page in sorted(Path(app.outdir).rglob("*.html")):
        found = FETCHED.search(page.read_text(encoding="utf-8"))
        if found is not None:
            raise ExtensionError(f"{page.name} loads something from another machine: {found[0]}")


def setup(app: Sphinx) -> None:
    """Print the reference, ready the kernel, and look over what was built."""
    generate.write(HERE / "reference")
    data.write(HERE / "data")
    _settle_the_kernel()
    app.connect("autodoc-process-docstring", read_as_numpy)
    app.connect("autodoc-process-signature", show_units)
    app.connect("doctree-read", kernel.show_as_typed)
    app.connect("build-finished", refuse_foreign_requests)
