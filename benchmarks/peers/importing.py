"""bw2data's side of an import: a database in its own terms, written to a project of its own."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path
from typing import Any

from cases import uncertain

LOGNORMAL = 2  # of stats_arrays


class Bw2data:
    """What is timed; every method is one call of a worker."""

    def load(self, key: str) -> str:
        """Make the data; the version, or nothing where bw2data is not installed."""
        self._place = tempfile.TemporaryDirectory(prefix="tanheng-benchmarks-")
        os.environ["BRIGHTWAY2_DIR"] = self._place.name
        try:
            import bw2data
        except ImportError:
            return ""
        from stores import case_of

        case = case_of(key)
        self._flows, self._processes = _data(case, uncertain(case.system))
        bw2data.projects.set_current("benchmark")
        bw2data.Database("flows").write(self._flows)
        return (
            ".".join(map(str, bw2data.__version__)) if isinstance(bw2data.__version__, tuple) else bw2data.__version__
        )

    def write(self) -> None:
        """Write, index and process."""
        import bw2data

        bw2data.Database("processes").write(self._processes)

    def finish(self) -> float:
        """Megabytes of the project, and clean up."""
        size = sum(path.stat().st_size for path in Path(self._place.name).rglob("*") if path.is_file()) / 2**20
        self._place.cleanup()
        return size


def _data(case: Any, exchanges: Any) -> tuple[dict[Any, Any], dict[Any, Any]]:
    flows = {
        ("flows", f"f{i}"): {"name": name, "categories": to, "unit": "kilogram", "type": "emission"}
        for i, (name, to) in enumerate(case.flows)
    }
    processes: dict[Any, Any] = {
        ("processes", f"p{j}"): {
            "name": name,
            "reference product": name,
            "unit": "kilogram",
            "location": "GLO",
            "type": "process",
            "exchanges": [{"input": ("processes", f"p{j}"), "amount": 1.0, "type": "production"}],
        }
        for j, name in enumerate(case.names)
    }
    for spreads, kind, database, letter in (
        (exchanges.technosphere, "technosphere", "processes", "p"),
        (exchanges.biosphere, "biosphere", "flows", "f"),
    ):
        import numpy as np

        with np.errstate(divide="ignore", invalid="ignore"):
            parts = (
                spreads.rows,
                spreads.columns,
                spreads.values,
                spreads.kinds,
                np.log(spreads.values),
                np.log(spreads.scale),
            )
        for row, column, amount, varies, loc, scale in zip(*(part.tolist() for part in parts), strict=True):
            exchange = {"input": (database, f"{letter}{row}"), "amount": amount, "type": kind}
            if varies:
                exchange |= {"uncertainty type": LOGNORMAL, "loc": loc, "scale": scale}
            processes["processes", f"p{column}"]["exchanges"].append(exchange)
    return flows, processes
