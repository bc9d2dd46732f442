"""USLCI, whole, in two formats: counts, independently computed values, and the two releases against each other."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest

from tanheng.engine.montecarlo import Sampler, plan
from tanheng.formats import read_database
from tanheng.inventory.checkup.checkup import check_up
from tanheng.inventory.footprinting import footprint
from tanheng.inventory.model import FlowKind
from tanheng.inventory.search import find_product
from tanheng.inventory.uncertainty.analytic import UncertaintyModel
from tanheng.inventory.uncertainty.exchanges import score_and_kept, totals
from tanheng.quantities import gwp_set
from tanheng.storage import Home

pytestmark = pytest.mark.crosscheck


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    return Home.at(tmp_path_factory.mktemp("uslci-home"))


def _imported(home, shared, file, name):
    if name not in home.names():
        home.add(read_database(shared("uslci", file), name=name), source=file)
    return home.snapshot(name)


@pytest.fixture
def uslci(home, shared):
    return _imported(home, shared, "uslci-olca-jsonld.zip", "uslci")


@pytest.fixture
def uslci21(home, shared):
    return _imported(home, shared, "uslci-fy21q3-ecospold1.zip", "uslci21")


def total(snapshot, product: str) -> float:
    return footprint(snapshot, find_product(snapshot, product)).total


def test_both_releases_import_whole(uslci, uslci21):
    assert (uslci.counts["processes"], uslci.counts["flows"], uslci.counts["exchanges"]) == (766, 4601, 32526)
    assert (uslci21.counts["processes"], uslci21.counts["exchanges"]) == (639, 45656)
    for snapshot in (uslci, uslci21):
        assert snapshot.manifest["derived"]["residual"] < 1e-12
        assert snapshot.unknown_gases(gwp_set()) == ()


# kg CO2e AR6 GWP100, computed independently with a small script (README of the shared data).
KNOWN = [
    ("uslci", "Electricity, at grid, US, 2010", 0.67),
    ("uslci", "Electricity, bituminous coal, at power plant", 1.09),
    ("uslci", "Steel, billets, at plant", 2.05),
    ("uslci", "Polyethylene, high density, resin, at plant, CTR", 1.97),
    ("uslci", "Portland cement, at plant", 1.37),
    ("uslci21", "Steel, billets, at plant", 2.05),
    ("uslci21", "Electricity, bituminous coal, at power plant", 1.09),
    ("uslci21", "Polyethylene, high density, HDPE, virgin resin, at plant", 2.28),
]


@pytest.mark.parametrize(("database", "product", "known"), KNOWN)
def test_known_good_values(request, database, product, known):
    assert total(request.getfixturevalue(database), product) == pytest.approx(known, rel=0.05)


def test_the_truck_differs_by_its_diesel_as_the_docs_say(uslci):
    index = find_product(uslci, "Transport, combination truck, diesel powered")
    gwp = gwp_set()
    exhaust = float(uslci.direct[index] @ uslci.characterise(gwp))
    assert exhaust == pytest.approx(0.081, rel=0.05)  # the independent value is the exhaust alone
    tree = footprint(uslci, index).tree()
    assert uslci.product(tree.children[0].index).name == "Diesel, at refinery"
    assert tree.total == pytest.approx(exhaust + tree.children[0].total + tree.rest, rel=1e-9)


def test_primary_aluminium_is_in_the_known_range(uslci, uslci21):
    values = [
        total(uslci, "Aluminum, primary, ingot, at plant"),
        total(uslci, "Aluminum, primary, smelt, at plant"),
        total(uslci21, "Aluminum, primary, smelt, at plant"),
    ]
    assert min(values) == pytest.approx(8.9, rel=0.05)
    assert max(values) == pytest.approx(13.1, rel=0.05)


def _recipes(snapshot):
    """Product → (column, direct kg CO2e, inputs by name), for names that occur once."""
    products = snapshot.products
    names = list(products["name"])
    once = Counter(names)
    direct = np.asarray(snapshot.direct @ snapshot.characterise(gwp_set()))
    found = {}
    for j, name in enumerate(names):
        if once[name] == 1:
            part = slice(snapshot.A.indptr[j], snapshot.A.indptr[j + 1])
            pairs = zip(snapshot.A.indices[part], snapshot.A.data[part], strict=True)
            inputs = {names[i]: float(i == j) - float(a) for i, a in pairs}
            found[name] = (j, direct[j], {n: z for n, z in inputs.items() if z}, products["unit"][j])
    return found


def test_the_releases_agree_where_their_data_sets_are_the_same(uslci, uslci21):
    """Same suppliers and same exhaust: then every converted amount is the same, whatever units the formats use."""

    def same(x, y):
        return abs(x - y) <= 1e-3 * max(abs(x), abs(y), 1e-12)

    left, right = _recipes(uslci), _recipes(uslci21)
    common = [n for n in left if n in right and left[n][3] == right[n][3]]
    alike = {n for n in common if same(left[n][1], right[n][1]) and set(left[n][2]) == set(right[n][2])}
    wrong = [(n, k) for n in alike for k, z in left[n][2].items() if not same(z, right[n][2][k])]
    assert len(alike) > 80
    assert wrong == []
    closed = set(alike)
    while shrunk := {n for n in closed if any(supplier not in closed for supplier in left[n][2])}:
        closed -= shrunk
    p, q = uslci.footprints(gwp_set()), uslci21.footprints(gwp_set())
    assert len(closed) > 25
    assert [n for n in closed if not same(p[left[n][0]], q[right[n][0]])] == []


def test_most_products_of_one_name_are_close(uslci, uslci21):
    left, right = _recipes(uslci), _recipes(uslci21)
    p, q = uslci.footprints(gwp_set()), uslci21.footprints(gwp_set())
    ratios = [
        q[right[n][0]] / p[left[n][0]] for n in left if n in right and left[n][3] == right[n][3] and p[left[n][0]]
    ]
    assert np.median(ratios) == pytest.approx(1.0, abs=0.05)
    # No product may be off by a unit slip: 3.6 (kWh and MJ), 2.2 (lb and kg), 1000 (l and m3).
    assert np.quantile(ratios, 0.05) > 1 / 2
    assert np.quantile(ratios, 0.95) < 2


def test_the_check_up_finds_what_is_known_of_uslci(uslci, shared):
    """Facts of the data's README, and counts taken straight from the data sets."""
    found = check_up(uslci)
    database = read_database(shared("uslci", "uslci-olca-jsonld.zip"), name="uslci")
    flows = database.flows
    exchanges = [e for p in database.processes.values() for e in p.exchanges]
    inputs = [e for e in exchanges if flows[e.flow].kind is FlowKind.PRODUCT and e.is_input]
    discarded = [e for e in exchanges if flows[e.flow].kind is FlowKind.WASTE and not e.is_input]
    # The README: 2,755 inputs that are nobody's reference product, on 740 flows by name. It knows no co-products and no
    # waste; with both, what is open is less by what co-products serve, and more by the waste that nobody treats.
    references = {e.flow for e in exchanges if e.is_reference}
    nobodys = [e for e in inputs if e.flow not in references]
    assert (len(nobodys), len({flows[e.flow].name for e in nobodys})) == (2755, 740)
    products = set(uslci.products["flow_id"])
    unserved = [e for e in (*inputs, *discarded) if e.flow not in products]
    assert found.open_reach.links + found.declared_reach.links == len(unserved)
    gases = sum(flow.status == "uncounted" for flow in found.open_inputs)
    assert found.open_reach.flows - gases + found.declared_reach.flows == len({e.flow for e in unserved})
    several = {p.id for p in database.processes.values() if len(_outputs(p, database)) > 1}
    assert {one.process_id for one in found.multi_output} == several
    assert sum(len(one.free) for one in found.multi_output) == uslci.counts["links_free-output"]
    assert sum(one.uses for one in found.assumed_suppliers) == uslci.counts["links_assumed"]
    # A thousand times its inputs, against the later release (docs/databases.md).
    assert [round(one.ratio) for one in found.outliers if one.product.name == "Soy-based resin, at plant"] == [2454]
    assert not any(loop.near_one for loop in found.loops)
    assert {gas.flow: gas.processes for gas in found.uncounted_gases}["CFCs and HCFCs, unspecified"] == 6


