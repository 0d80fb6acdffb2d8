"""A real browser without any network, for pages that must do without; skipped where there is none, but never in CI."""

import os
import shutil
import sys
from contextlib import contextmanager

import pytest

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
"""As which it may be installed."""


def executable():
    """Where it is; without one, CI on Linux fails, for `.ci/run` installs it there."""
    found = next((path for name in NAMES if (path := shutil.which(name))), None)
    if found is None and os.environ.get("CI") and sys.platform == "linux":
        pytest.fail("no Chromium: .ci/run installs it")
    if found is None:
        pytest.skip("no Chromium on this machine")
    return found


@contextmanager
def browser():
    """The browser, and nothing that it could reach; skipped where nothing was built that could draw."""
    from playwright.sync_api import sync_playwright

    from interlock.charts.viewer import BUILT

    if not (BUILT.is_file() or os.environ.get("CI")):
        pytest.skip("this installation has no viewer")
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=executable(), args=["--no-sandbox"])
        try:
            yield opened
        finally:
            opened.close()


class Visit:
    """A page opened from a disk, and all that it asked for and complained of."""

    def __init__(self, browser, file, *, width=1280, scheme="light"):
        size = {"width": width, "height": 900}
        self.context = browser.new_context(viewport=size, color_scheme=scheme, offline=True)
        self.page = self.context.new_page()
        self.asked, self.said = [], []
        self.page.on("request", lambda request: self.asked.append(request.url))
        self.page.on("console", lambda message: self.said.append(message.text))
        self.page.on("pageerror", lambda error: self.said.append(str(error)))
        self.page.on("dialog", lambda dialog: self.said.append(f"dialog: {dialog.message}"))
        self.page.goto(file.as_uri())
        self.page.wait_for_function("document.readyState === 'complete'")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.context.close()
