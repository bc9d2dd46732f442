"""A register of certified products as one system: from the arrays to the effect of a release of factors.

    python benchmarks/register.py [--products 1000000] [--repeat 3] [--json FILE] [--elimination 5000]

The register is made here, all random, in a process of its own, so that the peak of memory is that of the calculation. Products
stand in twelve layers, shuffled and in units that span ten orders of magnitude; each refers to about five products of earlier
layers, half of them of the layer before, the first of a layer the most popular; one of a hundred takes part in a loop of two
to five. About three of 5,000 factors each, Zipf-popular.

Beside it, in the same run and in turn: the series p ← q + Rᵀp with SciPy's sparse product, which needs no preparation, until
no value moves by more than 1e-13 of itself. SciPy's elimination (SuperLU of Aᵀ) is measured on a register small enough for it,
as it comes and with the options that serve it best here; a dense solve, in units in which all products cost alike, is the judge.
"""

from __future__ import annotations

import argparse
import gc
import json
import multiprocessing
import platform
import resource
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import scipy
from scipy import sparse
from scipy.sparse.linalg import splu

from tanheng import __version__
from tanheng.engine.register import Register, RegisterGraph, Revision, factor_drivers, revised

FACTORS, CHANGED, REVISED = 5000, 200, 1000
LAYERS, REFERENCES, USES, IN_LOOPS = 12, 5.0, 3.0, 0.01
SETTLED, SERIES_MOST = 1e-13, 2000
DENSE = 6000  # products up to which a dense solve is the judge
NAMES = ("R.data", "R.indices", "R.indptr", "F.data", "F.indices", "F.indptr", "own", "factors", "price")


def register(products: int, seed: int = 1) -> dict[str, np.ndarray]:
    """R and F as CSC, own emissions, factor values, and the money that a unit costs."""
    n, rng = products, np.random.default_rng(seed)
    layer = np.sort((LAYERS * rng.random(n) ** 0.8).astype(int))
    start = np.searchsorted(layer, np.arange(LAYERS + 1))
    count = rng.poisson(REFERENCES * LAYERS / (LAYERS - 1), n)
    count[layer == 0] = 0
    consumer = np.repeat(np.arange(n), count)
    room, below = start[layer[consumer]], start[np.maximum(layer[consumer] - 1, 0)]
    low = np.where(rng.random(len(consumer)) < 0.5, below, 0)
    supplier = low + ((room - low) * rng.random(len(consumer)) ** 3).astype(int)
    heads = rng.choice(n - 6, int(IN_LOOPS * n / 3), replace=False)
    size = rng.integers(2, 6, len(heads))
    for step in range(5):
        some = size > step
        consumer = np.concatenate((consumer, heads[some] + step))
        supplier = np.concatenate((supplier, heads[some] + (step + 1) % size[some]))
    share = rng.gamma(0.5, 1, len(supplier)) + 1e-9
    share *= (rng.beta(3, 3, n) / np.maximum(np.bincount(consumer, share, n), 1e-300))[consumer]
    price, label = rng.lognormal(0, 2.5, n), rng.permutation(n)
    amounts = share * price[consumer] / price[supplier]
    R = sparse.csc_array((amounts, (label[supplier], label[consumer])), shape=(n, n))
    user = np.repeat(np.arange(n), rng.poisson(USES, n))
    popular = np.cumsum(1 / np.arange(1, FACTORS + 1))
    factor = np.searchsorted(popular / popular[-1], rng.random(len(user)))
    typical = rng.lognormal(0, 2, FACTORS)
    amounts = rng.gamma(0.5, 1, len(user)) * price[user] / typical[factor]
    F = sparse.csc_array((amounts, (factor, label[user])), shape=(FACTORS, n))
    own, cost = np.zeros(n), np.empty(n)
    own[label], cost[label] = price * rng.gamma(0.3, 1, n) * (rng.random(n) < 0.3), price
    factors = typical * rng.lognormal(0, 0.3, FACTORS)
    arrays = (R.data, R.indices, R.indptr, F.data, F.indices, F.indptr, own, factors, cost)
    return dict(zip(NAMES, arrays, strict=True))


def write(products: int, folder: str) -> None:
    for name, array in register(products).items():
        small = array.astype(np.int32) if array.dtype == np.int64 else array
        np.save(Path(folder, f"{name}.npy"), small)


