"""Thousands of bills of materials on one background, sampled together.

    python benchmarks/portfolio.py [--processes 23500] [--bills 10000] [--lines 200] [--samples 1024] [--json OUT]

A synthetic database is sampled once for all its products (:mod:`synthetic`); then every bill is multiplied by the samples,
in double and in single precision. Beside it stands what NumPy and SciPy do with the same matrices: the sparse product as
SciPy has it, the same in panels that fit the caches, and a dense product (BLAS) of as many bills as stay within memory. All
do it in turn; what they get is compared with a sum in extended precision. The whole way, drawing included, is measured at
the end, block by block in bounded memory, in threads.
"""

from __future__ import annotations

import argparse
import json
import platform
import resource
import statistics
import sys
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import scipy
from scipy import sparse

from cases import uncertain_case
from tanheng import __version__
from tanheng.compute import Here, usable_processors
from tanheng.engine.montecarlo import Sampler, plan
from tanheng.engine.portfolio import Bills, Terms, paired, totals
from tanheng.footprint.blocks import Own, Work
from tanheng.footprint.tallies import Kept

DENSE = 200  # bills of the dense product; more of it would only take longer
CHECKED = 500  # bills that are summed in extended precision
POPULAR = 0.8  # Zipf exponent of how often products are bought


@dataclass(frozen=True, slots=True)
class Row:
    """One way of doing a task: median of its seconds, and largest relative difference to extended precision."""

    task: str
    way: str
    threads: int
    seconds: float
    accuracy: float
    bills: int


def bills_of(products: int, bills: int, lines: int, scores: np.ndarray) -> Bills:
    """Random bills; popular products are in many of them, and a line costs about as much as another."""
    rng = np.random.default_rng(1)
    weight = 1 / np.arange(1, products + 1) ** POPULAR
    chosen = rng.permutation(products)[rng.choice(products, (bills, lines), p=weight / weight.sum())]
    amounts = rng.lognormal(0, 1.5, chosen.shape) / scores[chosen]
    rows = np.repeat(np.arange(bills), lines)
    return Bills.of(sparse.coo_array((amounts.ravel(), (rows, chosen.ravel())), shape=(bills, products)))


def in_turn(ways: dict[str, Callable[[], np.ndarray]], repeat: int) -> tuple[dict[str, float], dict[str, np.ndarray]]:
    """Median seconds and answers; every way once in each turn, forwards and backwards."""
    seconds: dict[str, list[float]] = {way: [] for way in ways}
    answers: dict[str, np.ndarray] = {}
    for turn in range(repeat + 1):  # the first turn compiles and warms up
        for way in list(ways)[:: 1 if turn % 2 == 0 else -1]:
            start = time.perf_counter()
            answers[way] = ways[way]()
            if turn:
                seconds[way].append(time.perf_counter() - start)
    return {way: statistics.median(found) for way, found in seconds.items()}, answers


def exact(bills: Bills, samples: np.ndarray, checked: int) -> np.ndarray:
    """The first bills summed in extended precision."""
    b, found = bills, np.empty((checked, samples.shape[1]), dtype=np.longdouble)
    for i in range(checked):
        part = slice(b.pointers[i], b.pointers[i + 1])
        found[i] = b.amounts[part].astype(np.longdouble) @ samples[b.products[part]].astype(np.longdouble)
    return found


def products(bills: Bills, samples: np.ndarray, repeat: int, threads: int) -> list[Row]:
    """The sparse product, given the samples."""
    matrix, dense = bills.matrix, bills.matrix[:DENSE].toarray()
    single, single_matrix = samples.astype(np.float32), bills.matrix.astype(np.float32)

    def panels(left: sparse.csr_array, right: np.ndarray) -> np.ndarray:
        step = 256 // right.itemsize
        starts = range(0, right.shape[1], step)
        return np.concatenate([left @ np.ascontiguousarray(right[:, s : s + step]) for s in starts], axis=1)

    ways: dict[str, Callable[[], np.ndarray]] = {
        "Tanheng, double": lambda: totals(bills, samples),
        f"Tanheng, double, {threads} threads": lambda: totals(bills, samples, threads=threads),
        "SciPy, double": lambda: matrix @ samples,
        "SciPy, double, in panels": lambda: panels(matrix, samples),
        "NumPy (BLAS), double, dense": lambda: dense @ samples,
        "Tanheng, single": lambda: totals(bills, single),
        f"Tanheng, single, {threads} threads": lambda: totals(bills, single, threads=threads),
        "SciPy, single": lambda: single_matrix @ single,
    }
    seconds, answers = in_turn(ways, repeat)
    checked = min(CHECKED, bills.studies)
    reference = exact(bills, samples, checked)
    rows = []
    for way, found in answers.items():
        many = min(checked, len(found))
        off = float(np.max(np.abs(found[:many] / reference[:many] - 1)))
        used = threads if way.endswith("threads") else usable_processors() if "BLAS" in way else 1
        rows.append(Row("bills × samples", way, used, seconds[way], off, len(found)))
    return rows