def _outputs(process, database):
    return {
        e.flow
        for e in process.exchanges
        if database.flows[e.flow].kind is FlowKind.PRODUCT and not e.is_input and not e.is_avoided and e.amount
    }


def test_the_check_up_of_the_earlier_release_finds_its_many_grids(uslci21):
    found = check_up(uslci21)
    assert (found.duplicates[0].process, len(found.duplicates[0].process_ids)) == ("Electricity, at grid", 78)
    grid = found.assumed_suppliers[0]
    assert (grid.flow, grid.candidates) == ("Electricity, at grid", 78)
    assert grid.highest / grid.lowest > 3
    assert {flow.status for flow in found.open_inputs} == {"open", "unit-mismatch", "eats-itself", "uncounted"}


def test_opening_again_is_instant_work(home, shared):
    """A second start reads one small file and maps the rest: no array is copied."""
    _imported(home, shared, "uslci-olca-jsonld.zip", "uslci")
    snapshot = home.snapshot("uslci")
    assert not snapshot.gas_footprints.flags.owndata
    assert not snapshot.A.data.flags.owndata
    assert footprint(snapshot, find_product(snapshot, "Steel, billets, at plant")).total == pytest.approx(
        2.048, rel=1e-3
    )


def test_the_bottle_assesses_under_all_regimes_and_recomputes(home, uslci):
    """The one example that needs a database: incomplete wherever the open inputs behind it count."""
    from pathlib import Path

    from tanheng.footprint import assess_all, read_study, recompute

    example = Path(__file__).resolve().parents[2] / "examples" / "bottle" / "hdpe-bottle.yaml"
    results = assess_all(read_study(example), backgrounds=home)
    assert len(results) == 7
    for regime, result in results.items():
        assert result.complete == (regime == "cbam")
        assert (result.claim is None) == (not result.complete)
        assert recompute(result).digest == result.digest
    assert results["gbt24067"].total == pytest.approx(results["iso14067"].total)


