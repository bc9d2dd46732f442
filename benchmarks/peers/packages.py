"""The peer's stored files: datapackages of bw_processing as bw2data writes them, but in double precision."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import bw_processing as bwp
import numpy as np
from fsspec.implementations.zip import ZipFileSystem

from cases import Case
from tanheng.engine.montecarlo import Spreads, UncertainSystem

PRODUCT, PROCESS, FLOW = 10**7, 2 * 10**7, 3 * 10**7  # ids that do not overlap
LOGNORMAL = 2  # of stats_arrays


def write_packages(folder: Path, case: Case, exchanges: UncertainSystem) -> None:
    """``inventory.zip`` and ``methods.zip``."""
    folder.mkdir(parents=True, exist_ok=True)
    n = case.system.processes
    inventory = bwp.create_datapackage(fs=ZipFileSystem(str(folder / "inventory.zip"), mode="w"), name="inventory")
    every, inputs = np.arange(n), exchanges.technosphere
    inventory.add_persistent_vector(
        matrix="technosphere_matrix",
        name="technosphere",
        indices_array=_pairs(
            np.concatenate((every, inputs.rows)) + PRODUCT, np.concatenate((every, inputs.columns)) + PROCESS
        ),
        data_array=np.concatenate((np.ones(n), inputs.values)),
        flip_array=np.concatenate((np.zeros(n, dtype=bool), np.ones(len(inputs), dtype=bool))),
        reference_array=np.concatenate((np.ones(n, dtype=bool), np.zeros(len(inputs), dtype=bool))),
        distributions_array=np.concatenate((_certain(np.ones(n)), _distributions(inputs))),
    )
    flows = exchanges.biosphere
    inventory.add_persistent_vector(
        matrix="biosphere_matrix",
        name="biosphere",
        indices_array=_pairs(flows.rows + FLOW, flows.columns + PROCESS),
        data_array=flows.values,
        flip_array=np.zeros(len(flows), dtype=bool),
        distributions_array=_distributions(flows),
    )
    inventory.finalize_serialization()
    methods = bwp.create_datapackage(fs=ZipFileSystem(str(folder / "methods.zip"), mode="w"), name="methods")
    used = np.flatnonzero(np.diff(case.system.B.tocsr().indptr))  # bw2calc knows the flows that occur
    for k in range(case.C.shape[1]):
        rows = used[case.C[used, k] != 0]
        methods.add_persistent_vector(
            matrix="characterization_matrix",
            identifier=f"method {k}",
            name=f"method-{k}",
            indices_array=_pairs(rows + FLOW, rows + FLOW),
            data_array=case.C[rows, k],
        )
    methods.finalize_serialization()


def _pairs(rows: np.ndarray, columns: np.ndarray) -> np.ndarray:
    found = np.empty(len(rows), dtype=bwp.INDICES_DTYPE)
    found["row"], found["col"] = rows, columns
    return found


def _certain(values: np.ndarray) -> np.ndarray:
    found: Any = np.zeros(len(values), dtype=bwp.UNCERTAINTY_DTYPE)
    found["loc"] = values
    for name in ("scale", "shape", "minimum", "maximum"):
        found[name] = np.nan
    found["negative"] = values < 0
    return found


def _distributions(spreads: Spreads) -> np.ndarray:
    """Lognormals as stats_arrays takes them: logarithm of the median, and of the geometric standard deviation."""
    found = _certain(spreads.values)
    varies = spreads.uncertain
    found["uncertainty_type"][varies] = LOGNORMAL
    found["loc"][varies] = np.log(np.abs(spreads.values[varies]))
    found["scale"][varies] = np.log(spreads.scale[varies])
    return found
