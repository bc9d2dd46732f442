"""A real browser on the pages: what it shows is looked at by rules that hold for every page."""

from __future__ import annotations

import os
import re
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import pytest

DESKTOP, PHONE = {"width": 1280, "height": 860}, {"width": 375, "height": 740}
_FLAGS = (
    *("--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"),
    *("--disable-component-update", "--disable-sync", "--disable-quic"),
)
_KEY = re.compile(r"(?<![\w./@:-])[a-z_]+(?:\.[a-z_]+)+(?![\w./@-])")  # what a word without a text would show


def chromium_path() -> str:
    """Debian's Chromium; without it tests are skipped, in CI they fail."""
    path = "/usr/bin/chromium"
    if not Path(path).exists():
        if os.environ.get("CI"):
            pytest.fail("Chromium is not installed (Debian: chromium)")
        pytest.skip("Chromium is not installed (Debian: chromium)")
    return path


@contextmanager
def chromium():
    """A browser."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium_path(), args=list(_FLAGS))
        try:
            yield browser
        finally:
            browser.close()


class Walker:
    """Somebody with a browser of their own. What went wrong beside the page is kept in ``wrong``.

    Args:
        script: whether the browser runs scripts.
    """

    def __init__(self, browser, url, *, lang="en", size=DESKTOP, script=True, clock=None):
        locale = "zh-CN" if lang == "zh" else "en-GB"
        self.context = browser.new_context(
            base_url=url, locale=locale, viewport=size, java_script_enabled=script, timezone_id="Asia/Shanghai"
        )
        self.page, self.url, self.lang, self.clock = self.context.new_page(), url, lang, clock
        self.wrong, self.expected = [], 0
        self.page.on("console", self._said)
        self.page.on("pageerror", lambda error: self.wrong.append(f"script: {error}"))
        self.page.on("request", self._asked)

    def _said(self, message):
        refused = "Failed to load resource" in message.text and self.expected
        if message.type in ("error", "warning") and not refused:
            self.wrong.append(f"console: {message.text}")

    def _asked(self, request):
        parts = urlsplit(request.url)
        if parts.scheme in ("http", "https", "ws", "wss") and parts.netloc != urlsplit(self.url).netloc:
            self.wrong.append(f"asked {request.url}")

    def go(self, path):
        """Open a page, and wait until its script is ready."""
        self.page.goto(path)
        self.page.wait_for_load_state("networkidle")
        return self.page

    def sign_in(self, email, password, code=""):
        """Through the form."""
        self.go("/sign-in")
        self.page.fill("[name=email]", email)
        self.page.fill("[name=password]", password)
        if code:
            self.page.fill("[name=code]", code)
        self.page.click("main form button")
        self.page.wait_for_url(lambda address: "/sign-in" not in address)
        return self

    def check(self, *, axe=True):
        """What holds for every page: nothing cut, nothing untranslated, nobody shut out, nothing said by the console."""
        page = self.page
        wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert wide <= 1, f"{page.url}: {wide} px wider than the screen"
        text = page.inner_text("body")
        for literal in page.eval_on_selector_all(
            "code, pre, .mono, [data-literal]", "all => all.map(one => one.innerText)"
        ):
            text = text.replace(literal, " ")
        assert not [key for key in _KEY.findall(text) if not re.search(r"\d", key)], f"{page.url}: {_KEY.findall(text)}"
        if self.lang == "en":
            self._only_english(page)
        if axe:
            from axe_playwright_python.sync_playwright import Axe

            found = [
                f"{one['id']}: {one['help']}: {[node['html'][:200] for node in one['nodes']][:3]}"
                for one in Axe().run(page).response["violations"]
                if one["impact"] in ("serious", "critical")
            ]
            assert not found, f"{page.url}: {found}"
        assert not self.wrong, f"{page.url}: {self.wrong}"

    def _only_english(self, page):
        """Headings, labels and buttons of an English page are English (names of things may be in any language)."""
        chinese = page.eval_on_selector_all(
            "h1 > *:not([lang]), label, thead th, legend, main button, .tabs a",
            "all => all.map(one => one.textContent).filter(text => /[\\u4e00-\\u9fff]/.test(text) && !/[（(]/.test(text))",
        )
        assert not [one for one in chinese if one.strip() not in ("中文", "碳衡")], f"{page.url}: {chinese}"

    def shoot(self, path, *, whole=True):
        """A picture of the page."""
        self.page.screenshot(path=path, full_page=whole)

    def close(self):
        self.context.close()
