"""How the editor of a study copes with a long bill of materials, in a real browser: opening, scrolling, editing, pasting, saving.

    python benchmarks/grid.py                     # 5,000 lines
    python benchmarks/grid.py --lines 20000 --repeats 3 --json out/grid.json

A server on loopback with SQLite, Debian's Chromium without a screen. Times are of what a person waits for: until the grid can be
used, until a cell shows what was typed, until a screen that was scrolled to is painted. The median of the repeats is printed.
"""

from __future__ import annotations

import argparse
import itertools
import json
import statistics
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import orjson
import uvicorn

from tanheng.accounts import system
from tanheng.accounts.model import OrganisationKind
from tanheng.services.accounts import organisations, people
from tanheng.services.furnishing import furnish
from tanheng.services.studies import intake, studies
from tanheng.storage import installing
from tanheng.web.app import create_app

CHROMIUM = "/usr/bin/chromium"
EMAIL, PASSWORD = "grid@benchmark.example", "a sentence of my own"
SETTLED = (
    "() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => done(performance.now()))))"
)
SCROLL = """async (steps) => {
  const holder = document.querySelector(".tabulator-tableholder");
  const frames = [];
  for (let step = 1; step <= steps; step++) {
    const begun = performance.now();
    holder.scrollTop = holder.scrollHeight * step / (steps + 1);
    await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
    frames.push(performance.now() - begun);
  }
  holder.scrollTop = 0;
  return frames;
}"""

GLIDE = """async (steps) => {
  const holder = document.querySelector(".tabulator-tableholder");
  const frames = [];
  holder.scrollTop = 0;
  let before = await new Promise(requestAnimationFrame);
  for (let step = 0; step < steps; step++) {
    holder.scrollTop += 60;
    const now = await new Promise(requestAnimationFrame);
    frames.push(now - before);
    before = now;
  }
  return frames;
}"""
"""A wheel that turns evenly: 60 pixels, nearly two lines, a frame."""


def bill(lines: int) -> dict[str, Any]:
    """A study of so many lines: two thirds materials with transport, the rest energy."""
    return {
        "tanheng": "study/1",
        "product": {"name": {"zh": "整车", "en": "Vehicle"}},
        "unit": "1 pcs",
        "boundary": "cradle-to-gate",
        "period": "2024",
        "site": "CN",
        "lines": [_line(index) for index in range(lines)],
    }


def _line(index: int) -> dict[str, Any]:
    line: dict[str, Any] = {
        "stage": "production" if index % 3 == 2 else "raw-materials",
        "name": {"zh": f"零件 {index:05d}", "en": f"Part {index:05d}"},
        "amount": f"{(index % 97 + 1) / 8} kg",
        "data": "primary" if index % 4 else "secondary",
        "quality": {"te": index % 5 + 1, "ge": 2, "ti": 1, "pr": 2},
        "note": f"BOM {index}",
    }
    if index % 3 == 0:
        line["transport"] = [{"mode": "road", "distance": f"{index % 900 + 20} km"}]
    return line


@contextmanager
def served(lines: int) -> Iterator[str]:
    """The address of the editor on an installation of its own."""
    with tempfile.TemporaryDirectory(prefix="tanheng-grid-") as folder:
        platform, init = installing.initialise(Path(folder) / "home"), system("init")
        furnish(platform)
        own = platform.do(init, organisations.create, kind=OrganisationKind.ENTERPRISE, names={"en": "Grid"})
        told = {"email": EMAIL, "name": "Grid", "password": PASSWORD, "organisation": own.id, "roles": ["engineer"]}
        platform.do(init, people.create, **told)
        model = intake.read(orjson.dumps(bill(lines)))
        made = platform.do(init, studies.create, organisation=own.id, model=model)
        server = uvicorn.Server(uvicorn.Config(create_app(platform), port=0, log_level="error"))
        thread = threading.Thread(target=server.run, daemon=True)
        thread.start()
        while not server.started:
            time.sleep(0.01)
        try:
            yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}/studies/{made.id}/edit"
        finally:
            server.should_exit = True
            thread.join()