def whole(bills: Bills, sampler: Sampler, samples: int, threads: int) -> tuple[Row, dict[str, float]]:
    """Drawing, multiplying, figures and one comparison of each with the first, as ``tanheng portfolio`` does."""
    used = np.unique(bills.products)
    narrow = Bills.of(bills.matrix[:, used])
    empty = np.zeros(bills.studies + 1, dtype=np.int64)
    work = Work(
        seed=1,
        samples=samples,
        samplers=((sampler, used),),
        sources=(),
        bills=narrow,
        terms=Terms(empty, np.zeros(0), np.zeros(1, np.int64), np.zeros(0, np.int32), 0),
        taken=np.zeros(0, np.intp),
        own=(Own(),) * bills.studies,
        names=("",) * bills.studies,
        starts=empty,
        fixed=np.zeros(bills.studies),
        centres=np.zeros(narrow.width),
    )
    steps: dict[str, float] = {}
    start = time.perf_counter()
    tally = Kept(np.ones(bills.studies), samples, [(i, 0) for i in range(1, bills.studies)])
    for _, block in Here(threads).run(work, work.blocks):
        tally.take(block)
    steps["draw and multiply"] = time.perf_counter() - start
    tally.figures()
    steps["figures of each"] = time.perf_counter() - start - sum(steps.values())
    tally.pairs()
    steps["each beside the first"] = time.perf_counter() - start - sum(steps.values())
    seconds = time.perf_counter() - start
    common = sampler.samples(min(samples, 256))[0][0]
    off = np.abs(tally.values[:, : common.shape[1]] / totals(bills, common) - 1).max()
    return Row("the whole way", "Tanheng, double", threads, seconds, float(off), bills.studies), steps


def peak_mb() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--processes", type=int, default=23_500)
    parser.add_argument("--bills", type=int, default=10_000)
    parser.add_argument("--lines", type=int, default=200)
    parser.add_argument("--samples", type=int, default=1_024)
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--json", type=Path, help="write the results there, too")
    given = parser.parse_args()
    threads = usable_processors()
    versions = (
        f"Tanheng {__version__}, NumPy {np.__version__}, SciPy {scipy.__version__}, Python {platform.python_version()}"
    )
    print(versions)
    case = uncertain_case(given.processes)
    every = np.arange(given.processes)
    sampler = Sampler(plan(case.system, case.C[:, :1], products=every, seed=1))
    sampler.group(0)  # compiles
    start = time.perf_counter()
    groups = dict(Here(threads).run(sampler.group, range(-(-given.samples // 16))))
    samples = np.concatenate([groups[number].values[0] for number in range(len(groups))], axis=1)[:, : given.samples]
    drawing = time.perf_counter() - start
    scores = np.abs(samples).mean(axis=1)
    bills = bills_of(given.processes, given.bills, given.lines, np.where(scores > 0, scores, 1.0))
    print(
        f"{given.bills:,} bills × {given.lines} lines ({bills.matrix.nnz:,} entries) × {given.samples:,} samples of "
        f"{given.processes:,} products; the samples themselves took {show(drawing)} on {threads} threads\n"
    )
    rows = products(bills, samples, given.repeat, threads)
    together = paired(*(totals(bills, samples)[[i]] for i in (0, 1)))
    last, steps = whole(bills, sampler, given.samples, threads)
    rows.append(last)
    print(f"{'way':38} {'threads':>7} {'bills':>7} {'time':>9} {'for all':>9} {'accuracy':>9}")
    for row in rows:
        scaled = show(row.seconds * given.bills / row.bills)
        print(
            f"{row.way + (' (the whole way)' if row is last else ''):38} {row.threads:7} {row.bills:7} "
            f"{show(row.seconds):>9} {scaled:>9} {row.accuracy:9.0e}"
        )
    print("the whole way: " + ", ".join(f"{step} {show(seconds)}" for step, seconds in steps.items()))
    print(f"correlation of the first two bills {together.correlation[0]:.3f}; peak memory {peak_mb():.0f} MB")
    if given.json:
        told = {"versions": versions, **{k: v for k, v in vars(given).items() if k != "json"}, "drawing": drawing}
        told |= {"rows": [asdict(row) for row in rows], "steps": steps, "peak_mb": peak_mb()}
        given.json.write_text(json.dumps(told, indent=1) + "\n", encoding="utf-8")
    if max(row.accuracy for row in rows if "single" not in row.way) > 1e-9:
        sys.exit("the answers disagree")


def show(seconds: float) -> str:
    return f"{seconds * 1e3:.0f} ms" if seconds < 1 else f"{seconds:.2f} s"


if __name__ == "__main__":
    main()
