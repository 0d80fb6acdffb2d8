"""The viewer: one script that draws charts and tables from JSON; made when the package is built."""

from __future__ import annotations

import base64
import hashlib
from functools import cache
from pathlib import Path

from interlock.ground.errors import NotInstalled

BUILT = Path(__file__).parent / "built" / "viewer.js"


NO_VIEWER = (
    "This installation has no viewer, which draws charts: it was built without network, or with INTERLOCK_VIEWER=0. "
    "Install Interlock again with both npm's registry and PyPI in reach."
)


@cache
def script() -> str:
    """The script, fit to stand within a page; raises NotInstalled where the package was built without."""
    if not BUILT.is_file():
        raise NotInstalled(NO_VIEWER)
    return BUILT.read_text(encoding="utf-8").replace("</script", "<\\/script").replace("<!--", "<\\!--")


def hash_of(text: str) -> str:
    """What a page's security policy lets run: this script, and no other."""
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"
