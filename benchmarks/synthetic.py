"""Synthetic life-cycle databases with the shape of ecoinvent: ``python benchmarks/synthetic.py --processes 23500``.

Calibrated on published figures of ecoinvent 3.10.1 (23,523 processes, 293 thousand non-zeros, 60 % of the processes in
one strongly connected component). All numbers are random, the seed is fixed, no licensed data is used. Modelled are

- about 160 regions, Zipf weighted, on a map: neighbours trade;
- electricity: plants → high-voltage market → transformers → low voltage in each region, trade between regions (cycles),
  and market groups;
- products: each with producers in some regions and markets that cover all of them; consumers buy from their market;
- purchases: electricity, heat, equipment, waste treatment and Zipf-popular materials, half of these from the own
sector; - *final* products, bought only by later final ones: they lie outside the large component; - amounts from
value shares: a_ij = share · price_j / price_i with the shares of a process below 1, so the system is
  productive as any viable economy is, while the amounts span many orders of magnitude.
"""

from __future__ import annotations

import argparse
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np
from scipy import sparse
from scipy.sparse.csgraph import connected_components

REGIONS = 160
SECTORS = 60
ROOM = 40  # the largest product brings this many processes at once
PLANT, GRID, HEAT, TRANSPORT, PRODUCER, MARKET, WASTE, EQUIPMENT = range(8)


@dataclass(frozen=True, slots=True, eq=False)
class Database:
    """A (n × n) = I − Z and B (m × n) as CSC, characterisation factors C (m × k)."""

    A: sparse.csc_array
    B: sparse.csc_array
    C: np.ndarray


@dataclass(slots=True)
class Builder:
    """Processes and links while they are added; a link carries the share of the consumer's value that it costs."""

    rng: np.random.Generator
    size: float
    kind: list[int] = field(default_factory=list)
    region: list[int] = field(default_factory=list)
    price: list[float] = field(default_factory=list)
    final: list[bool] = field(default_factory=list)
    links: list[tuple[np.ndarray, int, np.ndarray]] = field(default_factory=list)  # suppliers, consumer, value shares
    mixes: list[tuple[np.ndarray, int, np.ndarray]] = field(default_factory=list)  # the same by physical shares

    def add(self, kind: int, region: int, price: float, *, final: bool = False) -> int:
        self.kind.append(kind)
        self.region.append(int(region))
        self.price.append(price)
        self.final.append(final)
        return len(self.kind) - 1

    def mix(self, market: int, suppliers, weights) -> None:
        """A market takes its product from suppliers in shares that add up to 1."""
        weights = np.asarray(weights, dtype=float)
        self.mixes.append((np.asarray(suppliers), market, weights / weights.sum()))

    def some(self, count: float, least: int = 0) -> int:
        return max(least, int(count * self.size))


@dataclass(frozen=True, slots=True, eq=False)
class Products:
    """What can be bought: by product, the market for each region, its kind, its sector, whether it is final."""

    of: dict[int, int]  # producer → product
    market: np.ndarray  # products × regions
    kind: np.ndarray
    final: np.ndarray


def database(
    processes: int = 23_500,
    *,
    inputs: float = 13.6,
    flows: int = 2_500,
    flow_entries: int = 420_000,
    final: float = 0.40,
    methods: int = 16,
    seed: int = 42,
) -> Database:
    """Generate a database.

    Args:
        processes: n.
        inputs: entries of A for each process, about.
        flows: m, elementary flows.
        flow_entries: entries of B for 23,500 processes; scaled with n.
        final: share of final products.
        methods: k, columns of C.
        seed: of all random numbers.
    """
    rng = np.random.default_rng(seed)
    scale = processes / 23_500
    build = Builder(rng, scale)
    weight = _zipf(REGIONS, 0.7)
    electricity = _electricity(build)
    transport, heat = _services(build, weight)
    products = _products(build, weight, processes, final)
    _purchases(build, products, electricity, heat, inputs * processes)
    _market_services(build, transport)
    Z = _amounts(build, processes)
    kind, price = np.array(build.kind), np.array(build.price)
    shuffle = rng.permutation(processes)  # so that no solver profits from the order of generation
    A = sparse.csc_array(sparse.eye_array(processes) - Z[shuffle][:, shuffle])
    B, C = _flows(rng, kind[shuffle], price[shuffle], flows, int(flow_entries * scale), methods)
    return Database(A, B, C)


