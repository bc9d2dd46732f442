"""What bw2io and bw2calc make of a workbook; run in a process of its own, as Brightway keeps its projects for all time.

python brightway_session.py WORKBOOK FACTORS.json RESULT.json, with BRIGHTWAY2_DIR set to a folder of its own.
"""

from __future__ import annotations

import json
import sys
import warnings
from pathlib import Path

warnings.simplefilter("ignore")

import bw2calc  # noqa: E402
import bw2data  # noqa: E402
import bw2io  # noqa: E402
import bw_processing  # noqa: E402
import numpy as np  # noqa: E402


def score(node, method, packages=None) -> float:
    amount = 1 if node["production amount"] > 0 else -1
    lca = (
        bw2calc.LCA({node: amount}, method) if packages is None else bw2calc.LCA({node.id: amount}, data_objs=packages)
    )
    lca.lci()
    lca.lcia()
    return float(lca.score)


def package_of(database, method) -> bw_processing.Datapackage:
    made = bw_processing.create_datapackage()
    edges = [(edge, edge.input.id, edge.output.id) for node in database for edge in node.exchanges()]
    for matrix, kinds in (
        ("technosphere_matrix", ("production", "substitution", "technosphere")),
        ("biosphere_matrix", ("biosphere",)),
    ):
        found = [(edge, row, column) for edge, row, column in edges if edge["type"] in kinds]
        made.add_persistent_vector(
            matrix=matrix,
            indices_array=np.array([(row, column) for _, row, column in found], dtype=bw_processing.INDICES_DTYPE),
            data_array=np.array([edge["amount"] for edge, _, _ in found], dtype=np.float64),
            flip_array=np.array([edge["type"] == "technosphere" for edge, _, _ in found]),
        )
    factors = [(bw2data.get_id(key), value) for key, value in method.load()]
    made.add_persistent_vector(
        matrix="characterization_matrix",
        indices_array=np.array([(flow, flow) for flow, _ in factors], dtype=bw_processing.INDICES_DTYPE),
        data_array=np.array([value for _, value in factors], dtype=np.float64),
    )
    return made


def main(workbook: str, factors: str, result: str) -> None:
    bw2data.projects.set_current("tanheng")
    importer = bw2io.ExcelImporter(workbook)
    importer.apply_strategies(verbose=False)
    activities, edges, unlinked, _ = importer.statistics(print_stats=False)
    kinds: dict[str, int] = {}
    for activity in importer.data:
        for edge in activity["exchanges"]:
            if not edge.get("input"):
                kinds[edge["type"]] = kinds.get(edge["type"], 0) + 1
    bw2data.Database("nature").register()
    importer.add_unlinked_flows_to_biosphere_database("nature")
    importer.drop_unlinked(i_am_reckless=True)
    importer.write_database()
    database = bw2data.Database(importer.db_name)
    gwp = json.loads(Path(factors).read_text(encoding="utf-8"))
    method = bw2data.Method(("GWP",))
    method.register()
    method.write(
        [(flow.key, gwp["::".join([flow["name"], *flow["categories"]])]) for flow in bw2data.Database("nature")]
    )
    scores = {f"{n['name']}|{n['reference product']}": score(n, ("GWP",)) for n in database}
    # Brightway keeps what it computes with in single precision; the amounts that it stores are double.
    exact = package_of(database, method)
    precise = {f"{n['name']}|{n['reference product']}": score(n, None, [exact]) for n in database}
    spreads = {
        edge["input"][1]: {key: edge.get(key) for key in ("uncertainty type", "loc", "scale", "negative")}
        for activity in database
        for edge in activity.exchanges()
        if edge.get("uncertainty type")
    }
    told = {
        "activities": activities,
        "edges": edges,
        "unlinked": kinds,
        "scores": scores,
        "precise": precise,
        "spreads": spreads,
    }
    Path(result).write_text(json.dumps(told), encoding="utf-8")
    assert unlinked == sum(kinds.values())


if __name__ == "__main__":
    main(*sys.argv[1:])