def read(products: int) -> tuple[RegisterGraph, np.ndarray, np.ndarray]:
    """A register that another process made; its graph, factor values and prices."""
    with tempfile.TemporaryDirectory() as folder:
        maker = multiprocessing.get_context("spawn").Process(target=write, args=(products, folder))
        maker.start()
        maker.join()
        made = {name: np.load(Path(folder, f"{name}.npy")) for name in NAMES}
    R = sparse.csc_array((made["R.data"], made["R.indices"], made["R.indptr"]), shape=(products, products))
    F = sparse.csc_array((made["F.data"], made["F.indices"], made["F.indptr"]), shape=(FACTORS, products))
    return RegisterGraph(references=R, uses=F, own=made["own"]), made["factors"], made["price"]


def series(graph: RegisterGraph, burdens: np.ndarray) -> np.ndarray:
    """The peer: p = q + Rᵀq + RᵀRᵀq + … with SciPy's product, until no value moves."""
    p = burdens
    for _ in range(SERIES_MOST):
        before, p = p, burdens + graph.references.T @ p
        if (np.abs(p - before) <= SETTLED * np.abs(p)).all():
            break
    return p


class Bench:
    """Tasks in turn with their peers; rows of the table."""

    def __init__(self, repeat: int) -> None:
        self.repeat = repeat
        self.rows: list[dict[str, object]] = []

    def task(
        self,
        name: str,
        ours: Callable[[], object],
        accuracy: Callable[[], str],
        peer: Callable[[], object] | None = None,
    ) -> None:
        """Time ``ours`` and ``peer`` alternately; medians."""
        seconds: tuple[list[float], list[float]] = ([], [])
        for turn in range(self.repeat):
            pair = ((0, ours), (1, peer))
            for side, run in pair if turn % 2 == 0 else pair[::-1]:
                if run is not None:
                    gc.collect()
                    start = time.perf_counter()
                    run()
                    seconds[side].append(time.perf_counter() - start)
        mine = statistics.median(seconds[0])
        other = statistics.median(seconds[1]) if seconds[1] else None
        row = {"task": name, "seconds": mine, "peer_seconds": other, "accuracy": accuracy(), "peak_mb": peak_mb()}
        self.rows.append(row)
        shown = f"{show(other)} | {other / mine:.1f}" if other else " | "
        print(f"| {name} | {show(mine)} | {shown} | {row['accuracy']} | {row['peak_mb']:.0f} MB |", flush=True)