def _zipf(count: int, power: float) -> np.ndarray:
    weight = 1 / np.arange(1, count + 1) ** power
    return weight / weight.sum()


def _electricity(build: Builder) -> np.ndarray:
    """Grids of the regions; returns the market where consumers of each region buy."""
    rng = build.rng
    place = rng.random((REGIONS, 2))
    count = min(REGIONS, max(4, int(150 * min(1.0, build.size * 1.5))))
    plants_each = np.maximum(3, (build.some(5200) / count - 6) * rng.lognormal(0, 0.5, count) / np.exp(0.125))
    price = 0.1
    high, medium, plants = [], [], []
    for region in range(count):
        chain = [build.add(GRID, region, price * level) for level in (0.90, 0.95, 0.97, 1.00, 1.02)]
        for supplier, consumer in pairwise(chain):
            build.mixes.append((np.array([supplier]), consumer, np.array([0.95])))
        high.append(chain[0])
        medium.append(chain[2])
        plants.append([build.add(PLANT, region, price * 0.9) for _ in range(int(plants_each[region]))])
    for region in range(count):
        distance = np.hypot(*(place[:count] - place[region]).T)
        distance[region] = np.inf
        near = np.argsort(distance)[: rng.integers(1, 6)]
        own = rng.dirichlet(np.full(len(plants[region]), 0.4))
        build.mix(high[region], plants[region] + [high[n] for n in near], [*own, *(rng.random(len(near)) * 0.12)])
    groups = []
    for _ in range(build.some(14, 2)):
        groups.append(build.add(GRID, 0, price))
        members = rng.choice(count, size=min(count, int(rng.integers(6, 60))), replace=False)
        build.mix(groups[-1], [medium[m] for m in members], rng.dirichlet(np.full(len(members), 0.5)) + 1e-6)
    market = np.full(REGIONS, groups[0])
    market[:count] = medium
    return market


