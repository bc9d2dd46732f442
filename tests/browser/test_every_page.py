"""Every page of the workbench, with the demonstration: in order for everybody, wide and narrow, languages by turns.

``make screenshots`` applies the same rules to every page in both languages at both widths, and takes pictures of them.
"""

from __future__ import annotations

import pytest

from browsing import DESKTOP, PHONE
from tour import routes, tour


@pytest.fixture(scope="module")
def shown(tmp_path_factory):
    with tour(tmp_path_factory.mktemp("tour") / "home") as one:
        yield one


BY_TURNS = [(route, ("zh", "en")[at % 2]) for at, route in enumerate(routes())]


@pytest.mark.parametrize(("route", "lang"), BY_TURNS)
def test_a_page_is_in_order(shown, walk, route, lang):
    size = PHONE if lang == "zh" else DESKTOP
    walker = walk(shown.url, lang=lang, size=size)
    shown.enter(walker, shown.who(route))
    answer = walker.page.goto(shown.path(route))
    assert answer.status == 200, f"{route}: {answer.status} {walker.page.inner_text('body')[:500]}"
    if "<!doctype html>" not in answer.text()[:200]:
        return  # a part of a page
    walker.page.wait_for_load_state("networkidle")
    walker.check()
    walker.page.set_viewport_size(PHONE if size is DESKTOP else DESKTOP)
    walker.check(axe=False)


@pytest.mark.parametrize("route", routes())
def test_a_page_has_an_example(shown, route):
    assert shown.path(route).startswith("/")