def measure(products: int, repeat: int) -> list[dict[str, object]]:
    """Every task on one register."""
    graph, factors, price = read(products)
    n, rng, got = products, np.random.default_rng(2), {}
    print(f"\n{n:,} products, {graph.references.nnz:,} references, {graph.uses.nnz:,} uses of {FACTORS:,} factors")
    print(f"(memory before: {peak_mb():.0f} MB)\n")
    print("| Task | Tanheng | series | ratio | accuracy | peak |")
    print("| --- | --- | --- | --- | --- | --- |")
    bench = Bench(repeat)

    def keep(name: str, make: Callable[[], object]) -> Callable[[], object]:
        def run() -> object:
            got[name] = make()
            return got[name]

        return run

    def first() -> object:
        got["register"] = Register(graph)
        return got["register"].footprints(factors)

    def gap(found: np.ndarray, exact: np.ndarray) -> str:
        return f"to the series {np.max(np.abs(found - exact) / np.maximum(np.abs(exact), 1e-9 * price)):.0e}"

    q = Register(graph).burdens(factors[:, None])[:, 0]
    bench.task(
        "diagnose, close loops, order, footprints of all",
        keep("before", first),
        lambda: f"residual {got['before'].residual:.0e}, {gap(got['before'].values[:, 0], got['series'])}",
        keep("series", lambda: series(graph, q)),
    )
    ready: Register = got["register"]
    bench.task(
        "footprints again, other factor values",
        keep("again", lambda: ready.footprints(factors * 1.1)),
        lambda: f"residual {got['again'].residual:.0e}",
        lambda: series(graph, q),
    )
    before = got["before"]
    releases = {
        f"{CHANGED} factors, popular ones too": np.arange(0, FACTORS, FACTORS // CHANGED),
        "one rare factor": np.array([FACTORS - 1]),
    }
    for name, changed in releases.items():
        now = factors.copy()
        now[changed] *= rng.lognormal(0, 0.2, len(changed))
        step = graph.uses.T @ (now - factors)

        def effect_accuracy() -> str:
            full = np.zeros(n)
            full[got["effect"].products] = got["effect"].change[:, 0]
            reached = f"{len(got['effect'].products):,} products reached"
            return f"{reached}; residual {got['effect'].residual:.0e}, {gap(full, got['difference'])}"

        bench.task(
            f"effect of a release: {name}",
            keep("effect", lambda now=now: ready.effect(before, now)),
            effect_accuracy,
            keep("difference", lambda step=step: series(graph, step)),
        )
        got.setdefault("popular", got["effect"])
    effect = got["popular"]
    bench.task("its summary", keep("summary", effect.summary), lambda: f"{got['summary'].moved:,} move")
    most = [product for product, _ in got["summary"].largest]

    def drivers_accuracy() -> str:
        total = effect.change[np.searchsorted(effect.products, most), 0]
        return f"adds up to {np.max(np.abs(got['drivers'].parts.sum(axis=0) / total - 1)):.0e}"

    bench.task(
        "which factors moved the ten largest",
        keep("drivers", lambda: factor_drivers(ready, effect, most)),
        drivers_accuracy,
    )
    users = np.diff(graph.references.tocsr().indptr)
    chosen = {"that nobody refers to": np.flatnonzero(users == 0), "any": np.arange(n)}
    for name, among in chosen.items():
        products_ = np.sort(rng.choice(among, min(REVISED, len(among) // 2), replace=False))
        columns = graph.references[:, products_]
        columns.data = columns.data * 1.01
        revision = Revision(
            products=products_, references=columns, uses=graph.uses[:, products_], own=graph.own[products_]
        )

        def revision_accuracy() -> str:
            after, moved = got["revised"]
            exact = series(after.graph, after.burdens(factors[:, None])[:, 0])
            reached = f"{len(moved.products):,} products reached"
            return f"{reached}; residual {moved.after.residual:.0e}, {gap(moved.after.values[:, 0], exact)}"

        bench.task(
            f"new versions of {len(products_):,} products, {name}",
            keep("revised", lambda revision=revision: revised(ready, before, revision)),
            revision_accuracy,
        )
    return bench.rows


def elimination(products: int, repeat: int) -> list[dict[str, object]]:
    """SciPy's elimination beside us, on a register small enough for it; both against a dense solve where that is feasible."""
    graph, factors, price = read(products)
    q = Register(graph).burdens(factors[:, None])[:, 0]
    A = sparse.csc_array(sparse.eye_array(products, format="csc") - graph.references)
    diagonal = {"diag_pivot_thresh": 0.0, "options": {"SymmetricMode": True, "Equil": False}}
    solvers: dict[str, Callable[[], np.ndarray]] = {
        "Tanheng": lambda: Register(graph).footprints(factors).values[:, 0],
        "SuperLU, pivots from the diagonal": lambda: splu(A.T.tocsc(), **diagonal).solve(q),
    }
    if products <= DENSE:
        solvers["SuperLU as it comes"] = lambda: splu(A.T.tocsc()).solve(q)
    answers, seconds = {}, {name: [] for name in solvers}
    for turn in range(repeat):
        for name in list(solvers) if turn % 2 == 0 else list(solvers)[::-1]:
            start = time.perf_counter()
            answers[name] = solvers[name]()
            seconds[name].append(time.perf_counter() - start)
    exact, against = answers["Tanheng"], "Tanheng"
    if products <= DENSE:
        in_money = (sparse.diags_array(price) @ graph.references @ sparse.diags_array(1 / price)).toarray()
        exact, against = np.linalg.solve(np.eye(products) - in_money.T, q / price) * price, "a dense solve in money"
    print(f"\n{products:,} products, from the arrays to the footprints of all\n")
    print(f"| Solver | seconds | largest relative difference to {against} |\n| --- | --- | --- |")
    rows = []
    for name in solvers:
        error = float(np.max(np.abs(answers[name] - exact) / np.maximum(exact, 1e-9 * price)))
        rows.append({"solver": name, "seconds": statistics.median(seconds[name]), "difference": error, "to": against})
        print(f"| {name} | {show(rows[-1]['seconds'])} | {error:.0e} |")
    return rows


def peak_mb() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def show(seconds: float) -> str:
    return f"{seconds * 1e3:.0f} ms" if seconds < 1 else f"{seconds:.2f} s"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--products", type=int, default=1_000_000)
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument(
        "--elimination", type=int, default=5_000, help="products for SciPy's elimination; 0 leaves it out"
    )
    parser.add_argument("--json", type=Path, help="write the results there, too")
    given = parser.parse_args()
    versions = (
        f"Tanheng {__version__}, NumPy {np.__version__}, SciPy {scipy.__version__}, Python {platform.python_version()}"
    )
    print(versions)
    results = {"versions": versions, "products": given.products, "rows": measure(given.products, given.repeat)}
    if given.elimination:
        results["elimination"] = elimination(given.elimination, given.repeat)
    if given.json:
        given.json.write_text(json.dumps(results, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