def _services(build: Builder, weight: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Transport markets, most popular first, and the heat market of each region."""
    rng = build.rng

    def region() -> int:
        return int(rng.choice(REGIONS, p=weight))

    def markets(count: int, kind: int, price: float, most: int, spread: float) -> np.ndarray:
        made = []
        for _ in range(count):
            made.append(build.add(MARKET, region(), price))
            suppliers = rng.choice(kinds[kind], size=min(len(kinds[kind]), int(rng.integers(2, most))), replace=False)
            build.mix(made[-1], suppliers, rng.dirichlet(np.full(len(suppliers), spread)) + 1e-6)
        return np.array(made)

    kinds = {
        TRANSPORT: [build.add(TRANSPORT, region(), 0.15 * rng.lognormal(0, 0.5)) for _ in range(build.some(900, 3))],
        HEAT: [build.add(HEAT, region(), 0.03 * rng.lognormal(0, 0.4)) for _ in range(build.some(1300, 3))],
    }
    transport = markets(build.some(60, 6), TRANSPORT, 0.15, 14, 0.5)
    heat = markets(build.some(90, 6), HEAT, 0.03, 30, 0.4)
    return transport, heat[rng.integers(0, len(heat), REGIONS)]


def _products(build: Builder, weight: np.ndarray, processes: int, final_share: float) -> Products:
    """Producers and markets until the database is full."""
    rng = build.rng
    of: dict[int, int] = {}
    market, kinds, finals = [], [], []
    while len(build.kind) < processes - ROOM:
        final = bool(rng.random() < final_share * 1.25)
        kind = int(rng.choice([PRODUCER, WASTE, EQUIPMENT], p=[0.68, 0.20, 0.12]))
        makers = min(int(rng.zipf(2.4)), 6) if kind == EQUIPMENT else min(int(rng.zipf(1.9)), 24)
        if kind == PRODUCER and rng.random() < 0.25:
            makers += int(rng.integers(1, 8))  # crops and the like, from many countries
        price = rng.lognormal(8, 2.5) if kind == EQUIPMENT else rng.lognormal(0, 2.0)
        regions = rng.choice(REGIONS, size=makers, p=weight)
        producers = [build.add(kind, r, price * rng.lognormal(0, 0.15), final=final) for r in regions]
        of.update(dict.fromkeys(producers, len(kinds)))
        count = 1 if makers < 3 else int(rng.integers(1, min(makers, 5) + 1))
        places = rng.choice(REGIONS, size=count, p=weight)
        own = [build.add(MARKET, r, price * 1.05, final=final) for r in places]
        for k, m in enumerate(own):
            suppliers = producers if k == 0 else [a for a in producers if rng.random() < 0.6] or [producers[0]]
            build.mix(m, suppliers, rng.dirichlet(np.full(len(suppliers), 0.6)) + 1e-6)
            if k > 0 and rng.random() < 0.15:  # a regional market that also takes from the global one
                build.mixes.append((np.array([own[0]]), m, np.array([0.2])))
        market.append(np.array(own)[rng.integers(0, count, REGIONS)])
        kinds.append(kind)
        finals.append(final)
    while len(build.kind) < processes:
        build.add(PRODUCER, int(rng.choice(REGIONS, p=weight)), rng.lognormal(0, 2.0), final=True)
    return Products(of, np.array(market), np.array(kinds), np.array(finals))


def _purchases(build: Builder, products: Products, electricity, heat, entries: float) -> None:
    """What plants, producers and services buy."""
    rng = build.rng
    core = np.flatnonzero(~products.final)
    by_kind = {kind: core[products.kind[core] == kind] for kind in (PRODUCER, WASTE, EQUIPMENT)}
    popular = {kind: _zipf(len(found), 0.95 if kind == PRODUCER else 0.8) for kind, found in by_kind.items()}
    sector = rng.integers(0, SECTORS, len(products.kind))
    materials = by_kind[PRODUCER]
    by_sector = [materials[sector[materials] == s] for s in range(SECTORS)]
    finals = np.flatnonzero(products.final)
    kind = np.array(build.kind)
    buyers = np.flatnonzero((kind != MARKET) & (kind != GRID))
    placed = sum(len(suppliers) for suppliers, _, _ in build.mixes)
    each = max(3.0, (entries - placed - 4 * (kind == MARKET).sum()) / len(buyers))
    wanted = np.clip(rng.lognormal(np.log(each) - 0.32, 0.8, len(buyers)), 2, 400).astype(int)

    def popular_of(which: int, count: int) -> list[np.ndarray]:
        return [by_kind[which][rng.choice(len(by_kind[which]), count, p=popular[which])]] if count else []

    for buyer, count in zip(buyers, wanted, strict=True):
        region, own = build.region[buyer], products.of.get(int(buyer), -1)
        energy = [electricity[region], heat[region]]
        if kind[buyer] == PLANT:
            energy = energy[:1] if rng.random() < 0.3 else []
        rest = max(1, count - len(energy))
        waste = rng.binomial(rest, 0.18)
        equipment = rng.binomial(rest - waste, 0.10)
        material = rest - waste - equipment
        near = by_sector[sector[own] if own >= 0 else rng.integers(SECTORS)]
        local = rng.binomial(material, 0.55) if len(near) else 0
        bought = [near[(len(near) * rng.random(local) ** 2.2).astype(int)]] if local else []
        bought += popular_of(PRODUCER, material - local) + popular_of(WASTE, waste) + popular_of(EQUIPMENT, equipment)
        if build.final[buyer] and own > 0 and rng.random() < 0.35:
            earlier = finals[: np.searchsorted(finals, own)]
            if len(earlier):
                bought.append(earlier[rng.integers(0, len(earlier), rng.integers(1, 3))])
        wares = np.unique(np.concatenate(bought)) if bought else np.empty(0, dtype=int)
        wares = wares[wares != own]
        suppliers = np.unique(np.concatenate([energy, products.market[wares, region]]).astype(int))
        suppliers = suppliers[suppliers != buyer]
        shares = rng.dirichlet(np.full(len(suppliers), 0.25)) * rng.beta(3, 3.6) + 1e-9
        build.links.append((suppliers, int(buyer), shares))


def _market_services(build: Builder, transport: np.ndarray) -> None:
    """Markets buy transport."""
    rng = build.rng
    popular = _zipf(len(transport), 1.2)
    for market in np.flatnonzero(np.array(build.kind) == MARKET):
        suppliers = np.unique(rng.choice(transport, rng.integers(2, 7), p=popular))
        suppliers = suppliers[suppliers != market]
        shares = rng.dirichlet(np.full(len(suppliers), 0.6)) * rng.uniform(0.01, 0.12) + 1e-9
        build.links.append((suppliers, int(market), shares))


def _amounts(build: Builder, n: int) -> sparse.csr_array:
    """Z: physical shares as they are, value shares times the ratio of prices. A pair that occurs twice counts once."""
    price = np.array(build.price)
    entries: dict[tuple[int, int], float] = {}
    for suppliers, consumer, shares in build.links:
        amounts = shares * price[consumer] / price[suppliers]
        entries.update(zip(((int(s), consumer) for s in suppliers), amounts, strict=True))
    for suppliers, consumer, shares in build.mixes:
        entries.update(zip(((int(s), consumer) for s in suppliers), shares, strict=True))
    row, column = np.array(list(entries)).T
    off = row != column
    values = np.fromiter(entries.values(), dtype=float)
    return sparse.csr_array((values[off], (row[off], column[off])), shape=(n, n))


def _flows(rng, kind, price, flows: int, entries: int, methods: int) -> tuple[sparse.csc_array, np.ndarray]:
    """B with popular and rare flows in odd units, and C; its first column is like a GWP: few flows, popular ones."""
    levels = {WASTE: 2.2, PLANT: 1.3, HEAT: 1.5, PRODUCER: 0.9, MARKET: 0.0, GRID: 0.0}
    level = np.array([levels.get(k, 0.6) for k in kind])
    counts = rng.lognormal(0, 0.8, len(kind)) * level
    counts = np.minimum((counts * entries * 1.34 / counts.sum()).astype(int), flows // 2)
    column = np.repeat(np.arange(len(kind)), counts)
    row = rng.choice(flows, len(column), p=_zipf(flows, 0.85))
    key = np.unique(column * flows + row)
    key = np.sort(rng.permutation(key)[:entries])
    column, row = key // flows, key % flows
    typical = rng.lognormal(-6, 3.0, flows)
    values = price[column] * typical[row] * rng.lognormal(0, 1.5, len(row))
    B = sparse.csc_array((values, (row, column)), shape=(flows, len(kind)))
    C = np.zeros((flows, methods))
    for method in range(methods):
        chosen = rng.choice(flows, size=int(rng.integers(60, 900)), replace=False)
        if method == 0:
            chosen = np.unique([*range(0, 40, 2), *rng.choice(flows, 180, replace=False)])
        spread = 1.0 if method == 0 else 2.0
        C[chosen, method] = rng.lognormal(0, spread, len(chosen)) / (typical[chosen] * 50)
    return B, C


def describe(made: Database) -> str:
    """The figures it is calibrated on."""
    n = made.A.shape[0]
    label = connected_components(made.A, directed=True, connection="strong")[1]
    largest = np.bincount(label).max()
    inputs = np.diff(made.A.indptr) - 1
    users = np.diff(made.A.tocsr().indptr) - 1
    size = np.abs(made.A.data)
    return (
        f"{n} processes, {made.A.nnz} entries of A, {made.B.nnz} of B, largest component {largest / n:.1%}; "
        f"inputs: median {np.median(inputs):.0f}, mean {inputs.mean():.1f}, most {inputs.max()}; "
        f"users: median {np.median(users):.0f}, most {users.max()}; amounts {size.min():.0e} … {size.max():.0e}"
    )


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--processes", type=int, default=23_500)
    parser.add_argument("--seed", type=int, default=42)
    given = parser.parse_args()
    print(describe(database(given.processes, seed=given.seed)))
