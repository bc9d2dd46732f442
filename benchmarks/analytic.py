"""The analytic view of uncertainty beside Monte Carlo on the same exchanges: ``python benchmarks/analytic.py``.

Mean, deviation and 95 % interval of some products of a synthetic database as ratios of both, with two simpler analytic views:
slopes at the stated amounts, and slopes at the means without what exchanges do together. Times are of one thread.
"""

from __future__ import annotations

import argparse
import time

import numpy as np

from cases import uncertain_case
from tanheng.engine import Solver
from tanheng.engine.intervals import lognormal_interval
from tanheng.engine.moments import Propagation, covariances
from tanheng.engine.montecarlo import Sampler, plan


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--processes", type=int, default=23_500)
    parser.add_argument("--products", type=int, default=12)
    parser.add_argument("--samples", type=int, default=2_000)
    given = parser.parse_args()
    made = uncertain_case(given.processes)
    system, C, n = made.system, made.C[:, 0], given.processes
    solver = Solver(system.deterministic.A)
    order, stated = solver.order, solver.footprints(system.deterministic.burdens(C)).values
    # Quantiles of size, so that small and large footprints are among them.
    products = np.argsort(stated)[np.linspace(0.02 * n, 0.98 * n, given.products).astype(int)]

    start = time.process_time()
    model = Propagation(system, C, order=order)
    model.moments(_one(n, products[0]))
    print(f"preparation {1e3 * (time.process_time() - start):.0f} ms")
    start = time.process_time()
    found = [model.moments(_one(n, product)) for product in products]
    print(f"each product {1e3 * (time.process_time() - start) / len(products):.1f} ms")
    start = time.process_time()
    both = covariances(found)[:, 0, :, 0]
    print(f"{len(products)} × {len(products)} covariances {1e3 * (time.process_time() - start):.0f} ms")

    start = time.perf_counter()
    samples = Sampler(plan(system, C, products=products, seed=1, order=order)).samples(given.samples)[0][0]
    print(f"{given.samples} samples of the same products {time.perf_counter() - start:.1f} s")
    lost = int((~np.isfinite(samples).all(axis=0)).sum())
    samples = samples[:, np.isfinite(samples).all(axis=0)]
    print(f"{lost} samples without a footprint\n")
    print("analytic over sampled:  mean  deviation     low    high   | first order at means, at amounts | GSD²")
    for at, one in enumerate(found):
        drawn, mean, deviation = samples[at], one.mean[0], both[at, at] ** 0.5
        interval, ends = lognormal_interval(mean, deviation), np.quantile(drawn, [0.025, 0.975])
        ratios = mean / drawn.mean(), deviation / drawn.std(), interval.low / ends[0], interval.high / ends[1]
        simple = np.sqrt(np.sum(one.parts**2)), _at_amounts(system, solver, C, stated, products[at])
        print(
            f"{'':20}" + "".join(f"{ratio:8.3f}" for ratio in ratios)
            + "   |" + "".join(f"{value / drawn.std():8.3f}" for value in simple) + f"   | {interval.gsd2:.2f}"
        )  # fmt: skip
    correlation = both / np.sqrt(np.outer(np.diagonal(both), np.diagonal(both)))
    print(f"\nlargest difference of correlations {np.abs(correlation - np.corrcoef(samples)).max():.3f}")


def _one(n: int, product: int) -> np.ndarray:
    demand = np.zeros(n)
    demand[product] = 1.0
    return demand


def _at_amounts(system, solver: Solver, C: np.ndarray, footprints: np.ndarray, product: int) -> float:
    """Deviation by the slopes at the stated amounts."""
    supply = solver.supply(_one(system.processes, product)).values
    t, b = system.technosphere, system.biosphere
    inputs = footprints[t.rows] * supply[t.columns] * t.moments()[1]
    flows = C[b.rows] * supply[b.columns] * b.moments()[1]
    return float(np.sqrt(inputs @ inputs + flows @ flows))


if __name__ == "__main__":
    main()
