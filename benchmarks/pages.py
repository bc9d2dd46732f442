"""Pages of results in a real browser: how long from asking until a page is loaded, for every study in ``examples/``.

    python benchmarks/pages.py
    python benchmarks/pages.py --rounds 9 --samples 10000 --json out/pages.json

An installation is made, every example is assessed, and a server runs as ``tanheng serve`` runs it. Chromium (Debian's) opens each
page of each result, the first time included, and tells from its own clock how long the server took, when the first letters stood
(``paint``), when the page was loaded (``load``), and when its charts were drawn and later parts were there (``whole``).
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
import tempfile
from contextlib import closing
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests"))
from browsing import Walker, chromium
from pages import PASSWORD
from serving import served
from tanheng import logs
from tanheng.accounts import system
from tanheng.accounts.model import OrganisationKind, Role
from tanheng.services.accounts import organisations, people
from tanheng.services.furnishing import furnish
from tanheng.services.studies import assessing, intake, studies
from tanheng.storage import installing
from tanheng.storage.platform import Platform
from tanheng.web.app import create_app

EXAMPLES = Path(__file__).resolve().parents[1] / "examples"
TABS = ("", "contributions", "formula", "uncertainty", "quality", "findings", "scenarios", "regimes", "reports")
EMAIL = "engineer@example.org"
INIT = system("init")
_TIMES = """() => {
    const [there] = performance.getEntriesByType("navigation");
    const paint = performance.getEntriesByName("first-contentful-paint")[0];
    return {load: there.loadEventEnd, server: there.responseStart - there.requestStart, paint: paint ? paint.startTime : null};
}"""
_DRAWN = """() => {
    const waits = one => !one.dataset.drawn && one.getBoundingClientRect().top < innerHeight + 300;
    return ![...document.querySelectorAll("figure[data-chart]")].some(waits) && !document.querySelector(".htmx-request");
}"""


def assessed(platform: Platform, samples: int) -> dict[str, str]:
    """Every example assessed: the path of its result by its name."""
    own = platform.do(INIT, organisations.create, kind=OrganisationKind.ENTERPRISE, names={"en": "Maker", "zh": "厂"})
    told = {"email": EMAIL, "name": "Engineer", "password": PASSWORD, "roles": (Role.ENGINEER,)}
    platform.do(INIT, people.create, organisation=own.id, **told)
    found = {}
    for path in sorted(EXAMPLES.glob("*/*.yaml")):
        model = intake.read(path.read_bytes(), path.name)
        study = platform.do(INIT, studies.create, organisation=own.id, model=model)
        made = assessing.assess(platform, INIT, study.id, assessing.Order(samples=samples))
        found[path.stem] = f"/assessments/{made.id}"
    return found


def looked(walker: Walker, path: str) -> dict[str, float]:
    """The times of one look at a page, in milliseconds."""
    walker.page.goto(path, wait_until="load")
    times = walker.page.evaluate(_TIMES)
    walker.page.wait_for_function(_DRAWN)
    return {**times, "whole": walker.page.evaluate("performance.now()")}


def measured(url: str, results: dict[str, str], rounds: int) -> list[dict[str, object]]:
    """All pages of all results, the median and the longest of several looks."""
    rows: list[dict[str, object]] = []
    with chromium() as browser:
        walker = Walker(browser, url).sign_in(EMAIL, PASSWORD)
        for name, base in results.items():
            for tab in TABS:
                looks = [looked(walker, f"{base}/{tab}".rstrip("/")) for _ in range(rounds)]
                medians = {key: statistics.median(look[key] or 0 for look in looks) for key in looks[0]}
                rows.append(
                    {"study": name, "page": tab or "overview", **medians, "longest": max(one["load"] for one in looks)}
                )
                told = "  ".join(f"{key} {value:7.0f}" for key, value in rows[-1].items() if isinstance(value, float))
                print(f"{name:14} {rows[-1]['page']:14} {told}", flush=True)
        walker.close()
    return rows


def main() -> None:
    """Measure, and tell which page took longest."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=5, help="looks at each page")
    parser.add_argument("--samples", type=int, default=1_000, help="of the Monte Carlo view of each result")
    parser.add_argument("--json", type=Path, help="where the figures are written")
    chosen = parser.parse_args()
    logs.configure(level="WARNING")
    with tempfile.TemporaryDirectory() as folder, closing(installing.initialise(Path(folder) / "home")) as platform:
        furnish(platform)
        results = assessed(platform, chosen.samples)
        with served(create_app(platform)) as url:
            rows = measured(url, results, chosen.rounds)
    slowest = max(rows, key=lambda row: float(str(row["load"])))
    print(f"milliseconds; slowest: {slowest['study']} {slowest['page']}, loaded after {slowest['load']:.0f} (median)")
    if chosen.json:
        chosen.json.parent.mkdir(parents=True, exist_ok=True)
        chosen.json.write_text(json.dumps(rows, indent=1), encoding="utf-8")


if __name__ == "__main__":
    main()
