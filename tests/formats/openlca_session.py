"""What bw2io and bw2calc make of openLCA JSON-LD; run in a process of its own, as Brightway keeps its projects for all time.

python openlca_session.py REQUESTS.json RESULTS.json, with BRIGHTWAY2_DIR set to a folder of its own. Requests and results are
by name; a request has a ``folder`` of unpacked data sets, perhaps a ``preferred`` way of allocation, and ``factors`` where scores
are asked for. What is refused is told as ``refused``.
"""

from __future__ import annotations

import json
import sys
import warnings
from collections import Counter
from functools import partial
from pathlib import Path

warnings.simplefilter("ignore")

import bw2calc  # noqa: E402
import bw2data  # noqa: E402
from brightway_session import package_of  # noqa: E402
from bw2io.importers.json_ld import JSONLDImporter  # noqa: E402
from bw2io.strategies import link_iterable_by_fields  # noqa: E402


def main(requests: str, results: str) -> None:
    asked = json.loads(Path(requests).read_text(encoding="utf-8"))
    told = {}
    for name, request in asked.items():
        bw2data.projects.set_current(name)
        try:
            told[name] = imported(name, **request)
        except Exception as error:  # whatever it refuses is what we want to know
            told[name] = {"refused": f"{type(error).__name__}: {error}"}
    Path(results).write_text(json.dumps(told), encoding="utf-8")


def imported(name: str, folder: str, preferred: str | None = None, factors: dict[str, float] | None = None) -> dict:
    importer = JSONLDImporter(folder, name, preferred_allocation=preferred)
    importer.apply_strategies(verbose=False)
    activities = [node for node in importer.data if node["type"] == "process"]
    edges = [edge for node in importer.data for edge in node["exchanges"]]
    told = {
        "activities": len(activities),
        "edges": dict(Counter(edge["type"] for edge in edges)),
        "unlinked": dict(Counter(edge["name"] for edge in edges if "input" not in edge)),
        "places": sorted({node["location"] for node in activities}),
        "units": sorted({edge["unit"] for edge in edges if edge["type"] == "technosphere"}),
    }
    # bw2io links no avoided products by itself.
    importer.apply_strategy(
        partial(link_iterable_by_fields, fields=["code"], edge_kinds=["substitution"], internal=True), verbose=False
    )
    if factors is not None:
        told["scores"] = scores(importer, factors)
    return told


def scores(importer: JSONLDImporter, factors: dict[str, float]) -> dict[str, float]:
    """Score of one unit of every product, in double precision; Brightway itself computes with single."""
    nature = importer.biosphere_database[0]["database"]
    importer.write_separate_biosphere_database()
    importer.write_database()
    method = bw2data.Method(("GWP",))
    method.register()
    method.write(
        [(flow.key, factors["::".join([flow["name"], *flow["categories"]])]) for flow in bw2data.Database(nature)]
    )
    database = bw2data.Database(importer.db_name)
    package = package_of(database, method)
    found = {}
    for product in (node for node in database if node["type"] == "product"):
        lca = bw2calc.LCA({product.id: 1}, data_objs=[package])
        lca.lci()
        lca.lcia()
        found[product["name"]] = float(lca.score)
    return found


if __name__ == "__main__":
    main(*sys.argv[1:])
