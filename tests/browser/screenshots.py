"""Pictures of all pages: ``make screenshots``. A program and no test; it tells what is wrong with the pages, and fails then.

Options: ``--only PREFIX`` (of addresses), ``--docs`` (the pictures of the user guide too, into docs/images), ``--quick`` (Chinese
at a desk and English on a phone only).
"""

from __future__ import annotations

import argparse
import logging
import re
import sys
import tempfile
from itertools import product
from pathlib import Path

import structlog

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests"))

from browsing import DESKTOP, PHONE, Walker, chromium  # noqa: E402 - the tests' modules are beside this folder
from tour import Tour, routes, tour  # noqa: E402

SIZES = {"desktop": DESKTOP, "phone": PHONE}
DARK = {"/", "/studies/{id}", "/assessments/{id}", "/cases/{id}", "/c/{number}", "/sign-in"}
"""Pages that are also looked at in the dark."""
GUIDE = {
    "welcome": "/welcome",
    "study": "/studies/{id}",
    "editor": "/studies/{id}/edit",
    "matching": "/studies/{id}/matching",
    "result": "/assessments/{id}",
    "compare": "/compare",
    "case": "/cases/{id}",
    "label": "/c/{number}",
    "register": "/register",
    "database": "/databases/{id}",
    "factors": "/factors",
    "classes": "/classes/{id}",
    "tasks": "/tasks",
    "organisation": "/organisations/{id}",
    "jobs": "/jobs",
    "audit": "/audit",
}
"""Pictures of the user guide, by their names."""


def main() -> int:
    """Take the pictures; how many pages are not in order."""
    asked = _asked()
    wanted = [route for route in routes() if route.startswith(asked.only)]
    wrong: list[str] = []
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))
    with (
        tempfile.TemporaryDirectory(prefix="tanheng-tour-") as folder,
        chromium() as browser,
        tour(Path(folder) / "home") as shown,
    ):
        if asked.docs:
            wrong += _guide(browser, shown)
        for lang, size in _kinds(asked.quick):
            wrong += _series(browser, shown, asked.out / f"{lang}-{size}", wanted, lang=lang, size=size)
        dark = [route for route in wanted if route in DARK]
        wrong += _series(browser, shown, asked.out / "zh-dark", dark, lang="zh", size="desktop", theme="dark")
    sys.stdout.write("\n".join([*wrong, f"{len(wanted)} pages in {asked.out}; {len(wrong)} not in order\n"]))
    return 1 if wrong else 0


def _kinds(quick: bool) -> list[tuple[str, str]]:
    return [("zh", "desktop"), ("en", "phone")] if quick else list(product(("zh", "en"), SIZES))


def _series(browser, shown: Tour, folder: Path, wanted: list[str], *, lang: str, size: str, theme="") -> list[str]:
    folder.mkdir(parents=True, exist_ok=True)
    wrong = []
    for route in wanted:
        walker = Walker(browser, shown.url, lang=lang, size=SIZES[size])
        try:
            if _open(walker, shown, route, theme):
                walker.shoot(folder / f"{_slug(route)}.png")
                walker.check()
        except Exception as error:
            wrong.append(f"{lang} {size} {theme} {route}: {type(error).__name__}: {str(error)[:600]}")
        finally:
            walker.close()
    return wrong


def _open(walker: Walker, shown: Tour, route: str, theme: str = "") -> bool:
    """Open a page; whether it is a whole one."""
    shown.enter(walker, shown.who(route))
    if theme:
        walker.context.add_cookies([{"name": "tanheng_theme", "value": theme, "url": shown.url}])
    answer = walker.page.goto(shown.path(route))
    if answer.status >= 400:
        raise AssertionError(f"status {answer.status}")
    if "<!doctype html>" not in answer.text()[:200]:
        return False
    walker.page.wait_for_load_state("networkidle")
    walker.page.wait_for_timeout(300)  # charts are drawn with a movement
    return True


def _guide(browser, shown: Tour) -> list[str]:
    """Small pictures for the user guide, in both languages."""
    from PIL import Image

    folder, wrong = ROOT / "docs" / "images", []
    folder.mkdir(parents=True, exist_ok=True)
    for (name, route), lang in product(GUIDE.items(), ("zh", "en")):
        if route not in routes():
            continue
        walker = Walker(browser, shown.url, lang=lang, size=DESKTOP)
        try:
            if _open(walker, shown, route):
                with tempfile.NamedTemporaryFile(suffix=".png") as file:
                    walker.shoot(file.name, whole=False)
                    with Image.open(file.name) as picture:
                        small = picture.convert("RGB").resize((960, round(960 * picture.height / picture.width)))
                        small.save(folder / f"{name}-{lang}.webp", quality=72, method=6)
        except Exception as error:
            wrong.append(f"guide {lang} {route}: {type(error).__name__}: {str(error)[:600]}")
        finally:
            walker.close()
    return wrong


def _slug(route: str) -> str:
    return re.sub(r"[^\w-]+", "_", route).strip("_") or "home"


def _asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, default=ROOT / "out" / "screenshots")
    parser.add_argument("--only", default="")
    parser.add_argument("--docs", action="store_true")
    parser.add_argument("--quick", action="store_true")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