class Person:
    """Somebody at the editor, with a stopwatch."""

    def __init__(self, page: Any, address: str) -> None:
        self.page, self.address, self.amounts = page, address, itertools.count(17)

    def sign_in(self) -> None:
        """Through the form."""
        self.page.goto(self.address)
        self.page.fill("[name=email]", EMAIL)
        self.page.fill("[name=password]", PASSWORD)
        self.page.click("main form button")
        self.page.wait_for_selector("#grid[data-ready]")

    def waited(self, act: Any) -> float:
        """Milliseconds until what ``act`` does is painted."""
        begun = time.perf_counter()
        act()
        self.page.evaluate(SETTLED)
        return (time.perf_counter() - begun) * 1000

    def until(self, what: str) -> None:
        """Wait for something that the page can tell (the policy of content lets nobody evaluate there)."""
        while not self.page.evaluate(what):
            time.sleep(0.005)

    def opened(self) -> float:
        """Open the editor anew, until it can be used."""
        self.page.goto(self.address)
        begun = time.perf_counter()
        self.page.reload()
        self.page.wait_for_selector("#grid[data-ready]")
        return (time.perf_counter() - begun) * 1000

    def edited(self) -> float:
        """Write an amount into a cell in the middle."""
        self.page.evaluate("window.tanheng.editor.goTo(Math.floor(window.tanheng.editor.order().length / 2), 'amount')")
        self.page.keyboard.press("Enter")
        self.page.keyboard.press("Control+a")
        self.page.keyboard.type(f"{next(self.amounts)} kg")
        return self.waited(lambda: self.page.keyboard.press("Enter"))

    def pasted(self, rows: int) -> float:
        """Paste so many rows of three cells."""
        told = [["production", f"Pasted {index}", f"{index + 1} kg"] for index in range(rows)]
        self.page.evaluate("window.tanheng.editor.goTo(0, 'stage')")
        return self.waited(lambda: self.page.evaluate("(rows) => window.tanheng.editor.paste(rows)", told))

    def undone(self) -> float:
        """Take a step back."""
        return self.waited(lambda: self.page.click("#undo"))

    def filtered(self) -> float:
        """Show the lines that hold a word, then all."""

        def ask() -> None:
            self.page.fill("#filter", "00042")
            self.until("document.querySelectorAll('.tabulator-row').length < 5")

        taken = self.waited(ask)
        self.page.fill("#filter", "")
        self.until("document.querySelectorAll('.tabulator-row').length > 5")
        return taken

    def saved(self) -> float:
        """Save, until the new version is shown."""
        before = self.page.inner_text("#version")

        def save() -> None:
            self.page.click("#save")
            self.until(f"document.getElementById('version').innerText !== {json.dumps(before)}")

        return self.waited(save)


def measured(lines: int, repeats: int) -> dict[str, list[float]]:
    """Milliseconds of everything, a list of repeats each."""
    from playwright.sync_api import sync_playwright

    found: dict[str, list[float]] = {}
    with served(lines) as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        page = browser.new_page(viewport={"width": 1440, "height": 900})
        person = Person(page, address)
        person.sign_in()
        for _ in range(repeats):
            sys.stderr.flush()
            found.setdefault("open", []).append(person.opened())
            frames = page.evaluate(SCROLL, 40)
            found.setdefault("scroll, a screen", []).append(statistics.median(frames))
            found.setdefault("scroll, the slowest screen", []).append(max(frames))
            glided = page.evaluate(GLIDE, 300)
            found.setdefault("a frame of scrolling evenly", []).append(statistics.median(glided))
            found.setdefault("its 95th percentile", []).append(statistics.quantiles(glided, n=20)[-1])
            found.setdefault("edit a cell", []).append(person.edited())
            found.setdefault("paste 1,000 rows", []).append(person.pasted(min(1_000, lines)))
            found.setdefault("undo them", []).append(person.undone())
            found.setdefault("filter", []).append(person.filtered())
            found.setdefault("save", []).append(person.saved())
        browser.close()
    return found


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--lines", type=int, default=5_000)
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--json", type=Path)
    asked = parser.parse_args()
    found = measured(asked.lines, asked.repeats)
    sys.stdout.write(f"{asked.lines:,} lines, median of {asked.repeats}\n")
    for name, times in found.items():
        sys.stdout.write(f"  {name:<28}{statistics.median(times):>9,.0f} ms\n")
    if asked.json is not None:
        asked.json.parent.mkdir(parents=True, exist_ok=True)
        asked.json.write_text(json.dumps({"lines": asked.lines, "milliseconds": found}, indent=2), encoding="utf-8")


if __name__ == "__main__":
    main()
