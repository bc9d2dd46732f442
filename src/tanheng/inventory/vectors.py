"""Footprint vectors of methods beyond greenhouse gases: solved once for all products, kept beside the snapshot (C10)."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import orjson

from tanheng.engine import System
from tanheng.files import file_digest, replacing

if TYPE_CHECKING:
    from pathlib import Path

    from tanheng.inventory.snapshot import Snapshot

FOLDER = "vectors"


@dataclass(frozen=True, slots=True, eq=False)
class ScoreVectors:
    """Scores of one unit of every product.

    Attributes:
        values: (n,) or (n, k), score per unit of product.
        residual: largest componentwise relative residual of the solve.
        stored: whether they were there already.
    """

    values: npt.NDArray[np.float64]
    residual: float
    stored: bool


def score_vectors(snapshot: Snapshot, factors: npt.ArrayLike) -> ScoreVectors:
    """Scores of all products by any characterisation factors of the elementary flows.

    They are kept in the folder of the snapshot, under the digest of the factors, and solved again only where they are not
    there or were damaged. A folder that cannot be written keeps nothing.

    Args:
        factors: (m,) or (m, k), score per unit of each elementary flow, in the order of ``snapshot.table("flows")``.

    Raises:
        EngineError: TH-ENG-003 factors of another length, TH-ENG-002 one that is not finite.
    """
    C = np.ascontiguousarray(factors, dtype=np.float64)
    named = hashlib.sha256(repr(C.shape).encode() + C.tobytes()).hexdigest()[:32]
    path = snapshot.path / FOLDER / f"{named}.npy"
    found = _kept(path)
    if found is not None:
        return found
    solved = snapshot.solver.footprints(System(snapshot.A, snapshot.B).burdens(C))
    _keep(path, solved.values, solved.residual)
    return ScoreVectors(solved.values, solved.residual, stored=False)


def _kept(path: Path) -> ScoreVectors | None:
    """What stands in a file, where its digest says that it is whole."""
    try:
        about = orjson.loads(path.with_suffix(".json").read_bytes())
        if about["sha256"] != file_digest(path):
            return None
        return ScoreVectors(np.load(path, allow_pickle=False), float(about["residual"]), stored=True)
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _keep(path: Path, values: npt.NDArray[np.float64], residual: float) -> None:
    try:
        path.parent.mkdir(exist_ok=True)
        with replacing(path) as work:
            np.save(work, values)
        with replacing(path.with_suffix(".json")) as work:
            work.write_bytes(orjson.dumps({"sha256": file_digest(path), "residual": residual}))
    except OSError:
        return  # a shared snapshot that only its owner may write to
