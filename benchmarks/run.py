"""Tanheng beside bw2calc 3, on the same matrices in the same run.

    python benchmarks/run.py [--processes 23500] [--uslci PATH.zip] [--repeat 5] [--out results.json]

Every task is done by both in turn, ``repeat`` times; the medians and their ratio are printed. The answers are compared,
and the run fails where they disagree.
"""

from __future__ import annotations

import argparse
import json
import platform
import statistics
import sys
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import scipy

from cases import Case, synthetic_case, uslci_case
from peers.brightway import FAST, SOLVER, Brightway
from tanheng import __version__
from tanheng.engine import Solver, System, inventory, score

AGREE = 1e-8  # largest relative difference between the answers
AGREE_GMRES = 1e-5  # its GMRES stops at a residual of 1e-8, which leaves larger errors in small values
NOTHING = 1e-12  # share of the largest value of a method below which a value counts as rounding noise of zero
METHODS = 16


class Tanheng:
    """The same calculations with the engine."""

    def __init__(self, case: Case) -> None:
        self.case = case

    def prepare(self, product: int) -> float:
        """From the stored arrays: order, footprint vector, score of one product."""
        self.system = System(self.case.system.A, self.case.system.B)
        self.solver = Solver(self.system.A)
        self.solver.supply(np.zeros(self.system.processes))  # so that a first forward solve is in the bill, too
        return float(self.solver.footprints(self.system.burdens(self.case.C[:, 0])).values[product])

    def next(self, product: int) -> float:
        """Supply vector, inventory and score of another demand; not the look-up in the footprint vector."""
        demand = np.zeros(self.system.processes)
        demand[product] = 1.0
        return score(self.case.C[:, 0], inventory(self.system, self.solver.supply(demand).values))

    def all_products(self, count: int) -> np.ndarray:
        """Scores of one unit of every product, from the stored arrays."""
        system = System(self.case.system.A, self.case.system.B)
        return Solver(system.A).footprints(system.burdens(self.case.C[:, :count])).values

    def again(self, count: int) -> np.ndarray:
        """The same on the open system."""
        return self.solver.footprints(self.system.burdens(self.case.C[:, :count])).values


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table: medians in seconds, ratio > 1 where Tanheng is faster."""

    task: str
    tanheng: float
    peer: float
    ratio: float
    difference: float
    peer_does: str


def measure(
    task: str, ours: Callable[[], object], theirs: Callable[[], object], repeat: int, peer_does: str
) -> tuple[Row, np.ndarray]:
    """Time both in turn, the first one alternating; compare the answers."""
    seconds: dict[int, list[float]] = {0: [], 1: []}
    answers: dict[int, np.ndarray] = {}
    for turn in range(repeat):
        for side in (0, 1) if turn % 2 == 0 else (1, 0):
            start = time.perf_counter()
            answer = (ours, theirs)[side]()
            seconds[side].append(time.perf_counter() - start)
            answers[side] = np.asarray(answer, dtype=float)
    a, b = answers[0], answers[1]
    size = np.maximum(np.abs(a), np.abs(b))
    gap = np.abs(a - b) / np.maximum(size, NOTHING * size.max(axis=0))
    mine, other = statistics.median(seconds[0]), statistics.median(seconds[1])
    return Row(task, mine, other, other / mine, float(gap.max()), peer_does), gap


def compare(case: Case, repeat: int) -> list[Row]:
    """All tasks on one case; the hook for other databases is a :class:`~cases.Case`."""
    print(f"\n{case.title}")
    count = min(METHODS, case.C.shape[1])
    rng = np.random.default_rng(0)
    ours, theirs = Tanheng(case), Brightway(case.system.A, case.system.B, case.C)
    scores = ours.all_products(1)[:, 0]
    products = rng.choice(np.flatnonzero(np.abs(scores) > 1e-9 * np.abs(scores).max()), size=5)
    first = int(products[0])
    direction = f"adjoint direction, {SOLVER}" if FAST else f"adjoint by hand, {SOLVER}"
    tasks: list[tuple[str, Callable[[], object], Callable[[], object], str]] = [
        ("prepare + first footprint", lambda: ours.prepare(first), lambda: theirs.prepare(first), f"LCA, {SOLVER}"),
        (
            "prepare + first footprint",
            lambda: ours.prepare(first),
            lambda: theirs.prepare_iterative(first),
            "JacobiGMRESLCA",
        ),
        (
            "next product (5, each)",
            lambda: [ours.next(int(j)) for j in products],
            lambda: [theirs.next(int(j)) for j in products],
            f"LCA, factors kept, {SOLVER}",
        ),
    ]
    for k in (1, count):
        label = f"all products × {k} method" + "s" * (k > 1)
        tasks += [
            (label, lambda k=k: ours.all_products(k), lambda k=k: theirs.all_products(k), direction),
            (f"{label}, open", lambda k=k: ours.again(k), lambda k=k: theirs.by_hand(k), "by hand, LU of Aᵀ kept"),
        ]
    theirs.prepare(first)
    theirs.by_hand(1)
    rows = []
    print(f"{'task':38} {'Tanheng':>10} {'bw2calc':>10} {'ratio':>8} {'max diff':>9}  bw2calc does")
    for task, mine, other, does in tasks:
        row, gap = measure(task, mine, other, repeat, does)
        if task.startswith("next"):
            row = Row(row.task, row.tanheng / 5, row.peer / 5, row.ratio, row.difference, row.peer_does)
        rows.append(row)
        print(f"{task:38} {_time(row.tanheng)} {_time(row.peer)} {row.ratio:8.1f} {row.difference:9.0e}  {does}")
        if not row.difference <= (AGREE_GMRES if "GMRES" in does else AGREE):
            worst = int(np.argmax(gap.reshape(len(gap), -1).max(axis=1))) if gap.ndim else first
            name = case.names[worst] if gap.ndim and len(gap) == len(case.names) else case.names[first]
            sys.exit(f"The answers disagree by {row.difference:.1e}, most for: {name}")
    loop = next(row.peer for row in rows if row.task.startswith("next")) * case.system.processes
    print(f"{'all products × 1 method, as a loop':38} {'':11} {_time(loop)}  {'':18} next product × n, extrapolated")
    return rows


def _time(seconds: float) -> str:
    return f"{seconds * 1e3:8.2f} ms" if seconds < 1 else f"{seconds:8.2f} s "


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--processes", type=int, default=23_500, help="size of the synthetic database; 0 leaves it out")
    parser.add_argument("--uslci", type=Path, help="openLCA JSON-LD or EcoSpold zip of the US LCI database")
    parser.add_argument("--repeat", type=int, default=5)
    parser.add_argument("--out", type=Path, help="write the results as JSON, too")
    given = parser.parse_args()
    versions = f"Tanheng {__version__}, bw2calc {Brightway.version}, NumPy {np.__version__}, SciPy {scipy.__version__}"
    print(f"{versions}, Python {platform.python_version()}")
    cases = [synthetic_case(given.processes)] if given.processes else []
    cases += [uslci_case(given.uslci)] if given.uslci else []
    results = {case.title: [asdict(row) for row in compare(case, given.repeat)] for case in cases}
    if given.out:
        given.out.write_text(json.dumps({"versions": versions, "cases": results}, indent=1, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main()