def test_distributions_of_uslci_are_those_of_its_files(uslci, shared):
    """Counted straight from the data sets: 478 lognormals have scores alone, 19 of them an amount of 0; thousands a GSD of 0."""
    database = read_database(shared("uslci", "uslci-olca-jsonld.zip"), name="uslci")
    exchanges = [e for p in database.processes.values() for e in p.exchanges if e.uncertainty is not None]
    scored = [e for e in exchanges if e.uncertainty.pedigree and e.uncertainty.scale is None]
    zeros = sum(e.uncertainty.scale == 0.0 for e in exchanges)
    assert (len(scored), zeros) == (478, 4811)
    found = check_up(uslci)
    assert found.distributions.scored == sum(e.amount != 0 for e in scored) == 459
    reasons = Counter(one.reason for one in found.unusable_distributions)
    assert set(reasons) == {"spread", "bounds", "amount", "mode"}
    assert zeros * 0.99 < reasons["spread"] <= zeros  # a few are of inputs that nobody serves
    told = Counter()
    for note in uslci.notes:
        if note["code"].startswith("distribution-"):
            told[note["params"]["reason"]] += note["params"]["count"]
    assert told == reasons


@pytest.mark.parametrize("name", ["uslci", "uslci21"])
def test_both_views_of_uncertainty_agree_for_every_product(request, name):
    """With GSD² 1.2 wherever the database says nothing; among the products is wood that keeps carbon, or does not."""
    snapshot = request.getfixturevalue(name)
    model = UncertaintyModel(snapshot, default_gsd2=1.2)
    products = range(snapshot.A.shape[1])
    laid = plan(model.system, score_and_kept(snapshot, gwp_set()), products=np.array(products), seed=1)
    values = totals(Sampler(laid).samples(2000)[0])
    mean, deviation = values.mean(axis=1), values.std(axis=1)
    varies = np.flatnonzero(deviation > 0)
    assert len(varies) > 600
    some = varies[:: max(1, len(varies) // 120)]
    found = [model.of(int(index), top=1) for index in some]
    ratio = np.array([one.deviation for one in found]) / deviation[some]
    apart = (np.array([one.mean for one in found]) - mean[some]) / deviation[some]
    assert np.abs(ratio - 1).max() < 0.15
    assert np.quantile(np.abs(ratio - 1), 0.9) < 0.05
    assert np.abs(apart).max() < 0.1
    assert {one.around for one in found} == {"means"}
